"""The notebooks of the docs run from their first cell to their last."""

import contextlib
import io
import json
from pathlib import Path
from typing import Any

import pytest

from helpers.house import ROOT

NOTEBOOKS = sorted((ROOT / "docs" / "examples" / "notebooks").glob("*.ipynb"))


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {"__name__": "__main__"}
    cells = json.loads(path.read_text("utf-8"))["cells"]
    assert all(not cell.get("outputs") for cell in cells)
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            for cell in cells:
                if cell["cell_type"] == "code":
                    exec("".join(cell["source"]), names)  # noqa: S102 - our own notebook
    finally:
        if "graph" in names:
            names["graph"].close()


def test_there_are_three() -> None:
    assert len(NOTEBOOKS) == 3

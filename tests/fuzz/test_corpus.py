"""The inputs that are kept, without the fuzzer: what they broke once holds."""

from pathlib import Path

import pytest

from fuzz.__main__ import CORPUS, NAMES
from fuzz.targets import TARGETS

INPUTS = sorted(CORPUS.glob("*/*"))


@pytest.mark.parametrize("path", INPUTS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_each_input_is_read_as_documented(path: Path) -> None:
    TARGETS[path.parent.name].run(path.read_bytes())


def test_each_target_begins_with_some_inputs_and_few() -> None:
    assert {*TARGETS} == {*NAMES} == {path.parent.name for path in INPUTS}
    assert sum(path.stat().st_size for path in INPUTS) < 100_000

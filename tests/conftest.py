"""What several test files share: the built graph, the facts dossier, and a small dataset."""

import csv
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from rdflib import Graph

from eakg.commands.contents import shipped_contents
from eakg.dataset.layout import Layout, layout_of
from eakg.dataset.lifting import read_ontology
from eakg.rdf.parsing import parse_rdf
from eakg.store.workers.keeper_process import KeeperProcess
from helpers.house import ROOT
from helpers.small_dataset import Small, write_small_dataset


@pytest.fixture(scope="session")
def repository() -> Path:
    """The checkout that the tests belong to; nothing may be written into it."""
    return ROOT


@pytest.fixture(scope="session")
def layout() -> Layout:
    """The layout of the committed graph."""
    return layout_of(ROOT)


@pytest.fixture(scope="session")
def ontology(layout: Layout) -> Graph:
    """The committed ontology."""
    return read_ontology(layout)


@pytest.fixture(scope="session")
def asserted(layout: Layout) -> dict[str, Graph]:
    """The committed asserted graphs by name."""
    return {path.stem: parse_rdf(path) for path in sorted(layout.asserted.glob("*.ttl"))}


@pytest.fixture(scope="session")
def record(asserted: dict[str, Graph]) -> Graph:
    """What the record of July 2020 says."""
    return asserted["record-2020-07-23"]


@pytest.fixture(scope="session")
def evidence(layout: Layout) -> dict[str, Graph]:
    """The committed evidence graphs by name."""
    return {path.stem: parse_rdf(path) for path in sorted(layout.evidence.glob("*.ttl"))}


@pytest.fixture(scope="session")
def said(asserted: dict[str, Graph]) -> Graph:
    """Everything asserted, in one graph."""
    union = Graph()
    for graph in asserted.values():
        union += graph
    return union


@pytest.fixture(scope="session")
def full(layout: Layout, said: Graph, ontology: Graph) -> Graph:
    """Ontology, everything asserted, and what follows from them."""
    return said + ontology + parse_rdf(layout.inferred)


@pytest.fixture(scope="session")
def shipped_holder() -> Iterator[KeeperProcess]:
    """The store of the shipped graph, to be read only."""
    with KeeperProcess(shipped_contents()) as holder:
        yield holder


@pytest.fixture(scope="session")
def dossier() -> Path:
    """The folder of the facts dossier: in EAKG_SHARED, or in `shared` beside the checkout."""
    folder = Path(os.environ.get("EAKG_SHARED", ROOT.parent / "shared")) / "facts"
    if not folder.is_dir():
        pytest.skip(f"no facts dossier at {folder}; set EAKG_SHARED to the folder that holds facts")
    return folder


Rows = list[dict[str, str]]


@pytest.fixture(scope="session")
def facts(dossier: Path) -> Callable[[str], Rows]:
    """Reads a table of the dossier by its name."""

    def read(name: str) -> Rows:
        with (dossier / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    return read


@pytest.fixture(scope="session")
def acts(facts: Callable[[str], Rows]) -> Rows:
    """The 70 rows of the dossier that come from the source article."""
    return [row for row in facts("acts") if row["origin"] == "source"]


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Small:
    """A small dataset, in a folder of its own that is the current one."""
    write_small_dataset(tmp_path, ROOT)
    monkeypatch.chdir(tmp_path)
    return Small()


@pytest.fixture(scope="session")
def built_dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the small dataset and what a build makes of it; for copying only."""
    folder = tmp_path_factory.mktemp("built")
    write_small_dataset(folder, ROOT)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        result = Small().build()
    assert result.exit_code == 0, result.output
    return folder


@pytest.fixture
def built(built_dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Small:
    """A small dataset that was built, in a folder of its own that is the current one."""
    folder = tmp_path / "built"
    shutil.copytree(built_dataset, folder)
    monkeypatch.chdir(folder)
    return Small()


@pytest.fixture(scope="session")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that the wheel was unpacked to, as an installer would."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT],
        check=True,
        capture_output=True,
    )
    (wheel,) = folder.glob("*.whl")
    target = folder / "site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(target)
    return target

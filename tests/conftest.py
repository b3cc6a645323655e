"""What several test files share: the built graph, the facts dossier, and a small dataset."""

import csv
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from rdflib import Graph
from small_dataset import write_small_dataset

from eakg.cli import main
from eakg.dataset.build import read_ontology
from eakg.dataset.layout import Layout, layout_of
from eakg.dataset.parse import parse_rdf

ROOT = Path(__file__).resolve().parent.parent


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


@dataclass
class Small:
    """A small dataset in the current folder, with the commands run over it."""

    runner: CliRunner = field(default_factory=CliRunner)

    def path(self, name: str) -> Path:
        """The file of this name: in the record's folder, or in `graph/background`."""
        folder = "background" if ".csv" in name else "sources/note"
        return Path("graph") / folder / name

    def replace(self, name: str, old: str, new: str) -> int:
        """Replace words that occur once in a file; gives the line, from 1, that they start in."""
        path = self.path(name) if "/" not in name else Path(name)
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} occurs {text.count(old)} times in {path}"
        path.write_text(text.replace(old, new), encoding="utf-8")
        return text.count("\n", 0, text.index(old)) + 1

    def append(self, name: str, line: str) -> int:
        """Add a line to a file; gives its number, from 1."""
        path = self.path(name)
        text = path.read_text(encoding="utf-8") + line + "\n"
        path.write_text(text, encoding="utf-8")
        return text.count("\n")

    def run(self, *arguments: str, input_: str | None = None) -> Result:
        """Run a command of eakg in this process."""
        return self.runner.invoke(main, arguments, input=input_, catch_exceptions=False)

    def build(self, *options: str) -> Result:
        """Build the dataset."""
        return self.run("build", "--sources", "graph/sources", *options)

    def built(self) -> dict[str, bytes]:
        """The built files by their path."""
        files = [*Path("graph").glob("*/*.ttl"), *Path("graph").glob("*.ttl")]
        return {str(path): path.read_bytes() for path in sorted(files)}


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Small:
    """A small dataset, in a folder of its own that is the current one."""
    write_small_dataset(tmp_path, ROOT)
    monkeypatch.chdir(tmp_path)
    return Small()

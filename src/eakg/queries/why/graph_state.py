"""A state of our graph with its proofs: as it lies in its folders, or as it was in git."""

import io
import shutil
import subprocess
import tarfile
import tempfile
import weakref
from functools import cached_property
from pathlib import Path

from rdflib.term import Node

from eakg.dataset import Layout, layout_of
from eakg.names import ID, background_graph
from eakg.queries.ask import StoreEndpoint
from eakg.rdf import PrefixedNames, Triple
from eakg.reason import Closure, materialize
from eakg.reason.proofs import NotInClosureError, Proof, Support, layout_graphs, without_evidence
from eakg.store import EmbeddedStore, GraphFile, contents


class NoSuchStateError(Exception):
    """Git has no such state of the graph."""


class GraphState:
    """The graph of a layout: asked, closed and explained. Each part is made when it is needed.

    Arguments: the layout; a folder that its paths are told from.
    """

    def __init__(self, layout: Layout, folder: Path | None = None) -> None:
        self.layout = layout
        self._folder = folder

    @cached_property
    def endpoint(self) -> StoreEndpoint:
        """Answers queries over the graph."""
        files = (GraphFile(name, path) for name, path in self.layout.named_graphs())
        return StoreEndpoint(EmbeddedStore(contents(files)))

    @cached_property
    def _graphs(self) -> tuple[Closure, Support, PrefixedNames]:
        graphs = layout_graphs(self.layout)
        graph = without_evidence(graphs)
        return materialize(graph), Support(graphs), PrefixedNames(graph)

    def name(self, triple: Triple) -> str:
        """A triple in prefixed names."""
        return " ".join(map(self._graphs[2], triple))

    def term(self, term: Node) -> str:
        """A term in prefixed form."""
        return self._graphs[2](term)

    def proof(self, triple: Triple) -> Proof | None:
        """A proof of a triple, or None where it does not follow."""
        try:
            return self._graphs[0].explain(triple)
        except NotInClosureError:
            return None

    def places(self, triple: Triple) -> list[str]:
        """Where an asserted triple comes from: file and line, with the words of the sentence."""
        told = self._graphs[1].of(triple)
        found = []
        for item in told.get("evidence", ()):
            if "annotation" in item:
                words = item.get("sentence") or item.get("exact", "")
                found.append(f'{self._annotation(item["annotation"])}: "{words}"')
            elif "table" in item:
                source = f", from {item['source']}" if "source" in item else ""
                found.append(f"{self._row(item['table'], item['row'])}{source}")
            else:
                found.append(self._told(Path(item["ontology"])))
        return list(dict.fromkeys(found)) or ([self._told(Path(told["file"]))] if told else [])

    def is_axiom(self, triple: Triple) -> bool:
        """Whether a triple is of the ontology alone."""
        evidence = self._graphs[1].of(triple).get("evidence", ())
        return bool(evidence) and all("ontology" in item for item in evidence)

    def _told(self, path: Path) -> str:
        return str(path.relative_to(self._folder) if self._folder else path)

    def _annotation(self, iri: str) -> str:
        """`record.ann:41`, by the line that the annotation's own id begins."""
        document, _, own = iri.removeprefix(str(ID)).rpartition("/")
        path = self.layout.sources / document / f"{document}.ann"
        if path.is_file():
            for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
                if line.startswith(f"{own}\t"):
                    return f"{self._told(path)}:{number}: {own}"
        return iri

    def _row(self, table: str, row: int) -> str:
        for path in self.layout.tables():
            if str(background_graph(path.stem)) in (table, table.removesuffix(".csv")):
                return f"{self._told(path)}:{row}"
        return f"row {row} of {table}"


def state_at(layout: Layout, revision: str) -> GraphState:
    """The graph of a layout as git has it at a revision. Raises: NoSuchStateError.

    Its files are in a folder that is gone when nobody holds the state any more.
    """
    root = layout.graph.parent
    try:
        done = subprocess.run(
            ["git", "archive", "--format=tar", revision, "ontology", "graph"],
            cwd=root,
            capture_output=True,
            check=True,
        )
    except OSError as error:
        raise NoSuchStateError(f"git cannot be run: {error.strerror}") from error
    except subprocess.CalledProcessError as error:
        words = error.stderr.decode(errors="replace").strip()
        raise NoSuchStateError(f"git has no graph at {revision}: {words}") from error
    folder = Path(tempfile.mkdtemp(prefix="eakg-"))
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
        archive.extractall(folder, filter="data")
    state = GraphState(layout_of(folder), folder)
    weakref.finalize(state, shutil.rmtree, folder, ignore_errors=True)
    return state

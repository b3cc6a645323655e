"""A state of our graph with its proofs: as it lies in its folders, or as it was in git."""

import io
import subprocess
import tarfile
import weakref
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path

from rdflib import URIRef
from rdflib.term import Node

from eakg.dataset import (
    Layout,
    Place,
    annotation_lines,
    layout_graphs,
    layout_of,
    row_lines,
    without_evidence,
)
from eakg.evidence import (
    Axiom,
    Evidence,
    NamedGraphs,
    Passage,
    Support,
    TableRow,
    place_by_name,
    support_lines,
    support_of,
)
from eakg.files import TemporaryFolder
from eakg.queries.ask import StoreEndpoint
from eakg.queries.contract import EvidenceGrade
from eakg.rdf import PrefixedNames, Triple
from eakg.reason import Closure, materialize
from eakg.reason.proofs import UNPROVED, NotInClosureError, Proof, ProofNotFoundError
from eakg.store import EmbeddedStore, GraphFile, read_contents

_VERIFIED = "verified"
"""What a table says of a row that was checked as a whole."""


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
        return StoreEndpoint(EmbeddedStore(read_contents(files)))

    @cached_property
    def _graphs(self) -> tuple[Closure, NamedGraphs, PrefixedNames]:
        graphs, evidence_files = layout_graphs(self.layout)
        graph = without_evidence(graphs)
        named_graphs = NamedGraphs(graphs, evidence_files)
        return materialize(graph), named_graphs, PrefixedNames(graph)

    @cached_property
    def _lines(self) -> Mapping[Node, Place]:
        return dict(annotation_lines(self.layout))

    @cached_property
    def _rows(self) -> Mapping[URIRef, Sequence[Place]]:
        return row_lines(self.layout)

    def prepare(self) -> None:
        """Make what proofs are found in, which takes long and is done once."""
        _ = self._graphs

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
        except ProofNotFoundError:
            return Proof(triple, UNPROVED)

    def places(self, triple: Triple) -> list[str]:
        """Where an asserted triple comes from: file and line, with the words of the sentence."""
        support = self._support(triple)
        if support is None:
            return []
        files = (home.file for home in support.homes if home.file)
        return support_lines(support, self._place) or [self._path(file) for file in files]

    def is_attested(self, triple: Triple, grade: EvidenceGrade) -> bool:
        """Whether an asserted triple rests on a source: an axiom, a passage, or a row of a table,
        which somebody verified where that is asked for."""
        support = self._support(triple)
        return support is not None and any(_has_grade(one, grade) for one in support.evidence)

    def is_axiom(self, triple: Triple) -> bool:
        """Whether a triple is of the ontology alone."""
        support = self._support(triple)
        return support is not None and support.axiom

    def _support(self, triple: Triple) -> Support | None:
        return support_of(self._graphs[1], [triple]).get(triple)

    def _path(self, path: Path) -> str:
        return str(path.relative_to(self._folder) if self._folder else path)

    def _place(self, evidence: Evidence) -> str:
        """`record.ann:41: E7`, by the line of the annotation, or that of the row in its table."""
        match evidence:
            case Passage(annotation=Node() as node) if node in self._lines:
                return f"{self._at(self._lines[node])}: {evidence.identifier}"
            case TableRow(table=table, number=number) if number <= len(self._rows.get(table, ())):
                return self._at(self._rows[table][number - 1])
            case Axiom(file=file) if file:
                return self._path(file)
        return place_by_name(evidence)

    def _at(self, place: Place) -> str:
        return f"{self._path(Path(place.file))}:{place.line}"


def _has_grade(evidence: Evidence, grade: EvidenceGrade) -> bool:
    if isinstance(evidence, TableRow) and grade == "verified":
        return str(evidence.verification) == _VERIFIED
    return True


def state_at(layout: Layout, revision: str) -> GraphState:
    """The graph of a layout as git has it at a revision. Raises: NoSuchStateError.

    Its files are in a folder that is gone when nobody holds the state any more.
    """
    root = layout.graph.parent
    try:
        process = subprocess.run(
            ["git", "archive", "--format=tar", revision, "ontology", "graph"],
            cwd=root,
            capture_output=True,
            check=True,
        )
    except OSError as error:
        raise NoSuchStateError(f"git cannot be run: {error.strerror}") from error
    except subprocess.CalledProcessError as error:
        message = error.stderr.decode(errors="replace").strip()
        raise NoSuchStateError(f"git has no graph at {revision}: {message}") from error
    temporary_folder = TemporaryFolder("state")
    folder = temporary_folder.path
    with tarfile.open(fileobj=io.BytesIO(process.stdout)) as archive:
        archive.extractall(folder, filter="data")
    state = GraphState(layout_of(folder), folder)
    weakref.finalize(state, temporary_folder.remove)
    return state

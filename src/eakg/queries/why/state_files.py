"""The files of a graph: what is in them, and where in them a triple is written."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from typing import Protocol
from weakref import finalize

from rdflib import RDF, URIRef
from rdflib.term import Node

from eakg.dataset import (
    Layout,
    Place,
    Places,
    annotation_lines,
    evidence_beside,
    file_graphs,
    layout_graphs,
    places_of_files,
    row_lines,
)
from eakg.evidence import (
    Axiom,
    Evidence,
    NamedGraph,
    Passage,
    Support,
    TableRow,
    place_by_name,
    support_lines,
)
from eakg.names import evidence_graph
from eakg.queries.ask import QueryEndpoint, QueryTarget, StoreEndpoint, open_target
from eakg.queries.why.graph_state import NoSuchStateError
from eakg.rdf import STANDARD_INPUT
from eakg.rdf.inputs import rdf_files
from eakg.store import MEBIBYTE, EmbeddedStore, GraphFile, read_contents

_SECONDS = 60.0
LARGEST = 4 * MEBIBYTE
"""Bytes of data of which it is looked up what a triple rests on, all files together; they are read
in some ten seconds."""
_COMPRESSION = 10


class StateFiles(Protocol):
    """The files of a graph."""

    @property
    def is_closed(self) -> bool:
        """Whether what follows from them is in the graph, too."""
        ...

    def graphs(self) -> tuple[list[NamedGraph], list[Path]]:
        """Their graphs, and files of evidence that are read when they are needed."""
        ...

    def places(self, support: Support) -> list[str]:
        """Where a triple comes from: file and line, with the words of the sentence."""
        ...

    def open(self) -> QueryEndpoint:
        """What answers queries over them."""
        ...


class LayoutFiles:
    """The files of a layout, which lead to annotations and rows of tables.

    Arguments: the layout; a folder that its paths are told from.
    """

    is_closed = True

    def __init__(self, layout: Layout, folder: Path | None = None) -> None:
        self._layout = layout
        self._folder = folder

    def graphs(self) -> tuple[list[NamedGraph], list[Path]]:
        """Their graphs, and the files of evidence."""
        return layout_graphs(self._layout)

    def open(self) -> QueryEndpoint:
        """What answers queries over them."""
        files = (GraphFile(name, path) for name, path in self._layout.named_graphs())
        return StoreEndpoint(EmbeddedStore(read_contents(files)))

    def places(self, support: Support) -> list[str]:
        """Where a triple comes from: annotation, row or file of the ontology."""
        files = (home.file for home in support.homes if home.file)
        return support_lines(support, self._place) or [self._path(file) for file in files]

    @cached_property
    def _lines(self) -> Mapping[Node, Place]:
        return dict(annotation_lines(self._layout))

    @cached_property
    def _rows(self) -> Mapping[URIRef, Sequence[Place]]:
        return row_lines(self._layout)

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


class DataFiles:
    """RDF that a user names.

    Arguments: what is named, as `rdf_files` takes it; whether what follows from it is in the graph;
    a folder that its paths are told from.
    """

    def __init__(
        self, names: Sequence[Path], *, is_closed: bool, folder: Path | None = None
    ) -> None:
        self._names = tuple(names)
        self._folder = folder
        self.is_closed = is_closed

    def graphs(self) -> tuple[list[NamedGraph], list[Path]]:
        """Their graphs; those in which statements are described, as evidence too, and the evidence
        that lies beside the files of a build."""
        graphs = file_graphs(self._paths)
        statements = [
            (evidence_graph(path.name), path, graph)
            for _, path, graph in graphs
            if path is not None and (None, RDF.subject, None) in graph
        ]
        beside = [one for one in evidence_beside(self._paths) if one[1] not in self._paths]
        return [*graphs, *statements, *beside], []

    def open(self) -> QueryEndpoint:
        """What answers queries over them, as long as this object lasts."""
        stack = ExitStack()
        target = QueryTarget(data=tuple(self._paths), reasons=self.is_closed)
        endpoint = stack.enter_context(open_target(target, _SECONDS))
        finalize(self, stack.close)
        return endpoint

    def places(self, support: Support) -> list[str]:
        """Where a triple is written, and what else supports it."""
        places = [self._at(place) for place in self._places.of(support.triple)]
        evidence = (one for attestation in support.attestations for one in attestation.evidence)
        return list(dict.fromkeys([*places, *map(place_by_name, evidence)]))

    @cached_property
    def _paths(self) -> list[Path]:
        if STANDARD_INPUT in self._names:
            raise NoSuchStateError("standard input was read, and is not there any more")
        paths = rdf_files(self._names)
        size = sum(map(_size, paths))
        if size > LARGEST:
            most = LARGEST / MEBIBYTE
            words = f"the data have {size / MEBIBYTE:.0f} MiB, and are looked into up to {most:g}"
            raise NoSuchStateError(words)
        return paths

    @cached_property
    def _places(self) -> Places:
        return places_of_files(self._paths)

    def _at(self, place: Place) -> str:
        path = Path(place.file)
        if self._folder:
            path = path.relative_to(self._folder)
        return f"{path}:{place.line}" if place.line else str(path)


def _size(path: Path) -> int:
    """About how many bytes a file has when it is not compressed."""
    size = path.stat().st_size if path.is_file() else 0
    return size * _COMPRESSION if path.suffix == ".gz" else size

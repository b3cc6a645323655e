"""Named graphs of rdflib as a source of evidence."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from itertools import product
from pathlib import Path
from typing import TypeAlias

from rdflib import RDF, Graph, URIRef
from rdflib.term import Node

from eakg.evidence.reader import Descriptions
from eakg.evidence.statement import TRIPLE_PARTS
from eakg.evidence.support import Home
from eakg.names import is_evidence
from eakg.rdf import Triple, file_objects, file_triples

NamedGraph: TypeAlias = tuple[URIRef, Path | None, Graph]
"""A graph with its name, and its file if it comes from one."""


class NamedGraphs:
    """Graphs with their names and files, those of the evidence among them; a source of support.

    Arguments: the graphs; files of evidence, each of which is read when it is first asked about a
    thing of which the file has statements. Asking may raise ProblemsError then.
    """

    def __init__(self, graphs: Iterable[NamedGraph], evidence_files: Iterable[Path] = ()) -> None:
        named_graphs = list(graphs)
        self._subjects: dict[Path, frozenset[Node] | None] = dict.fromkeys(evidence_files)
        self._statements: dict[Triple, set[Node]] = defaultdict(set)
        self._data = [graph for graph in named_graphs if not is_evidence(graph[0])]
        self._descriptions: dict[Node, dict[Node, dict[Node, None]]] = {}
        for name, _, graph in named_graphs:
            if is_evidence(name):
                self._add(graph)

    def homes(self, triples: Collection[Triple]) -> dict[Triple, list[Home]]:
        """The graphs that assert each triple."""
        homes: dict[Triple, list[Home]] = defaultdict(list)
        for name, path, graph in self._data:
            for triple in triples:
                if triple in graph:
                    homes[triple].append(Home(name, path))
        return homes

    def statements(self, triples: Collection[Triple]) -> dict[Triple, set[Node]]:
        """The nodes of the evidence that state each triple."""
        self._read_about({triple[0] for triple in triples})
        return {one: self._statements[one] for one in triples if one in self._statements}

    def properties(self, nodes: Collection[Node]) -> Descriptions:
        """What the evidence says of nodes."""
        return {
            node: {predicate: [*values] for predicate, values in self._descriptions[node].items()}
            for node in nodes
            if node in self._descriptions
        }

    def _read_about(self, things: Collection[Node]) -> None:
        """Read the files that have statements about things, those that were not read yet."""
        for path, subjects in [*self._subjects.items()]:
            if subjects is None:
                subjects = self._subjects[path] = file_objects(path, RDF.subject)
            if not subjects.isdisjoint(things):
                del self._subjects[path]
                self._add(file_triples(path))

    def _add(self, evidence: Iterable[Triple]) -> None:
        statements: set[Node] = set()
        for subject, predicate, value in evidence:
            self._descriptions.setdefault(subject, {}).setdefault(predicate, {})[value] = None
            if predicate == RDF.subject:
                statements.add(subject)
        for node in statements:
            parts = (self._descriptions[node].get(part, ()) for part in TRIPLE_PARTS)
            for subject, predicate, value in product(*parts):
                self._statements[subject, predicate, value].add(node)

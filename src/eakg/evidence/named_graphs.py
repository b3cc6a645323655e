"""Named graphs of rdflib as a source of evidence."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from functools import cached_property
from pathlib import Path
from typing import TypeAlias

from rdflib import Graph, URIRef
from rdflib.term import Node

from eakg.evidence.reader import Descriptions
from eakg.evidence.statement import stated
from eakg.evidence.support import Home
from eakg.names import is_evidence
from eakg.rdf import Triple

NamedGraph: TypeAlias = tuple[URIRef, Path | None, Graph]
"""A graph with its name, and its file if it comes from one."""


class NamedGraphs:
    """Graphs with their names and files, those of the evidence among them; a source of support."""

    def __init__(self, graphs: Iterable[NamedGraph]) -> None:
        listed = list(graphs)
        self._asserted = [graph for graph in listed if not is_evidence(graph[0])]
        self._evidence = Graph(bind_namespaces="none")
        for name, _, graph in listed:
            if is_evidence(name):
                self._evidence += graph

    def homes(self, triples: Collection[Triple]) -> dict[Triple, list[Home]]:
        """The graphs that assert each triple."""
        homes: dict[Triple, list[Home]] = defaultdict(list)
        for name, path, graph in self._asserted:
            for triple in triples:
                if triple in graph:
                    homes[triple].append(Home(name, path))
        return homes

    def statements(self, triples: Collection[Triple]) -> dict[Triple, list[Node]]:
        """The nodes of the evidence that state each triple."""
        return {one: self._statements[one] for one in triples if one in self._statements}

    def properties(self, nodes: Collection[Node]) -> Descriptions:
        """What the evidence says of nodes."""
        described: dict[Node, dict[Node, list[Node]]] = {}
        for node in nodes:
            for predicate, value in self._evidence.predicate_objects(node):
                described.setdefault(node, {}).setdefault(predicate, []).append(value)
        return described

    @cached_property
    def _statements(self) -> dict[Triple, list[Node]]:
        statements: dict[Triple, list[Node]] = defaultdict(list)
        for node, triple in stated(self._evidence):
            statements[triple].append(node)
        return statements

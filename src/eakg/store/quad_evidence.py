"""The quads of the engine as a source of evidence."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import Any

import pyoxigraph
from rdflib import URIRef
from rdflib.namespace import RDF
from rdflib.term import Node

from eakg.evidence import Descriptions, Home
from eakg.names import is_evidence
from eakg.rdf import Triple, is_rdf11, pattern, triples
from eakg.store.changes import graph_name
from eakg.store.graphs import Spellings, stored_term

OWN_NAME = "urn:x-eakg:default-graph"
"""Names in proofs the store's own default graph, which has no name."""
_SUBJECT, _PREDICATE, _OBJECT = (
    pyoxigraph.NamedNode(str(name)) for name in (RDF.subject, RDF.predicate, RDF.object)
)


class QuadEvidence:
    """Quads of asserted graphs, those of evidence among them, as a source of support.

    Whoever asks a store is not told the paths of files. Arguments: the store; how the sources
    write what the engine writes otherwise.
    """

    def __init__(self, store: pyoxigraph.Store, spellings: Spellings) -> None:
        self._store = store
        self._spellings = spellings

    def homes(self, triples: Collection[Triple]) -> dict[Triple, list[Home]]:
        """The graphs that assert each triple."""
        homes: dict[Triple, list[Home]] = defaultdict(list)
        for triple in triples:
            for quad in self._store.quads_for_pattern(*_pattern(triple), None):
                if not is_evidence(graph_name(quad)):
                    name = URIRef(graph_name(quad) or OWN_NAME)
                    homes[triple].append(Home(name, None))
        return homes

    def statements(self, triples: Collection[Triple]) -> dict[Triple, set[Node]]:
        """The nodes of the evidence that state each triple."""
        return {triple: nodes for triple in triples if (nodes := set(self._statements_of(triple)))}

    def properties(self, nodes: Collection[Node]) -> Descriptions:
        """What the evidence says of nodes."""
        descriptions: dict[Node, dict[Node, set[Node]]] = {}
        for node in nodes:
            subject = pattern((node, RDF.type, RDF.Statement))[0]
            for _, predicate, value in triples(self._evidence(subject, None, None)):
                descriptions.setdefault(node, {}).setdefault(predicate, set()).add(value)
        return descriptions

    def _statements_of(self, triple: Triple) -> Iterator[Node]:
        subject, predicate, object_ = _pattern(triple)
        for quad in self._evidence(None, _OBJECT, object_):
            statement = quad.subject
            if any(self._evidence(statement, _SUBJECT, subject)) and any(
                self._evidence(statement, _PREDICATE, predicate)
            ):
                yield from (node for node, _, _ in triples([quad]))

    def _evidence(self, *terms: object) -> Iterator[pyoxigraph.Quad]:
        quads = self._store.quads_for_pattern(*terms, None)  # type: ignore[call-arg,arg-type]  # three terms
        return (
            quad
            for quad in self._spellings.sources(quads)
            if is_evidence(graph_name(quad)) and is_rdf11(quad)
        )


def _pattern(triple: Triple) -> tuple[Any, Any, Any]:
    subject, predicate, object_ = pattern(triple)
    return subject, predicate, stored_term(object_)

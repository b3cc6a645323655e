"""A store as a source of evidence, and what its graphs say of nodes."""

from collections.abc import Collection, Iterable, Iterator

from rdflib import RDF, BNode, Literal, URIRef
from rdflib.term import Node

from eakg.evidence import (
    Attestation,
    Descriptions,
    Home,
    Passage,
    Support,
    attestations_of,
    support_of,
)
from eakg.names import EVIDENCE, INFERRED_GRAPH, OA
from eakg.rdf import Row, Triple, is_carrier, sparql_term
from eakg.serve.content.values import iri_list
from eakg.store import QueryRequest, QueryService, select
from eakg.store.graphs import stored_node

_OF_EVIDENCE = f'FILTER(STRSTARTS(STR(?g), "{EVIDENCE}"))'
_ASSERTED = f'FILTER(!STRSTARTS(STR(?g), "{EVIDENCE}") && ?g != {INFERRED_GRAPH.n3()})'


class StoreEvidence:
    """The graphs of a store as a source of support. Each method is one query at most, and raises
    StoreError and its kinds."""

    def __init__(self, store: QueryService) -> None:
        self._store = store

    def homes(self, triples: Collection[Triple]) -> dict[Triple, list[Home]]:
        """The graphs that assert each triple."""
        homes: dict[Triple, list[Home]] = {}
        pattern = f"GRAPH ?g {{ ?s ?p ?o }} {_ASSERTED}"
        for triple, row in self._rows("?g", triples, pattern):
            homes.setdefault(triple, []).append(Home(URIRef(str(row["g"])), None))
        return homes

    def statements(self, triples: Collection[Triple]) -> dict[Triple, set[Node]]:
        """The nodes of the evidence that state each triple."""
        statements: dict[Triple, set[Node]] = {}
        reification = f"<{RDF.subject}> ?s ; <{RDF.predicate}> ?p ; <{RDF.object}> ?o"
        pattern = f"GRAPH ?g {{ ?n {reification} }} {_OF_EVIDENCE}"
        for triple, row in self._rows("?n", triples, pattern):
            statements.setdefault(triple, set()).add(row["n"])
        return statements

    def properties(self, nodes: Collection[Node]) -> Descriptions:
        """What the evidence says of nodes."""
        return properties(self._store, nodes, _OF_EVIDENCE)

    def _rows(
        self, variable: str, triples: Collection[Triple], pattern: str
    ) -> Iterator[tuple[Triple, Row]]:
        # No query names a blank node, and no statement a term of RDF 1.2.
        ground = [one for one in triples if not any(map(_is_nameless, one))]
        if not ground:
            return
        keys: dict[tuple[object, ...], list[Triple]] = {}
        for triple in ground:
            keys.setdefault(tuple(map(stored_node, triple)), []).append(triple)
        values = " ".join(
            f"({' '.join(sparql_term(term) for term in triple)})" for triple in ground
        )
        text = (
            f"SELECT DISTINCT {variable} ?s ?p ?o {{ VALUES (?s ?p ?o) {{ {values} }} {pattern} }}"
        )
        for row in select(self._store, QueryRequest(text)):
            for triple in keys.get(tuple(stored_node(row[name]) for name in "spo"), ()):
                yield triple, row


def _is_nameless(term: Node) -> bool:
    return isinstance(term, BNode) or is_carrier(term)


def support_in(store: QueryService, triples: Iterable[Triple]) -> dict[Triple, Support]:
    """What supports triples of a store. Raises: StoreError and its kinds."""
    return support_of(StoreEvidence(store), triples)


def attestations_in(
    store: QueryService, triples: Iterable[Triple]
) -> dict[Triple, tuple[Attestation, ...]]:
    """The statements of the evidence of a store that state triples.

    Raises: StoreError and its kinds.
    """
    return attestations_of(StoreEvidence(store), triples)


def passages_of(store: QueryService, annotations: Iterable[Node]) -> dict[Node, Passage]:
    """Where each annotation stands: its first passage. Raises: StoreError and its kinds."""
    iris = iri_list(annotations)
    if not iris:
        return {}
    rows = select(
        store,
        QueryRequest(
            f"SELECT ?annotation ?span ?words ?document {{ VALUES ?annotation {{ {iris} }}"
            f" GRAPH ?g {{ ?annotation <{OA.hasTarget}> ?span ."
            f" ?span <{OA.hasSource}> ?document ; <{RDF.value}> ?words }} }}"
        ),
    )
    return {
        row["annotation"]: Passage(
            row["span"],
            URIRef(str(row["document"])),
            Literal(row["words"]),
            (),
            row["annotation"],
            "",
            (),
        )
        for row in sorted(rows, key=lambda row: str(row["span"]), reverse=True)
    }


def properties(
    store: QueryService, nodes: Iterable[Node], condition: str = ""
) -> dict[Node, dict[Node, list[Node]]]:
    """What graphs say of nodes.

    Arguments: the store; the nodes; a filter on the graph `?g`, without which any graph counts.
    Raises: StoreError and its kinds.
    """
    iris = iri_list(nodes)
    descriptions: dict[Node, dict[Node, list[Node]]] = {}
    if iris:
        text = f"VALUES ?n {{ {iris} }} GRAPH ?g {{ ?n ?p ?o }} {condition}"
        request = QueryRequest(
            f"SELECT DISTINCT ?n ?p ?o ?g {{ {text} }}", row_triple=("n", "p", "o", "g")
        )
        for row in select(store, request):
            values = descriptions.setdefault(row["n"], {}).setdefault(row["p"], [])
            if row["o"] not in values:
                values.append(row["o"])
    return descriptions

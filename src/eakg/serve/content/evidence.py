"""A store as a source of evidence, and what its graphs say of nodes."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator

from rdflib import DCTERMS, PROV, RDF, RDFS, BNode, Literal, URIRef
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
from eakg.names import CSVW, EAKG, EVIDENCE, OA
from eakg.rdf import Row, Triple, is_carrier, sparql_term
from eakg.serve.content.scope import graph_filter
from eakg.serve.content.values import iri_list
from eakg.store import QueryRequest, QueryService, select
from eakg.store.graphs import stored_node

_OF_EVIDENCE = f'FILTER(CONTAINS(STR(?g), "{EVIDENCE}"))'
_ASSERTED = f'FILTER(!CONTAINS(STR(?g), "{EVIDENCE}") && {graph_filter("asserted")})'


_OF_PAGES = ", ".join(
    f"<{term}>"
    for term in (
        *(PROV.wasDerivedFrom, PROV.hadPrimarySource, RDF.value, RDFS.comment, OA.hasSource),
        *(DCTERMS.isPartOf, DCTERMS.identifier, DCTERMS.source, CSVW.url),
        *(EAKG.evidence, EAKG.inSentence, EAKG.inGraph, EAKG.verification, EAKG.number),
    )
)
"""What pages tell of evidence: all but offsets, and the parts of statements."""


class StoreEvidence:
    """The graphs of a store as a source of support. Each method is two queries at most, and raises
    StoreError and its kinds.

    Arguments: the store; whether only that is asked for which pages tell.
    """

    def __init__(self, store: QueryService, for_pages: bool = False) -> None:
        self._store = store
        self._condition = f"{_OF_EVIDENCE} FILTER(?p IN ({_OF_PAGES}))"
        if not for_pages:
            self._condition = _OF_EVIDENCE

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
        subjects = Counter(subject for subject, _, _ in triples)
        objects = Counter(object_ for _, _, object_ in triples)
        parts = [f"<{RDF.subject}> ?s", f"<{RDF.predicate}> ?p", f"<{RDF.object}> ?o"]
        from_subject = [one for one in triples if subjects[one[0]] <= objects[one[2]]]
        from_object = [one for one in triples if subjects[one[0]] > objects[one[2]]]
        # The engine looks for the first part first: that of which there are fewest statements.
        for group, order in ((from_subject, parts), (from_object, parts[::-1])):
            pattern = f"GRAPH ?g {{ ?n {' ; '.join(order)} }} {_OF_EVIDENCE}"
            for triple, row in self._rows("?n", group, pattern):
                statements.setdefault(triple, set()).add(row["n"])
        return statements

    def properties(self, nodes: Collection[Node]) -> Descriptions:
        """What the evidence says of nodes."""
        return properties(self._store, nodes, self._condition)

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
        for row in select(self._store, QueryRequest(text, any_graph=True)):
            for triple in keys.get(tuple(stored_node(row[name]) for name in "spo"), ()):
                yield triple, row


def _is_nameless(term: Node) -> bool:
    return isinstance(term, BNode) or is_carrier(term)


def support_in(store: QueryService, triples: Iterable[Triple]) -> dict[Triple, Support]:
    """What supports triples of a store. Raises: StoreError and its kinds."""
    return support_of(StoreEvidence(store), triples)


def attestations_in(
    store: QueryService, triples: Iterable[Triple], for_pages: bool = False
) -> dict[Triple, tuple[Attestation, ...]]:
    """The statements of the evidence of a store that state triples.

    Arguments: the store; the triples; whether only that is told which pages tell, without offsets
    and the triples of statements. Raises: StoreError and its kinds.
    """
    return attestations_of(StoreEvidence(store, for_pages), triples)


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
            f" ?span <{OA.hasSource}> ?document OPTIONAL {{ ?span <{RDF.value}> ?words }} }} }}"
        ),
    )
    return {
        row["annotation"]: Passage(
            row["span"],
            URIRef(str(row["document"])),
            Literal(row["words"]) if "words" in row else None,
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
        graphs = f"FILTER({graph_filter('full')})"
        text = f"VALUES ?n {{ {iris} }} GRAPH ?g {{ ?n ?p ?o }} {graphs} {condition}"
        request = QueryRequest(
            f"SELECT DISTINCT ?n ?p ?o ?g {{ {text} }}",
            row_triple=("n", "p", "o", "g"),
            any_graph=True,
        )
        for row in select(store, request):
            values = descriptions.setdefault(row["n"], {}).setdefault(row["p"], [])
            if row["o"] not in values:
                values.append(row["o"])
    return descriptions

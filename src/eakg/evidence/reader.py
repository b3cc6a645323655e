"""The reader of what supports a triple, over whatever holds named graphs."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Protocol, TypeAlias

from rdflib import BNode, Literal, URIRef
from rdflib.namespace import DCTERMS, PROV, RDF, RDFS
from rdflib.term import Node

from eakg.evidence.anchors import row_number
from eakg.evidence.support import (
    Attestation,
    Home,
    Passage,
    QuotedSentence,
    Support,
    TableRow,
)
from eakg.names import CSVW, EAKG, OA
from eakg.rdf import Triple

Properties: TypeAlias = Mapping[Node, Collection[Node]]
"""The values of a node's properties."""
Descriptions: TypeAlias = Mapping[Node, Properties]
"""The properties of nodes; a node without any may be left out."""


class EvidenceSource(Protocol):
    """Holds graphs of evidence among other named graphs. Each method takes many at once, so that a
    store is asked few questions."""

    def homes(self, triples: Collection[Triple]) -> Mapping[Triple, Iterable[Home]]:
        """The graphs that assert each triple; neither evidence nor what was inferred."""
        ...

    def statements(self, triples: Collection[Triple]) -> Mapping[Triple, Iterable[Node]]:
        """The nodes of the evidence that state each triple (`rdf:subject`, and so on)."""
        ...

    def properties(self, nodes: Collection[Node]) -> Descriptions:
        """What the evidence says of nodes."""
        ...


def support_of(source: EvidenceSource, triples: Iterable[Triple]) -> dict[Triple, Support]:
    """What supports each of some triples; those that no graph asserts are left out."""
    # A rule may conclude a triple that RDF does not have, which no graph holds.
    wanted = [one for one in dict.fromkeys(triples) if not isinstance(one[0], Literal)]
    homes = source.homes(wanted)
    stated = attestations_of(source, homes)
    return {
        triple: Support(
            triple, tuple(sorted(homes[triple], key=_home_order)), stated.get(triple, ())
        )
        for triple in wanted
        if triple in homes
    }


def attestations_of(
    source: EvidenceSource, triples: Iterable[Triple]
) -> dict[Triple, tuple[Attestation, ...]]:
    """The statements of the evidence that state each of some triples, with what they rest on;
    those that none states are left out. No statement speaks of a node without a name."""
    named = (one for one in triples if not any(isinstance(term, BNode) for term in one))
    statements = source.statements(list(dict.fromkeys(named)))
    nodes = {node for found in statements.values() for node in found}
    described: dict[Node, Properties] = dict(source.properties(nodes))

    parts = _values(described, nodes, PROV.wasDerivedFrom, EAKG.evidence, EAKG.inSentence)
    described |= source.properties(parts - described.keys())
    further = _values(described, parts, DCTERMS.isPartOf, OA.hasSelector)
    described |= source.properties(further - described.keys())
    return {
        triple: tuple(_attestation(node, described) for node in sorted(found, key=str))
        for triple, found in statements.items()
        if found
    }


def fragments(span: Properties, described: Descriptions) -> tuple[tuple[int, int], ...]:
    """The offsets of the fragments of a span, in order, by its position selectors (Web Annotation
    Data Model, section 4.2.4)."""
    selectors = (described.get(node, {}) for node in span.get(OA.hasSelector, ()))
    return tuple(
        sorted(
            (_number(start), _number(end))
            for selector in selectors
            for start in selector.get(OA.start, ())
            for end in selector.get(OA.end, ())
        )
    )


def table_row(node: Node, own: Properties) -> TableRow | None:
    """The row of a table that a node of the evidence is, None where it is none."""
    address = first(own, CSVW.url)
    table = first(own, DCTERMS.isPartOf)
    number = row_number(str(address))
    if number is None or not isinstance(address, URIRef) or not isinstance(table, URIRef):
        return None
    return TableRow(
        node,
        address,
        table,
        number,
        tuple(sorted(own.get(DCTERMS.source, ()), key=str)),
        _words(own, EAKG.verification),
        _words(own, RDFS.comment),
    )


def first(own: Properties, predicate: Node) -> Node | None:
    """The one value of a property that should have one; of several, always the same."""
    return min(own.get(predicate, ()), key=lambda value: value.n3(), default=None)


def _values(described: Descriptions, nodes: Iterable[Node], *predicates: Node) -> set[Node]:
    """The things that properties of nodes lead to."""
    return {
        value
        for node in nodes
        for predicate in predicates
        for value in described.get(node, {}).get(predicate, ())
        if not isinstance(value, Literal)
    }


def _attestation(node: Node, described: Descriptions) -> Attestation:
    own = described.get(node, {})
    graph = first(own, EAKG.inGraph)
    return Attestation(
        node,
        graph if isinstance(graph, URIRef) else None,
        tuple(_evidence(own, described)),
        tuple((node, predicate, value) for predicate, values in own.items() for value in values),
    )


def _evidence(own: Properties, described: Descriptions) -> Iterator[Passage | TableRow]:
    annotation = first(own, PROV.wasDerivedFrom)
    identifier = _words(described.get(annotation, {}), DCTERMS.identifier) if annotation else None
    sentences = _sentences(own, described)
    for node in sorted(own.get(EAKG.evidence, ()), key=str):
        known = described.get(node, {})
        row = table_row(node, known)
        if row is not None:
            yield row
        elif known or sentences:
            document = first(known, OA.hasSource)
            yield Passage(
                node,
                document if isinstance(document, URIRef) else None,
                _words(known, RDF.value),
                fragments(known, described),
                annotation,
                str(identifier or ""),
                sentences,
            )


def _sentences(own: Properties, described: Descriptions) -> tuple[QuotedSentence, ...]:
    sentences = []
    for node in own.get(EAKG.inSentence, ()):
        known = described.get(node, {})
        paragraph = first(known, DCTERMS.isPartOf)
        around = described.get(paragraph, {}) if paragraph else {}
        parts = around.get(PROV.hadPrimarySource, ())
        sentences.append(
            QuotedSentence(
                node,
                (_number(first(around, EAKG.number)), _number(first(known, EAKG.number))),
                _words(known, RDF.value),
                paragraph,
                tuple(sorted(part for part in parts if isinstance(part, URIRef))),
            )
        )
    return tuple(sorted(sentences, key=lambda sentence: (sentence.numbers, str(sentence.iri))))


def _number(value: Node | None) -> int:
    return int(value) if isinstance(value, Literal) and str.isdecimal(value) else 0


def _words(own: Properties, predicate: Node) -> Literal | None:
    value = first(own, predicate)
    return value if isinstance(value, Literal) else None


def _home_order(home: Home) -> tuple[str, str]:
    return str(home.graph), str(home.file)

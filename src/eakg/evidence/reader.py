"""The reader of what supports a triple, over whatever holds named graphs."""

import sys
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
from eakg.names import CSVW, EAKG, OA, SCHEMA
from eakg.rdf import Triple, whole_number

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
    candidates = [one for one in dict.fromkeys(triples) if not isinstance(one[0], Literal)]
    homes = source.homes(candidates)
    attestations = attestations_of(source, homes)
    return {
        triple: Support(
            triple, tuple(sorted(homes[triple], key=_home_order)), attestations.get(triple, ())
        )
        for triple in candidates
        if triple in homes
    }


def attestations_of(
    source: EvidenceSource, triples: Iterable[Triple]
) -> dict[Triple, tuple[Attestation, ...]]:
    """The statements of the evidence that state each of some triples, with what they rest on;
    those that none states are left out. No statement speaks of a node without a name."""
    ground = (one for one in triples if not any(isinstance(term, BNode) for term in one))
    statements = source.statements(list(dict.fromkeys(ground)))
    nodes = {node for group in statements.values() for node in group}
    descriptions: dict[Node, Properties] = dict(source.properties(nodes))

    parts = _values(descriptions, nodes, PROV.wasDerivedFrom, EAKG.evidence, EAKG.inSentence)
    descriptions |= source.properties(parts - descriptions.keys())
    details = _values(descriptions, parts, DCTERMS.isPartOf, OA.hasSelector)
    descriptions |= source.properties(details - descriptions.keys())
    return {
        triple: tuple(_attestation(node, descriptions) for node in sorted(group, key=str))
        for triple, group in statements.items()
        if group
    }


def fragments(passage: Properties, descriptions: Descriptions) -> tuple[tuple[int, int], ...]:
    """The offsets of the fragments of a span, in order, by its position selectors (Web Annotation
    Data Model, section 4.2.4)."""
    selectors = (descriptions.get(node, {}) for node in passage.get(OA.hasSelector, ()))
    return tuple(
        sorted(
            (_number(start), _number(end))
            for selector in selectors
            for start in selector.get(OA.start, ())
            for end in selector.get(OA.end, ())
        )
    )


def table_row(node: Node, properties: Properties) -> TableRow | None:
    """The row of a table that a node of the evidence is, None where it is none."""
    address = first(properties, CSVW.url)
    table = first(properties, DCTERMS.isPartOf)
    number = row_number(str(address))
    if number is None or not isinstance(address, URIRef) or not isinstance(table, URIRef):
        return None
    return TableRow(
        node,
        address,
        table,
        number,
        tuple(sorted(properties.get(DCTERMS.source, ()), key=str)),
        _words(properties, EAKG.verification),
        _words(properties, RDFS.comment),
    )


def first(properties: Properties, predicate: Node) -> Node | None:
    """The one value of a property that should have one; of several, always the same."""
    return min(properties.get(predicate, ()), key=lambda value: value.n3(), default=None)


def _values(descriptions: Descriptions, nodes: Iterable[Node], *predicates: Node) -> set[Node]:
    """The things that properties of nodes lead to."""
    return {
        value
        for node in nodes
        for predicate in predicates
        for value in descriptions.get(node, {}).get(predicate, ())
        if not isinstance(value, Literal)
    }


def _attestation(node: Node, descriptions: Descriptions) -> Attestation:
    properties = descriptions.get(node, {})
    graph = first(properties, EAKG.inGraph)
    return Attestation(
        node,
        graph if isinstance(graph, URIRef) else None,
        tuple(_evidence(properties, descriptions)),
        tuple(
            (node, predicate, value) for predicate, values in properties.items() for value in values
        ),
    )


def _evidence(properties: Properties, descriptions: Descriptions) -> Iterator[Passage | TableRow]:
    annotation = first(properties, PROV.wasDerivedFrom)
    identifier = (
        _words(descriptions.get(annotation, {}), DCTERMS.identifier) if annotation else None
    )
    sentences = _sentences(properties, descriptions)
    for node in sorted(properties.get(EAKG.evidence, ()), key=str):
        description = descriptions.get(node, {})
        row = table_row(node, description)
        if row is not None:
            yield row
        elif description or sentences:
            document = first(description, OA.hasSource)
            yield Passage(
                node,
                document if isinstance(document, URIRef) else None,
                _words(description, RDF.value),
                fragments(description, descriptions),
                annotation,
                str(identifier or ""),
                sentences,
                _words(description, SCHEMA.sha256),
            )


def _sentences(properties: Properties, descriptions: Descriptions) -> tuple[QuotedSentence, ...]:
    sentences = []
    for node in properties.get(EAKG.inSentence, ()):
        description = descriptions.get(node, {})
        paragraph = first(description, DCTERMS.isPartOf)
        context = descriptions.get(paragraph, {}) if paragraph else {}
        originals = context.get(PROV.hadPrimarySource, ())
        sentences.append(
            QuotedSentence(
                node,
                (_number(first(context, EAKG.number)), _number(first(description, EAKG.number))),
                _words(description, RDF.value),
                paragraph,
                tuple(sorted(original for original in originals if isinstance(original, URIRef))),
            )
        )
    return tuple(sorted(sentences, key=lambda sentence: (sentence.numbers, str(sentence.iri))))


def _number(value: Node | None) -> int:
    return (whole_number(value, sys.maxsize) if isinstance(value, Literal) else None) or 0


def _words(properties: Properties, predicate: Node) -> Literal | None:
    value = first(properties, predicate)
    return value if isinstance(value, Literal) else None


def _home_order(home: Home) -> tuple[str, str]:
    return str(home.graph), str(home.file)

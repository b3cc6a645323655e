"""A plain reading of the evidence graph, to compare with: every value of every property."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import product

from rdflib import Graph
from rdflib.namespace import DCTERMS, PROV, RDF
from rdflib.term import Node

from eakg.names import CSVW, EAKG, OA, SCHEMA
from eakg.rdf.terms import Triple


@dataclass(frozen=True, order=True)
class PassageSource:
    """That words of a document state a triple; of a text that is not shipped there are their digest
    and, by numbers, the paragraph and sentence."""

    document: str
    annotation: str
    start: int
    end: int
    exact: str
    sentence: str
    original: str
    sha256: str = ""
    whereabouts: str = field(default="", compare=False)


@dataclass(frozen=True, order=True)
class RowSource:
    """That a row of a table states a triple, and a source that it cites."""

    table: str
    row: int
    source: str


Source = PassageSource | RowSource
Sources = dict[Triple, set[Source]]


def plain_sources(graph: Graph) -> Sources:
    """The sources of every triple that a graph of evidence has a statement of."""
    found: Sources = {}
    for statement in graph.subjects(RDF.type, RDF.Statement):
        (subject,), (predicate,), (object_,) = (
            list(graph.objects(statement, part))
            for part in (RDF.subject, RDF.predicate, RDF.object)
        )
        sources = found.setdefault((subject, predicate, object_), set())
        for node in graph.objects(statement, EAKG.evidence):
            if (node, CSVW.url, None) in graph:
                sources |= set(_rows(graph, node))
            else:
                sources |= set(_passages(graph, statement, node))
    return found


def _rows(graph: Graph, node: Node) -> Iterator[RowSource]:
    values = (graph.objects(node, one) for one in (DCTERMS.isPartOf, CSVW.url, DCTERMS.source))
    for table, url, source in product(*values):
        yield RowSource(str(table), int(str(url).split("#row=")[1]), str(source))


def _passages(graph: Graph, statement: Node, span: Node) -> Iterator[PassageSource]:
    sentences = sorted(graph.objects(statement, EAKG.inSentence), key=_place)
    paragraphs = {part for one in sentences for part in graph.objects(one, DCTERMS.isPartOf)}
    offsets = [
        int(str(offset))
        for selector in graph.objects(span, OA.hasSelector)
        for edge in (OA.start, OA.end)
        for offset in graph.objects(selector, edge)
    ]
    yield from (
        PassageSource(
            str(document),
            str(annotation),
            min(offsets),
            max(offsets),
            str(exact),
            " ".join(str(words) for one in sentences for words in graph.objects(one, RDF.value)),
            str(original),
            str(digest),
            " and ".join("paragraph {}, sentence {}".format(*_place(one)) for one in sentences),
        )
        for document, annotation, exact, digest, original in product(
            graph.objects(span, OA.hasSource),
            graph.objects(statement, PROV.wasDerivedFrom),
            list(graph.objects(span, RDF.value)) or [""],
            list(graph.objects(span, SCHEMA.sha256)) or [""],
            _originals(graph, paragraphs),
        )
    )


def _originals(graph: Graph, paragraphs: Iterable[Node]) -> list[object]:
    return [one for part in paragraphs for one in graph.objects(part, PROV.hadPrimarySource)] or [
        ""
    ]


def _place(sentence: Node) -> list[int]:
    """`p4/s12` comes after `p4/s2`."""
    return [int(part[1:]) for part in str(sentence).split("/")[-2:]]

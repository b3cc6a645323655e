"""What tests of the record of July 2020 share."""

import re

from rdflib import Graph, Node, URIRef
from rdflib.namespace import RDF

from eakg.names import ID, OA
from helpers.answers import APT, ARF, EAS

RECORD = "record-2020-07-23"


Rows = list[dict[str, str]]


JULY = {"apt-som-2020-07-20": APT, "eas-som-2020-07-20": EAS, "arf-som-2020-07-21": ARF}


def slug(node: Node) -> str:
    return str(node).removeprefix(str(ID))


def ids(acts: Rows, **patterns: str) -> set[URIRef]:
    return {
        ID[row["slug"]]
        for row in acts
        if all(re.match(pattern, row[column]) for column, pattern in patterns.items())
    }


def cell(row: dict[str, str], column: str) -> list[str]:
    return [item for item in row[column].split("|") if item]


def quotes_of(graph: Graph, span: Node) -> list[tuple[int, int, str]]:
    """The positions of a span with the quotes beside them, told apart by the class of selector."""
    quotes = []
    for selector in graph.objects(span, OA.hasSelector):
        if (selector, RDF.type, OA.TextPositionSelector) in graph:
            quote = URIRef(str(selector).replace("/position-", "/quote-"))
            assert (span, OA.hasSelector, quote) in graph
            assert (quote, RDF.type, OA.TextQuoteSelector) in graph
            start, end = (int(str(graph.value(selector, p))) for p in (OA.start, OA.end))
            quotes.append((start, end, str(graph.value(quote, OA.exact))))
    return quotes

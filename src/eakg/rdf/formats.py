"""The formats of query results: names, media types, and which form of result each can carry."""

from dataclasses import dataclass
from enum import StrEnum

import pyoxigraph


class ResultKind(StrEnum):
    """What a query gives: SPARQL 1.1 Query section 16."""

    SOLUTIONS = "solutions"
    BOOLEAN = "boolean"
    GRAPH = "graph"


@dataclass(frozen=True, eq=False)
class ResultFormat:
    """A serialisation of results.

    `name` is the short name for parameters and commands, `aliases` are other short names,
    `iri` is its name in https://www.w3.org/ns/formats/. `generic` are media types that clients
    ask for and mean it by.
    """

    name: str
    media_type: str
    extension: str
    kinds: frozenset[ResultKind]
    aliases: frozenset[str]
    iri: str
    generic: frozenset[str]

    @property
    def content_type(self) -> str:
        """The media type as a header carries it: text types with their charset."""
        if self.media_type.startswith("text/"):
            return f"{self.media_type}; charset=utf-8"
        return self.media_type


_ROWS = frozenset({ResultKind.SOLUTIONS})
_ROWS_AND_BOOLEAN = frozenset({ResultKind.SOLUTIONS, ResultKind.BOOLEAN})
_GRAPH = frozenset({ResultKind.GRAPH})
_W3C = "http://www.w3.org/ns/formats/"


def _format(
    name: str,
    media_type: str,
    extension: str,
    kinds: frozenset[ResultKind],
    iri: str,
    *aliases: str,
    generic: frozenset[str] = frozenset(),
) -> ResultFormat:
    return ResultFormat(name, media_type, extension, kinds, frozenset(aliases), _W3C + iri, generic)


_JSON, _XML = frozenset({"application/json"}), frozenset({"application/xml", "text/xml"})
JSON = _format(
    "json",
    "application/sparql-results+json",
    "srj",
    _ROWS_AND_BOOLEAN,
    "SPARQL_Results_JSON",
    generic=_JSON,
)
XML = _format(
    "xml",
    "application/sparql-results+xml",
    "srx",
    _ROWS_AND_BOOLEAN,
    "SPARQL_Results_XML",
    generic=_XML,
)
CSV = _format("csv", "text/csv", "csv", _ROWS, "SPARQL_Results_CSV")
TSV = _format("tsv", "text/tab-separated-values", "tsv", _ROWS, "SPARQL_Results_TSV")
TURTLE = _format(
    "turtle",
    "text/turtle",
    "ttl",
    _GRAPH,
    "Turtle",
    "ttl",
    generic=frozenset({"application/x-turtle"}),
)
N_TRIPLES = _format(
    "ntriples",
    "application/n-triples",
    "nt",
    _GRAPH,
    "N-Triples",
    "nt",
    generic=frozenset({"text/plain"}),
)
JSON_LD = _format(
    "jsonld", "application/ld+json", "jsonld", _GRAPH, "JSON-LD", "json-ld", generic=_JSON
)
RDF_XML = _format(
    "rdfxml", "application/rdf+xml", "rdf", _GRAPH, "RDF_XML", "rdf", "rdf+xml", generic=_XML
)

FORMATS: tuple[ResultFormat, ...] = (JSON, XML, CSV, TSV, TURTLE, N_TRIPLES, JSON_LD, RDF_XML)
GRAPH_FORMATS: tuple[ResultFormat, ...] = (TURTLE, N_TRIPLES, JSON_LD, RDF_XML)


def formats_for(kind: ResultKind) -> tuple[ResultFormat, ...]:
    """The formats that can carry a result of this kind, the preferred one first."""
    return tuple(one for one in FORMATS if kind in one.kinds)


def format_named(name: str, kind: ResultKind | None = None) -> ResultFormat | None:
    """The format of this short name, alias or media type, or None.

    For graphs, `json` is JSON-LD and `xml` is RDF/XML; clients send these whatever the query.
    """
    wanted = name.strip().lower()
    if kind is ResultKind.GRAPH:
        wanted = {"json": JSON_LD.name, "xml": RDF_XML.name}.get(wanted, wanted)
    for one in FORMATS:
        if wanted in {one.name, one.media_type} or wanted in one.aliases:
            return one
    return None


ROW_SYNTAX: dict[str, pyoxigraph.QueryResultsFormat] = {
    "json": pyoxigraph.QueryResultsFormat.JSON,
    "xml": pyoxigraph.QueryResultsFormat.XML,
    "csv": pyoxigraph.QueryResultsFormat.CSV,
    "tsv": pyoxigraph.QueryResultsFormat.TSV,
}
GRAPH_SYNTAX: dict[str, pyoxigraph.RdfFormat] = {
    "turtle": pyoxigraph.RdfFormat.TURTLE,
    "ntriples": pyoxigraph.RdfFormat.N_TRIPLES,
    "jsonld": pyoxigraph.RdfFormat.JSON_LD,
    "rdfxml": pyoxigraph.RdfFormat.RDF_XML,
}

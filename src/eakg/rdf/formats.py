"""The formats of query results: names, media types, and who writes which form of result in them.

A format carries its writers, so that one which is listed can be written.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, cached_property, lru_cache, partial
from itertools import chain
from typing import BinaryIO, TypeAlias, cast

import pyoxigraph

from eakg.rdf.syntaxes import (
    JSON_LD_SYNTAX,
    N_QUADS_SYNTAX,
    N_TRIPLES_SYNTAX,
    RDF_XML_SYNTAX,
    TRIG_SYNTAX,
    TURTLE_SYNTAX,
    Syntax,
)
from eakg.rdf.writers import (
    Lack,
    UnwritableError,
    write_answer,
    write_csv,
    write_graph,
    write_json_ld,
    write_rdf_xml,
    write_xml_answer,
)

Answer: TypeAlias = (
    pyoxigraph.QuerySolutions | pyoxigraph.QueryBoolean | Iterable[pyoxigraph.Triple]
)
"""What a query gives, as the engine gives it."""
SolutionsWriter: TypeAlias = Callable[[pyoxigraph.QuerySolutions, BinaryIO], None]
BooleanWriter: TypeAlias = Callable[[pyoxigraph.QueryBoolean, BinaryIO], None]
GraphWriter: TypeAlias = Callable[[Iterable[pyoxigraph.Triple], BinaryIO, Mapping[str, str]], None]
"""Writes triples with prefixes. Like the others it raises UnwritableError for what its format
cannot hold, when a part may have been written."""


class ResultKind(StrEnum):
    """What a query gives: SPARQL 1.1 Query section 16."""

    SOLUTIONS = "solutions"
    BOOLEAN = "boolean"
    GRAPH = "graph"


PHRASES = {
    ResultKind.SOLUTIONS: "the solutions of SELECT",
    ResultKind.BOOLEAN: "the answer to ASK",
    ResultKind.GRAPH: "the triples of CONSTRUCT or DESCRIBE",
}
"""The kinds in words."""


def kind_of(answer: Answer) -> ResultKind:
    """What an answer is."""
    match answer:
        case pyoxigraph.QuerySolutions():
            return ResultKind.SOLUTIONS
        case pyoxigraph.QueryBoolean():
            return ResultKind.BOOLEAN
    return ResultKind.GRAPH


@dataclass(frozen=True, eq=False, kw_only=True)
class ResultFormat:
    """A serialisation of results.

    `name` is the short name for parameters and commands, `aliases` are other short names, `iri` is
    its name in https://www.w3.org/ns/formats/, where it has one. `generic` are media types that
    clients ask for and mean it by. `solutions`, `boolean` and `graph` write results of SELECT, of
    ASK, and of CONSTRUCT and DESCRIBE, each where the format can carry such; a format of graphs has
    the `syntax` by which they are read. `lacks` is what it has no way to say, and so is refused.
    """

    name: str
    media_type: str
    extension: str
    iri: str | None = None
    aliases: frozenset[str] = frozenset()
    generic: frozenset[str] = frozenset()
    solutions: SolutionsWriter | None = None
    boolean: BooleanWriter | None = None
    graph: GraphWriter | None = None
    syntax: Syntax | None = None
    lacks: frozenset[Lack] = frozenset()

    def __post_init__(self) -> None:
        if not self.kinds:
            raise ValueError(f"{self.name} writes no form of result")

    @property
    def names(self) -> frozenset[str]:
        """What it may be called where one format is named: short names, media type, extension."""
        return self.aliases | {self.name, self.media_type, self.extension}

    @cached_property
    def kinds(self) -> frozenset[ResultKind]:
        """The forms of result that it can carry."""
        writers = {
            ResultKind.SOLUTIONS: self.solutions,
            ResultKind.BOOLEAN: self.boolean,
            ResultKind.GRAPH: self.graph,
        }
        return frozenset(kind for kind, writer in writers.items() if writer is not None)

    def write(self, answer: Answer, output: BinaryIO, prefixes: Mapping[str, str]) -> None:
        """Write an answer, a graph with prefixes. Raises: UnwritableError, with the formats that
        can, when this one cannot hold it, after which a part may have been written."""
        kind = kind_of(answer)
        self.check(kind)
        try:
            match answer:
                case pyoxigraph.QuerySolutions() if self.solutions is not None:
                    self.solutions(answer, output)
                case pyoxigraph.QueryBoolean() if self.boolean is not None:
                    self.boolean(answer, output)
                case _ if self.graph is not None:
                    self.graph(cast(Iterable[pyoxigraph.Triple], answer), output, prefixes)
        except UnwritableError as error:
            raise self._refusal(kind, str(error), error.lack) from None

    def check(self, kind: ResultKind) -> None:
        """Raises: UnwritableError, with the formats that can, when this one cannot carry such."""
        if kind not in self.kinds:
            raise self._refusal(kind, PHRASES[kind], None)

    def _refusal(self, kind: ResultKind, content: str, lack: Lack | None) -> UnwritableError:
        able = (
            result_format.media_type
            for result_format in formats_for(kind)
            if result_format is not self and (lack is None or lack not in result_format.lacks)
        )
        words = f"{self.media_type} cannot carry {content}; there is {', '.join(able)}"
        return UnwritableError(words, lack)

    @property
    def title(self) -> str:
        """Its name for people."""
        return self.name.upper() if self.syntax is None else self.syntax.name

    @cached_property
    def content_type(self) -> str:
        """The media type as a header carries it: text types with their charset."""
        if self.media_type.startswith("text/"):
            return f"{self.media_type}; charset=utf-8"
        return self.media_type


_W3C = "http://www.w3.org/ns/formats/"
_RESULTS = pyoxigraph.QueryResultsFormat
_JSON, _XML = frozenset({"application/json"}), frozenset({"application/xml", "text/xml"})
_N3 = frozenset({"text/n3", "text/rdf+n3", "application/n3"})
"""Notation3, which all Turtle is (https://w3c.github.io/N3/spec/, section 1)."""

JSON = ResultFormat(
    name="json",
    media_type="application/sparql-results+json",
    extension="srj",
    iri=f"{_W3C}SPARQL_Results_JSON",
    aliases=frozenset({"sparql-json", "sparql-results+json"}),
    generic=_JSON,
    solutions=partial(write_answer, _RESULTS.JSON),
    boolean=partial(write_answer, _RESULTS.JSON),
)
XML = ResultFormat(
    name="xml",
    media_type="application/sparql-results+xml",
    extension="srx",
    iri=f"{_W3C}SPARQL_Results_XML",
    aliases=frozenset({"sparql", "sparql-xml", "sparql-results+xml"}),
    generic=_XML,
    solutions=write_xml_answer,
    boolean=write_xml_answer,
    lacks=frozenset({Lack.CHARACTER}),
)
CSV = ResultFormat(
    name="csv",
    media_type="text/csv",
    extension="csv",
    iri=f"{_W3C}SPARQL_Results_CSV",
    solutions=write_csv,
    lacks=frozenset({Lack.TRIPLE_TERM}),
)
TSV = ResultFormat(
    name="tsv",
    media_type="text/tab-separated-values",
    extension="tsv",
    iri=f"{_W3C}SPARQL_Results_TSV",
    solutions=partial(write_answer, _RESULTS.TSV),
)
TURTLE = ResultFormat(
    name="turtle",
    media_type=TURTLE_SYNTAX.media_type,
    extension="ttl",
    iri=f"{_W3C}Turtle",
    aliases=frozenset({"n3"}),
    generic=frozenset({"application/x-turtle", "application/turtle", *_N3}),
    graph=partial(write_graph, TURTLE_SYNTAX),
    syntax=TURTLE_SYNTAX,
)
N_TRIPLES = ResultFormat(
    name="ntriples",
    media_type=N_TRIPLES_SYNTAX.media_type,
    extension="nt",
    iri=f"{_W3C}N-Triples",
    aliases=frozenset({"n-triples"}),
    generic=frozenset({"text/plain"}),
    graph=partial(write_graph, N_TRIPLES_SYNTAX),
    syntax=N_TRIPLES_SYNTAX,
)
JSON_LD = ResultFormat(
    name="jsonld",
    media_type=JSON_LD_SYNTAX.media_type,
    extension="jsonld",
    iri=f"{_W3C}JSON-LD",
    aliases=frozenset({"json-ld"}),
    generic=_JSON | {"application/x-json+ld"},
    graph=write_json_ld,
    syntax=JSON_LD_SYNTAX,
    lacks=frozenset({Lack.TRIPLE_TERM, Lack.DIRECTION}),
)
RDF_XML = ResultFormat(
    name="rdfxml",
    media_type=RDF_XML_SYNTAX.media_type,
    extension="rdf",
    iri=f"{_W3C}RDF_XML",
    aliases=frozenset({"rdf+xml", "rdf/xml", "rdf-xml"}),
    generic=_XML,
    graph=write_rdf_xml,
    syntax=RDF_XML_SYNTAX,
    lacks=frozenset({Lack.CHARACTER, Lack.PROPERTY}),
)
TRIG = ResultFormat(
    name="trig",
    media_type=TRIG_SYNTAX.media_type,
    extension="trig",
    iri=f"{_W3C}TriG",
    generic=frozenset({"application/x-trig"}),
    graph=partial(write_graph, TRIG_SYNTAX),
    syntax=TRIG_SYNTAX,
)
N_QUADS = ResultFormat(
    name="nquads",
    media_type=N_QUADS_SYNTAX.media_type,
    extension="nq",
    iri=f"{_W3C}N-Quads",
    aliases=frozenset({"n-quads"}),
    generic=frozenset({"text/x-nquads"}),
    graph=partial(write_graph, N_QUADS_SYNTAX),
    syntax=N_QUADS_SYNTAX,
)

FORMATS: tuple[ResultFormat, ...] = (
    *(JSON, XML, CSV, TSV),
    *(TURTLE, N_TRIPLES, JSON_LD, RDF_XML, TRIG, N_QUADS),
)
_NAMES = 256  # of formats, that are remembered
GRAPH_FORMATS = tuple(one for one in FORMATS if one.graph is not None)


@cache
def formats_for(kind: ResultKind) -> tuple[ResultFormat, ...]:
    """The formats that can carry a result of this kind, the preferred one first."""
    return tuple(one for one in FORMATS if kind in one.kinds)


@lru_cache(_NAMES)
def find_format(name: str, kind: ResultKind | None = None) -> ResultFormat | None:
    """The format of this short name, alias, extension or media type, or None.

    Where the kind of result is known, also that of a generic media type. For graphs, `json` is
    JSON-LD and `xml` is RDF/XML; clients send these whatever the query.
    """
    key = plain_format_name(name)
    if kind is ResultKind.GRAPH:
        key = {"json": JSON_LD.name, "xml": RDF_XML.name}.get(key, key)
    generic = () if kind is None else formats_for(kind)
    return next(
        chain(
            (one for one in FORMATS if key in one.names),
            (one for one in generic if key in one.generic),
        ),
        None,
    )


def plain_format_name(name: str) -> str:
    """The name of a format as formats have them: in small letters, a media type without its
    parameters, and with the plus sign that is a space where an address did not code it."""
    return name.partition(";")[0].strip().lower().replace(" ", "+")

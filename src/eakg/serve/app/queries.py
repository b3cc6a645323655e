"""A query as the SPARQL 1.1 Protocol carries it, read once.

Specification: SPARQL 1.1 Protocol section 2.1.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import NamedTuple

from eakg.queries.lint import property_functions
from eakg.rdf import JSON, TURTLE, ResultFormat, ResultKind, formats_for
from eakg.serve.app.errors import BadParameterError, TextTooLongError, UnsupportedBodyError
from eakg.serve.app.etags import MutableHeaders
from eakg.serve.app.negotiation import (
    HTML,
    Page,
    Representation,
    acceptable_representations,
)
from eakg.serve.app.parameters import (
    FORM,
    FORMAT_NAMES,
    INFERENCE_NAMES,
    QUERY,
    Parameters,
    form,
    query_string,
    text_body,
)
from eakg.serve.app.requests import AnyRequest
from eakg.store import QueryRequest
from eakg.store.client import TextReader

PLAIN_VIEW = "table"
VIEWS = (PLAIN_VIEW, "chart", "timeline", "map", "graph")
KNOWN_PARAMETERS = frozenset(
    {
        *("query", "default-graph-uri", "named-graph-uri", "closure", "timeout", "view"),
        *FORMAT_NAMES,
        *INFERENCE_NAMES,
    }
)
_BINDING = "$"  # before the name of a variable, where RDF4J binds one
_KEYWORDS = {"limit": "LIMIT", "offset": "OFFSET"}


class ProtocolQuery(NamedTuple):
    """A query that was asked for: what the store is asked, the kind of its result, the
    representation of that and the view of it on a page; `calls` whether it calls SERVICE,
    `volatile` whether two runs over the same data may differ; `alternatives` are further
    representations that the client takes, the preferred one first."""

    request: QueryRequest
    kind: ResultKind
    representation: Representation
    view: str
    calls: bool
    volatile: bool
    alternatives: tuple[Representation, ...] = ()

    def in_each(self) -> Iterator["ProtocolQuery"]:
        """The query in each representation that the client takes."""
        yield self
        for representation in self.alternatives:
            name = format_behind(representation, self.kind).name
            request = replace(self.request, format=name)
            yield self._replace(request=request, representation=representation)

    @property
    def is_page(self) -> bool:
        """Whether the result is shown to a person."""
        return isinstance(self.representation, Page)

    @property
    def tag_parts(self) -> tuple[object, ...]:
        """All that the representation depends on, but for the version of the data."""
        request, name = self.request, self.representation.name
        return (
            request.text,
            request.closure,
            sorted(request.default_graphs),
            sorted(request.named_graphs),
            request.base_iri,
            f"{name} {self.view}" if self.is_page else name,
        )


def tell_query(headers: MutableHeaders, request: QueryRequest, *, calls: bool) -> None:
    """Say of an answer whether what follows was asked too, and which properties of the query other
    engines would compute and this one does not: rows that they would give are not there.

    Arguments: the headers; what was asked; whether another endpoint may have computed them.
    """
    headers["EAKG-Closure"] = request.closure
    functions = () if calls else property_functions(request.text)
    if names := dict.fromkeys(iri for iri, _, _ in functions):
        headers["EAKG-Not-Computed"] = ", ".join(f"<{iri}>" for iri in names if iri.isascii())


def query_parameters(request: AnyRequest) -> Parameters:
    """The parameters of a query by GET, in a form, or as the body itself.

    Raises: BadParameterError, UnsupportedBodyError.
    """
    if request.method != "POST":
        return query_string(request)
    if request.mimetype == FORM:
        return form(request)
    if request.mimetype == QUERY:
        parameters = query_string(request)
        if "query" in parameters.names:
            raise BadParameterError("the query is given in the address and in the body")
        return Parameters((*parameters.pairs, ("query", text_body(request))))
    raise UnsupportedBodyError(
        f"the media type {request.mimetype or '(none)'} is not read", (QUERY, FORM)
    )


def query_text(parameters: Parameters, largest: int) -> str:
    """The text of the query. Argument: the bytes that it may have.

    Raises: BadParameterError where there is none, or several; TextTooLongError.
    """
    text = parameters.text("query")
    if text is None:
        raise BadParameterError("the parameter query is missing")
    check_length(text, largest)
    return text


def check_length(text: str, largest: int) -> None:
    """Raises: TextTooLongError where a text has more bytes than it may have."""
    if len(text) > largest or len(text.encode(errors="surrogatepass")) > largest:
        raise TextTooLongError(largest)


def read_query(
    request: AnyRequest, parameters: Parameters, text: str, base_iri: str, reader: TextReader
) -> ProtocolQuery:
    """What is asked for.

    Arguments: the request, its parameters and the text among them; the IRI that relative ones are
    resolved against; what reads the text within the limits.
    Raises: BadParameterError, NotAcceptableError, StoreError and its kinds.
    """
    _refuse_foreign(parameters)
    view = checked_view(parameters.single("view"))
    inspection, timeout = reader.read(text, base_iri, parameters.timeout())
    kind = inspection.kind or ResultKind.SOLUTIONS
    representation, *alternatives = acceptable_representations(
        request, parameters, _offers(kind), kind
    )
    query = QueryRequest(
        text,
        format_behind(representation, kind).name,
        parameters.closure(),
        parameters.graphs("default-graph-uri"),
        parameters.graphs("named-graph-uri"),
        base_iri,
        timeout,
    )
    return ProtocolQuery(
        query,
        kind,
        representation,
        view,
        inspection.service,
        inspection.volatile,
        tuple(alternatives),
    )


def _refuse_foreign(parameters: Parameters) -> None:
    """What other engines take, and what would be another answer if it were passed over here."""
    for name in parameters.names:
        if name.startswith(_BINDING):
            instead = f"write VALUES ?{name.removeprefix(_BINDING)} {{ ... }} in the query"
            raise BadParameterError(f"variables are not bound by {name}=; {instead}")
        if name in _KEYWORDS:
            raise BadParameterError(f"{name}= is not read; write {_KEYWORDS[name]} in the query")


@cache
def _offers(kind: ResultKind) -> tuple[Representation, ...]:
    return (*formats_for(kind), HTML)


def checked_view(view: str | None) -> str:
    """The view of this name. Raises: BadParameterError when there is none."""
    if view is None:
        return PLAIN_VIEW
    if view not in VIEWS:
        raise BadParameterError(f"view is one of {', '.join(VIEWS)}")
    return view


def format_behind(representation: Representation, kind: ResultKind) -> ResultFormat:
    """The format to ask the store for: a page is made from JSON or Turtle."""
    if isinstance(representation, Page):
        return TURTLE if kind is ResultKind.GRAPH else JSON
    return representation

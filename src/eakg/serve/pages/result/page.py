"""Results of a query for a browser: a table, a truth value, triples as text, or a drawing."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlencode

from flask import render_template
from rdflib import Literal, URIRef
from rdflib.term import Node

from eakg.rdf import (
    JSON,
    TURTLE_SYNTAX,
    NotRdf11Error,
    ResultKind,
    Row,
    Solutions,
    formats_for,
    parse_document,
    read_results,
    write_term,
)
from eakg.serve.app import PLAIN_VIEW, page_href, page_path, state
from eakg.serve.pages.result.supports import RowSupport, supports_of
from eakg.serve.pages.result.views import DRAWING_LIMIT, Drawing, draw, draw_triples, views
from eakg.serve.past import version_query
from eakg.serve.words import LabelledTable, labelled_table, naming_of
from eakg.sparql import FormatMismatchError, LimitExceededError, ResultTooLargeError
from eakg.store import QueryRequest, Result

ROW_LIMIT = 1000  # rows
_READ = 8 << 20  # bytes of a result that a page is made from
_TEXTS = 1 << 17  # characters of the query, in the links of all rows
Address = Callable[..., str]


@dataclass(frozen=True)
class ResultView:
    """A way to look at the result: its name, its address, whether it is the one on this page."""

    name: str
    path: str
    current: bool


@dataclass(frozen=True)
class ResultPage:
    """One of a table, a truth value and a text; or a drawing in the place of the first or last.

    `total` counts rows, shown or not, `lines` the triples between things where they are drawn, and
    `evidence` has an address for each row of the table that speaks of things of the graph.
    `supports` are what supports the first rows, where that is in sight; `lacks_supports`, whether
    that could not be asked for. `formats` are the names and addresses of the result for programs.
    """

    views: tuple[ResultView, ...] = ()
    formats: tuple[tuple[str, str], ...] = ()
    table: LabelledTable | None = None
    evidence: tuple[str | None, ...] = ()
    supports: tuple[RowSupport, ...] = ()
    lacks_supports: bool = False
    total: int = 0
    lines: int = 0
    boolean: bool | None = None
    text: str | None = None
    view: str = PLAIN_VIEW
    drawing: Drawing | None = None


def render_result(query: QueryRequest, result: Result, view: str) -> str:
    """The page of a result in JSON or Turtle.

    Arguments: what was asked; the result; the name of a view, whose place the table takes where
    the result does not have it.
    """
    page = result_page(query, result, view, partial(_address, query))
    limits = {"shown": ROW_LIMIT, "drawn": DRAWING_LIMIT}
    return render_template("result.html", result=page, asked=query, **limits)


def result_page(
    query: QueryRequest,
    result: Result,
    view: str,
    at: Address,
    *,
    in_groups: bool = False,
    has_supports: bool = False,
) -> ResultPage:
    """What a page shows of a result in JSON or Turtle.

    Arguments: what was asked; the result; the name of a view; the address of this page with
    a parameter more, `view` or `format`; whether digits of numbers are in groups; whether what
    supports the rows is in sight.
    Raises: ResultTooLargeError where making a page would take longer than the query may.
    """
    if result.size > _READ:
        result.file.close()
        raise ResultTooLargeError("the result is too large for a page; use LIMIT or another format")
    data = result.read()
    if query.format != JSON.name:
        return _triples(query, data, view, at)
    try:
        solutions = read_results(data)
    except NotRdf11Error as error:
        raise _format_mismatch(error, ResultKind.SOLUTIONS) from error
    if isinstance(solutions, bool):
        return ResultPage(boolean=solutions)
    possible = (PLAIN_VIEW, *views(solutions))
    current_view = view if view in possible else PLAIN_VIEW
    visible = _with_names(Solutions(solutions.variables, solutions.rows[:ROW_LIMIT]), query)
    supports = _supports(query, solutions.rows) if has_supports else ()
    return ResultPage(
        views=_views(at, possible, current_view),
        formats=_formats(at, ResultKind.SOLUTIONS),
        table=labelled_table(visible, in_groups=in_groups),
        supports=supports or (),
        lacks_supports=supports is None,
        evidence=tuple(_evidence(solutions, row, query, len(visible.rows)) for row in visible.rows),
        total=len(solutions.rows),
        view=current_view,
        drawing=None if current_view == PLAIN_VIEW else draw(visible, current_view, page_href),
    )


def _supports(query: QueryRequest, rows: Sequence[Row]) -> tuple[RowSupport, ...] | None:
    """What supports rows; None where that takes longer than a query may, which their answer did
    not."""
    try:
        return supports_of(query.text, query.closure, rows)
    except LimitExceededError:
        return None


def _triples(query: QueryRequest, data: bytes, view: str, at: Address) -> ResultPage:
    current_view = view if view == "graph" else PLAIN_VIEW
    drawing, between = None, []
    if current_view == "graph":
        try:
            triples = set(parse_document(data, TURTLE_SYNTAX))
            between = sorted(one for one in triples if not isinstance(one[2], Literal))
        except NotRdf11Error as error:
            raise _format_mismatch(error, ResultKind.GRAPH) from error
        terms = {term for one in between[:DRAWING_LIMIT] for term in one}
        presentation = state().catalogue.presentation()
        naming = naming_of(state().store, terms, presentation, closure=query.closure)
        drawing = draw_triples(between, lambda term: naming.of(term).label, page_href)
    return ResultPage(
        views=_views(at, (PLAIN_VIEW, "graph"), current_view),
        formats=_formats(at, ResultKind.GRAPH),
        text=data.decode(),
        view=current_view,
        drawing=drawing,
        lines=len(between),
    )


def _format_mismatch(error: NotRdf11Error, kind: ResultKind) -> FormatMismatchError:
    media_types = ", ".join(one.media_type for one in formats_for(kind))
    return FormatMismatchError(f"a page cannot show {error}; there is {media_types}")


def _with_names(solutions: Solutions, query: QueryRequest) -> Solutions:
    """The same rows, each thing of the graph with its name beside it, as ?xLabel is beside ?x.

    A name that the row has in another column is not said twice.
    """
    terms = {term for row in solutions.rows for term in row.values() if _is_ours(term)}
    presentation = state().catalogue.presentation()
    naming = naming_of(state().store, terms, presentation, closure=query.closure)

    def with_names(row: Row) -> Row:
        texts = {str(term) for term in row.values()}
        names = {
            f"{variable}Label": Literal(naming.of(term).label)
            for variable, term in row.items()
            if naming.has(term) and naming.of(term).label not in texts
        }
        return {**names, **row}

    return Solutions(solutions.variables, tuple(map(with_names, solutions.rows)))


def _is_ours(term: Node) -> bool:
    return isinstance(term, URIRef) and state().catalogue.project().has(str(term))


def _views(at: Address, names: Iterable[str], current: str) -> tuple[ResultView, ...]:
    return tuple(ResultView(name, at(view=name), name == current) for name in names)


def _formats(at: Address, kind: ResultKind) -> tuple[tuple[str, str], ...]:
    return tuple((one.title, at(format=one.name)) for one in formats_for(kind))


def _address(query: QueryRequest, **more: str) -> str:
    """Where this query is asked, for something more."""
    parameters = [
        ("query", query.text),
        ("closure", query.closure),
        *(("default-graph-uri", one) for one in query.default_graphs),
        *(("named-graph-uri", one) for one in query.named_graphs),
        *version_query().items(),
        *more.items(),
    ]
    return f"{page_path('/sparql')}?{urlencode(parameters)}"


def _evidence(solutions: Solutions, row: Row, query: QueryRequest, number: int) -> str | None:
    """Where the evidence of a row is seen, if it speaks of a thing of the graph: by its terms and,
    where the rows are not so many that the page grows by it, the query that it answers."""
    cells = [
        (variable, row[variable])
        for variable in solutions.variables
        if isinstance(row.get(variable), URIRef | Literal)
    ]
    if not any(_is_ours(node) for _, node in cells):
        return None
    if len(query.text) * number > _TEXTS or query.default_graphs or query.named_graphs:
        nodes = dict.fromkeys(node for _, node in cells)
        parameters = [("term", write_term(node)) for node in nodes]
    else:
        parameters = [("term", write_term(node)) for _, node in cells]
        parameters += [("variable", variable) for variable, _ in cells]
        parameters += [("query", query.text), ("closure", query.closure)]
    parameters += version_query().items()
    return f"{page_path('/sparql/row')}?{urlencode(parameters)}"

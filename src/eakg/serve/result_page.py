"""Results of a query for a browser: a table, a truth value, or triples as text."""

import json
from dataclasses import dataclass

from rdflib import Literal, URIRef
from rdflib.term import Node

from eakg.serve.links import short
from eakg.serve.shown import Shown
from eakg.store.request import QueryRequest, Result
from eakg.store.rows import rows

SHOWN = 1000  # rows


@dataclass(frozen=True)
class ResultPage:
    """One of a table, a truth value and a text; `total` counts rows, shown or not."""

    variables: tuple[str, ...] = ()
    table: tuple[tuple[Shown | None, ...], ...] = ()
    total: int = 0
    boolean: bool | None = None
    text: str | None = None


def result_page(asked: QueryRequest, result: Result) -> ResultPage:
    """What a page shows of a result in JSON or Turtle."""
    data = result.read()
    if asked.format != "json":
        return ResultPage(text=data.decode())
    head = json.loads(data)
    if "boolean" in head:
        return ResultPage(boolean=head["boolean"])
    variables = tuple(head["head"]["vars"])
    found = rows(data)
    table = tuple(
        tuple(_cell(row.get(variable)) for variable in variables) for row in found[:SHOWN]
    )
    return ResultPage(variables, table, len(found))


def _cell(term: Node | None) -> Shown | None:
    match term:
        case None:
            return None
        case URIRef():
            return Shown(short(str(term)), str(term), str(term))
        case Literal():
            return Shown(str(term), term.n3(), None, term.language)
        case _:
            return Shown(term.n3(), term.n3(), None)

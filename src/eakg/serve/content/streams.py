"""The rows of large results, one at a time."""

from collections.abc import Iterator

from rdflib import Literal
from rdflib.term import Node

from eakg.rdf import read_term, shorthand
from eakg.store import Closure, QueryRequest, QueryService

_PLAIN_END = '"'


def cells_of(
    store: QueryService, query: str | QueryRequest, closure: Closure = "full"
) -> Iterator[tuple[str, ...]]:
    """The rows of a SELECT query, of which one is held at a time.

    Each term is as TSV writes it; one that is not bound is empty. Raises: StoreError and its kinds.
    """
    request = query if isinstance(query, QueryRequest) else QueryRequest(query, "tsv", closure)
    with store.query(request) as result:
        lines = iter(result.file)
        next(lines, None)
        for line in lines:
            yield tuple(line.decode().rstrip("\r\n").split("\t"))


def iri_in(cell: str) -> str | None:
    """The IRI in a cell, None where there is none."""
    if not cell.startswith("<") or cell.startswith("<<"):
        return None
    return str(read_term(cell)) if "\\" in cell else cell[1:-1]


def term_in(cell: str) -> Node:
    """The term in a cell that has one."""
    literal = shorthand(cell)
    return read_term(cell) if literal is None else literal


def text_in(cell: str) -> tuple[str, str | None] | None:
    """The text and the language of the literal in a cell, None where there is none."""
    if "\\" not in cell and cell.startswith('"'):
        text, _, ending = cell[1:].rpartition(_PLAIN_END)
        if not ending:
            return text, None
        if ending.startswith("@") and "--" not in ending:
            return text, ending[1:]
    if not cell or cell.startswith(("<", "_:")):
        return None
    if not cell.startswith('"'):
        return cell, None  # a number or a truth value
    term = read_term(cell)
    return str(term), term.language if isinstance(term, Literal) else None

"""The head of a query, all that stands in front of its pattern, read as the engine reads it."""

from dataclasses import dataclass

from eakg.sparql.cursor import Cursor, significant_tokens
from eakg.sparql.lexer import Token

_FORMS = ("SELECT", "CONSTRUCT", "DESCRIBE", "ASK")


@dataclass(frozen=True)
class QueryHead:
    """What a query says before its pattern.

    `base` is "" where there is none; `prefixes` are its own, in order. `form` is "" where none is
    found, and `prologue` is where it would start. `default_graphs` and `named_graphs` are FROM and
    FROM NAMED, resolved; `dataset` is from where to where these clauses stand, or would stand.
    `pattern` is where the brace of the pattern is, None where there is none.
    """

    base: str
    prefixes: dict[str, str]
    form: str
    prologue: int
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    dataset: tuple[int, int]
    pattern: int | None

    def only_names_at(self, offset: int) -> bool:
        """Whether names of graphs and resources are all that can stand at a place."""
        first, last = self.dataset
        return (self.prologue if self.form in {"ASK", "DESCRIBE"} else first) <= offset < last


def read_head(text: str, base_iri: str | None = None) -> QueryHead:
    """Read the head of a query.

    Arguments: the query; the IRI that relative ones are resolved against, where the query has no
    BASE of its own. Never fails: of what is no query it is as much as can be read.
    Specification: SPARQL 1.1 Query section 19.8, rules 4 to 16.
    """
    cursor = Cursor(text, base_iri or "")
    for _ in cursor.prologue():
        pass
    prologue = cursor.skip()
    form = cursor.word(*_FORMS)
    _skip_result(cursor, form)
    start = cursor.skip()
    default_graphs, named_graphs = _dataset(cursor) if form else ((), ())
    dataset = start, cursor.skip()
    cursor.word("WHERE")
    pattern = cursor.position if form and cursor.starts("{") else None
    return QueryHead(
        cursor.base, cursor.prefixes, form, prologue, default_graphs, named_graphs, dataset, pattern
    )


def query_tokens(text: str) -> list[Token]:
    """The significant tokens of a query."""
    head = read_head(text)
    return list(significant_tokens(text, head.prefixes, head.prologue, head.dataset[1]))


def _skip_result(cursor: Cursor, form: str) -> None:
    """Move past what a form says of its result: columns, a template, or resources."""
    if form == "SELECT":
        cursor.word("DISTINCT", "REDUCED")
    if form == "CONSTRUCT" and cursor.starts("{"):
        cursor.block()
    elif form in {"SELECT", "DESCRIBE"} and cursor.starts("*"):
        cursor.position += 1
    elif form == "SELECT":
        while cursor.variable() or (cursor.starts("(") and cursor.block()):
            pass
    elif form == "DESCRIBE":
        while cursor.variable() or cursor.iri() is not None:
            pass


def _dataset(cursor: Cursor) -> tuple[tuple[str, ...], tuple[str, ...]]:
    default_graphs: dict[str, None] = {}
    named_graphs: dict[str, None] = {}
    while cursor.word("FROM"):
        # A name first: with a prefix `named:` declared, `FROM named:x` is of the default graph.
        iri = cursor.iri()
        graphs = default_graphs
        if iri is None and cursor.word("NAMED"):
            iri, graphs = cursor.iri(), named_graphs
        if iri is None:
            break
        graphs[iri] = None
    return tuple(default_graphs), tuple(named_graphs)

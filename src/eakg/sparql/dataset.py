"""The RDF dataset of a query, and a query with another one than it names itself.

By the parameters of the protocol a long dataset does not get through everywhere: Virtuoso answers
with a header for each graph, and clients take no more than a hundred.
"""

import re
from dataclasses import dataclass

from eakg.sparql.cursor import Cursor, syntax_error_at
from eakg.sparql.failures import QueryRefusedError, QuerySyntaxError
from eakg.sparql.head import read_head
from eakg.sparql.lexer import IRIREF, tokens

NO_GRAPH = "urn:x-eakg-empty"
"""Without any FROM, an engine would take a default graph of its own."""
_BEHIND_DESCRIBE = ("GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES")


@dataclass(frozen=True)
class Dataset:
    """Names of the graphs whose merge is the default graph, and of those for GRAPH."""

    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]


def with_dataset(text: str, dataset: Dataset) -> str:
    """The query with FROM and FROM NAMED for the dataset in place of its own; lines stay where
    they are.

    Raises: QuerySyntaxError where the place for them is not found, as in what is no query;
    QueryRefusedError for the name of a graph that is no IRI.
    Specification: SPARQL 1.1 Query section 19.8, rules 7 to 13.
    """
    head = read_head(text)
    start, stop = head.dataset
    if not head.form:
        token = next(tokens(text, head.prologue), None)
        if token is None:
            raise QuerySyntaxError("there is no SELECT, ASK, CONSTRUCT or DESCRIBE")
        raise syntax_error_at(text, token.start, f"unexpected {token.text}")
    if head.pattern is None:
        # Whatever else stands here may be a clause to another reader.
        cursor = Cursor(text)
        cursor.position = stop
        if head.form != "DESCRIBE" or not (cursor.at_end or cursor.word(*_BEHIND_DESCRIBE)):
            raise QuerySyntaxError("the query has no pattern")
    lines = "\n" * (text.count("\n", start, stop) or (start == len(text)))
    return f"{text[:start]}{lines} {_clauses(dataset)} {text[stop:]}"


def _clauses(dataset: Dataset) -> str:
    default_clauses = [f"FROM <{name}>" for name in dataset.default_graphs or (NO_GRAPH,)]
    named_clauses = [f"FROM NAMED <{name}>" for name in dataset.named_graphs]
    for name in (*dataset.default_graphs, *dataset.named_graphs):
        if not re.fullmatch(IRIREF, f"<{name}>"):
            raise QueryRefusedError(f"{name!r} is not the name of a graph")
    return " ".join([*default_clauses, *named_clauses])

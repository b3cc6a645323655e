"""A query with another dataset than it names itself, written into its text.

By the parameters of the protocol a long dataset does not get through everywhere: Virtuoso answers
with a header for each graph, and clients take no more than a hundred.
"""

import re
from collections.abc import Sequence

from eakg.sparql.dataset import Dataset
from eakg.sparql.failures import QueryRefusedError, QuerySyntaxError
from eakg.sparql.lexer import IRIREF, Token, TokenKind
from eakg.sparql.query import significant

NO_GRAPH = "urn:x-eakg-empty"
"""Without any FROM, an engine would take a default graph of its own."""
_FORMS = frozenset({"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"})
_PROLOGUE = frozenset({"BASE", "PREFIX"})
_AFTER_DATASET = frozenset(
    {"WHERE", "FROM", "GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES"}
)


def with_dataset(text: str, dataset: Dataset) -> str:
    """The query with FROM and FROM NAMED for the dataset in place of its own; lines stay where
    they are.

    Raises: QuerySyntaxError where the place for them is not found, as in what is no query;
    QueryRefusedError for the name of a graph that is no IRI.
    Specification: SPARQL 1.1 Query section 19.8, rules 7 to 13.
    """
    found = significant(text)
    first = _dataset_place(found, _form_place(text, found))
    after = first
    while after < len(found) and _word(found[after]) == "FROM":
        after += 3 if _word(found[after + 1]) == "NAMED" else 2
    start = _start(text, found, first)
    end = _start(text, found, after)
    lines = "\n" * (text.count("\n", start, end) or (first == len(found)))
    return f"{text[:start]}{lines} {_clauses(dataset)} {text[end:]}"


def _clauses(dataset: Dataset) -> str:
    default = [f"FROM <{name}>" for name in dataset.default or (NO_GRAPH,)]
    named = [f"FROM NAMED <{name}>" for name in dataset.named]
    for name in (*dataset.default, *dataset.named):
        if not re.fullmatch(IRIREF, f"<{name}>"):
            raise QueryRefusedError(f"{name!r} is not the name of a graph")
    return " ".join([*default, *named])


def _form_place(text: str, found: Sequence[Token]) -> int:
    for place, token in enumerate(found):
        word = _word(token)
        if word in _FORMS:
            return place
        named = token.kind in {TokenKind.IRIREF, TokenKind.PREFIXED_NAME}
        if not named and word not in _PROLOGUE:
            line = text.count("\n", 0, token.start) + 1
            column = token.start - text.rfind("\n", 0, token.start)
            message = f"line {line}, column {column}: unexpected {token.text}"
            raise QuerySyntaxError(message, line, column)
    raise QuerySyntaxError("there is no SELECT, ASK, CONSTRUCT or DESCRIBE")


def _dataset_place(found: Sequence[Token], form: int) -> int:
    """Where the clauses may stand: in front of the pattern, or of what may follow DESCRIBE."""
    place = form + 1
    template = _word(found[form]) == "CONSTRUCT" and place < len(found) and found[place].text == "{"
    depth = 0
    while place < len(found):
        token = found[place]
        follows = token.text == "{" or _word(token) in _AFTER_DATASET
        if follows and depth == 0 and not template:
            return place
        depth += {"{": 1, "(": 1, "}": -1, ")": -1}.get(token.text, 0)
        template = template and depth > 0
        place += 1
    if _word(found[form]) == "DESCRIBE":
        return place
    raise QuerySyntaxError("the query has no pattern")


def _start(text: str, found: Sequence[Token], place: int) -> int:
    return found[place].start if place < len(found) else len(text)


def _word(token: Token) -> str:
    return token.text.upper() if token.kind is TokenKind.KEYWORD else token.text

"""Whether a query or an update sends a part of itself to another endpoint."""

import re
from collections.abc import Mapping

from eakg.rdf import is_iri
from eakg.sparql.cursor import significant_tokens
from eakg.sparql.head import QueryHead, read_head
from eakg.sparql.iris import iri_of
from eakg.sparql.lexer import (
    COMMENT,
    IRIREF,
    PREFIXED_NAME,
    VARIABLE,
    Token,
    TokenKind,
    TokenReader,
    ends_term,
)

_BLANK = rf"(?:\s|{COMMENT}(?:[\n\r]|\Z))*+"
# The words alone are in any case: names in any case would take long to compile.
_SERVICE = re.compile(
    rf"(?i:service){_BLANK}(?:(?i:silent){_BLANK})?"
    rf"(?:{VARIABLE}|{IRIREF}|{PREFIXED_NAME}){_BLANK}\{{"
)
# A prefixed name after one of these is a graph or a resource, whatever its prefix.
_GROUP = re.compile(rf"{_BLANK}\{{")
_TAKES_NAME = ("GRAPH", "FROM", "NAMED", "DESCRIBE")
_DEPTH_LIMIT = 8
"""So many open parentheses stay open."""


def calls_service(text: str, head: QueryHead | None = None) -> bool:
    """Whether the text calls SERVICE.

    Arguments: a query or an update; the head of the query, where it was read.

    A call must not be missed, so nothing is taken for granted of the grammar. Wherever a `<` may
    compare, behind a term with a parenthesis open, it is read both ways; and a call is a call when
    any reading has it outside strings, comments and IRIs.
    """
    if "service" not in text.lower():
        return False
    prefixes = head.prefixes if head else {}
    reader = TokenReader(text)
    # How many parentheses were open at most, by what else matters for what follows.
    depths: dict[tuple[int, bool, bool], int] = {}
    readings = [(0, 0)]
    while readings:
        position, depth = readings.pop()
        takes_name = follows_term = False
        while span := reader.next(position):
            kind, start, position = span
            state = (start, takes_name, follows_term)
            if kind is TokenKind.COMMENT:
                state = (position, takes_name, follows_term)  # those of one line end together
            if depths.get(state, -1) >= depth:
                break
            depths[state] = depth
            if kind is TokenKind.COMMENT:
                continue
            token = Token(kind, text[start:position], start)
            if token.text[0] == "<" and len(token.text) > 1 and follows_term and depth:
                readings.append((start + 1, depth))
            is_name = kind is TokenKind.PREFIXED_NAME and not takes_name
            if not (head and head.only_names_at(start)) and (
                (is_name and _calls_behind_prefix(text, token, prefixes))
                or ((is_name or kind is TokenKind.KEYWORD) and _calls(text, token))
            ):
                return True
            takes_name = token.word.endswith(_TAKES_NAME)
            follows_term = ends_term(token)
            if depth < _DEPTH_LIMIT:
                depth = max(depth + (token.text == "(") - (token.text == ")"), 0)
    return False


def without_calls(text: str) -> str | None:
    """A query or an operation of an update whose calls of SERVICE are patterns of GRAPH instead,
    every other character where it was: the same grammar, and nobody is called. None where a call
    cannot be told for sure."""
    if "service" not in text.lower():
        return text
    head = read_head(text)
    pieces = list(text)
    is_call = False
    for token in significant_tokens(text, head.prefixes, head.prologue, head.dataset[1]):
        if token.word == "SERVICE" or (is_call and token.word == "SILENT"):
            is_call = token.word == "SERVICE"
            word = "GRAPH" if is_call else ""
            pieces[token.start : token.stop] = word.ljust(len(token.text))
        else:
            is_call = False
    plain_text = "".join(pieces)
    return None if calls_service(plain_text, head) else plain_text


def _calls(text: str, token: Token) -> bool:
    """Whether a call begins in a run of letters, which other keywords may be glued to."""
    run = token.text.partition(":")[0].lower()
    # What follows one in the midst would be the rest of the name, as for the first.
    return any(
        place >= 0
        and not run[:place].upper().endswith(_TAKES_NAME)
        and _SERVICE.match(text, token.start + place)
        for place in (run.find("service"), run.rfind("service"))
    )


def _calls_behind_prefix(text: str, token: Token, prefixes: Mapping[str, str]) -> bool:
    """Whether a call may begin behind the colon of a name: the engine reads a name that would be
    no IRI as its prefix alone, and goes on with the rest."""
    local = token.text.partition(":")[2].lower()
    if "service" not in local or is_iri(iri_of(token, "", prefixes) or ""):
        return False
    last = local.endswith("service") and _SERVICE.match(text, token.stop - len("service"))
    return bool(last or _GROUP.match(text, token.stop))

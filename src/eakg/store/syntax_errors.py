"""The engine's syntax errors, made readable and put where they are.

The engine reports the furthest character it looked at, and it looks ahead: for `SELEC * {}` it
compares nine characters with CONSTRUCT and reports the tenth. So the place is found by asking it
how far the beginnings of the query can be read: where white space follows a beginning that is
fine as far as it goes, the engine reads up to the very end.
"""

import re
from collections.abc import Sequence

import pyoxigraph

from eakg.sparql import (
    GLUED_CALLS,
    QuerySyntaxError,
    Token,
    TokenKind,
    UpdatePart,
    engine_spelling,
    offset_of,
    query_tokens,
    significant_tokens,
    syntax_error_at,
    tokens,
    without_calls,
)
from eakg.sparql.faults import ScopeFault, scope_faults
from eakg.store.complaints import complaint_of

_PLACE = re.compile(r"error at (\d+):(\d+): expected (?:one of )?(.*)", re.DOTALL)
_ALTERNATIVE = re.compile(r'"(?:[^"\\]|\\.)*"|\[[^\]]*\](?:\s*\|\s*\[[^\]]*\])*|[^,"\[]+')
_CHARACTERS = "["  # how an alternative begins that is a class of characters
_SPACE = "\n" + " " * 40  # more than the longest keyword


def syntax_error(
    text: str, message: str, base_iri: str | None = None, part: UpdatePart | None = None
) -> QuerySyntaxError:
    """The engine's message about a query as an exception with line and column, both from 1.

    Arguments: the query; the message of the engine's SyntaxError; the base IRI it was given; the
    operation that the message is about, where the text is an update.
    """
    match = _PLACE.fullmatch(message)
    if match is None:
        return QuerySyntaxError(message)
    sentence = next((phrase for phrase in _alternatives(match[3]) if " " in phrase), None)
    if part is None:
        offset, alternatives = _locate(text, base_iri)
        faults = scope_faults(query_tokens(text))
        return syntax_error_at(
            text, *complaint_of(text, offset, sentence, alternatives, faults, "query")
        )
    operation = text[part.start : part.stop]
    offset, alternatives = _locate(operation, base_iri, part.prologue)
    offset += part.start
    faults = scope_faults(list(significant_tokens(operation)))
    faults = [
        ScopeFault(fault.start + part.start, fault.noticed + part.start, fault.complaint)
        for fault in faults
    ]
    return syntax_error_at(
        text, *complaint_of(text, offset, sentence, alternatives, faults, "update")
    )


def _locate(text: str, base_iri: str | None, prologue: str | None = None) -> tuple[int, list[str]]:
    """Where the first token is that cannot stand there, and what could.

    `before` stands in front of an operation of an update; None where the text is a query.
    """
    token_list = list(tokens(text))

    def readable(number: int) -> tuple[bool, list[str]]:
        pair = token_list[max(number - 1, 0) : number + 1]
        if number and len(pair) == 2 and pair[0].word in GLUED_CALLS and pair[1].text == "(":
            number += 1  # white space after the name is no beginning for the engine
        end = token_list[number - 1].stop if number else 0
        return _readable(text[:end] + _SPACE, base_iri, prologue)

    # Between the characters of an operator nothing is tried at first.
    ends = [n for n in range(1, len(token_list) + 1) if not _may_join(token_list[n - 1 : n + 1])]
    low, high = 0, len(ends)
    while low < high:
        middle = (low + high) // 2
        if readable(ends[middle])[0]:
            low = middle + 1
        else:
            high = middle
    good = ends[low - 1] if low else 0
    last = ends[low] if low < len(ends) else good
    while good < last and readable(good + 1)[0]:
        good += 1
    if good < len(token_list):
        offset = token_list[good].start
    else:
        offset = token_list[-1].stop if token_list else 0
        offset = len(text) - len(text[offset:].lstrip())
    return offset, readable(good)[1]


def _may_join(pair: Sequence[Token]) -> bool:
    return (
        len(pair) == 2
        and all(token.kind is TokenKind.PUNCTUATION for token in pair)
        and pair[0].stop == pair[1].start
    )


def _readable(beginning: str, base_iri: str | None, prologue: str | None) -> tuple[bool, list[str]]:
    """Whether this is the beginning of a query, and what may follow it."""
    plain_beginning = without_calls(engine_spelling(beginning, base_iri))
    if plain_beginning is None:
        return False, []
    beginning = plain_beginning
    try:
        if prologue is None:
            pyoxigraph.Store().query(beginning, base_iri=base_iri)
        else:
            beginning = prologue + beginning
            pyoxigraph.Store().update(beginning, base_iri=base_iri)
    except SyntaxError as error:
        match = _PLACE.fullmatch(str(error))
        if match is None:
            return False, []
        place = offset_of(beginning, int(match[1]), int(match[2]))
        return place >= len(beginning), _alternatives(match[3])
    except (ValueError, RuntimeError, OSError):
        return True, []
    return True, []


def _alternatives(text: str) -> list[str]:
    """The alternatives in the engine's list that are words or signs."""
    parts = (" ".join(part.split()) for part in _ALTERNATIVE.findall(text))
    return [part for part in parts if part and not part.startswith(_CHARACTERS)]

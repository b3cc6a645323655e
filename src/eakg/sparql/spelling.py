"""What the engine's grammar does not know, in the spelling that it does.

It reads one run of dots in a prefixed name and no more, of `ec:1.1.1.353` the name `ec:1.1` and two
numbers, where SPARQL has any number of them (SPARQL 1.1 Query section 19.8, rule 169), and no
character beyond U+FFFF (rule 164); `true` and `false` in small letters only (note 1 there); and no
white space between CONCAT, COALESCE or BNODE and its parenthesis (note 2).
"""

import re
from collections.abc import Iterator
from itertools import islice

from eakg.sparql.cursor import (
    LONGEST_NAMESPACE,
    Cursor,
    TextChange,
    inexact_at,
    offset_before,
    offset_of,
    splice,
    syntax_error_at,
)
from eakg.sparql.failures import InexactQueryError, QuerySyntaxError
from eakg.sparql.iris import iri_of
from eakg.sparql.lexer import IRIREF, Token, TokenKind, tokens
from eakg.sparql.query import lookup_kind

_BYTE_ORDER_MARK = "\ufeff"
GLUED_CALLS = frozenset({"CONCAT", "COALESCE", "BNODE"})
"""The functions whose parenthesis has to follow at once."""
_MAY_DIFFER = re.compile(
    r"(?!true|false)(?i:true|false)|[\U00010000-\U0010ffff]|(?i:CONCAT|COALESCE|BNODE)[\s#]"
)
_IRI = re.compile(IRIREF)
_LONG_IRI = re.compile(rf"<[^<>\s]{{{LONGEST_NAMESPACE}}}")
_RUN = re.compile(r"[^\s<>\"{}|^`]++")
_NAMES = frozenset({TokenKind.VARIABLE, TokenKind.BLANK_NODE})
_DOTS = re.compile(r"\\.|(\.++)")
"""A run of dots, or what is escaped."""


def engine_spelling(text: str, base_iri: str | None = None) -> str:
    """The query or update as the engine reads it; lines stay where they are.

    Arguments: the text; the IRI that relative ones are resolved against, where it has no BASE of
    its own. A byte order mark at its beginning is left out.
    Raises: InexactQueryError for a name that the engine cannot read, and for a base or
    namespace that is too long to be read.
    """
    if lookup_kind(text) is not None:
        return text
    return splice(text, _spelling_changes(text, base_iri))


def as_sent(
    error: InexactQueryError | QuerySyntaxError, text: str, base_iri: str | None = None
) -> InexactQueryError | QuerySyntaxError:
    """An error about a text in the engine's spelling, with its place in the text as it was sent."""
    spelled = engine_spelling(text, base_iri)
    if spelled == text or error.line is None or error.column is None:
        return error
    offset = offset_of(spelled, error.line, error.column)
    offset = offset_before(_spelling_changes(text, base_iri), offset)
    _, _, complaint = str(error).partition(": ")
    error_at = inexact_at if isinstance(error, InexactQueryError) else syntax_error_at
    return error_at(text, offset, complaint)


def _spelling_changes(text: str, base_iri: str | None) -> list[TextChange]:
    mark = len(text) - len(text.removeprefix(_BYTE_ORDER_MARK))
    if mark:
        changes = _spelling_changes(text[mark:], base_iri)
        return [(0, mark, ""), *((start + mark, stop + mark, new) for start, stop, new in changes)]
    if not (_MAY_DIFFER.search(text) or _has_several_dots(text) or _may_have_long_namespace(text)):
        return []
    return [*_changes(Cursor(text, base_iri or ""))]


def _has_several_dots(text: str) -> bool:
    """Whether a name may have more than one."""
    runs = _RUN.findall(_IRI.sub(" ", text))
    return any(run.partition(":")[2].count(".") > 1 for run in runs)


def _may_have_long_namespace(text: str) -> bool:
    return len(text) > LONGEST_NAMESPACE and bool("base" in text.lower() or _LONG_IRI.search(text))


def _changes(cursor: Cursor) -> Iterator[TextChange]:
    start, stop = 0, -1
    while start > stop:  # the declarations in front of each operation of an update
        cursor.position = stop = start
        for _ in cursor.prologue():
            pass
        if cursor.long_namespace is not None:
            complaint = (
                f"a base or a namespace of more than {LONGEST_NAMESPACE} characters is not read;"
                " write the IRIs out"
            )
            raise inexact_at(cursor.text, cursor.long_namespace, complaint)
        call: Token | None = None
        for token in tokens(cursor.text, cursor.position):
            if call is not None and token.text == "(" and token.start > call.stop:
                # What stands between goes to the front, so that lines stay where they are.
                gap = cursor.text[call.stop : token.start]
                yield call.start, token.stop, f"{gap}{call.text}("
            if token.kind is not TokenKind.COMMENT:
                call = token if token.word in GLUED_CALLS else None
            spelling = _spelling(token, cursor)
            if spelling is not None:
                yield token.start, token.stop, spelling
            if token.text == ";" and _declares(cursor, token.stop):
                start = token.stop
                break


def _declares(cursor: Cursor, position: int) -> bool:
    ahead = Cursor(cursor.text)
    ahead.position = position
    return bool(ahead.word("PREFIX", "BASE", "VERSION"))


def _spelling(token: Token, cursor: Cursor) -> str | None:
    if token.kind is TokenKind.KEYWORD:
        word = token.text.lower()
        return word if word in {"true", "false"} and token.text != word else None
    if token.kind in _NAMES and not _is_short(token.text):
        complaint = "names have no characters beyond U+FFFF here; use another name"
        raise inexact_at(cursor.text, token.start, complaint)
    if token.kind is not TokenKind.PREFIXED_NAME:
        return None
    local = token.text.partition(":")[2]
    if _is_short(local) and not _has_runs_of_dots(local):
        return None
    iri = iri_of(token, cursor.base, cursor.prefixes)
    return None if iri is None else f"<{iri}>"


def _has_runs_of_dots(local: str) -> bool:
    """Whether there are several runs of dots that are not escaped."""
    runs = (match for match in _DOTS.finditer(local) if match[1])
    return len(list(islice(runs, 2))) == 2


def _is_short(name: str) -> bool:
    """Whether all its characters have 16 bits."""
    return not name or ord(max(name)) < 1 << 16

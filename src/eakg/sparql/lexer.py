"""The tokens of a SPARQL text, by the terminals of SPARQL 1.1 Query section 19.8.

The engine does not show what it parsed, and what a query asks of the world (SERVICE, FROM) must
be known before it runs. So where the engine's grammar is looser than the specification's, as for a
`<` that compares, the tokens are those that the engine reads. Where it is narrower, as for dots in
names, the text is spelled for it first (`spelling`).
"""

import re
import sys
from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from eakg.sparql.watch import WATCH


class TokenKind(StrEnum):
    """The kinds of token that tell apart what keywords can hide in."""

    IRIREF = "iriref"
    STRING = "string"
    COMMENT = "comment"
    VARIABLE = "variable"
    BLANK_NODE = "blank_node"
    PREFIXED_NAME = "prefixed_name"
    LANGUAGE_TAG = "language_tag"
    KEYWORD = "keyword"
    NUMBER = "number"
    PUNCTUATION = "punctuation"


class Token(NamedTuple):
    """A token, and where in the text it starts (characters from 0)."""

    kind: TokenKind
    text: str
    start: int

    @property
    def stop(self) -> int:
        """Where the next character is."""
        return self.start + len(self.text)

    @property
    def word(self) -> str:
        """A keyword in capitals, a sign as it is, "" for what stands for something."""
        if self.kind is TokenKind.KEYWORD:
            return self.text.upper()
        return self.text if self.kind is TokenKind.PUNCTUATION else ""


class TokenSpan(NamedTuple):
    """A token without its text: where it starts and where it ends."""

    kind: TokenKind
    start: int
    stop: int


def _one_of(characters: str) -> str:
    """A class of characters, by those that it does not have: `re` goes through each one that is
    named when it compiles, and of most names of things there are fewer that may not be in them."""
    ranges = [
        (ord(first or single), ord(last or single))
        for first, last, single in re.findall("(.)-(.)|(.)", characters, re.DOTALL)
    ]
    gaps, start = [], 0
    for first_code, last_code in [*sorted(ranges), (sys.maxunicode + 1, 0)]:
        if first_code > start:
            gaps.append(rf"\U{start:08x}-\U{first_code - 1:08x}")
        start = max(start, last_code + 1)
    return f"[^{''.join(gaps)}]"


# https://www.w3.org/TR/sparql11-query/#rPN_CHARS_BASE and the rules after it
_PN_CHARS_BASE = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d"
    "\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_PN_CHARS_U = _PN_CHARS_BASE + "_"
_PN_CHARS = _PN_CHARS_U + "0-9\u00b7\u0300-\u036f\u203f-\u2040-"
CODEPOINT = r"\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}"
_ECHAR = rf"\\[tbnrf\"'\\]|{CODEPOINT}"
_ANY_ESCAPE = r"\\."
_PLX = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"
_IN_NAME, _IN_LOCAL = _one_of(_PN_CHARS), _one_of(f":{_PN_CHARS}")
_NAME_TAIL = rf"{_IN_NAME}*+(?:\.++{_IN_NAME}++)*+"
_PN_PREFIX = f"{_one_of(_PN_CHARS_BASE)}{_NAME_TAIL}"
_PN_LOCAL_HEAD = f"(?:{_one_of(f'{_PN_CHARS_U}:0-9')}|{_PLX})(?:{_IN_LOCAL}|{_PLX})*+"
_PN_LOCAL_DOTS = rf"(?:\.++(?:{_IN_LOCAL}|{_PLX})++)"
_PN_LOCAL = f"{_PN_LOCAL_HEAD}{_PN_LOCAL_DOTS}*+"
IRIREF = rf"<(?:[^\x00-\x20<>\"{{}}|^`\\]|{CODEPOINT})*+>"
_FIRST_OF_VARIABLE = f"{_PN_CHARS_U}0-9"
_IN_VARIABLE = f"{_FIRST_OF_VARIABLE}\u00b7\u0300-\u036f\u203f-\u2040"
VARIABLE = f"[?$]{_one_of(_FIRST_OF_VARIABLE)}{_one_of(_IN_VARIABLE)}*+"
PREFIX = f"(?:{_PN_PREFIX})?+"
PREFIXED_NAME = f"{PREFIX}:(?:{_PN_LOCAL})?+"
COMMENT = r"#[^\n\r]*+"


def _strings(escape: str) -> str:
    return (
        rf"'''(?:'{{0,2}}(?:[^'\\]|{escape}))*+'''"
        rf'|"""(?:"{{0,2}}(?:[^"\\]|{escape}))*+"""'
        rf"|'(?:[^'\\\n\r]|{escape})*+'"
        rf'|"(?:[^"\\\n\r]|{escape})*+"'
    )


_BEFORE_NAMES = (
    rf"(?P<iriref>{IRIREF})",
    # One with an escape that there is not is a string too, for those who say what is wrong with it.
    f"(?P<string>{_strings(_ECHAR)}|{_strings(_ANY_ESCAPE)})",
    r"(?P<unfinished>[\"'])",
    "(?P<comment>#)",
    f"(?P<variable>{VARIABLE})",
    f"(?P<blank_node>_:{_one_of(_FIRST_OF_VARIABLE)}{_NAME_TAIL})",
)
_NAME = f"(?P<prefixed_name>{_PN_PREFIX}(?::(?:{_PN_LOCAL})?+)?+|:(?:{_PN_LOCAL})?+)"
_AFTER_NAMES = (
    r"(?P<language_tag>@[A-Za-z]+(?:-[A-Za-z0-9]+)*+(?:--[A-Za-z]+)?)",
    r"(?P<keyword>[A-Za-z][A-Za-z0-9_]*+)",
    # A full stop behind a number ends the triple, unless a digit or an exponent follows it.
    r"(?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)[eE][+-]?[0-9]+|[0-9]*\.[0-9]+|[0-9]+)",
    r"(?P<punctuation><<|>>|[^ \t\n\r])",
)
_TOKEN = re.compile("|".join((*_BEFORE_NAMES, _NAME, *_AFTER_NAMES)), re.DOTALL)
_NO_NAME = re.compile("|".join((*_BEFORE_NAMES, *_AFTER_NAMES)), re.DOTALL)
_END_OF_LINE = re.compile(r"[\n\r]")
_KINDS = {kind.value: kind for kind in TokenKind}
_TERMS = frozenset(
    {
        TokenKind.IRIREF,
        TokenKind.STRING,
        TokenKind.VARIABLE,
        TokenKind.BLANK_NODE,
        TokenKind.PREFIXED_NAME,
        TokenKind.LANGUAGE_TAG,
        TokenKind.NUMBER,
    }
)
_CLOSING = {"(": ")", "[": "]", "{": "}"}
_INTERVAL = 256  # tokens between two looks at the watch
_EXPRESSIONS = ("SELECT", "GROUP", "HAVING", "ORDER")


def tokens(text: str, start: int = 0) -> Iterator[Token]:
    """The tokens from `start` on, comments included, white space left out.

    What fits no terminal comes as punctuation of one character. The tokens end in front of a
    quotation mark that is never closed, as nothing can follow it in a query. Time and space are
    linear in the length of the text.
    """
    reader = TokenReader(text)
    context = _Context()
    position = start
    while (span := reader.next(position, compares=context.compares)) is not None:
        kind, start, position = span
        token = Token(kind, text[start:position], start)
        yield token
        if kind is not TokenKind.COMMENT:
            context.pass_over(token)


def blank_node_tokens(text: str) -> list[Token]:
    """The blank node labels of a text, in order."""
    if "_:" not in text:
        return []
    return [token for token in tokens(text) if token.kind is TokenKind.BLANK_NODE]


class TokenReader:
    """Reads single tokens of a text, under the watch that there is; what it remembers keeps it
    linear."""

    def __init__(self, text: str) -> None:
        self._text = text
        # A run of a name's characters that no colon follows, so that no name begins in it.
        self._nameless_run = (0, 0)
        self._comment_span = (0, 0)
        self._watch = WATCH.get()
        self._number = 0

    def next(self, position: int, *, compares: bool = False) -> TokenSpan | None:
        """The first token from a position on; where `compares`, a `<` there begins no IRI."""
        self._number += 1
        if self._watch is not None and self._number % _INTERVAL == 0:
            self._watch()
        start, stop = self._nameless_run
        pattern = _NO_NAME if start <= position < stop else _TOKEN
        match = pattern.search(self._text, position)
        if match is None or match.lastgroup in (None, "unfinished"):
            return None
        kind, (start, stop) = _KINDS[match.lastgroup or ""], match.span()
        if kind is TokenKind.COMMENT:
            stop = self._end_of_line(start)
        elif kind is TokenKind.PREFIXED_NAME and self._text.find(":", start, stop) < 0:
            self._nameless_run = start, stop
            return self.next(start)
        elif compares and self._text[start] == "<":
            kind, stop = TokenKind.PUNCTUATION, start + 1
        return TokenSpan(kind, start, stop)

    def _end_of_line(self, start: int) -> int:
        first, stop = self._comment_span
        if not first <= start < stop:
            # Where the line is the one that was looked at, as far as that place is enough.
            end = first if start < first else len(self._text)
            match = _END_OF_LINE.search(self._text, start, end)
            stop = match.start() if match else max(stop, end)
            self._comment_span = start, stop
        return stop


class _Context:
    """Knows whether a `<` compares: behind a term within the parentheses of an expression.

    Elsewhere two terms stand beside each other, and it begins an IRI.
    """

    def __init__(self) -> None:
        # What is open: the sign that closes it, and whether parentheses in it hold expressions.
        self._brackets = [("", True)]
        self._last = self._previous = Token(TokenKind.PUNCTUATION, "", 0)

    @property
    def compares(self) -> bool:
        """Whether a `<` would compare."""
        return ends_term(self._last) and self._brackets[-1] == (")", True)

    def pass_over(self, token: Token) -> None:
        """Take note of a token, which is no comment."""
        closing, holds_expressions = self._brackets[-1]
        if token.kind is TokenKind.PUNCTUATION:
            sign = token.text
            if sign == "(":
                self._brackets.append(
                    (")", self._last.text != "<<" and (holds_expressions or self._is_call()))
                )
            elif sign in _CLOSING:
                if sign == "{" and closing == "}":
                    self._brackets[-1] = ("}", False)  # the pattern behind SELECT
                self._brackets.append((_CLOSING[sign], False))
            elif sign == closing:
                self._brackets.pop()
        elif (
            token.kind is TokenKind.KEYWORD
            and closing == "}"
            and token.text.upper().startswith(_EXPRESSIONS)
        ):
            self._brackets[-1] = ("}", True)
        self._previous, self._last = self._last, token

    def _is_call(self) -> bool:
        """Whether a parenthesis in a pattern is that of FILTER, BIND or a function."""
        if self._last.kind is TokenKind.KEYWORD:
            return self._last.text != "a" and not ends_term(self._last)
        if self._last.kind not in {TokenKind.IRIREF, TokenKind.PREFIXED_NAME}:
            return False
        if self._previous.word.endswith("FILTER"):
            return True
        begins_with_filter = self._last.text.upper().startswith("FILTER")
        return begins_with_filter and self._previous.text in {".", "{", "}"}


def ends_term(token: Token) -> bool:
    """Whether a term of an expression ends with a token, so that an operator may follow."""
    if token.kind is TokenKind.KEYWORD:
        return token.text.endswith(("true", "false"))
    return token.kind in _TERMS or token.text in {")", "}", ">>"}

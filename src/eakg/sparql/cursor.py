"""A place in a SPARQL text that moves on as the engine does: keyword by keyword, name by name.

The engine's grammar has no word boundaries. It looks for a keyword where one may stand, whatever
follows it, so `from:b`, `FROMg:b` and `FROMNAMED<x>` are dataset clauses to it, though not by the
specification's longest match (SPARQL 1.1 Query section 19.8, notes 1 and 3). A clause that the
engine reads and we do not would be left out in silence.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from typing import Any, TypeAlias

from eakg.rdf import is_iri
from eakg.sparql.failures import InexactQueryError, QuerySyntaxError
from eakg.sparql.iris import iri_of
from eakg.sparql.lexer import (
    COMMENT,
    IRIREF,
    PREFIX,
    PREFIXED_NAME,
    VARIABLE,
    Token,
    TokenKind,
    tokens,
)

TextChange: TypeAlias = tuple[int, int, str]
"""Where a part of a text starts and stops, and what is to stand in its place."""
LONGEST_NAMESPACE = 1 << 11
"""Characters that a base or what a prefix stands for may have: each name takes as many."""
_BLANK = re.compile(rf"(?:[ \t\n\r]|{COMMENT})*+")
_VARIABLE = re.compile(VARIABLE)
_NAME = re.compile(f"{IRIREF}|(?=(?P<prefix>{PREFIX}):){PREFIXED_NAME}")
_PREFIX_LABEL = re.compile(f"({PREFIX}):")
_STRING = re.compile(r"""'(?:[^'\\\n\r]|\\.)*+'|"(?:[^"\\\n\r]|\\.)*+\"""")
_CLOSING = {"(": ")", "[": "]", "{": "}"}
_TAKES_NAME = frozenset({"GRAPH", "SERVICE", "SILENT"})
_KEYWORDS = (
    *("ADD", "ALL", "AS", "ASC", "ASK", "BASE", "BIND", "BY", "CLEAR", "CONSTRUCT", "COPY"),
    *("CREATE", "DATA", "DATATYPE", "DEFAULT", "DELETE", "DESC", "DESCRIBE", "DISTINCT", "DROP"),
    *("EXISTS", "FALSE", "FILTER", "FROM", "GRAPH", "GROUP", "GROUP_CONCAT", "HAVING", "IN"),
    *("INSERT", "INTO", "LATERAL", "LIMIT", "LOAD", "MINUS", "MOVE", "NAMED", "NOT", "OFFSET"),
    *("OPTIONAL", "ORDER", "PREFIX", "REDUCED", "SELECT", "SEPARATOR", "SERVICE", "SILENT", "TO"),
    *("TRUE", "UNDEF", "UNION", "USING", "VALUES", "VERSION", "WHERE", "WITH"),
)
"""Those that something can be glued to, and the functions that begin with one of them."""
_LONGEST_FIRST = "|".join(sorted(_KEYWORDS, key=len, reverse=True))
_GLUED_TOKEN = re.compile(
    rf"(?P<keyword>{_LONGEST_FIRST}|(?-i:a))|(?P<number>[0-9]+)|(?P<punctuation>\.)",
    re.IGNORECASE | re.ASCII,
)
_GLUED_KEYWORD = re.compile(
    rf"(?P<keyword>{_LONGEST_FIRST})|(?P<number>[0-9]+)", _GLUED_TOKEN.flags
)


class Cursor:
    """A place in a text, with the base and the prefixes in force there.

    Arguments: the text; the IRI that relative ones are resolved against until BASE sets another.
    """

    def __init__(self, text: str, base: str = "") -> None:
        self.text = text
        self.base = base
        self.prefixes: dict[str, str] = {}
        self.declared_prefix: str | None = None
        """That of the last declaration, where it was one of a prefix."""
        self.position = 0
        self.long_namespace: int | None = None
        """Behind a declaration of what is too long to go on from."""

    def skip(self) -> int:
        """Move to the next token, over white space and comments; where that is."""
        match = _BLANK.match(self.text, self.position)
        self.position = match.end() if match else self.position
        return self.position

    @property
    def at_end(self) -> bool:
        """Whether no token is left."""
        return self.skip() == len(self.text)

    def word(self, *words: str) -> str:
        """The first of some keywords that stands here, moved past; "" where there is none."""
        start = self.skip()
        for word in words:
            candidate = self.text[start : start + len(word)]
            if candidate.isascii() and candidate.upper() == word:
                self.position = start + len(word)
                return word
        return ""

    def starts(self, sign: str) -> bool:
        """Whether a sign stands here."""
        return self.text.startswith(sign, self.skip())

    def iri(self) -> str | None:
        """The IRI that stands here, resolved and moved past; None where there is none, or its
        prefix is unknown."""
        match = _NAME.match(self.text, self.skip())
        if match is None:
            return None
        prefix, stop = match["prefix"], match.end()
        kind = TokenKind.IRIREF if prefix is None else TokenKind.PREFIXED_NAME
        iri = iri_of(Token(kind, match.group(), match.start()), self.base, self.prefixes)
        if iri is None:
            return None
        if prefix is not None and not is_iri(iri) and is_iri(self.prefixes[prefix]):
            # Where the whole name is no IRI, the engine takes the prefix alone for one.
            iri, stop = self.prefixes[prefix], match.end("prefix") + 1
        self.position = stop
        return iri

    def variable(self) -> bool:
        """Move past a variable; whether one stands here."""
        return self._take(_VARIABLE)

    def block(self) -> tuple[int, int] | None:
        """Move past what stands in parentheses or braces; where it is with them. None where none
        is opened here, or it is never closed."""
        start = self.skip()
        opening = self.text[start : start + 1]
        closing = _CLOSING.get(opening)
        if closing is None:
            return None
        depth = 0
        for token in tokens(self.text, start):
            if token.text == opening:
                depth += 1
            elif token.text == closing:
                depth -= 1
                if depth == 0:
                    self.position = token.stop
                    return start, token.stop
        return None

    def prologue(self) -> Iterator[tuple[int, int]]:
        """Move past BASE, PREFIX and VERSION, which set base and prefixes; where each is.

        Ends in front of what is no declaration, or not a whole one, or one that is too long.
        """
        start = self.skip()
        while word := self.word("BASE", "PREFIX", "VERSION"):
            self.declared_prefix = None
            if not self._declaration(word):
                self.position = start
                return
            yield start, self.position
            start = self.skip()

    def _declaration(self, word: str) -> bool:
        if word == "VERSION":
            self.skip()
            return self._take(_STRING)
        prefix = _PREFIX_LABEL.match(self.text, self.skip()) if word == "PREFIX" else None
        if prefix is not None:
            self.position = prefix.end()
        elif word == "PREFIX":
            return False
        iri = self.iri() if self.starts("<") else None
        if iri is None:
            return False
        if len(iri) > LONGEST_NAMESPACE:
            self.long_namespace = self.position
            return False
        if prefix is None:
            self.base = iri
        else:
            self.prefixes[prefix[1]] = iri
            self.declared_prefix = prefix[1]
        return True

    def _take(self, terminal: re.Pattern[str]) -> bool:
        match = terminal.match(self.text, self.skip())
        if match is None:
            return False
        self.position = match.end()
        return True


def significant_tokens(
    text: str, prefixes: Collection[str] = (), prologue: int = 0, head: int = 0
) -> Iterator[Token]:
    """The tokens of a text but for its comments, keywords apart from what they are glued to.

    A name whose prefix is declared is one name, but where only a keyword can be: among the
    declarations, and in front of a group (`service:x {`).
    Arguments: the text; the prefixes it declares; where its declarations end; where the head of a
    query ends, in which a name in front of a group is a graph or a resource.
    """
    previous_word = ""
    endings = PrefixEndings((*prefixes, "_"))
    token_stream = (token for token in tokens(text) if token.kind is not TokenKind.COMMENT)
    token = next(token_stream, None)
    while token is not None:
        next_token = next(token_stream, None)
        parts = [token]
        if token.kind is TokenKind.KEYWORD:
            parts = _split_keywords(token)
        elif token.kind is TokenKind.PREFIXED_NAME and token.text[0] != ":":
            precedes_group = (
                next_token is not None and next_token.text == "{" and token.start >= head
            )
            if token.start < prologue:
                is_keyword = previous_word != "PREFIX"
            else:
                is_keyword = precedes_group and previous_word not in _TAKES_NAME
                is_keyword = is_keyword or token.text.partition(":")[0] not in prefixes
            if is_keyword:
                parts = _split_name(token, endings)
        yield from parts
        previous_word = parts[-1].word
        token = next_token


def _split_keywords(token: Token) -> list[Token]:
    """`SELECTDISTINCT` or `LIMIT10OFFSET20`; a function may be the last."""
    parts = []
    position = 0
    while match := _GLUED_KEYWORD.match(token.text, position):
        parts.append(_part(token, match))
        position = match.end()
    remainder = token.text[position:]
    return [*parts, Token(token.kind, remainder, token.start + position)] if remainder else parts


class PrefixEndings:
    """Where in a run of letters a prefix begins that reaches to its end: found in one walk from
    there, however many prefixes there are. Argument: the prefixes."""

    def __init__(self, prefixes: Iterable[str] = ()) -> None:
        # From behind, letter by letter; the end of a prefix is under "".
        self._tree: dict[str, Any] = {}
        self._new_prefixes = prefixes

    def add(self, prefix: str) -> None:
        """Look for a further prefix from now on."""
        node = self._tree
        for letter in reversed(prefix):
            node = node.setdefault(letter, {})
        node[""] = {}

    def starts(self, run: str) -> set[int]:
        """The places where a prefix begins."""
        new_prefixes, self._new_prefixes = self._new_prefixes, ()
        for prefix in new_prefixes:
            self.add(prefix)
        node, position = self._tree, len(run)
        starts = {position} if "" in node else set()
        while position and run[position - 1] in node:
            position -= 1
            node = node[run[position]]
            if "" in node:
                starts.add(position)
        return starts


def _split_name(token: Token, endings: PrefixEndings) -> list[Token]:
    """`FROMg:b` or `true.GRAPHg:b`, where the prefix g is declared; else the name as it is."""
    parts = []
    position = 0
    colon = token.text.index(":")
    starts = endings.starts(token.text[:colon])
    while match := _GLUED_TOKEN.match(token.text, position, colon):
        parts.append(_part(token, match))
        position = match.end()
        if position in starts:
            is_label = colon - position == 1 and token.text[position] == "_"
            kind = TokenKind.BLANK_NODE if is_label else token.kind
            return [*parts, Token(kind, token.text[position:], token.start + position)]
    return [token]


def _part(token: Token, match: re.Match[str]) -> Token:
    return Token(TokenKind(match.lastgroup or ""), match.group(), token.start + match.start())


def place_in(text: str, offset: int) -> tuple[int, int]:
    """The line and the column of an offset, both from 1."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def offset_of(text: str, line: int, column: int) -> int:
    """The offset of a line and a column, both from 1; at most that of the end."""
    start = 0
    for _ in range(line - 1):
        start = text.find("\n", start) + 1
    return min(start + column - 1, len(text))


def syntax_error_at(text: str, offset: int, complaint: str) -> QuerySyntaxError:
    """A complaint about what stands at an offset."""
    line, column = place_in(text, offset)
    return QuerySyntaxError(f"line {line}, column {column}: {complaint}", line, column)


def inexact_at(text: str, offset: int, complaint: str) -> InexactQueryError:
    """A complaint about what the engine would not answer rightly at an offset."""
    line, column = place_in(text, offset)
    message = f"line {line}, column {column}: {complaint}"
    return InexactQueryError(message, line, column, offset, complaint)


def splice(text: str, changes: Iterable[TextChange]) -> str:
    """The text with others in the place of some of its parts, which do not overlap."""
    pieces, position = [], 0
    for start, stop, replacement in sorted(changes):
        pieces += [text[position:start], replacement]
        position = stop
    return "".join([*pieces, text[position:]])


def offset_before(changes: Iterable[TextChange], offset: int) -> int:
    """The offset in a text of what stands at one in the text with the changes: of what is new,
    that of the part whose place it took."""
    growth = 0
    for start, stop, replacement in sorted(changes):
        if offset < start + growth:
            break
        if offset < start + growth + len(replacement):
            return start
        growth += len(replacement) - (stop - start)
    return offset - growth

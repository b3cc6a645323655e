"""What a query asks for, read from its tokens: form, dataset, federation, volatility."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from eakg.rdf import ResultKind
from eakg.sparql.lexer import (
    COMMENT,
    IRIREF,
    PREFIXED_NAME,
    VARIABLE,
    Token,
    TokenKind,
    iri_of,
    tokens,
)

_FORMS = {
    "SELECT": ResultKind.SOLUTIONS,
    "ASK": ResultKind.BOOLEAN,
    "CONSTRUCT": ResultKind.GRAPH,
    "DESCRIBE": ResultKind.GRAPH,
}
_VOLATILE = ("RAND", "NOW", "UUID", "BNODE")  # STRUUID ends in UUID
_BLANK = rf"(?:\s|{COMMENT}(?:[\n\r]|\Z))*+"
_SERVICE = re.compile(
    rf"service{_BLANK}(?:silent{_BLANK})?(?:{VARIABLE}|{IRIREF}|{PREFIXED_NAME}){_BLANK}\{{",
    re.IGNORECASE,
)
_GLUED = frozenset({"PREFIX", "FROM", "NAMED"})
_BEFORE_IRI = frozenset({"BASE", "FROM", "NAMED"})
# A prefixed name after one of these is a graph or a resource, whatever its prefix.
_TAKES_NAME = frozenset({"GRAPH", "FROM", "NAMED", "DESCRIBE"})


@dataclass(frozen=True)
class Inspection:
    """What a query asks for.

    `kind` is None where no query form was found (the engine then says what is wrong).
    `default_graphs` and `named_graphs` are its FROM and FROM NAMED, resolved. `volatile` means
    that two runs over the same data may give different bytes. `prefixes` are its own, in order.
    """

    kind: ResultKind | None
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    service: bool
    volatile: bool
    prefixes: tuple[tuple[str, str], ...]

    @property
    def has_dataset(self) -> bool:
        """Whether the query names its own dataset."""
        return bool(self.default_graphs or self.named_graphs)


def inspect_query(text: str, base_iri: str | None = None) -> Inspection:
    """Read from the tokens what the query asks for.

    Arguments: the query; the IRI that relative ones are resolved against, where the query has
    no BASE of its own. Never fails: a text that is no query has no form and asks for nothing.
    Specification: SPARQL 1.1 Query sections 4.1, 13.2 and 19.
    """
    found = significant(text)
    kind = next(
        (
            _FORMS[token.text.upper()]
            for token in found
            if token.kind is TokenKind.KEYWORD and token.text.upper() in _FORMS
        ),
        None,
    )
    reader = _Prologue(base_iri or "")
    default_graphs, named_graphs = reader.read(found)
    return Inspection(
        kind,
        default_graphs,
        named_graphs,
        calls_service(text),
        _is_volatile(kind, found),
        tuple(reader.prefixes.items()),
    )


def significant(text: str) -> list[Token]:
    """The tokens of a query but for its comments, keywords apart from what they are glued to."""
    return [
        part
        for token in tokens(text)
        if token.kind is not TokenKind.COMMENT
        for part in _apart(token)
    ]


class _Prologue:
    """Follows BASE, PREFIX, FROM and FROM NAMED through the tokens in front of the pattern."""

    def __init__(self, base_iri: str) -> None:
        self.base = base_iri
        self.prefixes: dict[str, str] = {}

    def read(self, found: Iterable[Token]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        default: dict[str, None] = {}
        named: dict[str, None] = {}
        last = last_but_one = ""
        for token in found:
            if last in _BEFORE_IRI or last_but_one == "PREFIX":
                iri = iri_of(token, self.base, self.prefixes)
                if iri is None:
                    pass
                elif last == "BASE":
                    self.base = iri
                elif last_but_one == "PREFIX" and last.endswith(":"):
                    self.prefixes[last[:-1]] = iri
                elif last == "FROM":
                    default[iri] = None
                elif (last_but_one, last) == ("FROM", "NAMED"):
                    named[iri] = None
            last_but_one, last = last, _word(token)
        return tuple(default), tuple(named)


def _apart(token: Token) -> Iterator[Token]:
    """The engine reads `PREFIX:<x>` and `FROM:g` without white space, as minifiers write them."""
    prefix = token.text.partition(":")[0]
    if token.kind is TokenKind.PREFIXED_NAME and prefix in _GLUED:
        yield Token(TokenKind.KEYWORD, prefix, token.start)
        rest = token.text[len(prefix) :]
        yield Token(TokenKind.PREFIXED_NAME, rest, token.start + len(prefix))
    else:
        yield token


def _word(token: Token) -> str:
    return token.text.upper() if token.kind is TokenKind.KEYWORD else token.text


def _is_volatile(kind: ResultKind | None, found: list[Token]) -> bool:
    for number, token in enumerate(found):
        if token.kind is TokenKind.KEYWORD and token.text.upper().endswith(_VOLATILE):
            return True
        # Blank nodes that CONSTRUCT makes have new labels at each run.
        if kind is ResultKind.GRAPH and (
            token.kind is TokenKind.BLANK_NODE
            or token.text == "["
            or (token.text == "(" and not _is_call(found[number - 1]))
        ):
            return True
    return False


def _is_call(before: Token) -> bool:
    return before.kind in {TokenKind.KEYWORD, TokenKind.IRIREF, TokenKind.PREFIXED_NAME}


def calls_service(text: str) -> bool:
    """Whether the query sends a part of itself to another endpoint.

    The engine's grammar is looser than the specification's: it reads `trueSERVICE<x>{` and
    `SERVICE:x {` as calls, and `?a<?b#>` as a comparison and a comment where the specification's
    longest match has an IRI. So every `<` that can start an IRI is read both ways, and a call is
    a call when any reading has it outside strings, comments and IRIs.
    """
    if "service" not in text.lower():
        return False
    seen: set[int] = set()
    starts = [0]
    while starts:
        for token, before in _with_previous(tokens(text, starts.pop())):
            if token.start in seen:
                break
            seen.add(token.start)
            if token.kind is TokenKind.IRIREF:
                starts.append(token.start + 1)
            elif _may_call(token, before) and _service_at(text, token):
                return True
    return False


def _with_previous(found: Iterator[Token]) -> Iterator[tuple[Token, Token | None]]:
    before: Token | None = None
    for token in found:
        yield token, before
        if token.kind is not TokenKind.COMMENT:
            before = token


def _may_call(token: Token, before: Token | None) -> bool:
    if token.kind is TokenKind.KEYWORD:
        return True
    if token.kind is not TokenKind.PREFIXED_NAME:
        return False
    return before is None or _word(before) not in _TAKES_NAME


def _service_at(text: str, token: Token) -> bool:
    end = token.start + len(token.text.partition(":")[0])
    return any(
        _SERVICE.match(text, match.start())
        for match in re.compile("service", re.IGNORECASE).finditer(text, token.start, end)
    )

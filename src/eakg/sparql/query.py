"""What a query asks for, read from its tokens: form, dataset, federation, volatility."""

import re
from dataclasses import dataclass
from functools import lru_cache

from eakg.rdf import ResultKind
from eakg.sparql.calls import calls_service
from eakg.sparql.head import read_head
from eakg.sparql.iris import iri_of
from eakg.sparql.lexer import COMMENT, TokenKind, tokens
from eakg.sparql.syntax import abridged

_KINDS = {
    "SELECT": ResultKind.SOLUTIONS,
    "ASK": ResultKind.BOOLEAN,
    "CONSTRUCT": ResultKind.GRAPH,
    "DESCRIBE": ResultKind.GRAPH,
}
_VOLATILE = ("RAND", "NOW", "UUID", "BNODE")  # STRUUID ends in UUID
_MAY_BE_VOLATILE = re.compile("|".join(_VOLATILE), re.IGNORECASE)
_CALLABLE = frozenset({TokenKind.KEYWORD, TokenKind.IRIREF, TokenKind.PREFIXED_NAME})
_BLANK = rf"(?:[ \t\n\r]|{COMMENT})*+"
_IRI = r"<[^\x00-\x20<>\"{}|^`\\]*+>"
_VARIABLE = r"[?$][A-Za-z_][A-Za-z0-9_]*+"
_STRING = r'"[^"\\\n\r]*+"(?:@[a-z]++(?:-[a-z0-9]++)*+)?+'
_OBJECT = f"(?:{_VARIABLE}|{_IRI}|{_STRING})"
_PREDICATE = rf"(?:{_VARIABLE}|{_IRI}|(?<=[ \t\n\r])a(?=[ \t\n\r]))"
_PROPERTY = f"{_PREDICATE}{_BLANK}{_OBJECT}(?:{_BLANK},{_BLANK}{_OBJECT})*+"
_TRIPLES = f"(?:{_VARIABLE}|{_IRI}){_BLANK}{_PROPERTY}(?:{_BLANK};{_BLANK}{_PROPERTY})*+"
_NUMBER = f"{_BLANK}(?:0|[1-9][0-9]*+){_BLANK}"
_LOOKUP = re.compile(
    f"{_BLANK}(?:(?i:(?P<select>select)){_BLANK}(?:(?i:distinct|reduced){_BLANK})?+"
    rf"(?:\*|(?P<columns>(?:{_VARIABLE}{_BLANK})++))|(?i:ask))"
    rf"{_BLANK}(?:(?i:where){_BLANK})?+\{{{_BLANK}"
    rf"{_TRIPLES}(?:{_BLANK}\.{_BLANK}{_TRIPLES})*+{_BLANK}\.?+{_BLANK}\}}{_BLANK}"
    f"(?:(?i:limit){_NUMBER})?+(?:(?i:offset){_NUMBER})?+",
    re.ASCII,
)
"""SELECT or ASK over triples that are spelled in the plainest way."""
_COLUMN = re.compile(rf"({_VARIABLE}){_BLANK}")
_POINT = re.compile(
    rf"{_BLANK}(?i:select){_BLANK}(?:\*|(?:{_VARIABLE}{_BLANK})++){_BLANK}(?:(?i:where){_BLANK})?+"
    rf"\{{{_BLANK}(?P<subject>{_VARIABLE}|{_IRI}){_BLANK}(?P<predicate>{_PREDICATE}){_BLANK}"
    rf"(?P<object>{_OBJECT}){_BLANK}\.?+{_BLANK}\}}{_BLANK}(?:(?i:limit){_NUMBER})?+",
    re.ASCII,
)
"""A look-up of one triple pattern whose rows all come out."""
_DECLARATION = re.compile("prefix|base")
_CACHE_SIZE = 256
_LONGEST_CACHED_TEXT = 20_000
_LONGEST_LOOKUP = 1 << 12


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
    What was found for the last texts is remembered, as several ask about one on its way.
    Specification: SPARQL 1.1 Query sections 4.1, 13.2 and 19.
    """
    kind = lookup_kind(text)
    if kind is not None:
        return _LOOKUPS[kind]
    inspect = _cached_inspection if len(text) <= _LONGEST_CACHED_TEXT else _inspection
    return inspect(text, base_iri)


def lookup_kind(text: str) -> ResultKind | None:
    """What a look-up gives, None for a text that is none.

    A look-up is a query for triples alone that is spelled so plainly that one glance tells all:
    it has no prefixes, paths, expressions or numbers, and nothing in it can be read in two ways.
    It names no graphs and calls nothing, two runs do not differ, and the engine reads it as it is
    and answers it as SPARQL says. What was found for the last texts is remembered.
    """
    return _cached_kind(text) if len(text) <= _LONGEST_LOOKUP else None


def point_pattern(text: str) -> tuple[str, str, str] | None:
    """The one triple pattern of a SELECT look-up, each term as it is spelled, where it has a term
    for the subject or for the object, and no variable twice; None for every other text.

    Each triple that fits gives a row, as it comes, so that the work for it goes by the size of the
    result.
    """
    if lookup_kind(text) is None or (match := _POINT.fullmatch(text)) is None:
        return None
    subject, predicate, object_ = match.group("subject", "predicate", "object")
    variables = [term[1:] for term in (subject, predicate, object_) if term[0] in "?$"]
    has_end = subject[0] == "<" or object_[0] in '<"'
    is_plain = has_end and len({*variables}) == len(variables)
    return (subject, predicate, object_) if is_plain else None


def _kind(text: str) -> ResultKind | None:
    match = _LOOKUP.fullmatch(text)
    if match is None:
        return None
    if match["columns"]:
        columns = _COLUMN.findall(match["columns"])
        if len({name[1:] for name in columns}) < len(columns):
            return None  # the engine refuses what SPARQL lets pass
    return ResultKind.SOLUTIONS if match["select"] else ResultKind.BOOLEAN


def _inspection(text: str, base_iri: str | None) -> Inspection:
    head = read_head(text, base_iri)
    kind = _KINDS.get(head.form)
    return Inspection(
        kind,
        head.default_graphs,
        head.named_graphs,
        calls_service(text, head),
        _is_volatile(text[head.prologue :], kind),
        tuple(head.prefixes.items()),
    )


def asks_graphs(text: str) -> bool:
    """Whether a query, in the engine's spelling, may look into graphs by name: what is surely none
    has GRAPH nowhere outside strings, comments, IRIs and variables."""
    if lookup_kind(text) is not None or "graph" not in text.lower():
        return False
    shape = abridged(text)
    return (_cached_mention if len(shape) <= _LONGEST_CACHED_TEXT else _mentions_graph)(shape)


def _mentions_graph(text: str) -> bool:
    kinds = (TokenKind.KEYWORD, TokenKind.PREFIXED_NAME)
    return any(token.kind in kinds and "graph" in token.text.lower() for token in tokens(text))


def names_graph(text: str, graph: str, base_iri: str | None = None) -> bool:
    """Whether the IRI of a graph stands in a query that looks into graphs by name.

    Arguments: the query; the IRI; the IRI that relative ones are resolved against.
    """
    # A codepoint escape may stand for any letter (SPARQL 1.1 Query, section 19.2).
    if lookup_kind(text) is not None:
        return False
    lower_text = text.lower()
    if "\\" not in text:
        is_spelled_out = base_iri is None and not _DECLARATION.search(lower_text)
        if "graph" not in lower_text or (is_spelled_out and f"<{graph}>" not in text):
            return False
    names = _cached_iris if len(text) <= _LONGEST_CACHED_TEXT else _iris
    return graph in names(text, base_iri)


def _iris(text: str, base_iri: str | None) -> frozenset[str]:
    head = read_head(text, base_iri)
    names = (iri_of(token, head.base, head.prefixes) for token in tokens(text, head.prologue))
    return frozenset(name for name in names if name is not None)


_LOOKUPS = {
    kind: Inspection(kind, (), (), service=False, volatile=False, prefixes=())
    for kind in (ResultKind.SOLUTIONS, ResultKind.BOOLEAN)
}
_cached_mention = lru_cache(_CACHE_SIZE)(_mentions_graph)
_cached_kind = lru_cache(_CACHE_SIZE)(_kind)
_cached_iris = lru_cache(_CACHE_SIZE)(_iris)
_cached_inspection = lru_cache(_CACHE_SIZE)(_inspection)


def _is_volatile(text: str, kind: ResultKind | None) -> bool:
    makes_nodes = kind is ResultKind.GRAPH
    if not makes_nodes and not _MAY_BE_VOLATILE.search(text):
        return False
    follows_callable = False
    for token in tokens(text):
        if token.kind is TokenKind.COMMENT:
            continue
        if token.kind is TokenKind.KEYWORD and token.text.upper().endswith(_VOLATILE):
            return True
        # Blank nodes that CONSTRUCT makes have new labels at each run.
        if makes_nodes and (
            token.kind is TokenKind.BLANK_NODE
            or token.text == "["
            or (token.text == "(" and not follows_callable)
        ):
            return True
        follows_callable = token.kind in _CALLABLE
    return False

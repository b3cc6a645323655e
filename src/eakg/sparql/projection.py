"""Which values of an answer are those of triples, and which the query itself makes."""

from collections.abc import Sequence
from functools import lru_cache

from eakg.sparql.lexer import Token, TokenKind, tokens
from eakg.sparql.query import point_pattern
from eakg.sparql.syntax import abridged

_LITERALS = frozenset({TokenKind.STRING, TokenKind.NUMBER})
_TRUTH_VALUES = frozenset({"TRUE", "FALSE"})
_SHAPES = 512  # that are remembered
_LONGEST = 1 << 12  # characters of one
_WITHIN_TERMS = frozenset({"<<", "OBJECT", "TRIPLE"})


def projected_variables(text: str) -> frozenset[str]:
    """The variables of a query, or of the pattern of an update, whose values are terms of triples
    wherever they stand: none that is bound by an expression or by VALUES, and none at all where the
    query looks into triple terms, or makes them."""
    pattern = point_pattern(text)
    if pattern is not None:
        return frozenset(term[1:] for term in pattern if term[0] in "?$")
    shape = abridged(text)
    return (_variables_of_shape if len(shape) <= _LONGEST else _variables)(shape)


def _variables(text: str) -> frozenset[str]:
    token_list = _significant(text)
    if any(token.word in _WITHIN_TERMS for token in token_list):
        return frozenset()
    names = {_name(token) for token in token_list if token.kind is TokenKind.VARIABLE}
    return frozenset(names - _computed(token_list))


_variables_of_shape = lru_cache(_SHAPES)(_variables)


def is_projection(text: str) -> bool:
    """Whether all terms of the graph that a query gives are those of triples."""
    token_list = _significant(text)
    return not _has_literals(token_list) and not any(
        token.word in {"AS", "VALUES"} | _WITHIN_TERMS for token in token_list
    )


def _has_literals(token_list: Sequence[Token]) -> bool:
    """Whether the template of a CONSTRUCT has literals of its own."""
    start = next((n for n, token in enumerate(token_list) if token.word == "CONSTRUCT"), None)
    if start is None or start + 1 >= len(token_list) or token_list[start + 1].word != "{":
        return False
    depth = 0
    for token in token_list[start + 1 :]:
        depth += (token.word == "{") - (token.word == "}")
        if not depth:
            return False
        if token.kind in _LITERALS or token.word in _TRUTH_VALUES:
            return True
    return False


def _significant(text: str) -> list[Token]:
    return [token for token in tokens(text) if token.kind is not TokenKind.COMMENT]


def _computed(token_list: Sequence[Token]) -> set[str]:
    """The variables that AS or VALUES gives values to."""
    names: set[str] = set()
    previous_word = ""
    in_values = False  # among the variables of VALUES in parentheses
    for token in token_list:
        if token.kind is TokenKind.VARIABLE and (in_values or previous_word in {"AS", "VALUES"}):
            names.add(_name(token))
        word = token.word
        if previous_word == "VALUES" and token.kind is not TokenKind.VARIABLE:
            in_values = True
        if word == "{":
            in_values = False
        previous_word = word
    return names


def _name(token: Token) -> str:
    return token.text[1:]

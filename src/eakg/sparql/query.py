"""What a query asks for, read from its tokens: form, dataset, federation, volatility."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from eakg.rdf import ResultKind
from eakg.sparql.calls import calls_service
from eakg.sparql.head import read_head
from eakg.sparql.lexer import Token, TokenKind, tokens

_KINDS = {
    "SELECT": ResultKind.SOLUTIONS,
    "ASK": ResultKind.BOOLEAN,
    "CONSTRUCT": ResultKind.GRAPH,
    "DESCRIBE": ResultKind.GRAPH,
}
_VOLATILE = ("RAND", "NOW", "UUID", "BNODE")  # STRUUID ends in UUID
_CALLED = frozenset({TokenKind.KEYWORD, TokenKind.IRIREF, TokenKind.PREFIXED_NAME})
_REMEMBERED = 256
_LONGEST_REMEMBERED = 20_000


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
    inspect = _remembered if len(text) <= _LONGEST_REMEMBERED else _inspection
    return inspect(text, base_iri)


def _inspection(text: str, base_iri: str | None) -> Inspection:
    head = read_head(text, base_iri)
    kind = _KINDS.get(head.form)
    first, last = head.dataset
    named = (head.prologue if head.form == "DESCRIBE" else first), last
    return Inspection(
        kind,
        head.default_graphs,
        head.named_graphs,
        calls_service(text, named),
        _is_volatile(kind, [t for t in tokens(text, head.prologue) if t.kind != TokenKind.COMMENT]),
        tuple(head.prefixes.items()),
    )


_remembered = lru_cache(_REMEMBERED)(_inspection)


def _is_volatile(kind: ResultKind | None, found: Sequence[Token]) -> bool:
    for number, token in enumerate(found):
        if token.kind is TokenKind.KEYWORD and token.text.upper().endswith(_VOLATILE):
            return True
        # Blank nodes that CONSTRUCT makes have new labels at each run.
        if kind is ResultKind.GRAPH and (
            token.kind is TokenKind.BLANK_NODE
            or token.text == "["
            or (token.text == "(" and found[number - 1].kind not in _CALLED)
        ):
            return True
    return False

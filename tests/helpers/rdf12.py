"""Graphs of RDF 1.2 by chance, a reader of N-Triples and N-Quads that is not the engine's, and a
comparison of graphs up to the names of their nodes."""

import re
from collections.abc import Iterable
from itertools import permutations
from typing import TypeAlias

from hypothesis import strategies as st

Term: TypeAlias = "str | tuple[Term, ...]"
"""A term as it is spelled in N-Triples; a triple term as its three terms."""
Triples: TypeAlias = frozenset[tuple[Term, ...]]

_TOKEN = re.compile(
    r"<<\(|\)>>|<[^<>\s]*>|_:[\w.-]*\w"
    r'|"(?:[^"\\]|\\.)*"(?:@[\w-]+|\^\^<[^<>\s]*>)?|\.|\s+'
)
_GENID = re.compile(r"<https://w3id\.org/eakg/\.well-known/genid/[^<>]*>")


def read(text: str) -> Triples:
    """The triples of N-Triples, or of N-Quads without the names of the graphs."""
    triples = set()
    for line in text.splitlines():
        stack: list[list[Term]] = [[]]
        place = 0
        while place < len(line):
            match = _TOKEN.match(line, place)
            assert match, line[place:]
            place = match.end()
            token = match[0]
            if token == "<<(":  # noqa: S105 - of N-Triples
                stack.append([])
            elif token == ")>>":  # noqa: S105 - of N-Triples
                term = tuple(stack.pop())
                stack[-1].append(term)
            elif token.strip() and token != ".":  # noqa: S105 - of N-Triples
                stack[-1].append(token)
        if stack[0]:
            triples.add(tuple(stack[0][:3]))
    return frozenset(triples)


def written(triples: Iterable[tuple[Term, ...]]) -> str:
    """The triples in N-Triples."""
    return "".join(f"{' '.join(map(_written, triple))} .\n" for triple in sorted(triples, key=str))


def _written(term: Term) -> str:
    return term if isinstance(term, str) else f"<<( {' '.join(map(_written, term))} )>>"


def same(left: Triples, right: Triples) -> bool:
    """Whether two graphs are one up to the names of nodes: blank nodes, and IRIs of ours for such
    (RDF 1.1 Concepts sections 3.5 and 3.6)."""
    left_nodes, right_nodes = _nodes(left), _nodes(right)
    if len(left) != len(right) or len(left_nodes) != len(right_nodes):
        return False
    return any(
        _renamed(left, dict(zip(left_nodes, order, strict=True))) == right
        for order in permutations(right_nodes)
    )


def _nodes(triples: Triples) -> list[str]:
    def of(term: Term) -> set[str]:
        if isinstance(term, tuple):
            return set().union(*map(of, term))
        return {term} if term.startswith("_:") or _GENID.fullmatch(term) else set()

    return sorted(of(tuple(triples)))


def _renamed(triples: Triples, names: dict[str, str]) -> Triples:
    def of(term: Term) -> Term:
        return tuple(map(of, term)) if isinstance(term, tuple) else names.get(term, term)

    return frozenset(tuple(map(of, triple)) for triple in triples)


_IRIS = st.sampled_from(["<http://e/a>", "<http://e/b>"])
_BLANKS = st.sampled_from(["_:x", "_:y", "_:z"])
_PREDICATES = st.sampled_from(
    ["<http://e/p>", "<http://e/q>", "<http://www.w3.org/1999/02/22-rdf-syntax-ns#reifies>"]
)
_LITERALS = st.sampled_from(
    ['"x"', '"x"@en', '"x"@ar--rtl', '"x"@ar--ltr', '"a\\nb\\"\\\\"', '"x"^^<http://e/datatype>']
)


_XSD = "http://www.w3.org/2001/XMLSchema#"
ODD_LITERALS = st.sampled_from(
    [
        *(f'"{text}"^^<{_XSD}{name}>' for text in ("1", "01", "+1") for name in ("integer", "int")),
        *(f'"{text}"^^<{_XSD}decimal>' for text in ("1.50", "1.5", "1.0")),
        *(f'"{text}"^^<{_XSD}double>' for text in ("1.50E1", "15", "INF", "NaN")),
        *(f'"{text}"^^<{_XSD}duration>' for text in ("PT60M", "PT1H")),
        *(f'"2020-01-01{zone}"^^<{_XSD}date>' for zone in ("", "Z", "+00:00")),
        f'"2020-01-01T24:00:00Z"^^<{_XSD}dateTimeStamp>',
        f'"1"^^<{_XSD}boolean>',
        f'"abc"^^<{_XSD}integer>',
        *('"x"@en-GB', '"x"@en-gb', '"y"@zh-Hant-TW', '"y"@EN', '"x"@ar-EG--rtl', '"\\"@en-GB"'),
    ]
)
"""Literals that the engine keeps by value, beside those that it keeps as they are."""


def graphs(literals: st.SearchStrategy[str] = _LITERALS) -> st.SearchStrategy[Triples]:
    """Graphs of up to three blank nodes, with triple terms up to four deep."""
    nodes = _IRIS | _BLANKS

    def within(objects: st.SearchStrategy[Term]) -> st.SearchStrategy[Term]:
        return st.tuples(nodes, _PREDICATES, objects)

    objects = st.recursive(nodes | literals, within, max_leaves=4)
    return st.frozensets(st.tuples(nodes, _PREDICATES, objects), min_size=1, max_size=6)

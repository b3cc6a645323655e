"""Why rows of our graph came or went: the annotation, the table row, the rule and its premises."""

import re
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from rdflib import Graph, URIRef, Variable
from rdflib.namespace import RDFS
from rdflib.term import Node

from eakg.dataset import Layout
from eakg.queries.ask import ask
from eakg.queries.contract import SavedQuery
from eakg.queries.verdict import Difference
from eakg.queries.why.graph_state import GraphState, NoSuchStateError, state_at
from eakg.rdf import Cells, Triple
from eakg.reason.proofs import Proof
from eakg.sparql import (
    NotUnderstoodError,
    Pattern,
    Patterns,
    StoreError,
    patterns,
    write_pattern_term,
)

_ROWS = 3  # that are explained, of those that came and of those that went
_TRIPLES = 8  # of a row
_LEAVES = 6  # of a proof
_LINE = re.compile(r":[0-9]+\b:?")
_MIDDLE = Variable("between")
SECONDS = 20.0  # after which no further row is explained


class Reasons:
    """Says why rows differ from the expected ones, for the graph of a layout.

    Arguments: the layout; a revision of git that has the graph from which the expected rows came;
    seconds to spend. With a revision, a row that went is explained by what was behind it there and
    is no longer; without one, by the patterns that match nothing any more. Rows that came are
    explained by what is behind them. A few rows are, and it is said what is left out.
    """

    def __init__(self, layout: Layout, since: str | None = None, seconds: float = SECONDS) -> None:
        self._layout = layout
        self._since = since
        self._lock = threading.Lock()
        self._budget = self._seconds = seconds

    def __call__(self, query: SavedQuery, text: str, difference: Difference) -> list[str]:
        """Lines that say why, for a query with its parameters bound and what differs."""
        if difference.columns == ("subject", "predicate", "object") or difference.note:
            return []
        # rdflib's parser is not made for several threads either.
        with self._lock:
            try:
                query_patterns = patterns(text)
            except NotUnderstoodError:
                return []
            return list(self._lines(query, query_patterns, difference))

    @cached_property
    def _current(self) -> GraphState:
        return GraphState(self._layout)

    @cached_property
    def _baseline(self) -> GraphState:
        return state_at(self._layout, self._since or "HEAD")

    def _lines(
        self, query: SavedQuery, query_patterns: Patterns, difference: Difference
    ) -> Iterator[str]:
        for sign, rows in (("-", difference.missing), ("+", difference.unexpected)):
            for row in rows[:_ROWS]:
                if self._budget <= 0:
                    yield f"no more is explained after {self._seconds:g} s"
                    return
                start = time.monotonic()
                cells = _cells(difference.columns, row)
                if not query_patterns.filters(cells):
                    continue  # nothing in the row tells which triples it rests on
                try:
                    lines = list(
                        self._departure_lines(query, query_patterns, cells)
                        if sign == "-"
                        else self._arrival_lines(query_patterns, cells)
                    )
                except (StoreError, NoSuchStateError) as error:
                    lines = [f"it is not known why: {error}"]
                self._budget -= time.monotonic() - start
                if lines:
                    yield f"why {sign} {', '.join(row)}"
                    yield from (f"  {line}" for line in lines)

    def _arrival_lines(self, query_patterns: Patterns, row: Mapping[str, str]) -> Iterator[str]:
        for triple in _support_triples(self._current, query_patterns, row):
            proof = self._current.proof(triple)
            if proof is not None:
                yield from _proof_lines(self._current, proof, proof.leaves())

    def _departure_lines(
        self, query: SavedQuery, query_patterns: Patterns, row: Mapping[str, str]
    ) -> Iterator[str]:
        if self._since is None:
            yield from self._mismatch_lines(query, query_patterns, row)
            return
        triples = _support_triples(self._baseline, query_patterns, row)
        has_loss = False
        for triple in triples:
            lines = list(self._loss_lines(triple))
            has_loss = has_loss or bool(lines)
            yield from lines
        if not triples:
            yield f"at {self._since} nothing is behind it either"
        elif not has_loss:
            yield f"all that was behind it at {self._since} is still there; the query excludes it"

    def _loss_lines(self, triple: Triple) -> Iterator[str]:
        """What a triple rested on that is no longer there, or who no longer says it."""
        proof = self._baseline.proof(triple)
        if proof is not None and self._current.proof(triple) is None:
            yield f"no longer: {self._baseline.name(triple)}{_rule(proof)}"
            losses = [leaf for leaf in proof.leaves() if self._current.proof(leaf.triple) is None]
            for leaf in losses[:_LEAVES]:
                name = self._baseline.name(leaf.triple)
                for place in self._baseline.places(leaf.triple) or [""]:
                    yield f"  without {name}, at {self._since} in {place}"
            return
        root = f"{self._layout.graph.parent}/"
        current_places = self._current.places(triple)
        current_lines = {_LINE.sub(":", place.replace(root, "")) for place in current_places}
        for place in self._baseline.places(triple):
            if _LINE.sub(":", place) not in current_lines:
                yield f"no longer said: {self._baseline.name(triple)}, at {self._since} in {place}"

    def _mismatch_lines(
        self, query: SavedQuery, query_patterns: Patterns, row: Mapping[str, str]
    ) -> Iterator[str]:
        state = self._current
        mismatches = [
            triple
            for triple in query_patterns.triples
            if ask(state.endpoint, query_patterns.ask(triple, row), "full") is False
        ]
        for triple in mismatches[:_TRIPLES]:
            pattern = _with_cells(triple, row)
            yield f"nothing matches {_pattern(state, pattern)}"
            if query.inference and isinstance(triple[1], URIRef):
                for line in _premises(state, pattern):
                    yield f"  {line}"
        if not mismatches:
            yield "each triple pattern matches alone; together, or with the filters, they do not"


def _support_triples(
    state: GraphState, query_patterns: Patterns, row: Mapping[str, str]
) -> list[Triple]:
    answer = ask(state.endpoint, query_patterns.construct(row, 10 * _TRIPLES), "full")
    triples = sorted(answer) if isinstance(answer, Graph) else []
    informative = [triple for triple in triples if triple[1] != RDFS.label]
    return (informative or triples)[:_TRIPLES]


def _proof_lines(state: GraphState, proof: Proof, leaves: Iterable[Proof]) -> Iterator[str]:
    yield f"{state.name(proof.triple)}{_rule(proof)}"
    premises = [leaf for leaf in leaves if leaf is proof or not state.is_axiom(leaf.triple)]
    for leaf in premises[:_LEAVES]:
        words = "" if leaf.triple == proof.triple else f"{state.name(leaf.triple)}, "
        for place in state.places(leaf.triple):
            yield f"  {words}in {place}"
    if len(premises) > _LEAVES:
        yield f"  and {len(premises) - _LEAVES} more premises"


def _rule(proof: Proof) -> str:
    return f"  [{proof.by}]" if proof.premises else ""


_CONCLUSIONS = """PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
SELECT ?rule ?first ?second {{
  {{ ?first rdfs:subPropertyOf {0} BIND ("prp-spo1" AS ?rule) FILTER (?first != {0}) }} UNION
  {{ {0} owl:propertyChainAxiom ?list . ?list rdf:first ?first ; rdf:rest/rdf:first ?second
    BIND ("prp-spo2" AS ?rule) }} UNION
  {{ {0} owl:inverseOf ?first BIND ("prp-inv" AS ?rule) }} UNION
  {{ ?first owl:inverseOf {0} BIND ("prp-inv" AS ?rule) }} UNION
  {{ {0} a owl:TransitiveProperty BIND ({0} AS ?first) BIND ({0} AS ?second)
    BIND ("prp-trp" AS ?rule) }}
}} ORDER BY ?rule ?first ?second LIMIT 8"""


def _premises(state: GraphState, pattern: Sequence[Node]) -> Iterator[str]:
    """By which rules a triple would follow, and which premise of each is not there."""
    subject, predicate, object_ = pattern
    answer = ask(state.endpoint, _CONCLUSIONS.format(f"<{predicate}>"), "full")
    if isinstance(answer, Graph | bool):
        return
    for row in answer.rows:
        rule, first, second = row["rule"], row.get("first"), row.get("second")
        if first is None:
            continue
        steps: list[Triple]
        if second is not None:
            steps = [(subject, first, _MIDDLE), (_MIDDLE, second, object_)]
        elif str(rule) == "prp-inv":
            steps = [(object_, first, subject)]
        else:
            steps = [(subject, first, object_)]
        words = " and ".join(_pattern(state, step) for step in steps)
        matches = [step for step in steps if ask(state.endpoint, _ask(step), "full") is True]
        gaps = ", ".join(_pattern(state, step) for step in steps if step not in matches)
        yield f"it would follow by {rule} from {words}: " + (
            f"there is no {gaps}" if gaps else "each is there, but not for the same ?between"
        )


def _ask(triple: Pattern) -> str:
    return f"ASK {{ {' '.join(map(write_pattern_term, triple))} }}"


def _cells(columns: Cells, row: Cells) -> dict[str, str]:
    """The values of a row by column; terms in N-Triples without what is around their value."""
    cells = {}
    for column, cell in zip(columns, row, strict=True):
        if cell.startswith("<") and cell.endswith(">"):
            cells[column] = cell[1:-1]
        elif cell.startswith('"'):
            cells[column] = cell[1:].rpartition('"')[0]
        else:
            cells[column] = cell
    return cells


def _with_cells(triple: Pattern, row: Mapping[str, str]) -> list[Node]:
    return [
        URIRef(row[str(term)])
        if isinstance(term, Variable) and row.get(str(term), "").startswith("http")
        else term
        for term in triple
    ]


def _pattern(state: GraphState, terms: Iterable[Node]) -> str:
    return " ".join(
        f"?{term}" if isinstance(term, Variable) else state.term(term) for term in terms
    )

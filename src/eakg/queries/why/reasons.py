"""Why rows came or went: the annotation, the table row, the rule and its premises."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from rdflib import Graph, URIRef, Variable
from rdflib.namespace import RDFS
from rdflib.term import Node

from eakg.problems import ProblemsError
from eakg.queries.ask import ask
from eakg.queries.contract import SavedQuery
from eakg.queries.verdict import Difference
from eakg.queries.why.budget import TimeBudget
from eakg.queries.why.graph_state import GraphState, NoSuchStateError
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
_SECONDS = 20.0  # for one question
_LINE = re.compile(r":[0-9]+\b:?")
_FOLDERS = re.compile(r"[^\s\"]*/(?=[^\s/]+)")
_MIDDLE = Variable("between")


class Reasons:
    """Says why rows of a graph differ from the expected ones.

    Arguments: the graph; that from which the expected rows came, a state of the same in the past or
    another; the time to spend, with others; whether it is in the past. A row that went is explained
    by what was behind it there and is no longer; where there is no such graph, by the patterns that
    match nothing any more. Rows that came are explained by what is behind them, and was not. A few
    rows are, and it is said what is left out.
    """

    def __init__(
        self,
        current: GraphState,
        baseline: GraphState | None,
        budget: TimeBudget,
        *,
        is_past: bool = True,
    ) -> None:
        self._current = current
        self._baseline = baseline
        self._budget = budget
        self._absence = "no longer" if is_past else "not here"

    def __call__(self, query: SavedQuery, text: str, difference: Difference) -> list[str]:
        """Lines that say why, for a query with its parameters bound and what differs."""
        if difference.columns == ("subject", "predicate", "object") or difference.note:
            return []
        try:
            query_patterns = patterns(text)
        except NotUnderstoodError:
            return []
        return list(self._lines(query, query_patterns, difference))

    def _lines(
        self, query: SavedQuery, query_patterns: Patterns, difference: Difference
    ) -> Iterator[str]:
        for sign, rows in (("-", difference.missing), ("+", difference.unexpected)):
            for row in rows[:_ROWS]:
                if self._budget.is_spent:
                    yield f"no more is explained after {self._budget.seconds:g} s"
                    return
                cells = _cells(difference.columns, row)
                if not query_patterns.filters(cells):
                    continue  # nothing in the row tells which triples it rests on
                with self._budget.spending():
                    lines = self._row_lines(query, query_patterns, sign, cells)
                if lines:
                    yield f"why {sign} {', '.join(row)}"
                    yield from (f"  {line}" for line in lines)

    def _row_lines(
        self, query: SavedQuery, query_patterns: Patterns, sign: str, row: Mapping[str, str]
    ) -> list[str]:
        try:
            if sign == "+":
                return list(self._arrival_lines(query_patterns, row))
            if self._baseline is None:
                return list(self._mismatch_lines(query, query_patterns, row))
            return list(self._departure_lines(self._baseline, query_patterns, row))
        except (StoreError, NoSuchStateError, ProblemsError) as error:
            return [f"it is not known why: {error}"]

    def _arrival_lines(self, query_patterns: Patterns, row: Mapping[str, str]) -> Iterator[str]:
        triples = _support_triples(self._current, query_patterns, row)
        before = self._baseline
        arrivals = [one for one in triples if before is not None and before.proof(one) is None]
        if before is not None and arrivals:
            yield f"not {before.label}:"
        for triple in arrivals or triples:
            proof = self._current.proof(triple)
            if proof is not None:
                yield from _proof_lines(self._current, proof, proof.leaves())

    def _departure_lines(
        self, baseline: GraphState, query_patterns: Patterns, row: Mapping[str, str]
    ) -> Iterator[str]:
        triples = _support_triples(baseline, query_patterns, row)
        has_loss = False
        for triple in triples:
            lines = list(self._loss_lines(baseline, triple))
            has_loss = has_loss or bool(lines)
            yield from lines
        if not triples:
            yield f"{baseline.label} nothing is behind it either"
        elif not has_loss:
            yield f"all that was behind it {baseline.label} is here, too; the query excludes it"

    def _loss_lines(self, baseline: GraphState, triple: Triple) -> Iterator[str]:
        """What a triple rested on that is no longer there, or who no longer says it."""
        proof = baseline.proof(triple)
        if proof is not None and self._current.proof(triple) is None:
            yield f"{self._absence}: {baseline.name(triple)}{_rule(proof)}"
            losses = [leaf for leaf in proof.leaves() if self._current.proof(leaf.triple) is None]
            for leaf in losses[:_LEAVES]:
                name = baseline.name(leaf.triple)
                for place in baseline.places(leaf.triple):
                    yield f"  without {name}, {baseline.label} in {place}"
                if not baseline.places(leaf.triple):
                    yield f"  without {name}, which is {baseline.label}"
            return
        current_lines = {_gist(place) for place in self._current.places(triple)}
        for place in baseline.places(triple):
            if _gist(place) not in current_lines:
                yield f"{self._absence} said: {baseline.name(triple)}, {baseline.label} in {place}"

    def _mismatch_lines(
        self, query: SavedQuery, query_patterns: Patterns, row: Mapping[str, str]
    ) -> Iterator[str]:
        state = self._current
        mismatches = [
            triple
            for triple in query_patterns.triples
            if ask(state.endpoint, query_patterns.ask(triple, row), "full", _SECONDS) is False
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
    answer = ask(state.endpoint, query_patterns.construct(row, 10 * _TRIPLES), "full", _SECONDS)
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


def _gist(place: str) -> str:
    """What stays of a place where files move and lines are added."""
    return _LINE.sub(":", _FOLDERS.sub("", place))


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
    answer = ask(state.endpoint, _CONCLUSIONS.format(f"<{predicate}>"), "full", _SECONDS)
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
        gaps = ", ".join(_pattern(state, step) for step in steps if not _has_match(state, step))
        yield f"it would follow by {rule} from {words}: " + (
            f"there is no {gaps}" if gaps else "each is there, but not for the same ?between"
        )


def _has_match(state: GraphState, triple: Pattern) -> bool:
    text = f"ASK {{ {' '.join(map(write_pattern_term, triple))} }}"
    return ask(state.endpoint, text, "full", _SECONDS) is True


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

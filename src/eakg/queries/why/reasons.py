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
_FACTS = 8  # of a row
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
        self._left = self._seconds = seconds

    def __call__(self, query: SavedQuery, text: str, difference: Difference) -> list[str]:
        """Lines that say why, for a query with its parameters bound and what differs."""
        if difference.columns == ("subject", "predicate", "object") or difference.note:
            return []
        # rdflib's parser is not made for several threads either.
        with self._lock:
            try:
                found = patterns(text)
            except NotUnderstoodError:
                return []
            return list(self._lines(query, found, difference))

    @cached_property
    def _now(self) -> GraphState:
        return GraphState(self._layout)

    @cached_property
    def _then(self) -> GraphState:
        return state_at(self._layout, self._since or "HEAD")

    def _lines(self, query: SavedQuery, found: Patterns, difference: Difference) -> Iterator[str]:
        for sign, rows in (("-", difference.missing), ("+", difference.unexpected)):
            for row in rows[:_ROWS]:
                if self._left <= 0:
                    yield f"no more is explained after {self._seconds:g} s"
                    return
                started = time.monotonic()
                cells = _cells(difference.columns, row)
                if not found.filters(cells):
                    continue  # nothing in the row tells which triples it rests on
                try:
                    went = sign == "-"
                    lines = list(
                        self._went(query, found, cells) if went else self._came(found, cells)
                    )
                except (StoreError, NoSuchStateError) as error:
                    lines = [f"it is not known why: {error}"]
                self._left -= time.monotonic() - started
                if lines:
                    yield f"why {sign} {', '.join(row)}"
                    yield from (f"  {line}" for line in lines)

    def _came(self, found: Patterns, row: Mapping[str, str]) -> Iterator[str]:
        for fact in _facts(self._now, found, row):
            proof = self._now.proof(fact)
            if proof is not None:
                yield from _told(self._now, proof, proof.leaves())

    def _went(self, query: SavedQuery, found: Patterns, row: Mapping[str, str]) -> Iterator[str]:
        if self._since is None:
            yield from self._unmatched(query, found, row)
            return
        facts = _facts(self._then, found, row)
        changed = False
        for fact in facts:
            lines = list(self._lost(fact))
            changed = changed or bool(lines)
            yield from lines
        if not facts:
            yield f"at {self._since} nothing is behind it either"
        elif not changed:
            yield f"all that was behind it at {self._since} is still there; the query excludes it"

    def _lost(self, fact: Triple) -> Iterator[str]:
        """What a fact rested on that is no longer there, or who no longer says it."""
        proof = self._then.proof(fact)
        if proof is not None and self._now.proof(fact) is None:
            yield f"no longer: {self._then.name(fact)}{_rule(proof)}"
            lost = [leaf for leaf in proof.leaves() if self._now.proof(leaf.triple) is None]
            for leaf in lost[:_LEAVES]:
                for place in self._then.places(leaf.triple) or [""]:
                    yield f"  without {self._then.name(leaf.triple)}, at {self._since} in {place}"
            return
        root = f"{self._layout.graph.parent}/"
        now = self._now.places(fact)
        still = {_LINE.sub(":", place.replace(root, "")) for place in now}
        for place in self._then.places(fact):
            if _LINE.sub(":", place) not in still:
                yield f"no longer said: {self._then.name(fact)}, at {self._since} in {place}"

    def _unmatched(
        self, query: SavedQuery, found: Patterns, row: Mapping[str, str]
    ) -> Iterator[str]:
        now = self._now
        missing = [
            one for one in found.triples if ask(now.endpoint, found.ask(one, row), "full") is False
        ]
        for triple in missing[:_FACTS]:
            wanted = _with_cells(triple, row)
            yield f"nothing matches {_pattern(now, wanted)}"
            if query.inference and isinstance(triple[1], URIRef):
                for line in _premises(now, wanted):
                    yield f"  {line}"
        if not missing:
            yield "each triple pattern matches alone; together, or with the filters, they do not"


def _facts(state: GraphState, found: Patterns, row: Mapping[str, str]) -> list[Triple]:
    answer = ask(state.endpoint, found.construct(row, 10 * _FACTS), "full")
    facts = sorted(answer) if isinstance(answer, Graph) else []
    telling = [fact for fact in facts if fact[1] != RDFS.label]
    return (telling or facts)[:_FACTS]


def _told(state: GraphState, proof: Proof, leaves: Iterable[Proof]) -> Iterator[str]:
    yield f"{state.name(proof.triple)}{_rule(proof)}"
    listed = [leaf for leaf in leaves if leaf is proof or not state.is_axiom(leaf.triple)]
    for leaf in listed[:_LEAVES]:
        words = "" if leaf.triple == proof.triple else f"{state.name(leaf.triple)}, "
        for place in state.places(leaf.triple):
            yield f"  {words}in {place}"
    if len(listed) > _LEAVES:
        yield f"  and {len(listed) - _LEAVES} more premises"


def _rule(proof: Proof) -> str:
    return f"  [{proof.by}]" if proof.premises else ""


_CONCLUSIONS = """PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
SELECT ?rule ?one ?two {{
  {{ ?one rdfs:subPropertyOf {0} BIND ("prp-spo1" AS ?rule) FILTER (?one != {0}) }} UNION
  {{ {0} owl:propertyChainAxiom ?list . ?list rdf:first ?one ; rdf:rest/rdf:first ?two
    BIND ("prp-spo2" AS ?rule) }} UNION
  {{ {0} owl:inverseOf ?one BIND ("prp-inv" AS ?rule) }} UNION
  {{ ?one owl:inverseOf {0} BIND ("prp-inv" AS ?rule) }} UNION
  {{ {0} a owl:TransitiveProperty BIND ({0} AS ?one) BIND ({0} AS ?two)
    BIND ("prp-trp" AS ?rule) }}
}} ORDER BY ?rule ?one ?two LIMIT 8"""


def _premises(state: GraphState, wanted: Sequence[Node]) -> Iterator[str]:
    """By which rules a triple would follow, and which premise of each is not there."""
    subject, predicate, object_ = wanted
    answer = ask(state.endpoint, _CONCLUSIONS.format(f"<{predicate}>"), "full")
    if isinstance(answer, Graph | bool):
        return
    for row in answer.rows:
        rule, one, two = row["rule"], row.get("one"), row.get("two")
        if one is None:
            continue
        steps: list[Triple]
        if two is not None:
            steps = [(subject, one, _MIDDLE), (_MIDDLE, two, object_)]
        elif str(rule) == "prp-inv":
            steps = [(object_, one, subject)]
        else:
            steps = [(subject, one, object_)]
        words = " and ".join(_pattern(state, step) for step in steps)
        there = [step for step in steps if ask(state.endpoint, _ask(step), "full") is True]
        lacking = ", ".join(_pattern(state, step) for step in steps if step not in there)
        yield f"it would follow by {rule} from {words}: " + (
            f"there is no {lacking}" if lacking else "each is there, but not for the same ?between"
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
    return " ".join(f"?{one}" if isinstance(one, Variable) else state.term(one) for one in terms)

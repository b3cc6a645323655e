"""Whether rows rest on sources: each triple behind a row, down to what its proof begins with."""

from collections.abc import Iterator

from rdflib import Graph
from rdflib.namespace import RDFS

from eakg.queries.ask import ask
from eakg.queries.contract import EvidenceGrade
from eakg.queries.why.budget import TimeBudget
from eakg.queries.why.graph_state import GraphState
from eakg.rdf import Solutions, Triple, table_of_values
from eakg.sparql import NotUnderstoodError, Patterns, StoreError, patterns

_TRIPLES = 1000  # behind a row
_ROWS = 10  # of which the faults are told


class RowGrounds:
    """Says which rows of a graph lack evidence.

    Arguments: the graph; the time for the rows of all queries, after which the rest is told as not
    looked at.
    """

    def __init__(self, state: GraphState, budget: TimeBudget) -> None:
        self._state = state
        self._budget = budget

    def __call__(self, text: str, answer: Solutions, grade: EvidenceGrade) -> list[str]:
        """Lines about the rows that do not rest on what they are to rest on.

        Arguments: the query with its parameters bound; its answer; what each triple behind a row is
        to rest on.
        """
        try:
            query_patterns = patterns(text)
            return list(self._lines(query_patterns, answer, grade))
        except (NotUnderstoodError, StoreError) as error:
            return [f"which triples its rows rest on is not known: {error}"]

    def _lines(
        self, query_patterns: Patterns, answer: Solutions, grade: EvidenceGrade
    ) -> Iterator[str]:
        table = table_of_values(answer)
        faults = 0
        self._state.prepare()
        for number, row in enumerate(table.rows):
            if self._budget.is_spent:
                rest = len(table.rows) - number
                seconds = f"{self._budget.seconds:g} s"
                yield f"the evidence of {rest} rows was not looked at after {seconds}"
                return
            cells = dict(zip(table.columns, map(str, row), strict=True))
            with self._budget.spending():
                fault = self._fault(query_patterns, cells, grade)
            faults += bool(fault)
            if fault and faults <= _ROWS:
                yield f"{', '.join(row)}: {fault}"
        if faults > _ROWS:
            yield f"and {faults - _ROWS} more rows without {_SOURCES[grade]}"

    def _fault(self, query_patterns: Patterns, cells: dict[str, str], grade: EvidenceGrade) -> str:
        """What is wrong with the evidence of a row, or nothing."""
        if not query_patterns.filters(cells):
            return "nothing in the row tells which triples it rests on"
        answer = ask(self._state.endpoint, query_patterns.construct(cells, _TRIPLES), "full")
        triples = sorted(answer) if isinstance(answer, Graph) else []
        # Names say nothing that a row asserts.
        triples = [triple for triple in triples if triple[1] != RDFS.label] or triples
        if not triples:
            return "no triple behind it is known"
        for triple in triples:
            for leaf in self._leaves(triple):
                if not self._state.is_attested(leaf, grade):
                    places = ", ".join(self._state.places(leaf)) or "no place that is known"
                    return f"{self._state.name(leaf)} has no {_SOURCES[grade]}; it is in {places}"
        return ""

    def _leaves(self, triple: Triple) -> Iterator[Triple]:
        proof = self._state.proof(triple)
        if proof is None:
            yield triple
            return
        yield from (leaf.triple for leaf in proof.leaves())


_SOURCES = {"sourced": "source", "verified": "verified source"}

"""What supports the rows of an answer, to be seen below each: places of the evidence that state the
triples which the query's patterns met, asked for all rows at once."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from rdflib import RDF, BNode, Literal, URIRef, Variable
from rdflib.term import Node

from eakg.evidence import Attestation, Evidence, Passage
from eakg.names import EVIDENCE
from eakg.rdf import Row, Triple, is_number, sparql_term
from eakg.serve.app import state
from eakg.serve.content import NAME_PROPERTIES, DescribedTriple, attestations_in, graph_filter
from eakg.serve.pages.row import described_triples, readable_patterns
from eakg.serve.words import EvidencePlace, places_in_words, proof_path
from eakg.sparql import Pattern, Patterns
from eakg.store import Closure, QueryRequest, select

SUPPORT_LIMIT = 50
"""Rows, the first of a table, that have what supports them in sight."""
_PLACES = 2
_TRIPLES = 4
"""Triples of a row whose evidence is asked for: those that say most of it."""
_SOLUTIONS = 40 * SUPPORT_LIMIT
_PAIRS = 20 * SUPPORT_LIMIT
"""Pairs of cells between which a triple is looked for where no pattern has one that is stated."""
_LABEL = "Label"
_Weights = dict[Triple, int]
"""Triples of a row, and how many ends of each the row or the query has."""


@dataclass(frozen=True)
class RowSupport:
    """The places that state what a row rests on, and whether it rests on more facts of the same
    kind; and the path of the proof of what says most of it, where that follows from others."""

    places: tuple[EvidencePlace, ...]
    are_examples: bool
    proof: str | None


def supports_of(text: str, closure: Closure, rows: Sequence[Row]) -> tuple[RowSupport, ...]:
    """What supports the first rows of the answer to a query; those after them have nothing.

    Arguments: the query; its closure; the rows, as the query gave them.
    Raises: StoreError and its kinds.
    """
    first_rows = rows[:SUPPORT_LIMIT]
    understood = readable_patterns(text)
    if understood is None or not understood.variables or not first_rows:
        return ()
    weights = _behind(understood, closure, first_rows)
    entries = _entries(weights)
    unstated = {
        number: row
        for number, row in enumerate(first_rows)
        if all(entry.inferred for entry in entries[number])
    }
    joining = _entries(_between([*unstated.values()]))
    for number, further in zip(unstated, joining, strict=True):
        entries[number] += further
    stated = {entry.triple for group in entries for entry in group if entry.is_attestable}
    attestations = attestations_in(state().store, stated, for_pages=True)
    return tuple(
        _support(group, attestations, _are_many(triples))
        for group, triples in zip(entries, weights, strict=True)
    )


def _are_many(triples: Iterable[Triple]) -> bool:
    """Whether there are more of one property than are shown."""
    counts = Counter(predicate for _, predicate, _ in triples)
    return max(counts.values(), default=0) > _PLACES


def _behind(understood: Patterns, closure: Closure, rows: Sequence[Row]) -> list[_Weights]:
    """The triples that the patterns match for each row; names and classes where there is nothing
    else in the query."""
    names = {*map(URIRef, (*NAME_PROPERTIES, *state().catalogue.project().label_property))}
    telling = [one for one in understood.triples if one[1] not in {RDF.type, *names}]
    selection = telling or understood.triples
    columns = [name for name in understood.variables if _tells_apart(name, rows)]
    numbers: dict[tuple[Node | None, ...], list[int]] = {}
    for number, row in enumerate(rows):
        numbers.setdefault(tuple(map(row.get, columns)), []).append(number)
    weights: list[_Weights] = [{} for _ in rows]
    request = QueryRequest(understood.select(rows, _SOLUTIONS), closure=closure)
    for solution in select(state().store, request):
        for number in numbers.get(tuple(map(solution.get, columns)), ()):
            for triple, weight in _weighed(selection, solution, rows[number]):
                weights[number][triple] = max(weight, weights[number].get(triple, 0))
    return weights


def _tells_apart(name: str, rows: Sequence[Row]) -> bool:
    """Whether the rows have values of a variable, each with one spelling and a name of its own."""
    values = [row[name] for row in rows if name in row]
    return bool(values) and not any(isinstance(one, BNode) or is_number(str(one)) for one in values)


def _weighed(selection: Sequence[Pattern], solution: Row, row: Row) -> Iterator[tuple[Triple, int]]:
    """The triples of a solution, of the patterns whose variables it has."""
    for pattern in selection:
        subject, predicate, value = (
            solution.get(str(term)) if isinstance(term, Variable) else term for term in pattern
        )
        if subject is None or predicate is None or value is None:
            continue
        ends = (pattern[0], pattern[2])
        yield (subject, predicate, value), sum(_has(row, end) for end in ends)


def _has(row: Row, end: Node) -> bool:
    """Whether an end of a pattern is told by a row, or by the query itself."""
    return not isinstance(end, Variable) or str(end) in row or f"{end}{_LABEL}" in row


def _between(rows: Sequence[Row]) -> list[_Weights]:
    """The triples from a thing of each row to another of its cells."""
    weights: list[_Weights] = [{} for _ in rows]
    numbers: dict[tuple[Node, Node], list[int]] = {}
    for number, row in enumerate(rows):
        cells = [term for term in row.values() if _is_value(term)]
        for start in cells:
            for end in cells:
                if isinstance(start, URIRef) and start != end:
                    numbers.setdefault((start, end), []).append(number)
    if numbers:
        pairs = " ".join(
            f"({sparql_term(start)} {sparql_term(end)})" for start, end in islice(numbers, _PAIRS)
        )
        condition = f'!CONTAINS(STR(?g), "{EVIDENCE}") && {graph_filter("full")}'
        text = (
            f"SELECT DISTINCT ?s ?p ?o {{ VALUES (?s ?o) {{ {pairs} }}"
            f" GRAPH ?g {{ ?s ?p ?o }} FILTER({condition}) }}"
        )
        for solution in select(state().store, QueryRequest(text, any_graph=True)):
            for number in numbers.get((solution["s"], solution["o"]), ()):
                weights[number][solution["s"], solution["p"], solution["o"]] = 2
    return weights


def _is_value(term: Node) -> bool:
    """Whether it is a thing or a value of its own, and no words for one."""
    return isinstance(term, URIRef) or (isinstance(term, Literal) and term.datatype is not None)


def _entries(weights: Sequence[_Weights]) -> list[list[DescribedTriple]]:
    """The triples of each row that say most of it, where the graph has them: they join what the row
    has, relations come before values, and few other rows rest on them."""
    rows_of = Counter(triple for group in weights for triple in group)

    def order(item: tuple[Triple, int]) -> tuple[int, bool, int]:
        triple, weight = item
        return -weight, isinstance(triple[2], Literal), rows_of[triple]

    selection = [
        [triple for triple, _ in sorted(group.items(), key=order)[:_TRIPLES]] for group in weights
    ]
    triples = dict.fromkeys(triple for group in selection for triple in group)
    entries = {entry.triple: entry for entry in described_triples(state().store, triples)}
    return [[entries[triple] for triple in group if triple in entries] for group in selection]


def _support(
    entries: Sequence[DescribedTriple],
    attestations: Mapping[Triple, tuple[Attestation, ...]],
    are_examples: bool,
) -> RowSupport:
    evidence: list[Evidence] = []
    for entry in entries:
        items = [
            item
            for attestation in attestations.get(entry.triple, ())
            for item in attestation.evidence
        ]
        evidence += sorted(items, key=lambda item: not isinstance(item, Passage))
    first = next(iter(entries), None)
    proof = proof_path(first.triple) if first is not None and first.inferred else None
    return RowSupport(places_in_words(evidence)[:_PLACES], are_examples, proof)

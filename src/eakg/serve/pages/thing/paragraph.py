"""The paragraph that the page of a thing opens with: sentences made of triples, each clause with
what supports it in sight.

Which sentences there are for which classes is data (`serve.content.sentences`).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from rdflib import DCTERMS, RDF, SKOS, Literal, URIRef
from rdflib.term import Node

from eakg.evidence import place_key
from eakg.rdf import Triple, sparql_term
from eakg.serve.content import (
    Bounds,
    ClausePlan,
    DescribedTriple,
    Description,
    Nearest,
    PathStep,
    Presentation,
    SentencePlan,
    attestations_in,
    entries_of,
    graph_filter,
)
from eakg.serve.pages.table_rows import PropertyLine, TableRowLine, rows_at
from eakg.serve.words import (
    DisplayTerm,
    EvidencePlace,
    Naming,
    days_in_words,
    moment,
    naming_of,
    places_in_words,
    proof_path,
    quantities,
    time_of,
)
from eakg.store import Closure, QueryRequest, QueryService, select

_MANY = 500
"""Ways that are looked at for a clause."""
_CITED = 2
"""Places of support that stand beside a value; the proof has them all."""
_CELLS = 3
"""Cells of a row that a note has, if no more are cited; what the name of its thing tells is left
out."""
_CODES = (RDF.type, DCTERMS.identifier, DCTERMS.description, SKOS.altLabel, SKOS.notation)


@dataclass(frozen=True)
class ClauseValue:
    """Something that a clause tells: None for when the thing was, which is all in `words`.

    `words` are told beside it; `notes` are the numbers of what supports it, and `whys` the paths of
    the proofs of what follows, or is supported by more.
    """

    term: DisplayTerm | None
    words: str
    notes: tuple[int, ...]
    whys: tuple[str, ...]


@dataclass(frozen=True)
class Clause:
    """A part of a sentence: words, values, words; and how many values are left out, which
    the section of this anchor has, and whether these are all."""

    before: str
    values: tuple[ClauseValue, ...]
    after: str
    rest: int
    anchor: str | None
    is_counted: bool = True


@dataclass(frozen=True)
class RowExcerpt:
    """What a row says of a thing: names of properties with values, those first that are cited."""

    thing: str
    cells: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Footnote:
    """What supports clauses: a place of the evidence, by its number; where it is a row, what that
    says."""

    number: int
    place: EvidencePlace
    excerpts: tuple[RowExcerpt, ...] = ()


@dataclass(frozen=True)
class OpeningSentence:
    """A sentence: its first words and clauses, and the notes that no sentence before it has."""

    opening: str
    clauses: tuple[Clause, ...]
    notes: tuple[Footnote, ...]


def paragraph_of(
    store: QueryService,
    description: Description,
    closure: Closure,
    presentation: Presentation,
    anchors: Mapping[Triple, str],
) -> tuple[OpeningSentence, ...]:
    """The sentences about a thing; none where there are none for its classes.

    Arguments: the store; what the page has of the thing; whether what follows is told; how pages
    tell of things; the sections of the page by the triples that they have.
    Raises: StoreError and its kinds.
    """
    kinds = description.kinds.get(description.iri, frozenset())
    plans = [plan for plan in presentation.sentences if plan.classes & kinds]
    if not plans:
        return ()
    return _Writer(store, description, closure, presentation, plans, anchors).sentences()


@dataclass(frozen=True)
class _Way:
    """From the thing to a value, over what lies between, if anything does."""

    end: Node
    between: Node | None
    entries: tuple[DescribedTriple, ...]


@dataclass(frozen=True)
class _ValueDraft:
    """A value before it has its notes: the triples that say it and what stands beside it."""

    term: Node | None
    words: str
    entries: tuple[DescribedTriple, ...]


class _Writer:
    def __init__(
        self,
        store: QueryService,
        description: Description,
        closure: Closure,
        presentation: Presentation,
        plans: list[SentencePlan],
        anchors: Mapping[Triple, str],
    ) -> None:
        self._anchors = anchors
        self._store = store
        self._iri = description.iri
        self._closure: Closure = closure
        self._presentation = presentation
        self._plans = plans
        self._cut: set[tuple[PathStep, ...]] = set()
        paths = dict.fromkeys(path for plan in plans for path in _paths(plan))
        self._paths = {path: ways for path in paths if (ways := self._ways(path))}
        nodes = {self._iri}
        for ways in self._paths.values():
            for way in ways.values():
                nodes |= {one for one in (way.end, way.between) if isinstance(one, URIRef)}
        self._details = self._details_of(nodes)
        self._naming = self._names()
        self._clauses = {
            (plan, number): self._drafts(clause)
            for plan in plans
            for number, clause in enumerate(plan.clauses)
        }
        drafts = [draft for values, _ in self._clauses.values() for draft in values]
        stated = {entry.triple for one in drafts for entry in one.entries if not entry.inferred}
        attestations = attestations_in(store, stated - description.attested, for_pages=True)
        self._attestations = {**description.attestations, **attestations}
        self._numbers: dict[object, Footnote] = {}
        self._cited: set[tuple[str, str]] = set()

    def sentences(self) -> tuple[OpeningSentence, ...]:
        drafts = [draft for plan in self._plans if (draft := self._draft(plan))]
        rows = {footnote.place.row.iri for footnote in self._notes() if footnote.place.row}
        lines = rows_at(self._store, rows, self._presentation)
        return tuple(
            OpeningSentence(opening, clauses, tuple(self._with_row(note, lines) for note in notes))
            for opening, clauses, notes in drafts
        )

    def _with_row(self, note: Footnote, lines: Mapping[Node, TableRowLine]) -> Footnote:
        line = lines.get(note.place.row.iri) if note.place.row else None
        if line is None:
            return note
        excerpts = [self._excerpt(part) for part in line.lines]
        cited = [excerpt for excerpt, is_cited in excerpts if is_cited]
        return Footnote(note.number, note.place, tuple(cited))

    def _excerpt(self, line: PropertyLine) -> tuple[RowExcerpt, bool]:
        """What a row says of a thing, and whether a clause tells some of it."""
        cells = []
        for label, words, properties in self._cells(line):
            is_cited = any((line.thing.full, one) in self._cited for one in properties)
            if is_cited or not self._passed_over >= {*map(URIRef, properties)}:
                cells.append((not is_cited, label, words))
        cells.sort(key=lambda cell: cell[0])
        new = [cell for cell in cells if cell[2] not in line.thing.label]
        number = max(_CELLS, sum(not first for first, *_ in new))
        excerpt = RowExcerpt(line.thing.label, tuple(cell[1:] for cell in new[:number]))
        return excerpt, any(not first for first, *_ in cells)

    def _cells(self, line: PropertyLine) -> Iterator[tuple[str, str, tuple[str, ...]]]:
        """The label, the words and the properties of each cell; when something was is in one."""
        time = self._presentation.time
        texts, bounds = ({*map(str, terms)} for terms in (time.texts, time.bounds))
        words = {name.full: ", ".join(one.label for one in values) for name, values in line.values}
        text = [*texts & words.keys()]
        days = [*bounds & words.keys()]
        is_day = len(days) > 1 and len({words[one] for one in days}) == 1
        for name, _ in line.values:
            if name.full in days and (text or (is_day and name.full != days[0])):
                continue
            if name.full in text:
                yield "", days_in_words(words[name.full]), (name.full, *days)
            elif name.full in days and is_day:
                yield "on", words[name.full], tuple(days)
            else:
                yield name.label, words[name.full], (name.full,)

    @cached_property
    def _passed_over(self) -> frozenset[Node]:
        """Properties that tell a reader of a note nothing: names, codes and kinds."""
        names = map(URIRef, self._presentation.project.label_property)
        return frozenset({*names, *_CODES})

    def _notes(self) -> list[Footnote]:
        return [*self._numbers.values()]

    def _draft(self, plan: SentencePlan) -> tuple[str, tuple[Clause, ...], list[Footnote]] | None:
        before = len(self._numbers)
        clauses: list[Clause] = []
        for number, clause in enumerate(plan.clauses):
            drafts, rest = self._clauses[plan, number]
            if drafts:
                first = (self._anchors.get(entry.triple) for entry in drafts[0].entries)
                anchor = next((one for one in first if one), None)
                values = _without_repeated_notes(map(self._value, drafts))
                words = clause.before if clauses else clause.before.lstrip(",; ")
                is_counted = clause.path not in self._cut
                part = Clause(words, tuple(values), clause.after, rest, anchor, is_counted)
                clauses.append(part)
        if not clauses:
            return None
        return plan.opening, tuple(clauses), self._notes()[before:]

    def _value(self, draft: _ValueDraft) -> ClauseValue:
        notes: dict[int, None] = {}
        whys: dict[str, None] = {}
        for entry in draft.entries:
            attestations = self._attestations.get(entry.triple, ())
            places = places_in_words(item for one in attestations for item in one.evidence)
            if entry.inferred or not places or len(places) > _CITED:
                whys[proof_path(entry.triple)] = None
            for place in places[:_CITED]:
                key = place_key(place.evidence[0])
                footnote = self._numbers.setdefault(key, Footnote(len(self._numbers) + 1, place))
                notes[footnote.number] = None
                self._cited.add((str(entry.triple[0]), str(entry.triple[1])))
        term = None if draft.term is None else self._naming.of(draft.term)
        return ClauseValue(term, draft.words, tuple(sorted(notes)), tuple(whys)[:1])

    def _drafts(self, clause: ClausePlan) -> tuple[list[_ValueDraft], int]:
        """The values of a clause, the latest or the earliest where there are more than it tells,
        and how many more there are."""
        if not clause.path:
            entries = self._tightest(self._iri)
            words = moment(self._bounds(self._iri))
            return ([_ValueDraft(None, words, entries)] if entries else []), 0
        ways = [*self._paths.get(clause.path, {}).values()]
        days = {way: self._bounds(_timed(way, clause)) for way in ways}
        if clause.nearest:
            if clause.path in self._cut:
                return [], 0  # what was not looked at may be nearer
            ways = _nearest(self._bounds(self._iri), days, clause.nearest)
        ways.sort(key=lambda way: _place(days[way], way, clause.earliest))
        if not clause.nearest:  # a membership that goes on is told before one that has ended
            ways.sort(key=lambda way: (not _has_ended(way, days[way])) != clause.earliest)
        rest = max(0, len(ways) - clause.most)
        if rest:
            ways = ways[: clause.most] if clause.earliest else ways[: -clause.most - 1 : -1]
        return [self._draft_of(way, clause, days[way]) for way in ways], rest

    def _draft_of(self, way: _Way, clause: ClausePlan, bounds: Bounds) -> _ValueDraft:
        middle = _timed(way, clause)
        details = self._details.get(middle, ())
        beside = [entry for entry in details if entry.triple[1] in clause.beside]
        entries = (*way.entries, *beside)
        when = ""
        if way.between is not None:
            when, support = self._when(middle, bounds)
            entries += support
        words = [self._words(entry) for entry in beside]
        return _ValueDraft(way.end, ", ".join(one for one in (*words, when) if one), entries)

    def _when(self, node: Node, bounds: Bounds) -> tuple[str, tuple[DescribedTriple, ...]]:
        """When something was, and what says so: in the words of the source where there is one
        alone, as a bound may be the first day of a year; else by its bounds."""
        texts = self._presentation.time.texts
        entries = [one for one in self._details.get(node, ()) if one.triple[1] in texts]
        if len({entry.triple[2] for entry in entries}) == 1 and not bounds.crossed:
            return days_in_words(str(entries[0].triple[2])), tuple(entries)
        return time_of(bounds), self._tightest(node)

    def _words(self, entry: DescribedTriple) -> str:
        """What stands beside a value; a day says of what it is the day."""
        _, property_, value = entry.triple
        name = self._naming.of_term(property_).label if isinstance(value, Literal) else ""
        return f"{name} {self._naming.of(value).label}".strip()

    def _bounds(self, node: Node) -> Bounds:
        time = self._presentation.time
        return time.bounds_of(
            (entry.triple[1], entry.triple[2])
            for entry in self._details.get(node, ())
            if entry.triple[1] in time.bounds
        )

    def _tightest(self, node: Node) -> tuple[DescribedTriple, ...]:
        time, bounds = self._presentation.time, self._bounds(node)
        return tuple(
            entry
            for entry in self._details.get(node, ())
            if entry.triple[1] in time.bounds
            and time.tells(bounds, entry.triple[1], entry.triple[2])
        )

    def _ways(self, path: tuple[PathStep, ...]) -> dict[tuple[Node | None, Node], _Way]:
        """The ways of a path, by what lies between and their ends."""
        thing = sparql_term(self._iri)
        ends = ["?end"] if len(path) == 1 else ["?between", "?end"]
        patterns, start = [], thing
        for number, (step, end) in enumerate(zip(path, ends, strict=True)):
            subject, object_ = (start, end) if step.forwards else (end, start)
            property_ = sparql_term(step.property)
            patterns.append(f"GRAPH ?g{number} {{ {subject} {property_} {object_} }}")
            start = end
        graphs = (graph_filter(self._closure, f"?g{number}") for number in range(len(path)))
        condition = f"FILTER({' && '.join(graphs)})"
        text = f"SELECT * {{ {' '.join(patterns)} {condition} }} LIMIT {_MANY}"
        triples_of: dict[tuple[Node | None, Node], dict[Triple, set[str]]] = {}
        request = QueryRequest(text, closure=self._closure, any_graph=True)
        rows = select(self._store, request)
        if len(rows) == _MANY:
            self._cut.add(path)
        for row in rows:
            between, end_node = row.get("between"), row["end"]
            if end_node == self._iri:
                continue
            triples = triples_of.setdefault((between, end_node), {})
            subject_node: Node = self._iri
            for number, step in enumerate(path):
                target = end_node if number + 1 == len(path) or between is None else between
                triple = (
                    (subject_node, step.property, target)
                    if step.forwards
                    else (target, step.property, subject_node)
                )
                triples.setdefault(triple, set()).add(str(row[f"g{number}"]))
                subject_node = target
        ways: dict[tuple[Node | None, Node], _Way] = {}
        for (between, end_node), triples in triples_of.items():
            entries = (DescribedTriple(one, frozenset(names)) for one, names in triples.items())
            ways[between, end_node] = _Way(end_node, between, tuple(entries))
        return ways

    def _details_of(self, nodes: Iterable[URIRef]) -> Mapping[Node, list[DescribedTriple]]:
        """When things were, their quantities, and what stands beside them."""
        presentation = self._presentation
        time = presentation.time
        properties = {*time.bounds, *time.texts, *presentation.quantity}
        for plan in self._plans:
            for clause in plan.clauses:
                properties |= set(clause.beside)
        iris = " ".join(sorted(map(sparql_term, nodes)))
        predicates = ", ".join(sorted(map(sparql_term, properties)))
        text = (
            f"SELECT ?s ?p ?o ?g {{ VALUES ?s {{ {iris} }} GRAPH ?g {{ ?s ?p ?o }}"
            f" FILTER(?p IN ({predicates}) && {graph_filter(self._closure)}) }}"
        )
        forms = "s", "p", "o", "g"
        request = QueryRequest(text, closure=self._closure, row_triple=forms, any_graph=True)
        details: dict[Node, list[DescribedTriple]] = {}
        for entry in entries_of(select(self._store, request), self._iri):
            details.setdefault(entry.triple[0], []).append(entry)
        return details

    def _names(self) -> Naming:
        """The names of all that may be told."""
        presentation = self._presentation
        details = [entry.triple for group in self._details.values() for entry in group]
        terms = {way.end for ways in self._paths.values() for way in ways.values()}
        terms |= {term for _, *pair in details for term in pair}
        numbers = (one for one in details if one[1] in presentation.quantity)
        names = naming_of(self._store, terms, presentation, closure=self._closure)
        words = quantities(numbers, names, presentation)
        if not words:
            return names
        return naming_of(self._store, terms, presentation, words, self._closure)


def _timed(way: _Way, clause: ClausePlan) -> Node:
    """What of a way has the time that is told: what lies between, as a membership, or the end."""
    return way.end if clause.nearest or way.between is None else way.between


def _has_ended(way: _Way, bounds: Bounds) -> bool:
    """Whether what joins a thing to another was for a time alone."""
    return way.between is not None and bounds.end is not None


def _nearest(bounds: Bounds, days: Mapping[_Way, Bounds], side: Nearest) -> list[_Way]:
    """The ways to what was last before a time, or first after it; all that were so at once."""
    if side == "before":
        earlier = {way: one for way, one in days.items() if one.is_before(bounds)}
        best = max((one.latest for one in earlier.values()), default=None)
        return [way for way, one in earlier.items() if one.latest == best]
    later = {way: one for way, one in days.items() if bounds.is_before(one)}
    best = min((one.earliest for one in later.values()), default=None)
    return [way for way, one in later.items() if one.earliest == best]


def _place(bounds: Bounds, way: _Way, is_first: bool) -> tuple[bool, str, str]:
    """Where a way stands in the order of time; one without a day is among the last to be told."""
    day = bounds.start or bounds.end
    return (day is None) == is_first, day or "", str(way.end)


def _paths(plan: SentencePlan) -> Iterator[tuple[PathStep, ...]]:
    return (clause.path for clause in plan.clauses if clause.path)


def _without_repeated_notes(drafts: Iterable[ClauseValue]) -> Iterator[ClauseValue]:
    """What supports several values in a row stands behind the last of them."""
    values = [*drafts]
    for value, next_value in zip(values, [*values[1:], None], strict=True):
        if next_value and (value.notes, value.whys) == (next_value.notes, next_value.whys):
            yield ClauseValue(value.term, value.words, (), ())
        else:
            yield value

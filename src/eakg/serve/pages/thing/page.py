"""The page about a thing: its facts as a person would tell them, each with what supports it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from rdflib import RDF
from rdflib.term import Node

from eakg.names import EAKG
from eakg.serve.content import (
    SUMMARY,
    Description,
    Fact,
    Presentation,
    SectionPlan,
    TableColumn,
    language,
)
from eakg.serve.words import (
    DisplayTerm,
    Naming,
    SupportLink,
    period,
    place_of,
    sentence,
    support_link,
    words_for,
)

_BOUNDS = frozenset({EAKG.notBefore, EAKG.notAfter})


@dataclass(frozen=True)
class Value:
    """A term that a triple leads to, and the link to what supports the triple."""

    term: DisplayTerm
    fact: Fact
    why: SupportLink


@dataclass(frozen=True)
class Group:
    """A property, or its reverse, and the values; `differ` says that sources do not agree."""

    title: DisplayTerm
    values: tuple[Value, ...]
    secondary: bool
    differ: bool


@dataclass(frozen=True)
class Link:
    """Triples between the thing and another that have the same support: the properties in words."""

    titles: tuple[str, ...]
    why: SupportLink
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class FactRow:
    """Another thing that the thing has to do with.

    `order` is the day that it is listed by; `cells` are what is told of it, one for each column;
    `when` is its period in words, with `since`, the links to what supports that; `links` are the
    triples between the two.
    """

    order: str
    thing: DisplayTerm
    cells: tuple[tuple[Value, ...], ...]
    when: str
    since: tuple[SupportLink, ...]
    links: tuple[Link, ...]


@dataclass(frozen=True)
class FactTable:
    """Rows, with the titles of their cells."""

    columns: tuple[str, ...]
    rows: tuple[FactRow, ...]


@dataclass(frozen=True)
class PageSection:
    """A part of the page."""

    anchor: str
    title: str
    table: FactTable | None
    groups: tuple[Group, ...]

    @property
    def primary(self) -> tuple[Group, ...]:
        return tuple(group for group in self.groups if not group.secondary)

    @property
    def secondary(self) -> tuple[Group, ...]:
        return tuple(group for group in self.groups if group.secondary)


@dataclass(frozen=True)
class ThingPage:
    """What the template shows.

    `made` is a sentence for what the graph has no `summary` of; `place` is where evidence
    is seen in its place.
    """

    description: Description
    title: str
    kinds: tuple[Value, ...]
    summary: tuple[Value, ...]
    made: str | None
    place: str | None
    sections: tuple[PageSection, ...]

    def facts(self) -> Iterator[tuple[Fact, SupportLink]]:
        """The triples that are shown, each with the link to what supports it."""
        yield from ((value.fact, value.why) for value in self.summary)
        for section in self.sections:
            for group in section.groups:
                yield from ((value.fact, value.why) for value in group.values)
            for row in section.table.rows if section.table else ():
                yield from ((fact, link.why) for link in row.links for fact in link.facts)


def page_of(
    description: Description,
    above: dict[Node, frozenset[Node]],
    inverses: dict[Node, frozenset[Node]],
    documents: tuple[str, ...],
    presentation: Presentation,
) -> ThingPage:
    """The page of a description.

    Arguments: the description; the classes above each class of the ontology; the inverses of each
    property; the documents whose text is annotated; how pages tell of things.
    """
    return _Writer(description, above, inverses, documents, presentation).page()


class _Writer:
    def __init__(
        self,
        description: Description,
        above: dict[Node, frozenset[Node]],
        inverses: dict[Node, frozenset[Node]],
        documents: tuple[str, ...],
        presentation: Presentation,
    ) -> None:
        self._description = description
        self._presentation = presentation
        self._above = above
        self._inverses = inverses
        self._place = place_of(description, documents)
        own = [fact.statement for fact in description.outgoing]
        self._naming = Naming((*own, *description.labels), words_for(description), presentation)
        self._own = frozenset(own)
        self._context: dict[Node, list[Fact]] = {}
        for fact in description.context:
            self._context.setdefault(fact.statement[0], []).append(fact)

    def page(self) -> ThingPage:
        description = self._description
        own_kinds = description.kinds.get(description.iri, frozenset())
        placed: dict[str, list[tuple[Fact, bool]]] = {}
        for facts, outgoing in ((description.outgoing, True), (description.incoming, False)):
            for fact in facts:
                other = fact.statement[2 if outgoing else 0]
                kinds = description.kinds.get(other, frozenset())
                where = self._presentation.place(fact.statement[1], outgoing, own_kinds, kinds)
                placed.setdefault(where, []).append((fact, outgoing))
        kinds_shown = [
            self._value(fact, fact.statement[2])
            for fact in description.outgoing
            if fact.statement[1] == RDF.type and self._telling(fact.statement[2], own_kinds)
        ]
        summaries = sorted(
            (one for one, _outgoing in placed.pop(SUMMARY, [])),
            key=lambda one: (language(one.statement[2]) not in ("en", ""), one.statement),
        )
        return ThingPage(
            description,
            self._naming.of(description.iri).label,
            tuple(kinds_shown),
            tuple(self._value(fact, fact.statement[2]) for fact in summaries),
            sentence(description, self._naming),
            self._place,
            tuple(
                self._section(section, placed[section.anchor])
                for section in self._presentation.sections.values()
                if section.anchor in placed
            ),
        )

    def _telling(self, kind: Node, kinds: frozenset[Node]) -> bool:
        """Whether a class is none of those above the others of the thing, nor a foreign one."""
        ours = {one for one in kinds if str(one).startswith(str(EAKG))}
        below = any(kind in self._above.get(one, ()) for one in kinds if one != kind)
        return not below and (not ours or kind in ours)

    def _value(self, fact: Fact, term: Node) -> Value:
        return Value(
            self._naming.of(term), fact, support_link(fact, self._description, self._place)
        )

    def _section(self, section: SectionPlan, facts: list[tuple[Fact, bool]]) -> PageSection:
        table = None
        if section.about_class is not None:
            tabled = [one for one in facts if self._is_tabled(*one)]
            facts = [one for one in facts if not self._is_tabled(*one)]
            if tabled:
                headings = tuple(column.heading for column in section.columns)
                table = FactTable(headings, self._rows(section.columns, tabled))
        return PageSection(section.anchor, section.title, table, self._groups(facts))

    def _is_tabled(self, fact: Fact, outgoing: bool) -> bool:
        other = fact.statement[2 if outgoing else 0]
        kinds = self._description.kinds.get(other, frozenset())
        return self._presentation.cells(kinds) is not None

    def _groups(self, facts: Iterable[tuple[Fact, bool]]) -> tuple[Group, ...]:
        def key(one: tuple[Fact, bool]) -> tuple[float, str, bool]:
            predicate = one[0].statement[1]
            return self._presentation.order(predicate), str(predicate), not one[1]

        groups = []
        for (_rank, _name, incoming), members in groupby(sorted(facts, key=key), key=key):
            listed = [fact for fact, _outgoing in members]
            predicate = listed[0].statement[1]
            values = sorted(
                (self._value(fact, fact.statement[0 if incoming else 2]) for fact in listed),
                key=lambda value: (value.fact.inferred, value.term.label, value.term.full),
            )
            shown = self._naming.backwards(predicate) if incoming else self._naming.of(predicate)
            plan = self._presentation.plan(predicate)
            differ = not incoming and plan.single and len(values) > 1
            secondary = plan.secondary or (incoming and all(map(self._is_told, listed)))
            groups.append(Group(shown, tuple(values), secondary, differ))
        return tuple(groups)

    def _is_told(self, fact: Fact) -> bool:
        """Whether the same is said from the thing outwards."""
        subject, predicate, object_ = fact.statement
        return any(
            (object_, inverse, subject) in self._own
            for inverse in self._inverses.get(predicate, ())
        )

    def _rows(
        self, columns: tuple[TableColumn, ...], facts: list[tuple[Fact, bool]]
    ) -> tuple[FactRow, ...]:
        by_thing: dict[Node, list[tuple[Fact, bool]]] = {}
        for fact, outgoing in facts:
            by_thing.setdefault(fact.statement[2 if outgoing else 0], []).append((fact, outgoing))
        rows = [self._row(columns, thing, of_it) for thing, of_it in by_thing.items()]
        rows.sort(key=lambda row: (row.order == "", row.order, row.thing.label, row.thing.full))
        return tuple(rows)

    def _row(
        self,
        columns: tuple[TableColumn, ...],
        thing: Node,
        facts: list[tuple[Fact, bool]],
    ) -> FactRow:
        context = self._context.get(thing, [])
        links = self._links(facts)
        cells = tuple(
            tuple(
                self._value(fact, fact.statement[2])
                for fact in context
                if fact.statement[1] in column.properties
                and fact.statement[2] != self._description.iri
            )
            for column in columns
        )
        dated = [fact for fact in context if fact.statement[1] in _BOUNDS]
        worded = [fact for fact in context if fact.statement[1] == EAKG.dateText]
        first, last = _ends(dated)
        when = period(first, last) or " / ".join(str(fact.statement[2]) for fact in worded)
        since = dict.fromkeys(
            support_link(fact, self._description, self._place) for fact in dated or worded
        )
        return FactRow(
            first or last or "",
            self._naming.of(thing),
            cells,
            when,
            tuple(since),
            links,
        )

    def _links(self, facts: list[tuple[Fact, bool]]) -> tuple[Link, ...]:
        supported: dict[SupportLink, list[tuple[str, Fact]]] = {}
        for fact, outgoing in sorted(facts, key=lambda one: one[0].inferred):
            predicate = fact.statement[1]
            plain = outgoing or self._presentation.plan(predicate).noun
            named = self._naming.of(predicate) if plain else self._naming.backwards(predicate)
            support = support_link(fact, self._description, self._place)
            supported.setdefault(support, []).append((named.label, fact))
        return tuple(
            Link(tuple(sorted({title for title, _ in of_it})), one, tuple(f for _, f in of_it))
            for one, of_it in supported.items()
        )


def _ends(dated: Iterable[Fact]) -> tuple[str | None, str | None]:
    """The earliest beginning and the latest end."""
    ends = [(fact.statement[1], str(fact.statement[2])) for fact in dated]
    return (
        min((day for predicate, day in ends if predicate == EAKG.notBefore), default=None),
        max((day for predicate, day in ends if predicate == EAKG.notAfter), default=None),
    )

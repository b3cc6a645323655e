"""The page about a thing: its triples as a person would tell them, each with what supports it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from types import MappingProxyType

from rdflib import RDF, BNode, Literal
from rdflib.term import Node

from eakg.serve.content import (
    SKOLEM,
    SUMMARY,
    Bounds,
    DescribedTriple,
    Description,
    SectionPlan,
    TableColumn,
    language,
)
from eakg.serve.pages.thing.placement import FURTHER, Arc, Placement
from eakg.serve.words import (
    DisplayTerm,
    Naming,
    SupportLink,
    place_of,
    sentence,
    support_link,
    time_of,
    words_for,
)


@dataclass(frozen=True)
class Value:
    """A term that a triple leads to, and the link to what supports the triple."""

    term: DisplayTerm
    entry: DescribedTriple
    why: SupportLink


@dataclass(frozen=True)
class Group:
    """A property, or its reverse, and the values; `differ` says that sources do not agree, `wider`
    that the values bound the time, and others bound it more tightly."""

    title: DisplayTerm
    values: tuple[Value, ...]
    secondary: bool
    differ: bool
    wider: bool = False


@dataclass(frozen=True)
class Link:
    """Triples between the thing and another that have the same support: the properties in words."""

    titles: tuple[str, ...]
    why: SupportLink
    entries: tuple[DescribedTriple, ...]


@dataclass(frozen=True)
class RelationRow:
    """Another thing that the thing has to do with.

    `bounds` are its period, by which it is listed; `cells` are what is told of it, for each column;
    `when` is its period in words, with `since`, the links to what supports that; `links` are the
    triples between the two.
    """

    bounds: Bounds
    thing: DisplayTerm
    cells: tuple[tuple[Value, ...], ...]
    when: str
    since: tuple[SupportLink, ...]
    links: tuple[Link, ...]


@dataclass(frozen=True)
class RelationTable:
    """Rows, with the titles of their cells."""

    columns: tuple[str, ...]
    rows: tuple[RelationRow, ...]


@dataclass(frozen=True)
class PageSection:
    """A part of the page; `note` is said where it has nothing else, and `rest` is the number of
    triples that further requests tell."""

    anchor: str
    title: str
    table: RelationTable | None
    groups: tuple[Group, ...]
    note: str | None = None
    rest: int = 0

    def triples(self) -> Iterator[tuple[DescribedTriple, SupportLink]]:
        """The triples that it has, each with the link to what supports it."""
        for group in self.groups:
            yield from ((value.entry, value.why) for value in group.values)
        for row in self.table.rows if self.table else ():
            yield from ((entry, link.why) for link in row.links for entry in link.entries)

    @property
    def primary(self) -> tuple[Group, ...]:
        return tuple(group for group in self.groups if not group.secondary)

    @property
    def secondary(self) -> tuple[Group, ...]:
        return tuple(group for group in self.groups if group.secondary)


@dataclass(frozen=True)
class ThingPage:
    """What the template shows.

    `sentence` is for what the graph has no `summary` of; `place` is where evidence is seen in its
    place.
    """

    description: Description
    title: str
    kinds: tuple[Value, ...]
    summary: tuple[Value, ...]
    sentence: str | None
    place: str | None
    sections: tuple[PageSection, ...]

    def triples(self) -> Iterator[tuple[DescribedTriple, SupportLink]]:
        """The triples that are shown, each with the link to what supports it."""
        yield from ((value.entry, value.why) for value in self.summary)
        for section in self.sections:
            yield from section.triples()


def page_of(
    description: Description,
    placement: Placement,
    above: dict[Node, frozenset[Node]],
    documents: tuple[str, ...],
    rest: Mapping[str, int] = MappingProxyType({}),
) -> ThingPage:
    """The page of a description.

    Arguments: the description; where its triples are told; the classes above each class of the
    ontology; the documents whose text is annotated; how many triples of each section are left to
    further requests.
    """
    return _Writer(description, placement, above, documents, rest).page()


class _Writer:
    def __init__(
        self,
        description: Description,
        placement: Placement,
        above: dict[Node, frozenset[Node]],
        documents: tuple[str, ...],
        rest: Mapping[str, int],
    ) -> None:
        self._description = description
        self._placement = placement
        self._presentation = presentation = placement.presentation
        self._above = above
        self._rest = rest
        self._place = place_of(description, documents)
        triples = [entry.triple for entry in description.outgoing]
        self._naming = Naming(
            (*triples, *description.labels), words_for(description, presentation), presentation
        )
        self._context: dict[Node, list[DescribedTriple]] = {}
        for entry in description.context:
            self._context.setdefault(entry.triple[0], []).append(entry)

    def page(self) -> ThingPage:
        description = self._description
        classes = description.kinds.get(description.iri, frozenset())
        arcs_of_page = {(entry.triple, True) for entry in description.outgoing}
        arcs_of_page |= {(entry.triple, False) for entry in description.incoming}
        arcs = {
            anchor: part
            for anchor, members in self._placement.sections.items()
            if (part := [arc for arc in members if (arc[0].triple, arc[1]) in arcs_of_page])
        }
        kind_values = [
            self._value(entry, entry.triple[2])
            for entry in description.outgoing
            if entry.triple[1] == RDF.type and self._is_most_specific(entry.triple[2], classes)
        ]
        summaries = sorted(
            (entry for entry, _outgoing in arcs.pop(SUMMARY, [])),
            key=lambda entry: (language(entry.triple[2]) not in ("en", ""), entry.triple),
        )
        return ThingPage(
            description,
            self._naming.of(description.iri).label,
            tuple(kind_values),
            tuple(self._value(entry, entry.triple[2]) for entry in summaries),
            sentence(description, self._naming),
            self._place,
            tuple(self._sections(arcs, classes)),
        )

    def _sections(
        self, arcs: Mapping[str, list[Arc]], classes: frozenset[Node]
    ) -> Iterator[PageSection]:
        joints = self._description.joining
        further: list[Group] = []
        for section in self._presentation.sections.values():
            if section.anchor in arcs:
                page_section = self._section(section, arcs[section.anchor])
                if page_section.table or page_section.primary or section.anchor in self._rest:
                    yield page_section
                else:
                    further += page_section.groups
                continue
            if section.anchor in self._placement.sections:
                continue
            fits = section.empty_for in classes or section.empty_beside in self._placement.sections
            if section.empty and fits and not section.through & joints:
                yield PageSection(section.anchor, section.title, None, (), section.empty)
        rest = self._rest.get(FURTHER, 0)
        if further or rest:
            yield PageSection(FURTHER, "Further statements", None, tuple(further), rest=rest)

    def _is_most_specific(self, kind: Node, kinds: frozenset[Node]) -> bool:
        """Whether a class is none of those above the others of the thing, nor a foreign one."""
        namespaces = self._presentation.project.kind
        ours = {one for one in kinds if str(one).startswith(namespaces)}
        has_subclass = any(kind in self._above.get(one, ()) for one in kinds if one != kind)
        names = {one for one in kinds if SKOLEM not in str(one)}
        return not has_subclass and kind in (ours or names or kinds)

    def _value(self, entry: DescribedTriple, term: Node) -> Value:
        is_class = entry.triple[1] == RDF.type and term == entry.triple[2]
        display = self._naming.of_term(term) if is_class else self._naming.of(term)
        return Value(display, entry, support_link(entry, self._description, self._place))

    def _section(self, section: SectionPlan, arcs: list[Arc]) -> PageSection:
        table = None
        if section.about_class is not None:
            relations = [arc for arc in arcs if self._has_row(arc)]
            arcs = [arc for arc in arcs if not self._has_row(arc)]
            if relations:
                table = _table(section.columns, self._rows(section.columns, relations))
        rest = self._rest.get(section.anchor, 0)
        groups = self._groups(arcs, section.anchor)
        return PageSection(section.anchor, section.title, table, groups, rest=rest)

    def _has_row(self, arc: Arc) -> bool:
        """Whether a triple is told in the table of its section."""
        is_double = (arc[0].triple, arc[1]) in self._placement.doubles
        return self._placement.is_relation(arc) and not is_double

    def _groups(self, arcs: Iterable[Arc], section: str) -> tuple[Group, ...]:
        bounds, time = self._description.bounds, self._presentation.time
        placement = self._placement

        def key(arc: Arc) -> tuple[float, str, bool, bool, bool]:
            entry, outgoing = arc
            predicate = entry.triple[1]
            wider, secondary = placement.is_wider(arc), placement.is_secondary(arc, section)
            order = self._presentation.order(predicate)
            return order, str(predicate), not outgoing, wider, secondary

        groups = []
        for (_rank, _name, incoming, wider, secondary), members in groupby(
            sorted(arcs, key=key), key=key
        ):
            entries = [entry for entry, _outgoing in members]
            predicate = entries[0].triple[1]
            values = sorted(
                self._distinct_values(entries, 0 if incoming else 2),
                key=lambda value: (value.entry.inferred, value.term.label, value.term.full),
            )
            title = self._backwards(predicate) if incoming else self._naming.of_term(predicate)
            plan = self._presentation.plan(predicate)
            differ = not incoming and (
                bounds.crossed and not wider
                if predicate in time.bounds
                else plan.single and _differ(entry.triple[2] for entry in entries)
            )
            groups.append(Group(title, tuple(values), secondary, differ, wider))
        return tuple(groups)

    def _distinct_values(self, entries: list[DescribedTriple], end: int) -> Iterable[Value]:
        """The values at an end of triples; those that nobody can tell apart, as they have no names
        and the same support, are one."""
        values: dict[object, Value] = {}
        for entry in entries:
            value = self._value(entry, entry.triple[end])
            is_nameless = isinstance(entry.triple[end], BNode)
            key = (value.term.label, value.why) if is_nameless else entry.triple
            values.setdefault(key, value)
        return values.values()

    def _backwards(self, predicate: Node) -> DisplayTerm:
        """What a property is called from its other end: as is said of it, or by its inverse."""
        inverses = sorted(self._placement.inverses.get(predicate, ()), key=str)
        inverse = next(filter(self._naming.has, inverses), None)
        if inverse is None or self._presentation.plan(predicate).inverse_name:
            return self._naming.backwards(predicate)
        return self._naming.of_term(inverse)

    def _rows(self, columns: tuple[TableColumn, ...], arcs: list[Arc]) -> tuple[RelationRow, ...]:
        by_thing: dict[Node, list[Arc]] = {}
        for entry, outgoing in arcs:
            by_thing.setdefault(entry.triple[2 if outgoing else 0], []).append((entry, outgoing))
        rows = [self._row(columns, thing, group) for thing, group in by_thing.items()]

        def key(row: RelationRow) -> tuple[bool, str, str, str]:
            day = row.bounds.start or row.bounds.end or ""
            return day == "", day, row.thing.label, row.thing.full

        rows.sort(key=key)
        return tuple(rows)

    def _row(self, columns: tuple[TableColumn, ...], thing: Node, arcs: list[Arc]) -> RelationRow:
        context = self._context.get(thing, [])
        links = self._links(arcs)
        cells = tuple(
            tuple(
                self._value(entry, entry.triple[2])
                for entry in context
                if entry.triple[1] in column.properties and entry.triple[2] != self._description.iri
            )
            for column in columns
        )
        time = self._presentation.time
        dates = [entry for entry in context if entry.triple[1] in time.bounds]
        texts = [entry for entry in context if entry.triple[1] in time.texts]
        bounds = time.bounds_of((entry.triple[1], entry.triple[2]) for entry in dates)
        tightest = [
            entry for entry in dates if time.tells(bounds, entry.triple[1], entry.triple[2])
        ]
        when = time_of(bounds) or " / ".join(str(entry.triple[2]) for entry in texts)
        since = dict.fromkeys(
            support_link(entry, self._description, self._place) for entry in tightest or texts
        )
        return RelationRow(
            bounds,
            self._naming.of(thing),
            cells,
            when,
            tuple(since),
            links,
        )

    def _links(self, arcs: list[Arc]) -> tuple[Link, ...]:
        titles: dict[SupportLink, set[str]] = {}
        entries: dict[SupportLink, list[DescribedTriple]] = {}
        for entry, outgoing in sorted(arcs, key=lambda arc: arc[0].inferred):
            predicate = entry.triple[1]
            forwards = outgoing or self._presentation.plan(predicate).noun
            title = self._naming.of_term(predicate) if forwards else self._backwards(predicate)
            support = support_link(entry, self._description, self._place)
            titles.setdefault(support, set()).add(title.label)
            entries.setdefault(support, []).append(entry)
        return tuple(
            Link(tuple(sorted(titles[support])), support, tuple(group))
            for support, group in entries.items()
        )


def _table(columns: tuple[TableColumn, ...], rows: tuple[RelationRow, ...]) -> RelationTable:
    """Rows with the columns in which any of them has something."""
    places = [place for place in range(len(columns)) if any(row.cells[place] for row in rows)]
    return RelationTable(
        tuple(columns[place].heading for place in places),
        tuple(replace(row, cells=tuple(row.cells[place] for place in places)) for row in rows),
    )


def _differ(values: Iterable[Node]) -> bool:
    """Whether values are not one, written differently."""
    return len(set(map(_value, values))) > 1


def _value(term: Node) -> object:
    return term if not isinstance(term, Literal) or term.value is None else term.value

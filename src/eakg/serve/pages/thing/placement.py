"""Where on the page of a thing each of its triples is told, and what a large page leaves to further
requests.

A fact is said once: what follows from a triple between the same two things, because it has a wider
property or is read from its other end, is told apart.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from rdflib import RDF
from rdflib.term import Node

from eakg.rdf import Triple
from eakg.serve.content import Bounds, DescribedTriple, Outline, Presentation

LARGE = 250
"""Triples of a thing beyond which its page leaves some to further requests."""
FURTHER = "further"
"""The section of what is told in no other."""
_ROWS, _VALUES, _GROUPS = 8, 6, 12
"""What a section of a large page has."""
Arc = tuple[DescribedTriple, bool]
"""A triple, and whether it starts from the thing of the page, as rest_arcs point to it."""
_Direction = tuple[Node, bool]


@dataclass(frozen=True)
class Placement:
    """The places of the triples of a thing: how pages tell of things, what is known of this one,
    and the inverses of each property."""

    presentation: Presentation
    outline: Outline
    inverses: Mapping[Node, frozenset[Node]]

    @cached_property
    def sections(self) -> Mapping[str, tuple[Arc, ...]]:
        """The triples by the anchors of their sections."""
        outline = self.outline
        classes = outline.kinds.get(outline.iri, frozenset())
        sections: dict[str, list[Arc]] = {}
        for entries, outgoing in ((outline.outgoing, True), (outline.incoming, False)):
            for entry in entries:
                end = entry.triple[2 if outgoing else 0]
                kinds = outline.kinds.get(end, frozenset())
                joints = outline.joints.get(end, frozenset())
                anchor = self.presentation.place(entry.triple[1], outgoing, classes, kinds, joints)
                sections.setdefault(anchor, []).append((entry, outgoing))
        return {anchor: tuple(arcs) for anchor, arcs in sections.items()}

    def is_secondary(self, arc: Arc, section: str) -> bool:
        """Whether a triple only follows from others that are told, bounds a time less tightly than
        others, or names a class of another vocabulary beside one of the project's own."""
        entry, outgoing = arc
        predicate = entry.triple[1]
        plan = self.presentation.sections.get(section)
        through = plan.through if plan else frozenset()
        return (
            self.presentation.plan(predicate).secondary
            or self.is_wider(arc)
            or (predicate == RDF.type and outgoing and self._is_foreign_class(entry.triple[2]))
            or (entry.triple, outgoing) in self.doubles
            or bool(through and predicate not in through)
        )

    def _is_foreign_class(self, class_: Node) -> bool:
        namespaces = self.presentation.project.kind
        kinds = self.outline.kinds.get(self.outline.iri, frozenset())
        return not str(class_).startswith(namespaces) and any(
            str(kind).startswith(namespaces) for kind in kinds
        )

    def is_wider(self, arc: Arc) -> bool:
        """Whether a triple bounds the time of the thing, and another more tightly."""
        entry, outgoing = arc
        _, predicate, value = entry.triple
        time = self.presentation.time
        return (
            outgoing
            and predicate in time.bounds
            and not time.tells(self.outline.bounds, predicate, value)
        )

    def is_relation(self, arc: Arc) -> bool:
        """Whether the thing at the other end has a row in a table."""
        kinds = self.outline.kinds.get(end_of(arc), frozenset())
        return self.presentation.cells(kinds) is not None

    @cached_property
    def doubles(self) -> frozenset[tuple[Triple, bool]]:
        """Triples that say once more what another says of the same two things."""
        arcs_of: dict[Node, list[Arc]] = {}
        for arcs in self.sections.values():
            for arc in arcs:
                arcs_of.setdefault(end_of(arc), []).append(arc)
        doubles: set[tuple[Triple, bool]] = set()
        for between in arcs_of.values():
            if len(between) > 1:
                doubles |= self._doubles_of(between)
        return frozenset(doubles)

    def _doubles_of(self, arcs: Iterable[Arc]) -> set[tuple[Triple, bool]]:
        superproperties = self.presentation.superproperties

        def key(arc: Arc) -> tuple[object, ...]:
            entry, outgoing = arc
            predicate = entry.triple[1]
            depth = len(superproperties.get(predicate, ()))
            return entry.inferred, -depth, not outgoing, str(predicate)

        doubles, implied, starting = set(), set[_Direction](), set[_Direction]()
        for entry, outgoing in sorted(arcs, key=key):
            direction = entry.triple[1], outgoing
            if direction in (implied if entry.inferred else starting):
                doubles.add((entry.triple, outgoing))
                continue
            implied |= self._implied(direction)
            if outgoing:
                starting |= {(one, False) for one in self.inverses.get(direction[0], ())}
        return doubles

    def _implied(self, direction: _Direction) -> frozenset[_Direction]:
        """What follows from a property in a direction by itself: wider ones, and their inverses."""
        if direction in self._implications:
            return self._implications[direction]
        implied: set[_Direction] = set()
        queue = [direction]
        while queue:
            property_, forwards = queue.pop()
            above = self.presentation.superproperties.get(property_, ())
            wider = {(parent, forwards) for parent in above}
            inverse = {(other, not forwards) for other in self.inverses.get(property_, ())}
            new = (wider | inverse) - implied
            implied |= new
            queue += new
        self._implications[direction] = frozenset(implied - {direction})
        return self._implications[direction]

    @cached_property
    def _implications(self) -> dict[_Direction, frozenset[_Direction]]:
        return {}


@dataclass(frozen=True)
class Selection:
    """What a page tells: triples that start from the thing and that point to it, and how many a
    section has beside."""

    outgoing: tuple[DescribedTriple, ...]
    incoming: tuple[DescribedTriple, ...]
    rest: Mapping[str, int]


def whole(placement: Placement) -> Selection:
    """All triples."""
    return Selection(placement.outline.outgoing, placement.outline.incoming, {})


def section_of(
    placement: Placement, anchor: str, things: Collection[Node] | None = None
) -> Selection | None:
    """All triples of a section, None where there is none of this anchor.

    Arguments: the places; the anchor; of what has a row in the table of the section the things
    that are told, without the rest of the section, where not all are.
    """
    arcs = placement.sections.get(anchor, ())
    if anchor == FURTHER:
        arcs = tuple(
            arc
            for name, members in placement.sections.items()
            if all(placement.is_secondary(member, name) for member in members)
            for arc in members
        )
    if things is not None:
        arcs = tuple(arc for arc in arcs if placement.is_relation(arc) and end_of(arc) in things)
    return _selected(placement, arcs, {}) if arcs else None


def first_page(placement: Placement, days: Mapping[Node, Bounds]) -> Selection:
    """What the page of a large thing has of each section: the latest rows, and some values of each
    property; nothing of what only follows.

    Arguments: the places; when the things were that have rows in tables.
    """
    selected: list[Arc] = []
    rest: dict[str, int] = {}
    for anchor, arcs in placement.sections.items():
        primary = [arc for arc in arcs if not placement.is_secondary(arc, anchor)]
        relations = [arc for arc in primary if placement.is_relation(arc)]
        rest_arcs = [arc for arc in primary if not placement.is_relation(arc)]
        rows = _latest({end_of(arc) for arc in relations}, days)
        part = [arc for arc in relations if end_of(arc) in rows] + _few_values(rest_arcs)
        selected += part
        if len(arcs) > len(part):
            section = anchor if primary else FURTHER
            rest[section] = rest.get(section, 0) + len(arcs) - len(part)
    return _selected(placement, selected, rest)


def relations_of(placement: Placement) -> frozenset[Node]:
    """The things that have rows in tables of the page."""
    return frozenset(
        end_of(arc)
        for arcs in placement.sections.values()
        for arc in arcs
        if placement.is_relation(arc)
    )


def relations_in(placement: Placement, anchor: str) -> frozenset[Node]:
    """The things that have rows in the table of a section."""
    return frozenset(
        end_of(arc)
        for arc in placement.sections.get(anchor, ())
        if placement.is_relation(arc) and not placement.is_secondary(arc, anchor)
    )


def end_of(arc: Arc) -> Node:
    """What is at the other end of a triple."""
    entry, outgoing = arc
    return entry.triple[2 if outgoing else 0]


def _selected(placement: Placement, arcs: Iterable[Arc], rest: Mapping[str, int]) -> Selection:
    arcs_by_place = {(entry.triple, outgoing) for entry, outgoing in arcs}
    outline = placement.outline
    return Selection(
        tuple(one for one in outline.outgoing if (one.triple, True) in arcs_by_place),
        tuple(one for one in outline.incoming if (one.triple, False) in arcs_by_place),
        rest,
    )


def _latest(things: Collection[Node], days: Mapping[Node, Bounds]) -> frozenset[Node]:
    def key(thing: Node) -> tuple[str, str]:
        bounds = days.get(thing, Bounds())
        return bounds.start or bounds.end or "", str(thing)

    return frozenset(sorted(things, key=key)[-_ROWS:])


def _few_values(arcs: Iterable[Arc]) -> list[Arc]:
    groups: dict[_Direction, list[Arc]] = {}
    for arc in arcs:
        groups.setdefault((arc[0].triple[1], arc[1]), []).append(arc)
    unlimited = {(RDF.type, True)}
    return [
        arc
        for direction, group in [*groups.items()][:_GROUPS]
        for arc in (group if direction in unlimited else group[:_VALUES])
    ]

"""Agreement of two annotations of one text.

What both have is counted kind by kind, as the field does where nobody says how much there is to
find: F1, the harmonic mean of what the one finds of the other and back, which is the same in both
directions (Hripcsak and Rothschild, "Agreement, the F-Measure, and Reliability in Information
Retrieval", 2005). Where both had to choose a value for the same thing, it is Cohen's kappa, which
takes off what chance would agree on (Cohen, "A Coefficient of Agreement for Nominal Scales", 1960).
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from eakg.text.annotation import (
    Attribute,
    Event,
    Identified,
    Normalization,
    Relation,
    Span,
    Standoff,
    TextBound,
)

Spans = tuple[Span, ...]


@dataclass(frozen=True)
class Overlap:
    """How many annotations of a kind the first has, the second, and both; and the places, in the
    text, of those that one has alone."""

    kind: str
    first: int
    second: int
    common: int
    first_alone: tuple[Span, ...]
    second_alone: tuple[Span, ...]

    @property
    def f1(self) -> float | None:
        """The harmonic mean of both shares; None where there is none of the kind."""
        total = self.first + self.second
        return 2 * self.common / total if total else None


@dataclass(frozen=True)
class Choice:
    """How often both chose a value for the same thing, how often the same, and Cohen's kappa; None
    where chance alone agrees always, as there is one value."""

    kind: str
    count: int
    same: int
    kappa: float | None


@dataclass(frozen=True)
class Agreement:
    """The agreement of two annotations of one text."""

    overlaps: tuple[Overlap, ...]
    choices: tuple[Choice, ...]


def agreement_of(first: Standoff, second: Standoff) -> Agreement:
    """The agreement of two annotations of one text, whose offsets count the same."""
    sides = _Side(first), _Side(second)
    overlaps = tuple(
        _overlap(kind, *(side.places[kind] for side in sides)) for kind in sides[0].places
    )
    kinds = dict.fromkeys(kind for side in sides for kind in side.values)
    choices = tuple(_choice(kind, *(side.values.get(kind, {}) for side in sides)) for kind in kinds)
    return Agreement(overlaps, tuple(choice for choice in choices if choice.count))


class _Side:
    """One annotation: by kind what it has, each with its place; and the values that it chose."""

    def __init__(self, standoff: Standoff) -> None:
        self._by_id = standoff.by_id
        events = standoff.of(Event)
        triggers = {event.trigger for event in events}
        mentions = [item for item in standoff.of(TextBound) if item.id not in triggers]
        self.values: dict[str, dict[Hashable, str]] = {"type of a span": {}}
        self.places: dict[str, Counter[tuple[Hashable, Span]]] = {
            "spans": self._items((self._spans(item.id),) for item in mentions),
            "spans with their types": self._items(
                (self._spans(item.id), item.type) for item in mentions
            ),
            "references": self._items(
                (self._spans(item.target), item.database, item.identifier)
                for item in standoff.of(Normalization)
            ),
            "triggers": self._items((self._spans(item.id),) for item in events),
            "events with their types": self._items(
                (self._spans(item.id), item.type) for item in events
            ),
            "roles": self._items(
                (self._spans(item.id), argument.role, self._spans(argument.target))
                for item in events
                for argument in item.arguments
            ),
            "relations": self._items(
                (
                    self._spans(item.arguments[0].target),
                    item.type,
                    self._spans(item.arguments[1].target),
                )
                for item in standoff.of(Relation)
            ),
            "attributes": self._items(
                (self._spans(item.target), item.type, item.value or "")
                for item in standoff.of(Attribute)
            ),
        }
        for mention in mentions:
            self.values["type of a span"].setdefault(self._spans(mention.id), mention.type)
        for attribute in standoff.of(Attribute):
            values = self.values.setdefault(attribute.type, {})
            values.setdefault(self._spans(attribute.target), attribute.value or "")

    def _spans(self, identifier: str) -> Spans:
        """Where an annotation is in the text: an event where its trigger is."""
        item: Identified | None = self._by_id.get(identifier)
        match item:
            case TextBound():
                return item.fragments
            case Event():
                return self._spans(item.trigger)
            case Relation():
                return tuple(sorted({*self._spans(item.arguments[0].target)}))
        return ()

    def _items(
        self, items: Iterable[tuple[Spans, *tuple[Hashable, ...]]]
    ) -> Counter[tuple[Hashable, Span]]:
        return Counter((item, item[0][0] if item[0] else (0, 0)) for item in items)


def _overlap(
    kind: str, first: Counter[tuple[Hashable, Span]], second: Counter[tuple[Hashable, Span]]
) -> Overlap:
    def alone(
        first_items: Counter[tuple[Hashable, Span]], second_items: Counter[tuple[Hashable, Span]]
    ) -> Sequence[Span]:
        return sorted(place for _, place in (first_items - second_items).elements())

    return Overlap(
        kind,
        first.total(),
        second.total(),
        (first & second).total(),
        tuple(alone(first, second)),
        tuple(alone(second, first)),
    )


def _choice(kind: str, first: Mapping[Hashable, str], second: Mapping[Hashable, str]) -> Choice:
    things = [thing for thing in first if thing in second]
    pairs = [(first[thing], second[thing]) for thing in things]
    return Choice(kind, len(pairs), sum(a == b for a, b in pairs), kappa(pairs))


def kappa(pairs: Sequence[tuple[str, str]]) -> float | None:
    """Cohen's kappa of pairs of values; None without any, or where both chose one value always."""
    count = len(pairs)
    if not count:
        return None
    observed = sum(one == other for one, other in pairs) / count
    shares = [Counter(side) for side in zip(*pairs, strict=True)]
    expected = sum(shares[0][value] * shares[1][value] for value in shares[0]) / count**2
    return None if expected == 1 else (observed - expected) / (1 - expected)

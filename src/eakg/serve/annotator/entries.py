"""The annotations of a draft as a page lists them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from eakg.dataset import NOTE
from eakg.text import Attribute, Draft, Event, Normalization, Note, Relation, TextBound

_Targeted = TypeVar("_Targeted", Attribute, Normalization, Note)
_EXTRACT = 60  # characters of the words of an annotation


@dataclass(frozen=True)
class RoleFiller:
    """What fills a role: the role, the id of the annotation, and its words."""

    role: str
    id: str
    words: str


@dataclass(frozen=True)
class AnnotationEntry:
    """An annotation as it is listed: its words, what it stands for, its attributes, the fillers of
    its roles, and its notes. `place` is where it stands in the text, -1 where it does not."""

    id: str
    type: str
    words: str
    place: int
    references: tuple[Normalization, ...] = ()
    attributes: tuple[Attribute, ...] = ()
    fillers: tuple[RoleFiller, ...] = ()
    notes: tuple[Note, ...] = ()
    is_event: bool = False

    @property
    def title(self) -> str:
        """What it is in one line."""
        names = ", ".join(item.text or item.identifier for item in self.references)
        return f"{self.id} {self.type} “{self.words}”" + (f": {names}" if names else "")

    @property
    def suggestion(self) -> Note | None:
        """The note that nobody has looked at it yet, if it has one."""
        return next((note for note in self.notes if note.text == NOTE), None)


class AnnotationEntries:
    """The mentions and events of a draft, and its relations; a trigger is listed as its events are.
    Argument: the draft."""

    def __init__(self, draft: Draft) -> None:
        standoff = draft.standoff
        self._draft = draft
        self._places = {mention.id: mention.fragments[0][0] for mention in draft.mentions}
        self._references = _by_target(standoff.of(Normalization))
        self._attributes = _by_target(standoff.of(Attribute))
        self._notes = _by_target(standoff.of(Note))
        self.events: dict[str, list[Event]] = {}
        """The events of each trigger."""
        for event in standoff.of(Event):
            self.events.setdefault(event.trigger, []).append(event)
        entries = sorted(self._listing(), key=lambda entry: (entry.place, entry.is_event))
        self.by_id = {entry.id: entry for entry in entries}
        """Those in the text, in its order, by their ids."""

    def relations(self) -> Iterator[AnnotationEntry]:
        """The relations."""
        for relation in self._draft.standoff.of(Relation):
            words = " → ".join(self._words(argument.target) for argument in relation.arguments)
            yield AnnotationEntry(relation.id, relation.type, words, -1)

    def _listing(self) -> Iterator[AnnotationEntry]:
        for mention in self._draft.standoff.of(TextBound):
            for event in self.events.get(mention.id, ()):
                yield self._event(event, mention)
            if mention.id not in self.events:
                yield AnnotationEntry(
                    mention.id,
                    mention.type,
                    _extract(mention.text),
                    self._places.get(mention.id, -1),
                    tuple(self._references.get(mention.id, ())),
                    tuple(self._attributes.get(mention.id, ())),
                    (),
                    tuple(self._notes.get(mention.id, ())),
                )

    def _event(self, event: Event, trigger: TextBound) -> AnnotationEntry:
        notes = (*self._notes.get(event.id, ()), *self._notes.get(trigger.id, ()))
        return AnnotationEntry(
            event.id,
            event.type,
            _extract(trigger.text),
            self._places.get(trigger.id, -1),
            tuple(self._references.get(event.id, ())),
            tuple(self._attributes.get(event.id, ())),
            tuple(
                RoleFiller(argument.role, argument.target, self._words(argument.target))
                for argument in event.arguments
            ),
            notes,
            is_event=True,
        )

    def _words(self, identifier: str) -> str:
        annotation = self._draft.annotation(identifier)
        if isinstance(annotation, Event):
            annotation = self._draft.annotation(annotation.trigger)
        return _extract(annotation.text) if isinstance(annotation, TextBound) else identifier


def _extract(words: str) -> str:
    return words if len(words) <= _EXTRACT else f"{words[: _EXTRACT - 1]}…"


def _by_target(annotations: Iterable[_Targeted]) -> dict[str, list[_Targeted]]:
    targets: dict[str, list[_Targeted]] = {}
    for annotation in annotations:
        targets.setdefault(annotation.target, []).append(annotation)
    return targets

"""The page of a document that is annotated: its text with marks, and what can be done with them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from eakg.check import Check
from eakg.dataset import NOTE
from eakg.problems import Problem
from eakg.serve.annotator.workspace import Vocabulary
from eakg.serve.pages import AnnotationMark, MarkedText, SpanAnnotation, Words, nest
from eakg.serve.words import DisplayTerm
from eakg.text import (
    Attribute,
    Configuration,
    Definition,
    Draft,
    Event,
    Identified,
    Normalization,
    Note,
    Relation,
    Sentence,
    TextBound,
)

_Targeted = TypeVar("_Targeted", Attribute, Normalization, Note)
_EXTRACT = 60  # characters of the words of an annotation


@dataclass(frozen=True)
class Filler:
    """What fills a role: the role, and the annotation."""

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
    fillers: tuple[Filler, ...] = ()
    notes: tuple[Note, ...] = ()
    is_event: bool = False

    @property
    def title(self) -> str:
        """What it is in one line."""
        names = ", ".join(one.text or one.identifier for one in self.references)
        return f"{self.id} {self.type} “{self.words}”" + (f": {names}" if names else "")

    @property
    def is_suggestion(self) -> bool:
        """Whether nobody has looked at it yet."""
        return any(note.text == NOTE for note in self.notes)


@dataclass(frozen=True)
class RoleChoice:
    """A role of an event: its name, how many fillers it lacks, and what may fill it, too."""

    name: str
    missing: int
    candidates: tuple[AnnotationEntry, ...]


@dataclass(frozen=True)
class AttributeChoice:
    """An attribute, its values, and the one that it has, None where it has none."""

    name: str
    values: tuple[str, ...]
    value: str | None


@dataclass(frozen=True)
class Selection:
    """The annotation that is looked at, with what can be done with it."""

    entry: AnnotationEntry
    types: tuple[str, ...]
    roles: tuple[RoleChoice, ...]
    attributes: tuple[AttributeChoice, ...]
    slug: str


@dataclass(frozen=True)
class AnnotatedSentence:
    """A sentence, where it stands, and its parts."""

    start: int
    end: int
    parts: tuple[Words | MarkedText, ...]


@dataclass(frozen=True)
class AnnotatedParagraph:
    """A paragraph: its number, its sentences, and the annotations in it."""

    number: int
    sentences: tuple[AnnotatedSentence, ...]
    entries: tuple[AnnotationEntry, ...]


@dataclass(frozen=True)
class AnnotatorPage:
    """A document that is annotated.

    `relations` are its relations, and `relation_types` those that there may be; `entity_types` and
    `event_types` those of mentions and events.
    """

    name: str
    title: str
    language: str
    version: str
    paragraphs: tuple[AnnotatedParagraph, ...]
    relations: tuple[AnnotationEntry, ...]
    selection: Selection | None
    entity_types: tuple[str, ...]
    event_types: tuple[str, ...]
    relation_types: tuple[str, ...]
    can_undo: bool


def annotator_page(
    name: str,
    title: str,
    language: str,
    draft: Draft,
    version: str,
    vocabulary: Vocabulary,
    focus: str = "",
    *,
    can_undo: bool = False,
) -> AnnotatorPage:
    """The page of a document.

    Arguments: its name, title and language; its annotations with their version; what they refer to;
    the annotation to look at, if any; whether the last edit can be taken back.
    """
    source = _Source(draft, vocabulary)
    return AnnotatorPage(
        name,
        title,
        language,
        version,
        tuple(source.paragraphs()),
        tuple(source.relations()),
        source.selection(focus),
        source.entity_types,
        source.event_types,
        source.relation_types,
        can_undo,
    )


class _Source:
    """What a draft has, by what it is about."""

    def __init__(self, draft: Draft, vocabulary: Vocabulary) -> None:
        self._draft = draft
        self._vocabulary = vocabulary
        self._places = {one.id: one.fragments for one in draft.mentions}
        standoff = draft.standoff
        self._events: dict[str, list[Event]] = {}
        for event in standoff.of(Event):
            self._events.setdefault(event.trigger, []).append(event)
        self._references = _by_target(standoff.of(Normalization))
        self._attributes = _by_target(standoff.of(Attribute))
        self._notes = _by_target(standoff.of(Note))
        self._entries = {one.id: one for one in self._listed_entries()}
        configuration = draft.configuration
        if configuration:
            self.entity_types = _concrete(configuration.entities)
            self.event_types = _concrete(configuration.events)
            self.relation_types = _concrete(configuration.relations)
        else:
            mapping = vocabulary.mapping
            self.entity_types = tuple(dict.fromkeys([*mapping.entities, *mapping.literals]))
            self.event_types = tuple(mapping.events)
            self.relation_types = tuple(mapping.relations)

    def paragraphs(self) -> Iterator[AnnotatedParagraph]:
        """The paragraphs, with marks and entries in the order of the text."""
        marks = list(self._marks())
        entries = sorted(self._entries.values(), key=lambda one: (one.place, one.is_event))
        for paragraph in self._draft.document.paragraphs:
            yield AnnotatedParagraph(
                paragraph.number,
                tuple(_sentence(one, marks) for one in paragraph.sentences),
                tuple(one for one in entries if paragraph.start <= one.place < paragraph.end),
            )

    def relations(self) -> Iterator[AnnotationEntry]:
        """The relations."""
        for relation in self._draft.standoff.of(Relation):
            words = " → ".join(self._words_of(one.target) for one in relation.arguments)
            yield AnnotationEntry(relation.id, relation.type, words, -1)

    def selection(self, focus: str) -> Selection | None:
        """An annotation with what can be done with it, None where there is none of that id."""
        entry = self._entries.get(focus)
        if entry is None:
            return None
        database = self._vocabulary.mapping.database
        slugs = (one.identifier for one in entry.references if one.database == database)
        return Selection(
            entry,
            self.event_types if entry.is_event else self.entity_types,
            tuple(self._roles(entry)) if entry.is_event else (),
            tuple(self._attribute_choices(entry)),
            next(slugs, ""),
        )

    def _listed_entries(self) -> Iterator[AnnotationEntry]:
        """Mentions and events; a trigger is listed as its events are."""
        for annotation in self._draft.standoff.annotations:
            if isinstance(annotation, TextBound) and annotation.id not in self._events:
                yield self._entry(annotation, annotation.id)
            elif isinstance(annotation, Event):
                fillers = tuple(
                    Filler(one.role, one.target, self._words_of(one.target))
                    for one in annotation.arguments
                )
                yield self._entry(annotation, annotation.trigger, fillers, is_event=True)

    def _entry(
        self,
        annotation: TextBound | Event,
        mention: str,
        fillers: tuple[Filler, ...] = (),
        *,
        is_event: bool = False,
    ) -> AnnotationEntry:
        places = self._places.get(mention, ())
        return AnnotationEntry(
            annotation.id,
            annotation.type,
            self._words_of(mention),
            places[0][0] if places else -1,
            tuple(self._references.get(annotation.id, ())),
            tuple(self._attributes.get(annotation.id, ())),
            fillers,
            (
                *self._notes.get(annotation.id, ()),
                *(self._notes.get(mention, ()) if is_event else ()),
            ),
            is_event,
        )

    def _words_of(self, identifier: str) -> str:
        annotation = self._draft.annotation(identifier)
        if isinstance(annotation, Event):
            annotation = self._draft.annotation(annotation.trigger)
        words = annotation.text if isinstance(annotation, TextBound) else identifier
        return words if len(words) <= _EXTRACT else f"{words[: _EXTRACT - 1]}…"

    def _marks(self) -> Iterator[AnnotationMark]:
        for mention in self._draft.mentions:
            owners: Sequence[Identified] = self._events.get(mention.id) or [mention]
            annotations = tuple(
                SpanAnnotation(one.id, one.type, self._thing(one), self._note(one.id))
                for one in owners
            )
            for number, (start, end) in enumerate(mention.fragments):
                anchor = mention.id + (f".{number + 1}" if number else "")
                yield AnnotationMark(anchor, start, end, mention.text, annotations)

    def _thing(self, annotation: Identified) -> DisplayTerm | None:
        for one in self._references.get(annotation.id, ()):
            label = one.text or one.identifier
            return DisplayTerm(label, f"{one.database}:{one.identifier}", None)
        return None

    def _note(self, identifier: str) -> str:
        return next((note.text for note in self._notes.get(identifier, ())), "")

    def _roles(self, entry: AnnotationEntry) -> Iterator[RoleChoice]:
        configuration = self._draft.configuration
        if configuration is None:
            for name in self._vocabulary.mapping.roles:
                yield RoleChoice(name, 0, self._candidates(entry, name))
            return
        definition = configuration.event_types.get(entry.type)
        for role in definition.roles if definition else ():
            count = sum(one.role == role.name for one in entry.fillers)
            candidates = (
                one
                for one in self._candidates(entry, role.name)
                if configuration.accepts(role, one.type)
            )
            yield RoleChoice(role.name, max(0, role.minimum - count), tuple(candidates))

    def _candidates(self, entry: AnnotationEntry, role: str) -> tuple[AnnotationEntry, ...]:
        """What does not fill a role of an event yet."""
        fillers = {entry.id, *(one.id for one in entry.fillers if one.role == role)}
        return tuple(one for one in self._near(entry) if one.id not in fillers)

    def _near(self, entry: AnnotationEntry) -> list[AnnotationEntry]:
        """All entries, those of the sentence of one first, then in the order of their distance."""
        sentences = self._draft.document.sentences
        home = next((one for one in sentences if one.start <= entry.place < one.end), None)

        def distance(other: AnnotationEntry) -> tuple[bool, int]:
            is_here = home is not None and home.start <= other.place < home.end
            return not is_here, other.place if is_here else abs(other.place - entry.place)

        return sorted(self._entries.values(), key=distance)

    def _attribute_choices(self, entry: AnnotationEntry) -> Iterator[AttributeChoice]:
        values = {one.type: one.value or "-" for one in entry.attributes}
        for name, choices in _attributes_of(self._draft.configuration, entry.type):
            yield AttributeChoice(name, choices, values.pop(name, None))
        for name, value in values.items():
            yield AttributeChoice(name, (value,), value)


def _attributes_of(
    configuration: Configuration | None, type_: str
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The attributes that annotations of a type may have, each with its values, "-" where it only
    holds."""
    choices: dict[str, tuple[str, ...]] = {}
    for definition in configuration.attributes if configuration else ():
        target, values = definition.role("Arg"), definition.role("Value")
        if configuration and target and configuration.accepts(target, type_):
            known = choices.get(definition.name, ())
            choices[definition.name] = (*known, *(values.types if values else ("-",)))
    yield from choices.items()


def _concrete(definitions: Iterable[Definition]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.name for one in definitions if not one.abstract))


def _by_target(annotations: Iterable[_Targeted]) -> dict[str, list[_Targeted]]:
    targets: dict[str, list[_Targeted]] = {}
    for one in annotations:
        targets.setdefault(one.target, []).append(one)
    return targets


def _sentence(sentence: Sentence, marks: Iterable[AnnotationMark]) -> AnnotatedSentence:
    parts = nest(sentence.text, sentence.start, marks)
    return AnnotatedSentence(sentence.start, sentence.end, tuple(parts))


@dataclass(frozen=True)
class Finding:
    """What is wrong with the annotations, in words, and the annotation that it is about, if it is
    about one."""

    words: str
    id: str
    is_warning: bool


def findings_of(check: Check, draft: Draft) -> list[Finding]:
    """What a check says of a document. Arguments: the check; the annotations of the document."""
    owners = {one.line: getattr(one, "target", one.id) for one in draft.standoff.by_id.values()} | {
        draft.standoff.by_id[event.trigger].line: event.id
        for event in draft.standoff.of(Event)
        if event.trigger in draft.standoff.by_id
    }
    return [
        _finding(problem, draft, owners, is_warning=is_warning)
        for problems, is_warning in ((check.problems, False), (check.warnings, True))
        for problem in problems
    ]


def _finding(
    problem: Problem, draft: Draft, owners: Mapping[int, str], *, is_warning: bool
) -> Finding:
    if problem.file != str(draft.path):
        return Finding(str(problem), "", is_warning)
    return Finding(problem.message, owners.get(problem.line, ""), is_warning)

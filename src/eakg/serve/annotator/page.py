"""The page of a document that is annotated: its text with marks, and what can be done with them."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from eakg.lift import Mapping
from eakg.serve.annotator.choices import AnnotationFocus, TypeChoices, focus_on
from eakg.serve.annotator.entries import AnnotationEntries, AnnotationEntry
from eakg.serve.pages import AnnotationMark, MarkedText, SpanAnnotation, Words, nest
from eakg.serve.words import DisplayTerm
from eakg.text import Draft, Identified, Sentence


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
    """A document that is annotated, by the version of its annotations.

    `strays` are annotations whose words the text does not have where they are said to be, `focus`
    the one that is looked at.
    """

    name: str
    title: str
    language: str
    version: str
    paragraphs: tuple[AnnotatedParagraph, ...]
    strays: tuple[AnnotationEntry, ...]
    relations: tuple[AnnotationEntry, ...]
    focus: AnnotationFocus | None
    types: TypeChoices
    can_undo: bool


def annotator_page(
    name: str,
    title: str,
    language: str,
    draft: Draft,
    version: str,
    mapping: Mapping,
    identifier: str = "",
    *,
    can_undo: bool = False,
) -> AnnotatorPage:
    """The page of a document.

    Arguments: its name, title and language; its annotations with their version; the mapping; the id
    of the annotation to look at, if any; whether the last edit can be taken back.
    """
    entries = AnnotationEntries(draft)
    types = TypeChoices.of(draft.configuration, mapping)
    return AnnotatorPage(
        name,
        title,
        language,
        version,
        tuple(_paragraphs(draft, entries)),
        tuple(entry for entry in entries.by_id.values() if entry.place < 0),
        tuple(entries.relations()),
        focus_on(identifier, draft, entries, types, mapping),
        types,
        can_undo,
    )


def _paragraphs(draft: Draft, entries: AnnotationEntries) -> Iterator[AnnotatedParagraph]:
    paragraphs = draft.document.paragraphs
    starts = [paragraph.start for paragraph in paragraphs]
    # No fragment of a mention goes over the end of a line.
    marks: dict[int, list[AnnotationMark]] = {}
    for mark in _marks(draft, entries):
        marks.setdefault(bisect_right(starts, mark.start), []).append(mark)
    groups: dict[int, list[AnnotationEntry]] = {}
    for entry in entries.by_id.values():
        groups.setdefault(bisect_right(starts, entry.place), []).append(entry)
    for paragraph in paragraphs:
        own_marks = marks.get(paragraph.number, ())
        yield AnnotatedParagraph(
            paragraph.number,
            tuple(_sentence(sentence, own_marks) for sentence in paragraph.sentences),
            tuple(groups.get(paragraph.number, ())),
        )


def _marks(draft: Draft, entries: AnnotationEntries) -> Iterator[AnnotationMark]:
    """A mark for each fragment of a mention; that of a trigger is of its events."""
    for mention in draft.mentions:
        owners: Sequence[Identified] = entries.events.get(mention.id) or [mention]
        annotations = tuple(
            SpanAnnotation(owner.id, owner.type, _thing(entries.by_id.get(owner.id)), "")
            for owner in owners
        )
        for number, (start, end) in enumerate(mention.fragments):
            anchor = mention.id + (f".{number + 1}" if number else "")
            yield AnnotationMark(anchor, start, end, mention.text, annotations)


def _thing(entry: AnnotationEntry | None) -> DisplayTerm | None:
    for reference in entry.references if entry else ():
        label = reference.text or reference.identifier
        return DisplayTerm(label, f"{reference.database}:{reference.identifier}", None)
    return None


def _sentence(sentence: Sentence, marks: Iterable[AnnotationMark]) -> AnnotatedSentence:
    parts = nest(sentence.text, sentence.start, marks)
    return AnnotatedSentence(sentence.start, sentence.end, tuple(parts))

"""A text with its annotations, whatever file they came from."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from eakg.names import ID
from eakg.text.annotation import (
    Annotation,
    Argument,
    Attribute,
    Equivalence,
    Event,
    Normalization,
    Note,
    Relation,
    Span,
    TextBound,
    standoff_line,
)
from eakg.text.document import LINE
from eakg.text.offsets import Dialect, Unit, offset_scale, quote
from eakg.text.record import Record

UTF_16 = Dialect(Unit.UTF_16)
"""What offsets count in the tools that run in browsers."""
_NOWHERE = Path("-")


@dataclass(frozen=True)
class AnnotatedText:
    """A text, annotations whose offsets are code points of it, the name of its file, and its
    sentences where they are known."""

    text: str
    annotations: tuple[Annotation, ...]
    name: str = "text.txt"
    sentences: tuple[Span, ...] = ()

    @classmethod
    def of(cls, record: Record) -> "AnnotatedText":
        """That of a record."""
        document = record.document
        sentences = tuple((one.start, one.end) for one in document.sentences)
        return cls(document.text, record.standoff.annotations, document.path.name, sentences)

    def standoff(self) -> str:
        """The annotations in brat standoff."""
        return "".join(f"{standoff_line(annotation)}\n" for annotation in self.annotations)


class AnnotationBuilder:
    """Makes annotations one after another, each with an id of its own. What other tools call a
    type, a role or an attribute becomes a name of standoff here. Argument: the text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._annotations: list[Annotation] = []
        self._numbers: dict[str, int] = {}

    def result(self) -> AnnotatedText:
        """What was made."""
        return AnnotatedText(self.text, tuple(self._annotations))

    def add(self, annotation: Annotation) -> None:
        """Take an annotation that has its id."""
        self._annotations.append(annotation)

    def next_id(self, letter: str) -> str:
        """A new id of a kind."""
        self._numbers[letter] = self._numbers.get(letter, 0) + 1
        return f"{letter}{self._numbers[letter]}"

    def mention(self, type_: str, *spans: int) -> str | None:
        """A mention of a span, or of several that follow each other, in a fragment for each line;
        its id, None where it has no words. Arguments: its type; start and end of each."""
        fragments = tuple(
            match.span()
            for start, end in zip(spans[::2], spans[1::2], strict=True)
            for match in LINE.finditer(self.text, start, end)
        )
        if not quote(self.text, fragments).strip():
            return None
        identifier = self.next_id("T")
        words = quote(self.text, fragments)
        self.add(TextBound(identifier, _name(type_), fragments, words, 0, _NOWHERE))
        return identifier

    def normalization(self, target: str, reference: str, name: str) -> bool:
        """That a target stands for `database:identifier`; whether the reference is one."""
        database, colon, identifier = reference.partition(":")
        if not (database and colon and identifier) or any(map(str.isspace, reference)):
            return False
        number = self.next_id("N")
        self.add(
            Normalization(number, "Reference", target, database, identifier, name, 0, _NOWHERE)
        )
        return True

    def relation(self, type_: str, first: str, second: str) -> str:
        """A relation of two targets; its id."""
        ends = Argument("Arg1", first), Argument("Arg2", second)
        identifier = self.next_id("R")
        self.add(Relation(identifier, _name(type_), ends, 0, _NOWHERE))
        return identifier

    def group(self, type_: str, members: tuple[str, ...]) -> None:
        """A group of two or more targets."""
        self.add(Equivalence(_name(type_), members, 0, _NOWHERE))

    def event(
        self, identifier: str, type_: str, trigger: str, arguments: Iterable[tuple[str, str]]
    ) -> None:
        """An event, with the role and the target of each argument."""
        parts = tuple(Argument(_name(role), target) for role, target in arguments)
        self.add(Event(identifier, _name(type_), trigger, parts, 0, _NOWHERE))

    def attribute(self, type_: str, target: str, value: str | None) -> None:
        """An attribute of a target, with a value or, where that is None, none; nothing where the
        value is empty."""
        words = None if value is None else " ".join(value.split())
        if words != "":
            self.add(Attribute(self.next_id("A"), _name(type_), target, words, 0, _NOWHERE))

    def note(self, type_: str, target: str, text: str) -> None:
        """A note on a target."""
        words = " ".join(text.split())
        self.add(Note(self.next_id("#"), _name(type_), target, words, 0, _NOWHERE))


def _name(label: str) -> str:
    return "".join(c if c.isalnum() or c in "-_" else "_" for c in label) or "_"


def iri_reference(identifier: str) -> str:
    """What an IRI, or any other identifier, is as a reference of standoff."""
    slug = identifier.removeprefix(str(ID))
    return f"{'IRI' if slug == identifier else 'EAKG'}:{slug}"


def code_points(text: str, dialect: Dialect) -> dict[int, int]:
    """The code point of each offset that a dialect counts."""
    return {offset: place for place, offset in enumerate(offset_scale(text, dialect))}


def hull(fragments: Iterable[Span]) -> Span:
    """The span from the first fragment to the last."""
    spans = sorted(fragments)
    return spans[0][0], max(end for _, end in spans)


def split_losses(annotations: Iterable[Annotation], text: str) -> Iterator[str]:
    """A line for each mention in pieces that are more than lines of one span."""
    for annotation in annotations:
        if isinstance(annotation, TextBound) and len(annotation.fragments) > 1:
            start, end = hull(annotation.fragments)
            lines = tuple(match.span() for match in LINE.finditer(text, start, end))
            if lines != annotation.fragments:
                yield f"{annotation.id} {annotation.type}: its pieces; it goes from first to last"

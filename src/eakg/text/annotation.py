"""The kinds of annotation that a brat standoff file holds, as frozen dataclasses.

Every annotation knows the file (`path`) and the line (from 1) that it was read from.
Source: https://brat.nlplab.org/standoff.html
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeVar

Span = tuple[int, int]


@dataclass(frozen=True)
class TextBound:
    """T: a mention of an entity, or the trigger of an event.

    `fragments` are [start, end) in the file's order, one for each part of a discontinuous
    mention; `text` is their text, joined by one space.
    """

    id: str
    type: str
    fragments: tuple[Span, ...]
    text: str
    line: int
    path: Path


@dataclass(frozen=True)
class Argument:
    """A role and the id of what fills it."""

    role: str
    target: str


@dataclass(frozen=True)
class Event:
    """E: an event, the id of its trigger, and its arguments in the file's order."""

    id: str
    type: str
    trigger: str
    arguments: tuple[Argument, ...]
    line: int
    path: Path


@dataclass(frozen=True)
class Relation:
    """R: a relation between two annotations."""

    id: str
    type: str
    arguments: tuple[Argument, Argument]
    line: int
    path: Path


@dataclass(frozen=True)
class Attribute:
    """A or M: an attribute of an annotation; a value of None means that it simply holds."""

    id: str
    type: str
    target: str
    value: str | None
    line: int
    path: Path


@dataclass(frozen=True)
class Normalization:
    """N: the identifier of an annotation's referent in a database, and its name there."""

    id: str
    type: str
    target: str
    database: str
    identifier: str
    text: str
    line: int
    path: Path


@dataclass(frozen=True)
class Equivalence:
    """*: a symmetric group of annotations."""

    type: str
    targets: tuple[str, ...]
    line: int
    path: Path


@dataclass(frozen=True)
class Note:
    """#: a note on an annotation."""

    id: str
    type: str
    target: str
    text: str
    line: int
    path: Path


Identified = TextBound | Event | Relation | Attribute | Normalization | Note
Annotation = Identified | Equivalence

Kind = TypeVar("Kind", TextBound, Event, Relation, Attribute, Normalization, Equivalence, Note)


def label(annotation: Annotation) -> str:
    """How a message names an annotation: its id and type."""
    identifier = "*" if isinstance(annotation, Equivalence) else annotation.id
    return f"{identifier} {annotation.type}"


def standoff_line(annotation: Annotation) -> str:
    """An annotation as a line of brat standoff, without its end."""
    match annotation:
        case TextBound():
            offsets = ";".join(f"{start} {end}" for start, end in annotation.fragments)
            return f"{annotation.id}\t{annotation.type} {offsets}\t{annotation.text}"
        case Event():
            arguments = [f"{part.role}:{part.target}" for part in annotation.arguments]
            body = " ".join((f"{annotation.type}:{annotation.trigger}", *arguments))
            return f"{annotation.id}\t{body}"
        case Relation():
            arguments = [f"{part.role}:{part.target}" for part in annotation.arguments]
            return f"{annotation.id}\t{' '.join((annotation.type, *arguments))}"
        case Attribute():
            value = "" if annotation.value is None else f" {annotation.value}"
            return f"{annotation.id}\t{annotation.type} {annotation.target}{value}"
        case Normalization():
            reference = f"{annotation.database}:{annotation.identifier}"
            body = f"{annotation.type} {annotation.target} {reference}"
            return f"{annotation.id}\t{body}\t{annotation.text}"
        case Note():
            return f"{annotation.id}\t{annotation.type} {annotation.target}\t{annotation.text}"
        case Equivalence():
            return f"*\t{' '.join((annotation.type, *annotation.targets))}"


@dataclass(frozen=True)
class Standoff:
    """The annotations of one document, in the order of their files and lines.

    `lines` counts the lines that are not empty; each is one annotation.
    """

    paths: tuple[Path, ...]
    annotations: tuple[Annotation, ...]
    lines: int

    @cached_property
    def by_id(self) -> Mapping[str, Identified]:
        """Every annotation that has an id, by it."""
        return {a.id: a for a in self.annotations if not isinstance(a, Equivalence)}

    def of(self, kind: type[Kind]) -> tuple[Kind, ...]:
        """The annotations of one kind, such as `of(Event)`, in order."""
        return tuple(a for a in self.annotations if isinstance(a, kind))

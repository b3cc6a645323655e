"""Edits of a file of annotations: each changes the lines that it is about, and no other byte.

What is added stands behind the last line of its kind, with the next id of that kind; what was added
and is removed leaves the file as it was. Whether the result is right says its draft.
"""

import re
import sys
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from eakg.rdf import whole_number
from eakg.text.annotation import (
    Attribute,
    Event,
    Identified,
    Normalization,
    Note,
    Span,
    TextBound,
    label,
)
from eakg.text.document import LINE
from eakg.text.draft import Draft
from eakg.text.offsets import quote
from eakg.text.reference import references
from eakg.text.standoff import base_role

_NUMBER = re.compile(r"[A-Z#](\d+)")


class EditError(ValueError):
    """An edit that cannot be made; the message says why, and what to do."""


@dataclass(frozen=True)
class Edit:
    """What an edit makes of a file: its text, and the id of the annotation to look at next."""

    content: str
    focus: str


def add_mention(draft: Draft, type_: str, spans: Sequence[Span]) -> Edit:
    """A mention of a type. Argument: its spans, in code points. Raises: EditError."""
    fragments = _fragments(draft, spans)
    if twin := _twin(draft, type_, fragments):
        raise EditError(f"{twin.id} marks these words as {type_} already")
    lines = _Lines.of(draft)
    return lines.edit(lines.add("T", _mention(draft, type_, fragments)))


def add_event(
    draft: Draft, type_: str, spans: Sequence[Span], attributes: Mapping[str, str]
) -> Edit:
    """An event of a type, with its attributes and its trigger, which several may share. Arguments:
    the spans of the trigger, in code points; values by attribute. Raises: EditError."""
    fragments = _fragments(draft, spans)
    lines = _Lines.of(draft)
    twin = _twin(draft, type_, fragments)
    trigger = twin.id if twin else lines.add("T", _mention(draft, type_, fragments))
    event = lines.add("E", f"{_word(type_)}:{trigger}")
    for attribute, value in attributes.items():
        lines.add("A", f"{_word(attribute)} {event} {_words(value)}")
    return lines.edit(event)


def add_relation(draft: Draft, type_: str, first: str, second: str) -> Edit:
    """A relation from one annotation to another. Raises: EditError."""
    lines = _Lines.of(draft)
    ends = [f"Arg{number}:{_target(draft, one)}" for number, one in enumerate((first, second), 1)]
    return lines.edit(lines.add("R", " ".join((_word(type_), *ends))))


def add_role(draft: Draft, event: str, role: str, filler: str) -> Edit:
    """One more filler of a role of an event. Raises: EditError."""
    target, name = _event(draft, event), _word(role)
    filler = _target(draft, filler)
    if any((name, filler) == (one.role, one.target) for one in target.arguments):
        raise EditError(f"{filler} fills {name} of {event} already")
    lines = _Lines.of(draft)
    names = {argument.partition(":")[0] for argument in lines.text(target).split()[2:]}
    number = 1
    while (numbered := f"{name}{number if number > 1 else ''}") in names:
        number += 1
    lines.replace(target, f"{lines.text(target).rstrip()} {numbered}:{filler}")
    return lines.edit(event)


def remove_role(draft: Draft, event: str, role: str, filler: str) -> Edit:
    """An event without one filler of a role. Raises: EditError."""
    target = _event(draft, event)
    roles = draft.configuration.roles.get(target.type, ()) if draft.configuration else ()
    lines = _Lines.of(draft)
    text = lines.text(target)
    for match in re.finditer(r" +([^\s:]+):(\S+)", text):
        if (base_role(match[1], roles), match[2]) == (role, filler):
            lines.replace(target, text[: match.start()] + text[match.end() :])
            return lines.edit(event)
    raise EditError(f"{filler} does not fill {role} of {event}")


def set_attribute(draft: Draft, target: str, type_: str, value: str | None) -> Edit:
    """The value of an attribute of an annotation, in the place of the one that it has; None where
    the attribute is to hold without one. Raises: EditError."""
    lines = _Lines.of(draft)
    body = f"{_word(type_)} {_target(draft, target)}"
    if value is not None:
        body += f" {_words(value)}"
    for attribute in draft.standoff.of(Attribute):
        if (attribute.type, attribute.target) == (type_, target):
            lines.replace(attribute, f"{attribute.id}\t{body}")
            return lines.edit(target)
    lines.add("A", body)
    return lines.edit(target)


def refer(draft: Draft, target: str, reference: str, name: str, *, replaces: bool) -> Edit:
    """What an annotation stands for.

    Arguments: its id; database and identifier, with a colon between them; the name there; whether
    this takes the place of what the same database has for it. Raises: EditError.
    """
    lines = _Lines.of(draft)
    database = reference.partition(":")[0]
    body = f"Reference {_target(draft, target)} {_word(reference)}\t{_words(name)}"
    for reference_line in draft.standoff.of(Normalization):
        place = reference_line.target, reference_line.database
        if replaces and place == (target, database):
            lines.replace(reference_line, f"{reference_line.id}\t{body}")
            return lines.edit(target)
    lines.add("N", body)
    return lines.edit(target)


def set_type(draft: Draft, identifier: str, type_: str) -> Edit:
    """Another type for a mention, or for an event and its trigger. Raises: EditError."""
    lines, name = _Lines.of(draft), _word(type_)
    target = draft.annotation(_target(draft, identifier))
    triggers = {target.trigger} if isinstance(target, Event) else {identifier}
    for annotation in draft.standoff.annotations:
        if isinstance(annotation, TextBound) and annotation.id in triggers:
            lines.replace_first(annotation, r"(?<=\t)\S+", name)
        elif isinstance(annotation, Event) and annotation.trigger in triggers:
            lines.replace_first(annotation, r"(?<=\t)[^:]+", name)
    return lines.edit(identifier)


def remove(draft: Draft, identifier: str) -> Edit:
    """The annotations without one of them, and without what is only about it: attributes,
    normalizations and notes, the trigger of an event, the events of a trigger. Raises: EditError
    where others refer to it."""
    target = draft.annotation(identifier)
    if target is None:
        raise EditError(f"{identifier} does not exist; name an annotation")
    victims = _with_dependents(draft, target)
    for annotation in draft.standoff.annotations:
        if getattr(annotation, "id", "") in victims:
            continue
        for place, referent, _ in references(annotation):
            if referent in victims:
                words = f"{place} of {label(annotation)}; take it away there first"
                raise EditError(f"{referent} is {words}")
    lines = _Lines.of(draft)
    lines.remove([draft.standoff.by_id[one] for one in victims])
    focus = getattr(target, "target", "")
    return lines.edit(focus if focus in draft.standoff.by_id else "")


def spans_of(text: str, words: str) -> list[Span]:
    """The places of words in a text, in code points, whatever white space is between them."""
    pattern = r"\s+".join(map(re.escape, words.split()))
    return [match.span() for match in re.finditer(pattern, text)] if pattern else []


def _with_dependents(draft: Draft, target: Identified) -> set[str]:
    """The ids of an annotation and of what is only about it."""
    victims = {target.id}
    events = draft.standoff.of(Event)
    if isinstance(target, Event):
        sharers = [event for event in events if event.trigger == target.trigger]
        if sharers == [target]:
            victims.add(target.trigger)
    if isinstance(target, TextBound):
        victims |= {event.id for event in events if event.trigger == target.id}
    additions: list[Attribute | Normalization | Note] = [
        *draft.standoff.of(Attribute),
        *draft.standoff.of(Normalization),
        *draft.standoff.of(Note),
    ]
    # Notes are also on attributes and normalizations.
    for _ in range(2):
        victims |= {addition.id for addition in additions if addition.target in victims}
    return victims


class _Lines:
    """The lines of a file, each as it is."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines

    @classmethod
    def of(cls, draft: Draft) -> "_Lines":
        return cls(draft.content.split("\n"))

    def edit(self, focus: str) -> Edit:
        return Edit("\n".join(self._lines), focus)

    def text(self, annotation: Identified) -> str:
        """The line of an annotation, without its end."""
        return self._lines[annotation.line - 1].removesuffix("\r")

    def add(self, letter: str, body: str) -> str:
        """Put a line behind the last of its kind, or else of all; its id."""
        places = [place for place, line in enumerate(self._lines) if self._is_of(line, letter)]
        numbers = (_NUMBER.match(self._lines[place].removeprefix("\ufeff")) for place in places)
        counts = (whole_number(match[1], sys.maxsize) or 0 for match in numbers if match)
        identifier = f"{letter}{max(counts, default=0) + 1}"
        end = len(self._lines) - (not self._lines[-1])
        place = places[-1] + 1 if places else end
        ending = "\r" if place and self._lines[place - 1].endswith("\r") else ""
        self._lines.insert(place, f"{identifier}\t{body}{ending}")
        return identifier

    def replace(self, annotation: Identified, text: str) -> None:
        """Put another text in the place of the line of an annotation."""
        place = annotation.line - 1
        ending = "\r" if self._lines[place].endswith("\r") else ""
        mark = "\ufeff" if self._lines[place].startswith("\ufeff") else ""
        self._lines[place] = f"{mark}{text.removeprefix(mark)}{ending}"

    def replace_first(self, annotation: Identified, pattern: str, text: str) -> None:
        """Put a text in the place of what a pattern matches first in the line of an annotation."""
        self.replace(annotation, re.sub(pattern, lambda _: text, self.text(annotation), count=1))

    def remove(self, annotations: Collection[Identified]) -> None:
        """Take the lines of annotations away; a byte order mark stays."""
        places = {annotation.line - 1 for annotation in annotations}
        mark = "\ufeff" if self._lines[0].startswith("\ufeff") else ""
        lines = [line for place, line in enumerate(self._lines) if place not in places] or [""]
        if mark and not lines[0].startswith(mark):
            lines[0] = mark + lines[0]
        self._lines[:] = lines

    @staticmethod
    def _is_of(line: str, letter: str) -> bool:
        return line.removeprefix("\ufeff").startswith(letter)


def _mention(draft: Draft, type_: str, fragments: tuple[Span, ...]) -> str:
    """The line of a mention, behind its id."""
    places = ";".join(f"{start} {end}" for start, end in draft.offsets(fragments))
    return f"{_word(type_)} {places}\t{quote(draft.document.text, fragments)}"


def _twin(draft: Draft, type_: str, fragments: tuple[Span, ...]) -> TextBound | None:
    """The mention of the same words as the same type, if there is one."""
    twins = (one for one in draft.mentions if (one.type, one.fragments) == (type_, fragments))
    return next(twins, None)


def _fragments(draft: Draft, spans: Sequence[Span]) -> tuple[Span, ...]:
    """Spans without white space around them, in a fragment for each line. Raises: EditError."""
    text = draft.document.text
    fragments = []
    for start, end in spans:
        if not 0 <= start < end <= len(text):
            words = f"{start} {end} is no place in the text, which goes from 0 to {len(text)}"
            raise EditError(f"{words}; correct the offsets")
        for line in LINE.finditer(text, start, end):
            if words := line[0].strip("\ufeff \t"):
                begin = line.start() + line[0].index(words)
                fragments.append((begin, begin + len(words)))
    if not fragments:
        raise EditError("no words are chosen; choose some")
    return tuple(fragments)


def _event(draft: Draft, identifier: str) -> Event:
    event = draft.annotation(identifier)
    if not isinstance(event, Event):
        raise EditError(f"{identifier or 'nothing'} is no event; name one, such as E1")
    return event


def _target(draft: Draft, identifier: str) -> str:
    if draft.annotation(identifier) is None:
        raise EditError(f"{identifier or 'nothing'} is no annotation; name one, such as T1")
    return identifier


def _word(text: str) -> str:
    """A name, which is one word. Raises: EditError."""
    words = text.split()
    if len(words) != 1:
        problem = f"{text!r} is not one word" if words else "a name is missing"
        raise EditError(f"{problem}; write one without spaces")
    return words[0]


def _words(text: str) -> str:
    return " ".join(text.split())

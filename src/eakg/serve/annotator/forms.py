"""Edits as forms send them: what their fields say, and what they leave to be found out."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from eakg.dataset import GazetteerEntry
from eakg.names import is_slug
from eakg.serve.annotator.choices import TypeChoices
from eakg.serve.annotator.workspace import EditFunction, ReferenceTerms
from eakg.text import (
    Attribute,
    Draft,
    Edit,
    EditError,
    Event,
    Span,
    add_event,
    add_mention,
    add_relation,
    add_role,
    days_in,
    nearest,
    quantities_in,
    refer,
    remove,
    remove_role,
    set_attribute,
    set_type,
    spans_of,
)

_SPANS = re.compile(r"\s*(\d{1,9})\s+(\d{1,9})\s*")
_DATE, _QUANTITY = "Date", "Quantity"
_DATE_DATABASE, _QUANTITY_DATABASE = "DATE", "QUANTITY"


@dataclass(frozen=True)
class EditForm:
    """A form that was sent.

    Arguments: its fields; what annotations refer to; the language of the document, and its year.
    """

    fields: Mapping[str, str]
    vocabulary: ReferenceTerms
    language: str
    year: int

    def edit(self) -> EditFunction:
        """The edit that the form asks for. Raises: EditError where there is none of that name."""
        edits: dict[str, Callable[[Draft], Edit]] = {
            "mention": self._mention,
            "role": lambda draft: add_role(draft, *self._texts("event", "role", "filler")),
            "role-removal": lambda draft: remove_role(
                draft, *self._texts("event", "role", "filler")
            ),
            "attribute": self._attribute,
            "thing": self._thing,
            "reference": self._reference,
            "relation": lambda draft: add_relation(draft, *self._texts("type", "first", "second")),
            "type": lambda draft: set_type(draft, *self._texts("target", "type")),
            "removal": lambda draft: remove(draft, self._text("target")),
        }
        name = self._text("edit")
        if name not in edits:
            raise EditError(f"{name!r} is no edit; there are {', '.join(edits)}")
        return edits[name]

    def _text(self, field: str) -> str:
        return self.fields.get(field, "").strip()

    def _texts(self, *fields: str) -> Sequence[str]:
        return [self._text(field) for field in fields]

    def _mention(self, draft: Draft) -> Edit:
        spans = self._spans(draft)
        slug, type_ = self._text("thing"), self._text("type")
        entry = self.vocabulary.entries.get(slug)
        if slug and entry is None:
            self._refuse_slug(slug)
        if entry and not type_:
            type_ = self.vocabulary.type_of(entry) or ""
        if not type_:
            raise EditError("no type is chosen; choose one, or a thing that has one")
        is_event = type_ in TypeChoices.of(draft.configuration, self.vocabulary.mapping).events
        if is_event:
            attributes = self.vocabulary.attributes.get(type_, {})
            edit = add_event(draft, type_, spans, attributes)
        else:
            edit = add_mention(draft, type_, spans)
        if entry:
            name = self._name(entry, is_label=is_event)
            return self._refer(draft, edit, f"{self.vocabulary.mapping.database}:{slug}", name)
        words = " ".join(draft.document.text[start:end] for start, end in spans)
        values = list(self._values(type_, words))
        return self._refer(draft, edit, *values[0]) if len(values) == 1 else edit

    def _values(self, type_: str, words: str) -> Iterator[tuple[str, str]]:
        """What words of a type say by themselves, each as a reference and in words."""
        if type_ == _DATE:
            for item in days_in(words, self.year):
                yield f"{_DATE_DATABASE}:{item.value}", item.words
        if type_ == _QUANTITY:
            for item in quantities_in(words, self.vocabulary.units):
                yield f"{_QUANTITY_DATABASE}:{item.value}", item.words

    def _refer(self, draft: Draft, edit: Edit, reference: str, name: str) -> Edit:
        after = draft.with_content(edit.content)
        return refer(after, edit.focus, reference, name, replaces=True)

    def _spans(self, draft: Draft) -> list[Span]:
        places, words = self._text("spans"), self._text("words")
        if places:
            matches = [_SPANS.fullmatch(part) for part in places.split(";")]
            spans = [(int(match[1]), int(match[2])) for match in matches if match]
            if len(spans) != len(matches):
                raise EditError(f"{places!r} are no offsets; write start and end, as 0 5")
            return spans
        if not words:
            raise EditError("no words are chosen; choose some, or write them or their offsets")
        spans = spans_of(draft.document.text, words)
        if not spans:
            raise EditError(f"the text has no words {words!r}; write them as they stand there")
        if len(spans) > 1:
            choices = ", ".join(f"{start} {end}" for start, end in spans)
            raise EditError(f"{words!r} stands at {choices}; choose by the offsets")
        return spans

    def _attribute(self, draft: Draft) -> Edit:
        target, type_, value = self._texts("target", "type", "value")
        if value == "":
            for attribute in draft.standoff.of(Attribute):
                if (attribute.target, attribute.type) == (target, type_):
                    return remove(draft, attribute.id)
            raise EditError(f"{target} has no {type_}; choose a value")
        return set_attribute(draft, target, type_, None if value == "-" else value)

    def _thing(self, draft: Draft) -> Edit:
        target, name = self._texts("target", "name")
        slug = self._text("choice") or self._text("thing")
        entry = self.vocabulary.entries.get(slug)
        is_event = isinstance(draft.annotation(target), Event)
        if entry is None and not is_event:
            self._refuse_slug(slug)
        if not is_slug(slug):
            words = f"{slug!r} is no slug; use letters of ASCII, digits and - . _ ~ only"
            raise EditError(words)
        if entry is not None and not name:
            name = self._name(entry, is_label=is_event)
        reference = f"{self.vocabulary.mapping.database}:{slug}"
        return refer(draft, target, reference, name, replaces=True)

    def _name(self, entry: GazetteerEntry, *, is_label: bool) -> str:
        """What a thing is called in the language of the document; where that becomes its label,
        nothing if it has no name in just that language."""
        if is_label:
            return str(next((name for name in entry.names if name.language == self.language), ""))
        return entry.name(self.language.partition("-")[0])

    def _reference(self, draft: Draft) -> Edit:
        target, reference, name = self._texts("target", "reference", "name")
        database, _, identifier = reference.partition(":")
        databases = self.vocabulary.mapping.normalizations
        if database not in databases:
            hint = nearest(database, databases)
            raise EditError(f"{reference!r} names no database that is mapped; {hint}")
        normalization = databases[database]
        unit = identifier.partition("_")[2]
        if normalization.kind == "quantity" and unit:
            self._refuse_unit(unit)
        is_of_thing = normalization.kind == "thing" and normalization.property is not None
        if is_of_thing and identifier and identifier not in self.vocabulary.entries:
            self._refuse_slug(identifier)
        replaces = normalization.property is None
        return refer(draft, target, reference, name, replaces=replaces)

    def _refuse_unit(self, unit: str) -> None:
        """Raises: EditError for a unit that there is not."""
        units = {*self.vocabulary.units.values()}
        if units and unit not in units:
            raise EditError(f"unknown unit {unit}; {nearest(unit, units)}")

    def _refuse_slug(self, slug: str) -> None:
        if not slug:
            raise EditError("no thing is chosen; find one by its name")
        near = [entry.slug for entry in self.vocabulary.gazetteer.search(slug)[:3]]
        hint = f"did you mean {', '.join(near)}?" if near else "find it by its name."
        raise EditError(f"unknown slug {slug}; {hint} Or add a row for it to a table")

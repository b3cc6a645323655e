"""What can be done with one annotation, by the configuration or, without one, by the mapping."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from eakg.lift import Mapping
from eakg.serve.annotator.entries import AnnotationEntries, AnnotationEntry
from eakg.text import Configuration, Definition, Draft

_CANDIDATES = 100  # that a role offers


@dataclass(frozen=True)
class TypeChoices:
    """The types that mentions, events and relations may have."""

    entities: tuple[str, ...]
    events: tuple[str, ...]
    relations: tuple[str, ...]

    @classmethod
    def of(cls, configuration: Configuration | None, mapping: Mapping) -> "TypeChoices":
        """Those of a configuration, or else of a mapping."""
        if configuration is None:
            entities = tuple(dict.fromkeys([*mapping.entities, *mapping.literals]))
            return cls(entities, tuple(mapping.events), tuple(mapping.relations))
        sections = (configuration.entities, configuration.events, configuration.relations)
        return cls(*map(_names, sections))


@dataclass(frozen=True)
class RoleChoice:
    """A role of an event: its name, how many fillers it lacks, and what may fill it, too."""

    name: str
    missing: int
    candidates: tuple[AnnotationEntry, ...]


@dataclass(frozen=True)
class AttributeChoice:
    """An attribute, its values, and the one that it has, None where it has none; "-" is the value
    of one that only holds."""

    name: str
    values: tuple[str, ...]
    value: str | None


@dataclass(frozen=True)
class AnnotationFocus:
    """The annotation that is looked at, with what can be done with it; `slug` is that of the thing
    that it stands for, if any."""

    entry: AnnotationEntry
    types: tuple[str, ...]
    roles: tuple[RoleChoice, ...]
    attributes: tuple[AttributeChoice, ...]
    slug: str


def focus_on(
    identifier: str, draft: Draft, entries: AnnotationEntries, types: TypeChoices, mapping: Mapping
) -> AnnotationFocus | None:
    """An annotation with what can be done with it, None where there is none of that id.

    Arguments: its id; the draft, and its annotations as they are listed; the types that there are;
    the mapping.
    """
    entry = entries.by_id.get(identifier)
    if entry is None:
        return None
    slugs = (one.identifier for one in entry.references if one.database == mapping.database)
    return AnnotationFocus(
        entry,
        types.events if entry.is_event else types.entities,
        tuple(_roles(entry, draft, entries, mapping)) if entry.is_event else (),
        tuple(_attributes(entry, draft.configuration)),
        next(slugs, ""),
    )


def _names(definitions: Iterable[Definition]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.name for one in definitions if not one.abstract))


def _roles(
    entry: AnnotationEntry, draft: Draft, entries: AnnotationEntries, mapping: Mapping
) -> Iterator[RoleChoice]:
    near = _by_distance(entry, draft, entries)
    configuration = draft.configuration
    if configuration is None:
        for name in mapping.roles:
            yield RoleChoice(name, 0, _candidates(entry, name, near))
        return
    definition = configuration.event_types.get(entry.type)
    for role in definition.roles if definition else ():
        count = sum(filler.role == role.name for filler in entry.fillers)
        fitting_entries = [one for one in near if configuration.accepts(role, one.type)]
        candidates = _candidates(entry, role.name, fitting_entries)
        yield RoleChoice(role.name, max(0, role.minimum - count), candidates)


def _candidates(
    entry: AnnotationEntry, role: str, near: Iterable[AnnotationEntry]
) -> tuple[AnnotationEntry, ...]:
    """What does not fill a role of an event yet, as many as can be looked through."""
    fillers = {entry.id, *(filler.id for filler in entry.fillers if filler.role == role)}
    return tuple(islice((one for one in near if one.id not in fillers), _CANDIDATES))


def _by_distance(
    entry: AnnotationEntry, draft: Draft, entries: AnnotationEntries
) -> list[AnnotationEntry]:
    """All entries: those of the sentence of one in their order, then the others, nearest first."""
    sentences = draft.document.sentences
    home = next((one for one in sentences if one.start <= entry.place < one.end), None)

    def distance(candidate: AnnotationEntry) -> tuple[bool, int]:
        place = candidate.place
        if home is not None and home.start <= place < home.end:
            return False, place
        return True, abs(place - entry.place)

    return sorted(entries.by_id.values(), key=distance)


def _attributes(
    entry: AnnotationEntry, configuration: Configuration | None
) -> Iterator[AttributeChoice]:
    """The attributes that an annotation may have, and those that it has."""
    values = {attribute.type: attribute.value or "-" for attribute in entry.attributes}
    choices: dict[str, tuple[str, ...]] = {}
    for definition in configuration.attributes if configuration else ():
        target, value = definition.role("Arg"), definition.role("Value")
        if configuration and target and configuration.accepts(target, entry.type):
            before = choices.get(definition.name, ())
            choices[definition.name] = (*before, *(value.types if value else ("-",)))
    for name, names in choices.items():
        yield AttributeChoice(name, names, values.pop(name, None))
    for name, text in values.items():
        yield AttributeChoice(name, (text,), text)

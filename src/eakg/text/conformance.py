"""Whether annotations keep to their configuration."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from eakg.problems import Problem
from eakg.text.annotation import (
    Annotation,
    Attribute,
    Equivalence,
    Event,
    Relation,
    Standoff,
    TextBound,
    label,
)
from eakg.text.configuration import Configuration, Definition, Role, nearest


def check(
    standoff: Standoff, configuration: Configuration, *, is_whole: bool = True
) -> list[Problem]:
    """Every way in which the annotations do not keep to the configuration. Argument: whether they
    are all that there are to be, so that roles of events are missing that they do not fill.

    References that do not exist, and fillers whose own type is unknown, are passed over here:
    each is a problem of its own already.
    """
    checker = _Checker(standoff, configuration, is_whole)
    return [
        Problem(str(annotation.path), annotation.line, f"{label(annotation)}: {message}")
        for annotation in standoff.annotations
        for message in checker.messages(annotation)
    ]


class _Checker:
    def __init__(self, standoff: Standoff, configuration: Configuration, is_whole: bool) -> None:
        self.is_whole = is_whole
        self.standoff = standoff
        self.configuration = configuration
        self.type_names = {
            *configuration.entity_types,
            *configuration.event_types,
            *(definition.name for definition in configuration.relations),
        }

    def messages(self, annotation: Annotation) -> Iterator[str]:
        types = {**self.configuration.entity_types, **self.configuration.event_types}
        match annotation:
            case TextBound():
                yield from self.declaration(
                    "type", annotation.type, list(types.values()), "[entities]"
                )
            case Event():
                events = self.configuration.events
                yield from self.declaration("event type", annotation.type, events, "[events]")
                if definition := self.configuration.event_types.get(annotation.type):
                    yield from self.event(annotation, definition)
            case Relation():
                relations = self.configuration.relations
                yield from self.declaration(
                    "relation type", annotation.type, relations, "[relations]"
                )
                yield from self.relation(annotation)
            case Equivalence():
                relations = self.configuration.relations
                yield from self.declaration(
                    "relation type", annotation.type, relations, "[relations]"
                )
                yield from self.equivalence(annotation)
            case Attribute():
                attributes = self.configuration.attributes
                yield from self.declaration(
                    "attribute", annotation.type, attributes, "[attributes]"
                )
                yield from self.attribute(annotation)

    def declaration(
        self, noun: str, name: str, definitions: Sequence[Definition], section: str
    ) -> Iterator[str]:
        names = [d.name for d in definitions if not d.abstract]
        if name in names:
            return
        if any(name == d.name for d in definitions):
            children = [d.name for d in definitions if d.parent == name]
            yield (
                f"the {noun} {name} only groups others; "
                f"use one of them ({', '.join(children)}) or take away its ! in {self.file}"
            )
        else:
            yield (
                f"the {noun} {name} is not in {self.file}; {nearest(name, names)} "
                f"Correct it or declare it under {section}"
            )

    @property
    def file(self) -> str:
        return str(self.configuration.path)

    def filler(self, target: str) -> str | None:
        """The type of what fills a role, None where it is reported elsewhere."""
        annotation = self.standoff.by_id.get(target)
        return annotation.type if annotation and annotation.type in self.type_names else None

    def event(self, event: Event, definition: Definition) -> Iterator[str]:
        names = [role.name for role in definition.roles]
        for argument in event.arguments:
            role = definition.role(argument.role)
            type_name = self.filler(argument.target)
            if role is None:
                yield (
                    f"role {argument.role} is not allowed; {nearest(argument.role, names)} "
                    f"Correct it or declare it in {self.file}:{definition.line}"
                )
            elif type_name and not self.configuration.accepts(role, type_name):
                yield (
                    f"role {role.name} is filled by {argument.target} of the type {type_name}, "
                    f"which is not allowed; fill it with {_alternatives(role)}"
                )
        counts = Counter(argument.role for argument in event.arguments)
        for role in definition.roles:
            count = counts[role.name]
            if self.is_whole and count < role.minimum:
                yield (
                    f"role {role.name} occurs {_times(count)}, at least {role.minimum} needed; "
                    f"add {role.name}: with {_alternatives(role)}"
                )
            elif role.maximum is not None and count > role.maximum:
                yield (
                    f"role {role.name} occurs {_times(count)}, at most {role.maximum} allowed; "
                    f"remove {count - role.maximum} or allow more in "
                    f"{self.file}:{definition.line}"
                )

    def signatures(self, name: str) -> list[Definition]:
        return [d for d in self.configuration.relations if d.name == name and len(d.roles) == 2]

    def relation(self, relation: Relation) -> Iterator[str]:
        signatures = self.signatures(relation.type)
        if not signatures:
            return
        names = {argument.role for argument in relation.arguments}
        role_names = {role.name for d in signatures for role in d.roles}
        unknown = sorted(names - role_names)
        for name in unknown:
            yield f"argument {name} is not allowed; {nearest(name, role_names)} Correct the name"
        fillers = {a.role: self.filler(a.target) for a in relation.arguments}
        types = {role: type_name for role, type_name in fillers.items() if type_name}
        if unknown or len(types) < 2:
            return
        if not any(
            types.keys() == {a, b} and self.relates(d, types[a], types[b])
            for d in signatures
            for a, b in _role_orders(d)
        ):
            yield f"{_pair(types)} is not allowed; relate {_choices(signatures)}"

    def relates(self, definition: Definition, first: str, second: str) -> bool:
        first_role, second_role = definition.roles
        return self.configuration.accepts(first_role, first) and self.configuration.accepts(
            second_role, second
        )

    def equivalence(self, group: Equivalence) -> Iterator[str]:
        signatures = self.signatures(group.type)
        if not signatures:
            return
        symmetric = [
            d
            for d in signatures
            if d.has("REL-TYPE", "symmetric") and d.has("REL-TYPE", "transitive")
        ]
        if not symmetric:
            yield (
                f"{group.type} is not symmetric and transitive; write it as R, or add "
                f"<REL-TYPE>:symmetric-transitive in {self.file}:{signatures[0].line}"
            )
            return
        types = [type_name for target in group.targets if (type_name := self.filler(target))]
        for first, second in pairwise(types):
            pairs = ((first, second), (second, first))
            if not any(self.relates(d, a, b) for d in symmetric for a, b in pairs):
                yield f"{first} and {second} are not allowed; group {_choices(symmetric)}"

    def attribute(self, attribute: Attribute) -> Iterator[str]:
        definitions = [d for d in self.configuration.attributes if d.name == attribute.type]
        targets = [role for d in definitions if (role := d.role("Arg"))]
        type_name = self.filler(attribute.target)
        if (
            targets
            and type_name
            and not any(self.configuration.accepts(role, type_name) for role in targets)
        ):
            choices = " or ".join(_alternatives(role) for role in targets)
            yield (
                f"{attribute.target} is of the type {type_name}, which may not have it; "
                f"attach it to {choices}"
            )
        if not definitions:
            return
        values = [v for d in definitions if (role := d.role("Value")) for v in role.types]
        if attribute.value is None and values:
            yield f"no value; write one of {', '.join(values)}"
        elif attribute.value is not None and not values:
            yield f"the value {attribute.value} is not allowed; remove it, the attribute has none"
        elif attribute.value is not None and attribute.value not in values:
            yield (
                f"the value {attribute.value} is not allowed; {nearest(attribute.value, values)} "
                f"Correct it or declare it in {self.file}:{definitions[0].line}"
            )


def _role_orders(definition: Definition) -> list[tuple[str, str]]:
    first, second = (role.name for role in definition.roles)
    symmetric = definition.has("REL-TYPE", "symmetric")
    return [(first, second), (second, first)] if symmetric else [(first, second)]


def _pair(types: dict[str, str]) -> str:
    return " with ".join(f"{role}:{type_name}" for role, type_name in types.items())


def _choices(signatures: Sequence[Definition]) -> str:
    return "; or ".join(" with ".join(map(_alternatives, d.roles)) for d in signatures)


def _alternatives(role: Role) -> str:
    return "|".join(role.types)


def _times(count: int) -> str:
    return {0: "no time", 1: "once"}.get(count, f"{count} times")

"""Reader of brat's annotation.conf: the types, roles and values that annotations may have.

Source: https://brat.nlplab.org/configuration.html and brat's server/src/projectconfig.py
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path

from eakg.files import read_utf8
from eakg.problems import Problem, ProblemsError

SECTIONS = ("entities", "relations", "events", "attributes")
_OTHER_NAMES = {"spans": "entities"}  # brat's projectconfig.py takes either
ANY_TYPE, ENTITY, EVENT, RELATION = "<ANY>", "<ENTITY>", "<EVENT>", "<RELATION>"

_PROPERTIES = {
    f"<{name}>"
    for name in ("REL-TYPE", "OVL-TYPE", "DEFAULT", "GLYPH-POS", "NORM", "URL", "URLBASE")
}
_SPECIAL_LINES = {"<OVERLAP>", "<EQUIV>"}
_RESERVED = {ANY_TYPE, ENTITY, EVENT, RELATION, "<NONE>", "<EMPTY>", "<INHERIT>"}
_RESERVED |= _PROPERTIES | _SPECIAL_LINES

_SECTION = re.compile(r"\s*\[(.*)\]\s*")
_SEPARATOR = re.compile(r"\s*-+\s*")
_MACRO = re.compile(r"<([a-zA-Z_-]+)>=\s*(.*?)\s*")
_PLACEHOLDER = re.compile(r"<[^<>\s]*>")
_END_OF_TERMS = re.compile(r"\t|\s+(?=[^\s:|]+:\S)")
_NAME = re.compile(r"[a-zA-Z0-9_-]+")
_ARITY = re.compile(r"([^?*+{}]+)(?:([?*+])|\{([0-9]{1,18})(?:-([0-9]{1,18}))?\})?")
_LIMITS: Mapping[str | None, tuple[int, int | None]] = {
    None: (1, 1),
    "?": (0, 1),
    "*": (0, None),
    "+": (1, None),
}


@dataclass(frozen=True)
class Role:
    """A role, the types that may fill it, and how often it may occur (None: without limit)."""

    name: str
    types: tuple[str, ...]
    minimum: int
    maximum: int | None


@dataclass(frozen=True)
class Definition:
    """One line of a section: a type, with what it takes.

    `terms` are its other names; `parent` is the type it is indented under; an `abstract` type
    (written `!Name`) only groups others. `roles` are what stands as `Role:Type|Type`, also the
    `Arg` and `Value` of an attribute; `properties` what stands as `<REL-TYPE>:symmetric`.
    """

    name: str
    terms: tuple[str, ...]
    abstract: bool
    parent: str | None
    roles: tuple[Role, ...]
    properties: tuple[tuple[str, str], ...]
    line: int

    def role(self, name: str) -> Role | None:
        """The role of that name."""
        return next((role for role in self.roles if role.name == name), None)

    def has(self, name: str, value: str) -> bool:
        """Whether a property such as `REL-TYPE` has that value among its `-`-joined ones."""
        return any(name == key and value in values.split("-") for key, values in self.properties)


@dataclass(frozen=True)
class Configuration:
    """An annotation.conf. A relation or attribute may have several definitions."""

    path: Path
    entities: tuple[Definition, ...]
    relations: tuple[Definition, ...]
    events: tuple[Definition, ...]
    attributes: tuple[Definition, ...]
    overlaps: tuple[Definition, ...]

    @cached_property
    def entity_types(self) -> Mapping[str, Definition]:
        """The types of entities, by name."""
        return {definition.name: definition for definition in self.entities}

    @cached_property
    def event_types(self) -> Mapping[str, Definition]:
        """The types of events, by name."""
        return {definition.name: definition for definition in self.events}

    @cached_property
    def roles(self) -> Mapping[str, frozenset[str]]:
        """The names of the roles that each type of event declares."""
        return {d.name: frozenset(role.name for role in d.roles) for d in self.events}

    def accepts(self, role: Role, type_name: str) -> bool:
        """Whether an annotation of that type may fill the role.

        Types are compared by name, as brat does: a role does not accept the types that are
        indented under one of its types unless it names them.
        """
        return (
            type_name in role.types
            or (ANY_TYPE in role.types)
            or (ENTITY in role.types and type_name in self.entity_types)
            or (EVENT in role.types and type_name in self.event_types)
            or (RELATION in role.types and any(d.name == type_name for d in self.relations))
        )


def nearest(name: str, vocabulary: Iterable[str]) -> str:
    """The end of a message about an unknown name: the nearest known one, or all of them."""
    names = sorted(set(vocabulary))
    if matches := get_close_matches(name, names, n=1, cutoff=0.5):
        return f"did you mean {matches[0]}?"
    return f"known are {', '.join(names)}." if names else "none is declared."


def read_configuration(path: Path) -> Configuration:
    """The configuration in an annotation.conf.

    Raises: ProblemsError with every line that cannot be read.
    """
    _, text = read_utf8(path)
    reader = _Reader(path)
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), start=1):
        reader.read(line.rstrip(), number)
    reader.check()
    if reader.problems:
        raise ProblemsError(reader.problems)
    return Configuration(
        path=path,
        entities=tuple(reader.definitions["entities"]),
        relations=tuple(reader.definitions["relations"]),
        events=tuple(reader.definitions["events"]),
        attributes=tuple(reader.definitions["attributes"]),
        overlaps=tuple(reader.overlaps),
    )


@dataclass
class _Reader:
    path: Path
    section: str | None = None
    macros: dict[str, str] = field(default_factory=dict)
    ancestors: list[str] = field(default_factory=list)
    definitions: dict[str, list[Definition]] = field(
        default_factory=lambda: {section: [] for section in SECTIONS}
    )
    overlaps: list[Definition] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def complain(self, line: int, message: str) -> None:
        self.problems.append(Problem(str(self.path), line, message))

    def read(self, line: str, number: int) -> None:
        if not line or line.lstrip().startswith("#") or _SEPARATOR.fullmatch(line):
            return
        if header := _SECTION.fullmatch(line):
            self.section, self.ancestors = _OTHER_NAMES.get(header[1], header[1]), []
            if self.section not in SECTIONS:
                hint = nearest(self.section, SECTIONS)
                self.complain(number, f"[{self.section}] is not a section; {hint}")
            return
        if self.section is None:
            self.complain(number, "a line before the first section; put [entities] above it")
        elif macro := _MACRO.fullmatch(line):
            self.define_macro(macro[1], macro[2], number)
        elif self.section in SECTIONS:
            self.define_type(self.section, self.expand(line, number), number)

    def define_macro(self, name: str, value: str, number: int) -> None:
        if f"<{name}>" in _RESERVED:
            self.complain(number, f"<{name}> is a reserved name; call the macro something else")
        else:
            self.macros[f"<{name}>"] = self.expand(value, number)

    def expand(self, line: str, number: int) -> str:
        for name in _PLACEHOLDER.findall(line):
            if name in self.macros:
                line = line.replace(name, self.macros[name])
            elif name not in _RESERVED:
                hint = nearest(name, {*self.macros, *_RESERVED})
                self.complain(number, f"the macro {name} is not defined above; {hint}")
        return line

    def define_type(self, section: str, line: str, number: int) -> None:
        body = line.lstrip()
        depth = len(line) - len(body)
        first = body.split(maxsplit=1)[0]
        if "|" in first:
            first = _END_OF_TERMS.split(body, maxsplit=1)[0]
        names = [term.strip() for term in first.split("|")]
        abstract = any(name.startswith("!") for name in names)
        name, *terms = (name.removeprefix("!") for name in names)
        if depth > len(self.ancestors):
            self.complain(number, f"{name} is indented without a type one level above; unindent it")
        parent = self.ancestors[depth - 1] if 0 < depth <= len(self.ancestors) else None
        self.ancestors = [*self.ancestors[:depth], name]

        roles: list[Role] = []
        properties: list[tuple[str, str]] = []
        for argument in filter(None, map(str.strip, body[len(first) :].split(","))):
            key, colon, value = argument.partition(":")
            if not colon or not key or not value or re.search(r"\s", argument):
                self.complain(number, f"{name}: {argument!r} is not an argument; write Role:Type")
            elif key in _PROPERTIES:
                properties.append((key.strip("<>"), value))
            elif role := self.role(name, key, value, number):
                if any(role.name == sibling.name for sibling in roles):
                    self.complain(number, f"{name}: role {role.name} is declared twice; join them")
                roles.append(role)

        if name == "<EQUIV>":
            name = "Equiv"
        if name == "Equiv" and not any(key == "REL-TYPE" for key, _ in properties):
            properties.append(("REL-TYPE", "symmetric-transitive"))
        definition = Definition(
            name, tuple(terms), abstract, parent, tuple(roles), tuple(properties), number
        )
        if section == "relations" and name in ("<OVERLAP>", "ENTITY-NESTING"):
            self.overlaps.append(definition)
        elif not _NAME.fullmatch(name):
            self.complain(
                number, f"{name!r} is not a name; use letters A to Z, digits, hyphen and underscore"
            )
        else:
            self.definitions[section].append(definition)

    def role(self, owner: str, key: str, value: str, number: int) -> Role | None:
        match = _ARITY.fullmatch(key)
        types = tuple(value.split("|"))
        message = ""
        if match is None or match[1].startswith("<"):
            message = f"cannot read the role {key!r}; write Role, Role?, Role*, Role+ or Role{{2}}"
        elif "" in types:
            message = f"an empty type in {value!r}; write types with one | between them"
        else:
            minimum, maximum = _LIMITS[match[2]]
            if match[3]:
                minimum, maximum = int(match[3]), int(match[4] or match[3])
            if maximum is None or 0 < maximum >= minimum:
                return Role(match[1], types, minimum, maximum)
            message = f"role {key} can never be filled; write Role{{least-most}}"
        self.complain(number, f"{owner}: {message}")
        return None

    def check(self) -> None:
        lines: dict[str, int] = {}
        for definition in self.definitions["entities"] + self.definitions["events"]:
            if line := lines.get(definition.name):
                self.complain(
                    definition.line,
                    f"{definition.name} is declared on line {line} already; remove one",
                )
            lines[definition.name] = definition.line
        for definition in self.definitions["relations"]:
            if len(definition.roles) != 2 and not definition.abstract:
                self.complain(
                    definition.line,
                    f"relation {definition.name} has {len(definition.roles)} arguments; "
                    "write two, Arg1:Type, Arg2:Type",
                )
        for definition in self.definitions["attributes"]:
            for role in definition.roles:
                if role.name not in ("Arg", "Value"):
                    self.complain(
                        definition.line,
                        f"attribute {definition.name}: {role.name} is neither Arg nor Value; "
                        "write Arg:Type, Value:A|B",
                    )
            if definition.role("Arg") is None and not definition.abstract:
                self.complain(
                    definition.line,
                    f"attribute {definition.name} has no Arg; write Arg:<EVENT> or other types",
                )

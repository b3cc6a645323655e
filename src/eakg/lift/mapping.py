"""The mapping from annotation types, roles and attributes of brat to terms of the ontology."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rdflib import URIRef

from eakg.keyed_files import KeyedFile, read_toml
from eakg.lift.curie import expand
from eakg.names import SHIPPED_IRIS, ProjectIris
from eakg.problems import Problem, ProblemsError
from eakg.text import Configuration

OF_DOCUMENT = "document"
"""Stands for the language of the document that a literal is from."""
NORMALIZATION_KINDS = ("thing", "identifier", "interval", "quantity")
_SECTIONS = (
    *("entities", "literals", "events", "roles", "relations", "attributes", "claims"),
    *("normalizations", "identity"),
)
_OF_KIND = {"interval": ("start", "end"), "quantity": ("number", "unit")}
"""The properties that the kinds of normalizations give values to."""
VALUE_FORMS = {"interval": "2020-07-20/2020-07-21", "quantity": "2000_pieces"}
"""How the kinds of normalizations write values, by an example."""
_ABSENT = "there is no such mapping file; add one, as graph/sources/mapping.toml"


@dataclass(frozen=True)
class AttributeMapping:
    """How the value of an attribute becomes an object: a concept `id:<prefix><value>`, or a
    literal of `datatype` where there is no prefix."""

    property: URIRef
    prefix: str | None
    datatype: URIRef | None


@dataclass(frozen=True)
class NormalizationMapping:
    """What the identifier of a normalization stands for (one of NORMALIZATION_KINDS), and the
    property that leads to it; without one, the identifier names the annotated thing itself.

    `values` are the properties of what it says: the start and the end of an interval, the number
    and the unit of a quantity, whose units are called `prefix` and the word for one."""

    kind: str
    property: URIRef | None
    values: tuple[URIRef, ...] = ()
    prefix: str = ""


@dataclass(frozen=True)
class Mapping:
    """A mapping file, read and expanded.

    `claims` are the event types that are claims; `own_voice` has, for an attribute, the value by
    which a claim is the document's own, and `claimant` leads from it to the document; `identity`
    are the properties that say which thing is spoken of, beside its class and name; `lines` has the
    line where each term is first written.
    """

    path: str
    entities: dict[str, URIRef]
    literals: dict[str, str]
    events: dict[str, URIRef]
    roles: dict[str, URIRef]
    relations: dict[str, URIRef]
    attributes: dict[str, AttributeMapping]
    claims: frozenset[str]
    own_voice: dict[str, str]
    claimant: URIRef | None
    identity: frozenset[URIRef]
    normalizations: dict[str, NormalizationMapping]
    lines: dict[URIRef, int]

    @property
    def database(self) -> str:
        """That of normalizations which name the annotated thing itself."""
        items = self.normalizations.items()
        return next((name for name, one in items if one.kind == "thing" and not one.property), "")

    def of_kind(self, kind: str) -> NormalizationMapping | None:
        """The first normalization of a kind."""
        return next((one for one in self.normalizations.values() if one.kind == kind), None)

    @property
    def measures(self) -> tuple[URIRef, ...]:
        """The properties of the number and the unit of a quantity."""
        quantity = self.of_kind("quantity")
        return quantity.values if quantity else ()

    def language(self, literal: str, document: str) -> str:
        """The language of a literal. Arguments: its type; the language of the document."""
        language = self.literals[literal]
        return document if language == OF_DOCUMENT else language


class _Reader:
    """Reads terms, and collects what is wrong and where each term is first written."""

    def __init__(self, file: KeyedFile, iris: ProjectIris) -> None:
        self.file = file
        self.iris = iris
        self.problems: list[Problem] = []
        self.lines: dict[URIRef, int] = {}

    def section(self, name: str) -> dict[str, Any]:
        return self.file.table(self.problems, name)

    def problem(self, message: str, *keys: str) -> None:
        self.problems.append(self.file.problem(message, *keys))

    def term(self, name: Any, *keys: str) -> URIRef:
        """The term of a prefixed name; `keys` are the way to it, the second the name of its
        entry."""
        if not isinstance(name, str):
            message = f"{keys[1]} leads to no term; write a prefixed name, as foaf:knows"
            self.problem(message, *keys)
            return URIRef("")
        try:
            term = expand(name, self.iris.prefixes)
        except ValueError as error:
            self.problem(f"{error}; correct it", *keys)
            return URIRef("")
        line = self.file.line(*keys)
        self.lines[term] = min(line, self.lines.get(term, line))
        return term

    def property(self, entry: dict[str, Any], name: str, *keys: str) -> URIRef:
        """The property that an entry says under a name. Arguments: the entry; the name; the way to
        the entry."""
        if name in entry:
            return self.term(entry[name], *keys, name)
        words = f'{keys[-1]} does not say which property is its {name}; add {name} = "ex:..."'
        self.problem(words, *keys)
        return URIRef("")

    def terms(self, section: str) -> dict[str, URIRef]:
        return {key: self.term(name, section, key) for key, name in self.section(section).items()}

    def entries(self, section: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """The entries of a section that are tables themselves."""
        for key, entry in self.section(section).items():
            if isinstance(entry, dict):
                yield key, entry
            else:
                message = f"{key} is no table; write it as the others of [{section}]"
                self.problem(message, section, key)


def read_mapping(
    path: Path, iris: ProjectIris = SHIPPED_IRIS, usual: Mapping | None = None
) -> Mapping:
    """Read a mapping file.

    Arguments: the file; the prefixes of the project among its IRIs; the mapping that says how
    intervals, quantities and claimants are put where this one does not, if any.
    Raises: ProblemsError with every prefixed name that cannot be expanded, every normalization
    whose kind is unknown, and every section whose name looks like a slip.
    """
    reader = _Reader(read_toml(path, _ABSENT), iris)
    reader.problems += reader.file.key_problems(reader.file.values, (), _SECTIONS)
    attributes = {}
    for key, entry in reader.entries("attributes"):
        keys = ("attributes", key)
        datatype = entry.get("datatype")
        attributes[key] = AttributeMapping(
            reader.term(entry.get("property"), *keys, "property"),
            entry.get("prefix"),
            reader.term(datatype, *keys, "datatype") if datatype else None,
        )
    normalizations = {}
    for key, entry in reader.entries("normalizations"):
        keys = ("normalizations", key)
        if entry.get("as") not in NORMALIZATION_KINDS:
            kinds = ", ".join(NORMALIZATION_KINDS)
            message = f"normalization {key}: `as` is none of {kinds}; correct it"
            reader.problem(message, *keys, "as")
            continue
        property_ = entry.get("property")
        names = _OF_KIND.get(entry["as"], ())
        model = usual.of_kind(entry["as"]) if usual and entry.keys().isdisjoint(names) else None
        normalizations[key] = NormalizationMapping(
            entry["as"],
            reader.term(property_, *keys, "property") if property_ else None,
            model.values if model else tuple(reader.property(entry, name, *keys) for name in names),
            str(entry.get("prefix", model.prefix if model else "")),
        )
    claims = reader.section("claims")
    for event in claims.get("events", ()):
        if event not in reader.section("events"):
            message = f"claims.events: {event} is not in [events]; add it there"
            reader.problem(message, "claims", "events")
    own_voice = {k: str(v) for k, v in claims.get("own_voice", {}).items()}
    claimant = usual.claimant if usual else None
    if "claimant" in claims or (own_voice and claimant is None):
        claimant = reader.property(claims, "claimant", "claims")
    properties = reader.section("identity").get("properties", ())
    mapping = Mapping(
        path=str(path),
        entities=reader.terms("entities"),
        literals={k: str(v) for k, v in reader.section("literals").items()},
        events=reader.terms("events"),
        roles=reader.terms("roles"),
        relations=reader.terms("relations"),
        attributes=attributes,
        claims=frozenset(claims.get("events", ())),
        own_voice=own_voice,
        claimant=claimant,
        identity=frozenset(reader.term(one, "identity", "properties") for one in properties),
        normalizations=normalizations,
        lines=reader.lines,
    )
    if reader.problems:
        raise ProblemsError(reader.problems)
    return mapping


def terms_of(mapping: Mapping) -> set[URIRef]:
    """Every class and property that the mapping leads to."""
    terms = {*mapping.entities.values(), *mapping.events.values(), *mapping.roles.values()}
    terms |= {*mapping.relations.values(), *(a.property for a in mapping.attributes.values())}
    terms |= mapping.identity | ({mapping.claimant} if mapping.claimant else set())
    terms |= {n.property for n in mapping.normalizations.values() if n.property}
    return terms | {one for n in mapping.normalizations.values() for one in n.values}


def unmapped(configuration: Configuration, mapping: Mapping) -> list[Problem]:
    """A problem for each type, role or attribute that a configuration lets annotators use and
    that the mapping leads to no term. Relations that only group annotations need none."""
    file = str(configuration.path)
    problems: dict[tuple[str, str], Problem] = {}

    def report(kind: str, name: str, section: str, line: int) -> None:
        message = f"{kind} {name} is not in [{section}] of {mapping.path}; add it there"
        problems.setdefault((kind, name), Problem(file, line, message))

    for definition in configuration.entities:
        is_mapped = definition.name in mapping.entities or definition.name in mapping.literals
        if not definition.abstract and not is_mapped:
            report("entity", definition.name, "entities", definition.line)
    for definition in configuration.events:
        if definition.abstract:
            continue
        if definition.name not in mapping.events:
            report("event", definition.name, "events", definition.line)
        for role in definition.roles:
            if role.name not in mapping.roles:
                report("role", role.name, "roles", definition.line)
    for definition in configuration.relations:
        is_group = definition.has("REL-TYPE", "symmetric") and definition.has(
            "REL-TYPE", "transitive"
        )
        if definition.name not in mapping.relations and not is_group:
            report("relation", definition.name, "relations", definition.line)
    for definition in configuration.attributes:
        if definition.name not in mapping.attributes:
            report("attribute", definition.name, "attributes", definition.line)
    return list(problems.values())

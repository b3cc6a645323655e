"""What an annotator begins with: the gazetteer of a dataset, what is usual in it, and suggestions
for a record."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from rdflib import Graph, URIRef

from eakg.dataset.gazetteer import Gazetteer
from eakg.dataset.layout import Layout, shipped_layout
from eakg.dataset.lifting import read_complete_mapping, read_ontology, survey_sources
from eakg.dataset.parts import KeptFolder
from eakg.dataset.suggestions import NOTE, Suggester, standoff_lines
from eakg.files import publish
from eakg.lift import META, Mapping, read_meta
from eakg.problems import Problem, ProblemsError
from eakg.text import (
    Attribute,
    Configuration,
    Dialect,
    Event,
    configuration_file,
    parse_standoff,
    read_configuration,
    read_record,
)

LEFT_TO_PEOPLE = frozenset({"Document", "MeetingType", "Place", "Quantity"})
"""Types of things that are marked only where a role takes them (docs/annotating.md)."""
_PRECEDENTS = 3  # events of a type, without which nothing is usual
_SHARE = 0.75  # of the events of a type, from which on a value is usual


@dataclass(frozen=True)
class Beginning:
    """Lines of standoff that may be added to a file of annotations: the file, what is there, and
    the lines."""

    path: Path
    content: str
    lines: tuple[str, ...]

    def write(self) -> None:
        """Add the lines. Raises: ProblemsError when the file cannot be written."""
        gap = "" if not self.content or self.content.endswith("\n") else "\n"
        text = self.content + gap + "".join(f"{line}\n" for line in self.lines)
        publish({self.path: text.encode()})


def unseen_suggestions(folder: Path) -> list[Problem]:
    """That there are suggestions in a record that nobody has looked at, with the first of them."""
    places: list[tuple[str, int]] = []
    for path in sorted(folder.glob("*.a*")):
        lines = path.read_text("utf-8", "replace").split("\n")
        places += [(str(path), n) for n, line in enumerate(lines, 1) if line.endswith(f"\t{NOTE}")]
    if not places:
        return []
    file, line = places[0]
    words = f"{len(places)} suggestions not looked at; correct each, and take its note away"
    return [Problem(file, line, words)]


def gazetteer_of(layout: Layout, ontology: Graph, without: str = "") -> Gazetteer:
    """The gazetteer of a dataset. Arguments: its layout; the graph of its ontology; a record whose
    own names are left out. What cannot be lifted is left out too. Raises: ProblemsError."""
    results = survey_sources(layout, ontology, folder=KeptFolder.of(layout)).results
    remainder = (result for result in results if result.name != without)
    return Gazetteer(remainder, ontology, layout.iris)


def begin(layout: Layout, folder: Path) -> Beginning:
    """Suggestions for the record in a folder of a layout.

    Raises: ProblemsError where the record cannot be read, or its offsets count something else than
    code points.
    """
    meta = read_meta(folder / META, None)
    record = read_record(folder, layout.shared_configuration, meta.language)
    path = record.standoff.paths[0]
    if record.dialect != Dialect():
        words = (
            f"its offsets count {record.dialect}; suggestions are in code points: write the offsets"
            " so, or the suggestions elsewhere with -"
        )
        raise ProblemsError([Problem(str(path), 0, words)])
    ontology = read_ontology(layout)
    mapping = read_complete_mapping(layout, ontology)
    types = _types(mapping, record.configuration)
    gazetteer = gazetteer_of(layout, ontology, folder.name)
    suggester = Suggester(gazetteer, meta.language, types, ontology, mapping.database)
    text = record.document.text
    suggestions = suggester.suggestions(text, meta.date.year)
    lines = standoff_lines(suggestions, text, record.standoff)
    return Beginning(path, path.read_text("utf-8"), tuple(lines))


def _types(mapping: Mapping, configuration: Configuration | None) -> dict[URIRef, str]:
    """The types of annotations that may be suggested, by the classes of things."""
    names: Collection[str] = mapping.entities
    if configuration is not None:
        names = {item.name for item in configuration.entities if not item.abstract}
    return {
        class_: name
        for name, class_ in mapping.entities.items()
        if name in names and name not in LEFT_TO_PEOPLE
    }


def usual_attributes(layout: Layout) -> dict[str, dict[str, str]]:
    """How events of a type are usually put: the values that three quarters or more of them have, by
    type and attribute. Only those of attributes count that every event has which may have them:
    others depend on what the words say.

    They are of the records of a layout, and of those shipped where it is annotated as they are.
    What cannot be read is left out.
    """
    shipped = shipped_layout()
    layouts = [layout]
    if layout.mapping.resolve() == shipped.mapping.resolve():
        layouts.append(shipped)
    folders = {folder.resolve(): one for one in layouts for folder in one.records()}
    events: Counter[str] = Counter()
    values: Counter[tuple[str, str, str]] = Counter()
    owners: dict[str, set[str]] = defaultdict(set)
    for folder, home in sorted(folders.items(), key=lambda item: item[0]):
        standoff, _ = parse_standoff(sorted(folder.glob("*.ann")))
        types = {event.id: event.type for event in standoff.of(Event)}
        events.update(types.values())
        values.update(
            (types[attribute.target], attribute.type, attribute.value or "")
            for attribute in standoff.of(Attribute)
            if attribute.target in types
        )
        settings = configuration_file(folder, home.shared_configuration)
        with suppress(ProblemsError):
            for name, owner in _owners(read_configuration(settings)) if settings else ():
                owners[name].add(owner)
    counts: Counter[tuple[str, str]] = Counter()
    for (type_, name, _), count in values.items():
        counts[type_, name] += count
    usual: dict[str, dict[str, str]] = {}
    for (type_, name, value), count in values.items():
        is_general = all(counts[owner, name] >= events[owner] for owner in owners[name])
        total = events[type_]
        if value and is_general and total >= _PRECEDENTS and count >= _SHARE * total:
            usual.setdefault(type_, {})[name] = value
    return usual


def _owners(configuration: Configuration) -> Iterator[tuple[str, str]]:
    """Each attribute with each type of events that may have it."""
    for definition in configuration.attributes:
        role = definition.role("Arg")
        for type_ in configuration.event_types:
            if role and configuration.accepts(role, type_):
                yield definition.name, type_

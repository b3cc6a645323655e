"""What a project says of its queries: the section `queries` of its `eakg.toml`, or `tool.eakg` of
its `pyproject.toml`.

The keys are in `settings.schema.json`, beside that of headers.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from eakg.dataset import PREFIXES_KEY, PROJECT_FILE, QUERIES, prefix_problems, unknown_sections
from eakg.files import read_utf8
from eakg.keyed_files import KeyedFile, Keys, read_toml, unknown_key
from eakg.problems import Problem, ProblemsError
from eakg.queries.ask import EndpointAccess, EndpointBook, QueryTarget
from eakg.queries.contract import schema_named, violations_of
from eakg.queries.lint import SILENCEABLE, Level, LintOptions
from eakg.rdf.inputs import read_prefixes
from eakg.store.elsewhere import endpoint_at

SECTION = QUERIES
_ABSENT = "cannot be read: no such file; check the path"
_IGNORE = "ignore"


@dataclass(frozen=True)
class QuerySettings:
    """Endpoints by name; namespaces by prefix, which need not stand in queries; and how findings of
    lint are told, by their kind: as an error, as a warning (`levels`), or not at all."""

    book: EndpointBook = field(default_factory=EndpointBook)
    prefixes: Mapping[str, str] = field(default_factory=dict)
    levels: Mapping[str, Level] = field(default_factory=dict)
    silent_kinds: frozenset[str] = frozenset()

    def lint_options(self, options: LintOptions) -> LintOptions:
        """Options of lint, which go before these settings."""
        return LintOptions(
            {**self.prefixes, **options.prefixes},
            options.ignored | self.silent_kinds,
            options.reader,
            self.levels,
        )


def project_settings(folder: Path) -> QuerySettings:
    """The settings for queries that are asked from a folder: those of the nearest folder around it,
    or itself, that has some, within the same repository; without any, nothing is set.

    Raises: ProblemsError with all that is wrong with the file, or where a folder has two.
    """
    folder = folder.resolve()
    for place in (folder, *folder.parents):
        sections = [*_sections(place)]
        if len(sections) > 1:
            names = " and ".join(str(file.path) for file, _ in sections)
            message = "both have settings for queries; keep those of one"
            raise ProblemsError([Problem(names, 0, message)])
        if sections:
            return settings_of(*sections[0])
        if (place / ".git").exists():
            break
    return QuerySettings()


def _sections(folder: Path) -> Iterator[tuple[KeyedFile, Keys]]:
    """The files of a folder that have settings, and where. Raises: ProblemsError."""
    own_file = folder / PROJECT_FILE
    if own_file.is_file():
        file = read_toml(own_file, _ABSENT)
        if slips := [*unknown_sections(file)]:
            raise ProblemsError(slips)
        if SECTION in file.values or PREFIXES_KEY in file.values:
            yield file, (SECTION,)
    shared_file = folder / "pyproject.toml"
    # One that does not speak of this package may be read by others only.
    if shared_file.is_file() and "eakg" in read_utf8(shared_file)[1]:
        file = read_toml(shared_file, _ABSENT)
        tools = file.values.get("tool")
        if isinstance(tools, dict) and "eakg" in tools:
            yield file, ("tool", "eakg")


def settings_of(file: KeyedFile, keys: Keys = (SECTION,)) -> QuerySettings:
    """The settings in a file. Arguments: the file; the way to its section.

    Raises: ProblemsError with all that is wrong.
    """
    problems: list[Problem] = []
    shared_prefixes = file.table(problems, PREFIXES_KEY) if keys == (SECTION,) else {}
    problems += prefix_problems(file, shared_prefixes, PREFIXES_KEY)
    if keys != (SECTION,) or SECTION in file.values:
        problems += violations_of(schema_named("settings.schema.json"), file, keys)
    if problems:
        raise ProblemsError(problems)
    values: Any = file.values
    for key in keys:
        values = values.get(key, {})
    entries = {
        name: {"address": entry} if isinstance(entry, str) else entry
        for name, entry in values.get("endpoints", {}).items()
    }
    for name, entry in entries.items():
        place = (*keys, "endpoints", name)
        if "://" in name or not name.strip():
            problems.append(file.problem(f"{name!r} is no name of an endpoint", *place))
        try:
            endpoint_at(entry["address"])
        except ValueError as error:
            problems.append(file.problem(f"the address of {name} is {error}", *place))
    usual = values.get("endpoint")
    if usual is not None and usual not in entries and "://" not in usual:
        message = unknown_key(usual, entries, "endpoints").replace("key", "endpoint", 1)
        problems.append(file.problem(message, *keys, "endpoint"))
    problems += prefix_problems(file, values.get("prefixes", {}), *keys, "prefixes")
    for kind in values.get("lint", {}):
        if kind not in SILENCEABLE:
            message = unknown_key(kind, SILENCEABLE, "lint").replace("key", "kind of finding", 1)
            problems.append(file.problem(message, *keys, "lint", kind))
    prefixes: dict[str, str] = {}
    for name in values.get("prefix-files", ()):
        try:
            prefixes |= read_prefixes(file.path.parent / name)
        except ProblemsError as error:
            problems += error.problems
    if problems:
        raise ProblemsError(problems)
    book = EndpointBook(
        {name: _target(entry) for name, entry in entries.items()},
        {name: entry.get("header", ()) for name, entry in entries.items()},
        usual,
    )
    levels = values.get("lint", {})
    return QuerySettings(
        book,
        shared_prefixes | prefixes | values.get("prefixes", {}),
        {kind: level for kind, level in levels.items() if level != _IGNORE},
        frozenset(kind for kind, level in levels.items() if level == _IGNORE),
    )


def _target(entry: Mapping[str, Any]) -> QueryTarget:
    access = EndpointAccess(
        entry.get("method"),
        tuple(entry.get("default-graph", ())),
        tuple(entry.get("named-graph", ())),
        entry.get("retries"),
        other_hosts=entry.get("follow", False),
    )
    return QueryTarget(entry["address"], access)

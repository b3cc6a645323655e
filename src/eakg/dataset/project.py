"""The folder of a project: what its `eakg.toml` says of what its graph is built of, and where."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from eakg.dataset.layout import (
    ASSERTED,
    EVIDENCE_FOLDER,
    INFERRED_FILE,
    PROJECT_FILE,
    Layout,
    layout_of,
    shipped_layout,
    sources_layout,
    unbuilt,
)
from eakg.keyed_files import KINDS, KeyedFile, Keys, is_of_kind, read_toml, unknown_key
from eakg.names import ProjectIris, authority_of
from eakg.options import Iri, declarations, option
from eakg.problems import Problem, ProblemsError
from eakg.rdf import is_iri

BUILD = "build"
"""The section of the folders of a build."""
PREFIXES_KEY = "prefixes"
"""The section of prefixes, for the mapping, the tables and the queries of a project."""
QUERIES = "queries"
"""The section of those who ask saved queries."""
SECTIONS = (BUILD, PREFIXES_KEY, QUERIES)
"""The tables of a project file; all else in it are options of `eakg serve`."""
_ABSENT = "is not there; `eakg init DIR` makes a project"
_PREFIX = re.compile(r"(?:[^\W\d_](?:[\w.-]*[\w-])?)?")  # SPARQL 1.1 rule PN_PREFIX
_SCHEMES = ("http", "https", "urn")


@dataclass(frozen=True, kw_only=True)
class BuildOptions:
    """What a graph is built of, and where the files of it go; each field is an option of `eakg
    build`, and a key of the section `build` of the project file."""

    ontology: Path | None = option(
        "Folder of the ontology, with its shapes.",
        None,
        meaning="the folder of the ontology: its files in Turtle, `shapes.ttl` (SHACL) and"
        " `pages.ttl`; in a project `ontology`",
        metavar="DIR",
    )
    sources: Path | None = option(
        "Folder of annotated documents.",
        None,
        meaning="the folder of annotated documents, one folder for each, with `mapping.toml`; in a"
        " project `graph/sources`",
        metavar="DIR",
    )
    tables: Path | None = option(
        "Folder of tables with their metadata.",
        None,
        meaning="the folder of tables (CSV) with their metadata (CSVW); in a project"
        " `graph/background`",
        metavar="DIR",
    )
    out: Path | None = option(
        "Folder for what is built.",
        None,
        meaning="the folder for what is built, `asserted`, `evidence` and `inferred.ttl` in it; in"
        " a project `graph`",
        metavar="DIR",
    )

    def over(self, layout: Layout) -> Layout:
        """A layout with these folders wherever one is said."""
        return replace(
            layout,
            ontology=self.ontology or layout.ontology,
            ontology_names=None if self.ontology else layout.ontology_names,
            sources=self.sources or layout.sources,
            background=self.tables or layout.background,
            graph=self.out or layout.graph,
            borrows_tables=layout.borrows_tables and self.tables is None,
        )


@dataclass(frozen=True)
class ProjectFile:
    """What a project file says of the build: bases, folders as they are from where one stands, and
    namespaces by prefix; and the files that are served, and the folder of questions."""

    path: Path
    bases: tuple[str, ...]
    folders: BuildOptions
    prefixes: Mapping[str, str] = field(default_factory=dict)
    data: tuple[Path, ...] = ()
    questions: Path | None = None

    def layout(self) -> Layout:
        """The layout of its build. Raises: ProblemsError where it names no base."""
        base = next(iter(self.bases), "")
        if not base.endswith(("/", "#")):
            words = f"base {base} ends neither in / nor in #, behind which names stand; add one"
            if not base:
                words = 'names no base; write base = ["http://example.org/id/"] with your own'
            raise ProblemsError([Problem(str(self.path), 0, words)])
        iris = ProjectIris.below(base, authority_of(self.bases), self.prefixes)
        root = self.path.parent
        usual = layout_of(root)
        layout = Layout(
            usual.ontology,
            usual.sources,
            usual.background,
            usual.graph,
            self.questions or usual.queries,
            iris=iris,
            ontology_names=None,
        )
        return self.folders.over(layout)

    def built_data(self) -> tuple[Path, ...]:
        """The files that are served. Raises: ProblemsError where a build is to write some of them
        and has not."""
        graph = self._graph
        parts = {graph / name for name in (ASSERTED, EVIDENCE_FOLDER, INFERRED_FILE)}
        if any(not parts.isdisjoint((path, *path.parents)) for path in self.data):
            self.require_built()
        return self.data

    def require_built(self) -> None:
        """Raises: ProblemsError where nothing was built."""
        asserted = self._graph / ASSERTED
        if not any(asserted.glob("*")):
            raise ProblemsError([unbuilt(asserted, self.path.parent)])

    @property
    def _graph(self) -> Path:
        return self.folders.out or layout_of(self.path.parent).graph


def read_project_file(folder: Path) -> ProjectFile:
    """The project file of a folder. Raises: ProblemsError with all that is wrong in what it says
    of the build."""
    return project_of(read_toml(folder / PROJECT_FILE, _ABSENT))


def project_of(file: KeyedFile) -> ProjectFile:
    """What a project file says of the build. Raises: ProblemsError with all that is wrong."""
    problems = [*unknown_sections(file)]
    section = file.table(problems, BUILD)
    names = [item.key for item in declarations(BuildOptions)]
    folders: dict[str, Path] = {}
    for key, value in section.items():
        if key not in names:
            problems.append(file.problem(unknown_key(key, names, BUILD), BUILD, key))
        elif not isinstance(value, str):
            problems.append(_unkind(file, "string", BUILD, key))
        else:
            folders[key] = file.path.parent / value
    prefixes = file.table(problems, PREFIXES_KEY)
    problems += prefix_problems(file, prefixes, PREFIXES_KEY)
    bases = _items(file, "base", problems)
    for base in bases:
        if not is_iri(base):
            words = f"base: {base!r} is no IRI; write it whole, as http://example.org/"
            problems.append(file.problem(words, "base"))
    data = _items(file, "data", problems)
    questions = file.values.get("questions")
    if questions is not None and not isinstance(questions, str):
        problems.append(_unkind(file, "string", "questions"))
    if problems:
        raise ProblemsError(problems)
    root = file.path.parent
    return ProjectFile(
        file.path,
        tuple(map(Iri, bases)),
        BuildOptions(**folders),
        prefixes,
        tuple(root / one for one in data),
        root / questions if questions else None,
    )


def unknown_sections(file: KeyedFile) -> Iterator[Problem]:
    """Each table of a project file that is none of `SECTIONS`."""
    for key, value in file.values.items():
        if isinstance(value, dict) and key not in SECTIONS:
            yield file.problem(unknown_key(key, SECTIONS, PROJECT_FILE), key)


def prefix_problems(
    file: KeyedFile, prefixes: Mapping[str, Any], *keys: str | int
) -> Iterator[Problem]:
    """What is wrong with namespaces by prefix. Arguments: the file; the table; the way to it."""
    for name, namespace in prefixes.items():
        place: Keys = (*keys, name)
        if not _PREFIX.fullmatch(name) or name in _SCHEMES:
            yield file.problem(f"{name!r} is no prefix; write letters, digits, - and _", *place)
        if not isinstance(namespace, str) or not is_iri(namespace):
            message = f"what {name}: stands for is {namespace!r}, which is no IRI"
            yield file.problem(message, *place)


def layout_around(record: Path) -> Layout | None:
    """The layout of the project among whose sources the folder of a document lies, if any."""
    place = record.resolve()
    for parent in place.parents:
        if (parent / PROJECT_FILE).is_file():
            folder = Path.cwd()
            root = parent.relative_to(folder) if parent.is_relative_to(folder) else parent
            file = read_project_file(root)
            sources = file.folders.sources or layout_of(root).sources
            return file.layout() if sources.resolve() == place.parent else None
    return None


def layout_of_documents(sources: Path) -> Layout:
    """The layout that a folder of documents belongs to: the shipped one, that of a project, or else
    one of these documents with what is shipped. Raises: ProblemsError."""
    shipped = shipped_layout()
    if sources.resolve() == shipped.sources.resolve():
        return shipped
    return layout_around(sources / "document") or sources_layout(sources, None)


def _items(file: KeyedFile, key: str, problems: list[Problem]) -> list[str]:
    value = file.values.get(key, [])
    if is_of_kind(value, "array") and all(isinstance(one, str) for one in value):
        return list(value)
    problems.append(_unkind(file, "array", key))
    return []


def _unkind(file: KeyedFile, kind: str, *keys: str) -> Problem:
    return file.problem(f"{'.'.join(keys)}: must be {KINDS[kind][0]}", *keys)

"""Releases: a folder with a dump of each, and beside it a file that says which version it is.

`<name>.toml` has `version`, `date` and `title`, and where it is needed `dump`, the file of N-Quads
or TriG beside it, plain or with `.gz`, which is else the one of the same name.
"""

import gzip
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pyoxigraph
from rdflib import URIRef

from eakg.files import publish
from eakg.keyed_files import KeyedFile, read_toml
from eakg.problems import Problem, ProblemsError
from eakg.rdf import file_quads, write_triples
from eakg.sparql import UnknownVersionError
from eakg.store.changes import Change, graph_name
from eakg.store.graph_files import Contents, GraphFile
from eakg.store.graphs import INFERRED_NAME
from eakg.store.options import StoreOptions
from eakg.store.request import QueryRequest, QueryService
from eakg.store.versions.blank_names import content_names
from eakg.store.versions.version import Version

_SYNTAXES = (".nq", ".nq.gz", ".trig", ".trig.gz")
_TRIPLES = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
_REQUIRED, _OPTIONAL = ("version", "date"), ("title", "dump")


@dataclass(frozen=True)
class Release:
    """A version that was released, and its dump."""

    version: Version
    dump: Path


class Releases:
    """The versions of a folder of releases, which answer as they did when they were released: with
    what was inferred then. Argument: the folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._stamps: tuple[tuple[Path, int], ...] = ()
        self._releases: dict[str, Release] = {}

    def versions(self) -> tuple[Version, ...]:
        """As `VersionSource`."""
        return tuple(release.version for release in self._read().values())

    def was_dropped(self, name: str) -> bool:
        """As `VersionSource`: what is not in the folder is not known."""
        return False

    def restore(self, name: str, folder: Path) -> tuple[Contents, StoreOptions]:
        """As `VersionSource`."""
        # Blank nodes stay what they are, so that rows do.
        triples: dict[str, list[pyoxigraph.Triple]] = defaultdict(list)
        for quad in _quads(self._dump(name)):
            triple = pyoxigraph.Triple(quad.subject, quad.predicate, quad.object)
            triples[graph_name(quad)].append(triple)
        files = []
        for number, (graph, members) in enumerate(triples.items()):
            path = folder / f"{number}.nt"
            with path.open("wb") as file:
                write_triples(members, file)
            files.append(GraphFile(URIRef(graph), path))
        return Contents(tuple(sorted(files)), name), StoreOptions()

    def change(self, old: str, new: str) -> Change:
        """As `VersionSource`."""
        old_quads, new_quads = (_asserted(self._dump(name)) for name in (old, new))
        return Change(old_quads - new_quads, new_quads - old_quads)

    def _dump(self, name: str) -> Path:
        release = self._read().get(name)
        if release is None:
            raise UnknownVersionError(f"there is no version {name}")
        return release.dump

    def _read(self) -> dict[str, Release]:
        try:
            paths = sorted(self._folder.glob("*.toml"))
            stamps = tuple((path, path.stat().st_mtime_ns) for path in paths)
        except OSError as error:
            words = f"cannot be read: {error.strerror}"
            raise ProblemsError([Problem(str(self._folder), 0, words)]) from error
        if not paths:
            words = "holds no release; `eakg versions` makes them"
            raise ProblemsError([Problem(str(self._folder), 0, words)])
        if stamps != self._stamps:
            releases = sorted(
                map(_release, paths), key=lambda release: str(release.version.instant)
            )
            self._releases = {release.version.name: release for release in releases}
            self._stamps = stamps
        return self._releases


def write_release(
    folder: Path, name: str, store: QueryService, graphs: Iterable[str], instant: datetime
) -> None:
    """Write a store as a release into a folder. Raises: ProblemsError; StoreError and its kinds.

    Arguments: the folder; the name of the release; the store, and the names of its graphs; when it
    was released.
    """
    dump = gzip.compress(b"".join(_lines(store, sorted(graphs))), mtime=0)
    date = instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    description = f'version = "{store.version}"\ndate = {date}\ntitle = "{name}"\n'
    publish({folder / f"{name}.nq.gz": dump, folder / f"{name}.toml": description.encode()})


def _quads(dump: Path) -> Iterator[pyoxigraph.Quad]:
    return file_quads(dump, dump.absolute().as_uri())


def _asserted(dump: Path) -> frozenset[pyoxigraph.Quad]:
    """What is asserted in a dump. Blank nodes are named by what is said of them, so that those of
    two dumps are the same where that is."""
    quads = [quad for quad in _quads(dump) if graph_name(quad) != INFERRED_NAME]
    names = content_names(quads)
    return frozenset(
        pyoxigraph.Quad(
            names.get(quad.subject, quad.subject),
            quad.predicate,
            names.get(quad.object, quad.object),
            quad.graph_name,
        )
        for quad in quads
    )


def _lines(store: QueryService, graphs: Iterable[str]) -> Iterator[bytes]:
    for graph in graphs:
        request = QueryRequest(_TRIPLES, "ntriples", default_graphs=(graph,))
        for line in sorted(store.query(request).read().splitlines()):
            yield line.removesuffix(b".") + f"<{graph}> .\n".encode()


def _release(path: Path) -> Release:
    """Raises: ProblemsError with the line that is wrong."""
    file = read_toml(path, "describes a release")
    problems = [*file.key_problems(file.values, _REQUIRED, _OPTIONAL)]
    name, instant = file.values.get("version"), _instant(file.values.get("date"))
    title = file.values.get("title", path.stem)
    if "version" in file.values and not (isinstance(name, str) and name.isalnum()):
        problems.append(file.problem("version is what EAKG-Data-Version said of it", "version"))
    if "date" in file.values and instant is None:
        problems.append(file.problem("date is a date, or one with time and zone", "date"))
    dump = _dump(file)
    if dump is None:
        words = f"there is no dump beside it, {path.stem}{' or '.join(_SYNTAXES)}"
        problems.append(file.problem(words, "dump"))
    if problems or dump is None or instant is None:
        raise ProblemsError(problems)
    return Release(Version(str(name), instant, "release", str(title)), dump)


def _date(release: Release) -> str:
    return str(release.version.instant)


def _dump(file: KeyedFile) -> Path | None:
    stem = file.path.name.removesuffix(".toml")
    names = file.values.get("dump"), *(f"{stem}{syntax}" for syntax in _SYNTAXES)
    places = (file.path.parent / str(name) for name in names if name)
    return next((place for place in places if place.is_file()), None)


def _instant(value: Any) -> datetime | None:
    if isinstance(value, datetime):
        return value.replace(tzinfo=value.tzinfo or UTC).astimezone(UTC)
    return datetime.combine(value, time(), UTC) if isinstance(value, date) else None

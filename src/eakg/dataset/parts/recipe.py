"""What lifting depends on beside a source: the same source by the same recipe gives the same."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from rdflib import Graph, URIRef

import eakg
from eakg.lift import METADATA_SUFFIX, Mapping
from eakg.names import ProjectIris
from eakg.problems import FileLine
from eakg.text import CONFIGURATION

_LIBRARIES = ("csvw", "pyoxigraph", "rdflib", "sentencex", "uritemplate")
"""Those by which sources are read and files are written."""


@dataclass(frozen=True)
class Recipe:
    """How sources are lifted.

    Arguments: the mapping, None where there are no records; the configuration of annotations where
    a record has none; the IRIs of the project; the graph of the ontology; the properties that have
    one value for each thing; where texts are that are not shipped; the files that all of this is
    read from.
    """

    mapping: Mapping | None
    shared_configuration: Path | None
    iris: ProjectIris
    ontology: Graph = field(compare=False, repr=False)
    single: frozenset[URIRef]
    texts: Path | None
    files: tuple[Path, ...]

    def digest(self) -> str:
        """What stands for all of it, and for the program."""
        words = (
            _program(),
            repr(self.shared_configuration),
            repr(self.iris),
            repr(self.texts),
            repr(sorted(self.single)),
        )
        return _digest([*(word.encode() for word in words), *_contents(self.files)])

    def key(self, base: str, source: Path, omitted: Iterable[FileLine]) -> str:
        """What stands for a source as it is now: its path and what its files hold, the lines that
        are left out, and the digest of the recipe, which is given."""
        files = sorted(source.iterdir()) if source.is_dir() else [source, _metadata(source)]
        if source.is_dir():
            files.append(source.parent / CONFIGURATION)
        names = {str(path) for path in files}
        lines = sorted((file, line) for file, line in omitted if file in names)
        words = (base, str(source), repr(lines))
        return _digest([*(word.encode() for word in words), *_contents(files)])


def _metadata(table: Path) -> Path:
    return table.with_name(table.name + METADATA_SUFFIX)


def _contents(paths: Iterable[Path]) -> Iterator[bytes]:
    """The names of files and what they hold; who reads them says what is wrong."""
    for path in paths:
        yield path.name.encode("utf-8", "surrogateescape")
        try:
            yield path.read_bytes()
        except OSError as error:
            yield repr(error.errno).encode()


def _digest(parts: Iterable[bytes]) -> str:
    whole = hashlib.sha256()
    for part in parts:
        whole.update(hashlib.sha256(part).digest())
    return whole.hexdigest()


@cache
def _program() -> str:
    """What stands for the code as it is here, and for the libraries that it works by."""
    folder = Path(eakg.__file__).parent
    rooms = ("dataset", "evidence", "lift", "rdf", "text")
    files = [
        *folder.glob("*.py"),
        *(one for room in rooms for one in (folder / room).rglob("*.py")),
    ]
    versions = [f"{name} {_version(name)}".encode() for name in _LIBRARIES]
    return _digest([*versions, *_contents(sorted(files))])


def _version(library: str) -> str:
    """That of a library; none where it is not there, which whoever needs it says."""
    try:
        return version(library)
    except PackageNotFoundError:
        return ""

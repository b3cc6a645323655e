"""What ontologies import (`owl:imports`), found in files; nothing is fetched.

An import is met by a file that is read already and holds the ontology, by name or version (OWL 2
Structural Specification, sections 3.2 and 3.4); or else by the file that the user gives for its
IRI, or that a catalog beside the importing file has for it, or beside one that imports that.
"""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pyoxigraph
from rdflib import OWL

from eakg.problems import Problem, ProblemsError
from eakg.rdf.documents import (
    STANDARD_INPUT,
    DocumentError,
    QuadReader,
    open_file,
    plain_size,
    read_bytes,
    read_quads,
    syntax_of,
    text_of,
    utf8_stream,
)
from eakg.rdf.inputs.catalogs import CATALOG, local_path, look_up
from eakg.rdf.syntaxes import ABSENT, N_QUADS_SYNTAX, N_TRIPLES_SYNTAX

LARGEST_HEADER = 1 << 24
"""Bytes of N-Triples and N-Quads in which imports are looked for; a longer file is data."""
_CHUNK = 1 << 20
_LATE = f"in so large a file imports are looked for in the first {LARGEST_HEADER >> 20} MiB"
_IMPORTS, _ONTOLOGY, _VERSION = b"imports", b"Ontology", b"versionIRI"
_LINE_WORDS = (b"owl#imports>", b"owl#Ontology>", b"owl#versionIRI>")
_IMPORTS_IRI, _ONTOLOGY_IRI, _VERSION_IRI = map(str, (OWL.imports, OWL.Ontology, OWL.versionIRI))


@dataclass(frozen=True)
class ImportClosure:
    """The files that are meant, and after them those that they import, each once; what is to be
    told of imports that were not read; the IRIs of all imports; and which of the files were looked
    at in part."""

    files: tuple[Path, ...]
    warnings: tuple[Problem, ...] = ()
    iris: frozenset[str] = frozenset()
    large_files: tuple[Path, ...] = ()

    def further_warnings(self, iris: Iterable[str]) -> tuple[Problem, ...]:
        """What is to be told of imports that were met only when the files were read.

        Argument: the IRIs that the files import. Such are of the large files alone.
        """
        path = next(iter(self.large_files), None)
        if path is None:
            return ()
        return tuple(
            Problem(str(path), 0, _words(iri, _LATE)) for iri in iris if iri not in self.iris
        )


def assigned_files(assignments: Iterable[str]) -> dict[str, Path]:
    """The files that a user gives for imports, by IRI. Argument: words of the form IRI=FILE.

    An IRI and a file may have signs of equality themselves: what is behind one of them is the file
    where there is such a file, else what is behind the last. Raises: ValueError.
    """
    files: dict[str, Path] = {}
    for assignment in assignments:
        places = [place for place, sign in enumerate(assignment) if sign == "="]
        splits = [(assignment[:place], Path(assignment[place + 1 :])) for place in places]
        iri, file = next(
            (one for one in splits if one[1].is_file()), splits[-1] if splits else ("", Path())
        )
        if ":" not in iri or not file.name:
            raise ValueError(f"{assignment!r} is not IRI=FILE")
        if files.setdefault(iri, file) != file:
            raise ValueError(f"two files are given for {iri}: {files[iri]} and {file}")
    return files


def import_closure(
    paths: Sequence[Path], files_by_iri: Mapping[str, Path] | None = None
) -> ImportClosure:
    """The files with those that they import, at any depth.

    Arguments: the files; those that stand for IRIs. A file that cannot be read has no imports here:
    whoever reads it says what is wrong with it.
    """
    return _Search(files_by_iri or {}).closure(paths)


@dataclass(frozen=True)
class _Source:
    """A file, and the catalogs beside it and beside those by which it was imported."""

    path: Path
    catalogs: tuple[Path, ...]

    @classmethod
    def of(cls, path: Path, catalogs: tuple[Path, ...] = ()) -> "_Source":
        beside = path.parent / CATALOG
        if path == STANDARD_INPUT or beside in catalogs or not beside.is_file():
            return cls(path, catalogs)
        return cls(path, (beside, *catalogs))

    @cached_property
    def names(self) -> frozenset[str]:
        """The IRIs and version IRIs of the ontologies in it."""
        if not _has(self.path, (_ONTOLOGY, _VERSION)):
            return frozenset()
        names = set()
        for quad in _header(self.path):
            predicate, object_ = quad.predicate.value, quad.object
            if isinstance(object_, pyoxigraph.NamedNode):
                if predicate == _VERSION_IRI:
                    names.add(object_.value)
                elif object_.value == _ONTOLOGY_IRI and isinstance(
                    quad.subject, pyoxigraph.NamedNode
                ):
                    names.add(quad.subject.value)
        return frozenset(names)

    @cached_property
    def imports(self) -> tuple[str, ...]:
        """The IRIs that it imports."""
        if not _has(self.path, (_IMPORTS,)):
            return ()
        objects = (
            quad.object for quad in _header(self.path) if quad.predicate.value == _IMPORTS_IRI
        )
        iris = (one.value for one in objects if isinstance(one, pyoxigraph.NamedNode))
        return tuple(dict.fromkeys(iris))


@dataclass
class _Search:
    """The files that were found so far, by what they are in the end."""

    files_by_iri: Mapping[str, Path]
    sources: dict[Path, _Source] = field(default_factory=dict)
    warnings: list[Problem] = field(default_factory=list)
    known_iris: set[str] = field(default_factory=set)

    def closure(self, paths: Sequence[Path]) -> ImportClosure:
        for path in paths:
            self._add(_Source.of(path))
        queue = list(self.sources.values())
        for source in queue:
            for iri in source.imports:
                file = self._file_of(iri, source)
                if file is not None:
                    self.known_iris.add(iri)
                    addition = self._add(_Source.of(file, source.catalogs))
                    queue += [addition] if addition else []
        for iri in self.files_by_iri.keys() - self.known_iris:
            message = f"was not read: nothing imports {iri}; name it with the data to read it"
            self.warnings.append(Problem(str(self.files_by_iri[iri]), 0, message))
        files = tuple(source.path for source in self.sources.values())
        iris = frozenset(iri for source in self.sources.values() for iri in source.imports)
        large_files = tuple(file for file in files if _is_large(file))
        return ImportClosure(files, tuple(sorted(set(self.warnings))), iris, large_files)

    def _add(self, source: _Source) -> _Source | None:
        """Note a file; None where it is there already."""
        key = source.path if source.path == STANDARD_INPUT else source.path.resolve()
        if key in self.sources:
            return None
        self.sources[key] = source
        return source

    def _file_of(self, iri: str, source: _Source) -> Path | None:
        """The file to read for an import; None where there is none, or nothing more to read."""
        if iri in self.files_by_iri:
            return self.files_by_iri[iri]
        if iri in self.known_iris or any(iri in one.names for one in self.sources.values()):
            return None
        path = local_path(iri)
        if path is not None and path.resolve() in self.sources:
            return None
        reason = "nothing is fetched"
        for catalog in source.catalogs:
            try:
                address = look_up(catalog, iri)
            except ProblemsError as error:
                self.warnings += error.problems
                continue
            if address is None:
                continue
            target = local_path(address)
            if target is None:
                reason = f"{catalog} leads to {address}, and nothing is fetched"
                continue
            file = _named_alike(target, catalog)
            reason = _fault(file)
            if not reason:
                return file
            reason = f"{catalog} leads to {file}: {reason}"
        self._warn(iri, source.path, reason)
        return None

    def _warn(self, iri: str, path: Path, reason: str) -> None:
        self.warnings.append(Problem(str(path), _line_of(path, iri), _words(iri, reason)))


def _words(iri: str, reason: str) -> str:
    return (
        f"owl:imports <{iri}> was not read ({reason}); give its file with --import {iri}=FILE, or"
        f" in a {CATALOG} beside this one"
    )


def _is_large(path: Path) -> bool:
    """Whether a file is looked at in part."""
    try:
        is_data = syntax_of(path) in (N_TRIPLES_SYNTAX, N_QUADS_SYNTAX)
        return is_data and plain_size(path) > LARGEST_HEADER
    except (ProblemsError, OSError):
        return False


def _fault(path: Path) -> str:
    """Why a file is not to be read; empty where it is."""
    if not path.is_file():
        return ABSENT
    try:
        syntax_of(path)
    except ProblemsError as error:
        return error.problems[0].message
    return ""


def _named_alike(path: Path, neighbour: Path) -> Path:
    """A path as its neighbour is named: from the working directory, or whole."""
    return path if neighbour.is_absolute() else Path(os.path.relpath(path))


def _header(path: Path) -> Iterator[pyoxigraph.Quad]:
    """The quads of a file that say what it imports and what ontologies it has, and others; as far
    as it can be read."""
    try:
        syntax = syntax_of(path)
        address = path.absolute().as_uri()
        if syntax in (N_TRIPLES_SYNTAX, N_QUADS_SYNTAX):
            with open_file(path) as stream:
                lines = utf8_stream(stream).read(LARGEST_HEADER).splitlines(keepends=True)
            lines = [line for line in lines if any(word in line for word in _LINE_WORDS)]
            yield from read_quads(b"".join(lines), syntax, address)
        else:
            yield from QuadReader(lambda: open_file(path), syntax, address)
    except (ProblemsError, DocumentError):
        return


def _has(path: Path, words: Sequence[bytes]) -> bool:
    """Whether one of some words stands in a file; of a file in an encoding of wide characters, or
    that cannot be read, that is not known, and it is said to. What can be read only once, such as
    a pipe, is not looked at."""
    if path != STANDARD_INPUT and not path.is_file():
        return False
    try:
        is_data = syntax_of(path) in (N_TRIPLES_SYNTAX, N_QUADS_SYNTAX)
        size = 0
        rest = b""
        with open_file(path) as stream:
            while data := stream.read(_CHUNK):
                data = rest + data
                if any(word in data for word in words) or b"\0" in data:
                    return True
                size += _CHUNK
                if is_data and size >= LARGEST_HEADER:
                    return False
                rest = data[-max(map(len, words)) :]
    except ProblemsError:
        return False
    return False


def _line_of(path: Path, iri: str) -> int:
    """The line in which a file imports an IRI, as far as it can be told by its words."""
    try:
        lines = text_of(read_bytes(path)).splitlines()
    except ProblemsError:
        return 0
    imports = _IMPORTS.decode()
    likely_lines = [
        number for number, line in enumerate(lines, 1) if iri in line or imports in line
    ]
    return max(
        likely_lines,
        # Where both are, else the IRI; the first of these.
        key=lambda number: (iri in lines[number - 1], imports in lines[number - 1], -number),
        default=0,
    )

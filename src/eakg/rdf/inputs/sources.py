"""RDF that a user names: files, folders of them, patterns of names, and standard input."""

import glob
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from rdflib import URIRef

from eakg.files import TemporaryFolder
from eakg.problems import Problem, ProblemsError
from eakg.rdf.documents import STANDARD_INPUT, read_bytes, syntax_of
from eakg.rdf.syntaxes import ABSENT, EXTENSIONS, plain_name

_STANDARD_INPUT_NAME = URIRef("file:///dev/stdin")
_WORDS = "standard input"


@dataclass(frozen=True)
class RdfInput:
    """A file of RDF, and the name of the graph of what is in no graph of its own."""

    name: URIRef
    path: Path


def has_rdf_extension(path: Path) -> bool:
    """Whether a file is RDF by its name."""
    return Path(plain_name(path)).suffix.lower() in EXTENSIONS


def rdf_files(paths: Iterable[Path]) -> list[Path]:
    """The files of RDF that are meant: those named, those in folders named, at any depth, and those
    that fit a pattern (`data/*.ttl`), in order of their names.

    Raises: ProblemsError where nothing is there, or a folder or a pattern has no RDF.
    """
    files: list[Path] = []
    problems: list[Problem] = []
    for path in paths:
        if path.is_dir():
            members = sorted(p for p in path.rglob("*") if p.is_file() and has_rdf_extension(p))
            message = "has no RDF file; their names end in " + ", ".join(EXTENSIONS)
        elif not path.exists() and glob.has_magic(str(path)):
            folder = Path(path.anchor)
            members = sorted(folder.glob(str(path.relative_to(folder))))
            message = "fits no file; check the pattern"
        else:
            members, message = [path], ABSENT
        if not members:
            problems.append(Problem(str(path), 0, message))
        files += members
    if problems:
        raise ProblemsError(problems)
    return list(dict.fromkeys(files))


@contextmanager
def rdf_inputs(paths: Iterable[Path]) -> Iterator[list[RdfInput]]:
    """The inputs that are meant, as `rdf_files` finds them, and standard input for `-`, for as long
    as the context lasts.

    Standard input is in any syntax, which is told by what stands in it, compressed with gzip or
    not. Raises: ProblemsError; what is wrong with standard input is told of it by that name.
    """
    with TemporaryFolder("input") as folder:
        inputs = []
        for path in dict.fromkeys(paths):
            if path == STANDARD_INPUT:
                # Another process cannot read it.
                file = folder / f"input{syntax_of(path).extensions[0]}"
                file.write_bytes(read_bytes(path))
                inputs.append(RdfInput(_STANDARD_INPUT_NAME, file))
            else:
                files = rdf_files([path])
                inputs += (RdfInput(URIRef(file.absolute().as_uri()), file) for file in files)
        try:
            yield list(dict.fromkeys(inputs))
        except ProblemsError as error:
            problems = (_with_name(problem, folder) for problem in error.problems)
            raise ProblemsError(problems, error.status) from error


def _with_name(problem: Problem, folder: Path) -> Problem:
    file = Path(problem.file)
    return replace(problem, file=_WORDS) if file.parent == folder else problem

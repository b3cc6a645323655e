"""Which files a store holds, under which graph names, and the version of all of it."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from rdflib import URIRef

from eakg.problems import Problem, ProblemsError
from eakg.rdf import open_raw, size_of

_AT_ONCE = 1 << 20


@dataclass(frozen=True, order=True)
class GraphFile:
    """An RDF file, and the name of the graph that its triples belong to.

    The syntax is known by the extension, as `eakg.rdf.syntaxes` has it, with `.gz` or without.
    `origin` is a file of the user's whose lines are the same, which is told of where one is wrong.
    """

    name: URIRef
    path: Path
    origin: Path | None = field(default=None, compare=False)

    def problems(self, error: ProblemsError) -> tuple[Problem, ...]:
        """What is wrong with the file, told of its origin."""
        if self.origin is None:
            return error.problems
        file = str(self.origin)
        return tuple(
            replace(problem, file=file) if problem.file == str(self.path) else problem
            for problem in error.problems
        )


@dataclass(frozen=True)
class Contents:
    """The files of a store in the order of their graph names, and a version: a hash over names
    and bytes, so that two stores of one version give the same answers. `disk` is a folder where the
    engine has them already (`eakg.store.graphs.disk_graphs`)."""

    files: tuple[GraphFile, ...]
    version: str
    disk: Path | None = None


def read_contents(files: Iterable[GraphFile]) -> Contents:
    """Read the files once to give them their version.

    Raises: ProblemsError names each file that cannot be read.
    """
    sorted_files = tuple(sorted(files))
    digest = hashlib.sha256()
    problems = []
    for file in sorted_files:
        try:
            with open_raw(file.path) as data:
                digest.update(f"{file.name}\n{size_of(file.path)}\n".encode())
                while piece := data.read(_AT_ONCE):
                    digest.update(piece)
        except OSError as error:
            problems.append(Problem(str(file.path), 0, f"cannot be read: {error.strerror}"))
    if problems:
        raise ProblemsError(problems)
    return Contents(sorted_files, digest.hexdigest()[:16])

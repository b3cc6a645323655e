"""What was lifted from one source, and the account of the lines it was lifted from."""

from collections.abc import Iterable
from dataclasses import dataclass

from rdflib import URIRef

from eakg.evidence import AssertedTriple, Statement
from eakg.problems import Problem, ProblemsError


@dataclass(frozen=True, order=True)
class Skipped:
    """A line that was read and not lifted, and why."""

    file: str
    line: int
    reason: str


@dataclass(frozen=True)
class Mention:
    """A line by which an annotation stands for a thing that something else must describe."""

    thing: URIRef
    annotation: URIRef
    file: str
    line: int


@dataclass(frozen=True)
class Lifted:
    """What was lifted from one source, a document or a table.

    `graph` names the graph of the statements; `context` describes the spans, sentences or rows
    that the statements point to; `lines` counts the lines read, `lifted` those that gave a
    statement or a description, `skipped` the others. `mentions` are the things that it only names.
    """

    name: str
    graph: URIRef
    statements: tuple[Statement, ...]
    context: tuple[AssertedTriple, ...]
    lines: int
    lifted: int
    skipped: tuple[Skipped, ...]
    mentions: tuple[Mention, ...] = ()

    def __post_init__(self) -> None:
        if self.lines != self.lifted + len(self.skipped):
            raise AssertionError(
                f"{self.name}: {self.lines} lines read, {self.lifted} lifted "
                f"and {len(self.skipped)} skipped do not balance"
            )


class LiftError(ProblemsError):
    """A source has problems; carries what could be lifted in spite of them.

    Arguments: the problems; what was lifted, so that the references in it can be checked.
    """

    def __init__(self, problems: Iterable[Problem], partial: Lifted) -> None:
        super().__init__(problems)
        self.partial = partial

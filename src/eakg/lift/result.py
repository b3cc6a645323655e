"""What was lifted from one source, and the account of the lines it was lifted from."""

from collections.abc import Iterable
from dataclasses import dataclass

from rdflib import URIRef

from eakg.evidence import AssertedTriple, Statement
from eakg.problems import Problem, ProblemsError


@dataclass(frozen=True, order=True)
class SkippedLine:
    """A line that was read and not lifted, and why."""

    file: str
    line: int
    reason: str


@dataclass(frozen=True)
class Mention:
    """A line by which an annotation stands for a thing that something else must describe.

    `words` are the marked ones and then the name that the line gives, but for those accepted by
    the record's metadata; an event has none, as its trigger is no name.
    """

    thing: URIRef
    annotation: URIRef
    file: str
    line: int
    words: tuple[str, ...] = ()
    is_event: bool = False


@dataclass(frozen=True)
class LiftResult:
    """What was lifted from one source, a document or a table.

    `graph` names the graph of the statements; `context` describes the spans, sentences or rows
    that the statements point to; `lines` counts the lines read, `lifted_lines` those that gave
    a statement or a description, `skipped_lines` has the others. `mentions` are the things that it
    only names, `warnings` what may be wrong with the source itself.
    """

    name: str
    graph: URIRef
    statements: tuple[Statement, ...]
    context: tuple[AssertedTriple, ...]
    lines: int
    lifted_lines: int
    skipped_lines: tuple[SkippedLine, ...]
    mentions: tuple[Mention, ...] = ()
    warnings: tuple[Problem, ...] = ()

    def __post_init__(self) -> None:
        if self.lines != self.lifted_lines + len(self.skipped_lines):
            raise AssertionError(
                f"{self.name}: {self.lines} lines read, {self.lifted_lines} lifted "
                f"and {len(self.skipped_lines)} skipped do not balance"
            )


class LiftError(ProblemsError):
    """A source has problems; carries what could be lifted in spite of them.

    Arguments: the problems; the rest of the source as lifted, whose references can be checked.
    """

    def __init__(self, problems: Iterable[Problem], result: LiftResult) -> None:
        super().__init__(problems)
        self.result = result

"""What was lifted from one source, and the account of the lines it was lifted from."""

import zlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

from rdflib import URIRef

from eakg.evidence import AssertedTriple, Statement
from eakg.problems import FileLine, Problem, ProblemsError


@dataclass(frozen=True, order=True)
class SkippedLine:
    """A line that was read and not lifted, and why."""

    file: str
    line: int
    reason: str


class Mention(NamedTuple):
    """A line by which an annotation stands for a thing that something else must describe.

    `words` are the marked ones and then the name that the line gives, but for those accepted by
    the record's metadata; an event has none, as its trigger is no name. `class_` is what the type
    of a mention says that the thing is; an event has a statement that does.
    """

    thing: URIRef
    annotation: URIRef
    file: str
    line: int
    words: tuple[str, ...] = ()
    is_event: bool = False
    class_: URIRef | None = None


@dataclass(frozen=True)
class SourceOutline:
    """What other sources ask of one whose statements and their support are in its files alone.

    `nodes` are the things that it describes, and `packed_parts` those below its own name (`pack`);
    `uses` what it speaks of and does not describe, with the lines; `statements` and `triples` count
    what it gives.
    """

    nodes: frozenset[URIRef]
    packed_parts: bytes
    uses: dict[URIRef, tuple[FileLine, ...]]
    statements: int
    triples: int

    @staticmethod
    def pack(nodes: Iterable[URIRef]) -> bytes:
        """Nodes in less room."""
        return zlib.compress("\n".join(sorted(nodes)).encode(), 1)

    @cached_property
    def parts(self) -> frozenset[str]:
        """The things below its own name that it describes."""
        return frozenset(zlib.decompress(self.packed_parts).decode().split("\n"))


@dataclass(frozen=True)
class LiftResult:
    """What was lifted from one source, a document or a table.

    `graph` names the graph of the statements; `context` describes the spans, sentences or rows
    that the statements point to; `lines` counts the lines read, `lifted_lines` those that gave
    a statement or a description, `skipped_lines` has the others. `mentions` are the things that it
    only names, `warnings` what may be wrong with the source itself. With an `outline`, statements
    are only those that others are compared with, and context is left out.
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
    outline: SourceOutline | None = None

    def __post_init__(self) -> None:
        if self.lines != self.lifted_lines + len(self.skipped_lines):
            raise AssertionError(
                f"{self.name}: {self.lines} lines read, {self.lifted_lines} lifted "
                f"and {len(self.skipped_lines)} skipped do not balance"
            )

    @property
    def statement_count(self) -> int:
        """How many statements it gives."""
        return self.outline.statements if self.outline else len(self.statements)

    @property
    def triple_count(self) -> int:
        """How many triples they are of."""
        if self.outline:
            return self.outline.triples
        return len({statement.triple for statement in self.statements})

    @property
    def account(self) -> "LiftResult":
        """Its counts and the lines skipped, without what was lifted."""
        counts = SourceOutline(frozenset(), b"", {}, self.statement_count, self.triple_count)
        return replace(self, statements=(), context=(), mentions=(), outline=counts)


class LiftError(ProblemsError):
    """A source has problems; carries what could be lifted in spite of them.

    Arguments: the problems; the rest of the source as lifted, whose references can be checked.
    """

    def __init__(self, problems: Iterable[Problem], result: LiftResult) -> None:
        super().__init__(problems)
        self.result = result

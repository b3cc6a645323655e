"""A finding: what is suspicious in a query, where, and of which kind it is."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from eakg.problems import Problem
from eakg.queries.scanning import ScanResult

Level = Literal["error", "warning"]


class FindingKind(StrEnum):
    """What a finding is about; each but the syntax can be silenced."""

    SYNTAX = "syntax"
    HEADER = "header"
    TEMPLATE = "template"
    FUNCTION = "function"
    PREFIX = "prefix"
    RELATIVE = "relative"
    UNUSED_PREFIX = "unused-prefix"
    TERM = "term"
    RESULT = "result"
    VARIABLE = "variable"
    JOIN = "join"
    BOUND = "bound"
    INEXACT = "inexact"
    GROUP_CONCAT = "group-concat"
    HAVING = "having"
    GRAPH_NAME = "graph-name"
    DURATION = "duration"
    PROPERTY_FUNCTION = "property-function"
    LANGUAGE = "language"


SILENCEABLE = tuple(kind.value for kind in FindingKind if kind is not FindingKind.SYNTAX)


@dataclass(frozen=True, order=True)
class Finding:
    """Something suspicious, and in which column, where that is known. An error makes the query
    wrong; a warning makes it worth a look."""

    problem: Problem
    level: Level
    kind: FindingKind
    column: int | None = None

    def __str__(self) -> str:
        line = f":{self.problem.line}" if self.problem.line else ""
        column = f":{self.column}" if line and self.column else ""
        place = f"{self.problem.file}{line}{column}"
        return f"{place}: {self.level}: {self.problem.message} [{self.kind}]"

    @property
    def scan_result(self) -> ScanResult:
        """The same for a report."""
        problem = self.problem
        place = problem.file, problem.line, self.column or 0
        return ScanResult(self.kind.value, self.level, problem.message, *place)

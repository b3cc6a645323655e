"""The history of runs: a file of JSON Lines, one run in each, the oldest first."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from eakg.files import read_utf8
from eakg.problems import Problem, ProblemsError
from eakg.queries.verdict import Outcome, Verdict

MOST_RUNS = 100
_VERDICTS = frozenset(verdict.value for verdict in Verdict)


@dataclass(frozen=True)
class QueryRecord:
    """What became of a query in a run: its verdict and how grave that is ("" where all is well),
    how many rows or triples came, and how long that took."""

    place: str
    name: str
    verdict: str
    severity: str
    rows: int
    milliseconds: int


@dataclass(frozen=True)
class RunRecord:
    """A run: when it was (ISO 8601, UTC), and what became of each query."""

    time: str
    queries: tuple[QueryRecord, ...]

    @property
    def successes(self) -> int:
        """How many queries passed; what was not asked, or expects nothing, did not."""
        return sum(query.verdict == Verdict.PASSED for query in self.queries)

    @property
    def failures(self) -> int:
        """How many queries are not well, however grave that is."""
        return sum(bool(query.severity) for query in self.queries)

    @property
    def errors(self) -> int:
        """How many of these are errors."""
        return sum(query.severity == "error" for query in self.queries)


def record_of(outcomes: Sequence[Outcome], time: datetime) -> RunRecord:
    """What is kept of the outcomes of a run."""
    queries = (
        QueryRecord(
            outcome.query.place,
            outcome.query.name,
            outcome.verdict.value,
            outcome.severity or "",
            outcome.rows,
            round(outcome.seconds * 1000),
        )
        for outcome in outcomes
    )
    return RunRecord(time.astimezone(UTC).isoformat(timespec="seconds"), tuple(queries))


def read_history(path: Path) -> list[RunRecord]:
    """The runs of a file, none where there is no file yet.

    Raises: ProblemsError where it cannot be read, with the line that is no run.
    """
    if not path.exists():
        return []
    _, text = read_utf8(path)
    runs = []
    for number, line in enumerate(text.splitlines(), 1):
        try:
            runs.append(_run(json.loads(line)))
        except (ValueError, TypeError, KeyError) as error:
            message = (
                "is no run of `eakg test --history`; take this line away, or name another file"
            )
            raise ProblemsError([Problem(str(path), number, message)]) from error
    return runs


def write_history(runs: Sequence[RunRecord]) -> bytes:
    """The last runs as such a file."""
    lines = (json.dumps(asdict(run), ensure_ascii=False) for run in runs[-MOST_RUNS:])
    return "".join(f"{line}\n" for line in lines).encode()


def _run(values: Any) -> RunRecord:
    """Raises: ValueError, TypeError or KeyError where it is none."""
    datetime.fromisoformat(values["time"])
    queries = tuple(QueryRecord(**query) for query in values["queries"])
    for query in queries:
        numbers = (query.rows, query.milliseconds)
        words = (query.place, query.name, query.severity)
        if query.verdict not in _VERDICTS or query.severity not in _SEVERITIES:
            raise ValueError
        if not all(type(one) is int for one in numbers) or not all(type(w) is str for w in words):
            raise TypeError
    return RunRecord(values["time"], queries)


_SEVERITIES = frozenset({"", "error", "warning", "info"})

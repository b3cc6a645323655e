"""What a run of the reasoner did, and what it took."""

import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any, NamedTuple

from eakg.reason.closure import Closure


class CountTable(NamedTuple):
    """Counts for people: what stands above, the columns, the rows."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass
class Statistics:
    """Counts of a run, its time by phase in seconds, its peak memory in bytes, and what is to be
    said of the ontology."""

    asserted: int = 0
    inferred: int = 0
    terms: int = 0
    rounds: int = 0
    contradictions: int = 0
    ill_formed_literals: int = 0
    seconds: dict[str, float] = field(default_factory=dict)
    rules: dict[str, int] = field(default_factory=dict)
    warnings: list[dict[str, Any]] = field(default_factory=list)

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Time what is done inside."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] = time.perf_counter() - start

    def count(self, closure: Closure) -> None:
        """Take the counts of a closure."""
        facts = closure.state.facts
        self.asserted = closure.asserted_count
        self.terms = len(facts.terms)
        self.rounds = facts.clock
        inconsistencies = closure.inconsistencies
        self.contradictions = len(inconsistencies)
        self.ill_formed_literals = sum(one.is_ill_formed_literal for one in inconsistencies)
        self.rules = closure.counts_by_rule

    def report(self) -> dict[str, Any]:
        """The numbers for machines."""
        return {**asdict(self), "peak_memory": peak_memory()}

    def tables(self) -> Iterator[CountTable]:
        """The numbers for people."""
        counts = (self.asserted, self.inferred, self.terms, self.rounds, self.contradictions)
        names = ("asserted", "inferred", "terms", "rounds", "contradictions")
        cells = dict(zip(names, (f"{count:,}" for count in counts), strict=True))
        cells |= {f"{name} s": f"{seconds:.2f}" for name, seconds in self.seconds.items()}
        cells["peak MB"] = f"{peak_memory() / 1e6:,.0f}"
        yield CountTable("Reasoning", tuple(cells), (tuple(cells.values()),))
        rules = sorted(self.rules.items(), key=lambda item: (-item[1], item[0]))
        rows = tuple((name, f"{count:,}") for name, count in rules)
        yield CountTable("New facts by rule, of representatives", ("rule", "facts"), rows)


def peak_memory() -> int:
    """The largest resident size of this process so far, in bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024

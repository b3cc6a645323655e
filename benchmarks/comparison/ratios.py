"""Figures of a run in the middle of its turns, and beside the reference in the same turn."""

import statistics
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from comparison.results import Measurement, Run


@dataclass(frozen=True)
class Turns:
    """The measurements of a part of a graph, by system, case and turn."""

    run: Run
    graph: str
    part: str

    def of(self, system: str, case: str = "") -> dict[int, Measurement]:
        """The measurements of a system and a case by turn."""
        return {
            one.turn: one
            for one in self.run.of(self.part, self.graph)
            if (one.system, one.case) == (system, case)
        }

    @property
    def systems(self) -> Sequence[str]:
        """The systems that were measured, in the order in which they were."""
        return list(dict.fromkeys(one.system for one in self.run.of(self.part, self.graph)))

    @property
    def cases(self) -> Sequence[str]:
        """The cases, in the order in which they were measured."""
        return list(dict.fromkeys(one.case for one in self.run.of(self.part, self.graph)))

    def median(self, system: str, case: str, figure: str) -> float | None:
        """The median of a figure over the turns; None where it is in none."""
        values = [
            one.figures[figure] for one in self.of(system, case).values() if figure in one.figures
        ]
        return statistics.median(values) if values else None

    def ratio(self, system: str, case: str, figure: str) -> float | None:
        """The median over the turns of the ratio to the reference in the same turn."""
        others = self.of(self.run.reference, case)
        ratios = [
            one.figures[figure] / others[turn].figures[figure]
            for turn, one in self.of(system, case).items()
            if figure in one.figures and turn in others and others[turn].figures.get(figure)
        ]
        return statistics.median(ratios) if ratios else None

    def failures(self, system: str, case: str) -> Counter[str]:
        """What was not answered in all turns, by how."""
        total: Counter[str] = Counter()
        for one in self.of(system, case).values():
            total.update(one.failures)
        return total

    def different_answers(self) -> Iterator[tuple[str, dict[str, str]]]:
        """The cases in which systems gave other rows than the reference, with what stands for
        them by system."""
        for case in self.cases:
            answers = {
                system: measurement.answer
                for system in self.systems
                for measurement in self.of(system, case).values()
                if measurement.answer
            }
            if len(set(answers.values())) > 1:
                yield case, answers


def geometric_mean(values: Iterable[float]) -> float | None:
    """The geometric mean of what is above zero; None of nothing."""
    chosen = [value for value in values if value > 0]
    return statistics.geometric_mean(chosen) if chosen else None

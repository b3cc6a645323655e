"""What becomes of data that contradict themselves."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Literal

from eakg.options import option
from eakg.problems import ExitStatus, Problem, ProblemsError

OnContradiction = Literal["stop", "report", "ignore-literals"]
"""`stop` takes no data that contradict themselves; `report` takes them and tells of each
contradiction; `ignore-literals` does so where no contradiction is anything but an ill-formed
literal (`Inconsistency.is_ill_formed_literal`)."""


@dataclass(frozen=True, kw_only=True)
class ContradictionOptions:
    """The options of commands that reason over data."""

    on_contradiction: OnContradiction = option(
        "What becomes of data that contradict themselves.",
        "stop",
        meaning="what becomes of data that contradict themselves: with `stop` they are not taken"
        " (exit status 3), and an update that brings a contradiction is refused (409); with"
        " `report` they are taken, and each contradiction is told; with `ignore-literals` they are"
        " taken, with a warning for each, where all contradictions are ill-formed literals, such as"
        ' `"2025-10-6"^^xsd:date`, and else as with `stop`'
        " ([more](reasoning.md#ways-past-contradictions))",
    )
    allow_inconsistent: bool = option(
        "Another word for --on-contradiction report.",
        False,
        meaning="another word for `--on-contradiction report`",
    )

    @property
    def policy(self) -> OnContradiction:
        """What both say together. Raises: ProblemsError where they are at odds."""
        if not self.allow_inconsistent:
            return self.on_contradiction
        if self.on_contradiction == "ignore-literals":
            words = f"is --on-contradiction report; give it or {self.on_contradiction}, not both"
            raise ProblemsError([Problem("--allow-inconsistent", 0, words)])
        return "report"


@dataclass(frozen=True)
class Findings:
    """The contradictions of some data: those that count by a policy, and those that are let pass by
    it without counting."""

    policy: OnContradiction
    contradictions: tuple[Problem, ...] = ()
    ignored: tuple[Problem, ...] = ()

    @classmethod
    def of(
        cls,
        contradictions: Iterable[Problem],
        ill_formed: Collection[Problem],
        policy: OnContradiction,
    ) -> "Findings":
        """Arguments: all contradictions; those that are ill-formed literals; the policy."""
        ignored = set(ill_formed) if policy == "ignore-literals" else set()
        all_contradictions = sorted(contradictions)
        return cls(
            policy,
            tuple(one for one in all_contradictions if one not in ignored),
            tuple(one for one in all_contradictions if one in ignored),
        )

    @property
    def withhold(self) -> bool:
        """Whether nothing is to be made of the data."""
        return bool(self.contradictions) and self.policy != "report"

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What is told beside what is made of the data, or beside why nothing is."""
        warnings = self.ignored if self.withhold else self.contradictions + self.ignored
        return tuple(replace(one, message=f"{one.message} (warning)") for one in warnings)

    @property
    def status(self) -> ExitStatus:
        """What a command ends with."""
        return ExitStatus.INCONSISTENT if self.contradictions else ExitStatus.DONE

    def check(self) -> None:
        """Raises: ProblemsError where nothing is to be made of the data."""
        if self.withhold:
            raise ProblemsError([*self.contradictions, *self.warnings], self.status)

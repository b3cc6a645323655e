"""What a check says of a document, with the annotations that it is about."""

from collections.abc import Mapping
from dataclasses import dataclass

from eakg.check import Check
from eakg.problems import Problem
from eakg.text import Draft, Event


@dataclass(frozen=True)
class CheckFinding:
    """What is wrong, in words, and the id of the annotation that it is about, if it is about
    one."""

    words: str
    id: str
    is_warning: bool


def findings_of(check: Check, draft: Draft) -> list[CheckFinding]:
    """What a check says. Arguments: the check; the annotations of the document."""
    owners: dict[int, str] = {}
    for annotation in draft.standoff.by_id.values():
        owners[annotation.line] = getattr(annotation, "target", annotation.id)
    for event in draft.standoff.of(Event):
        if trigger := draft.annotation(event.trigger):
            owners[trigger.line] = event.id
    return [
        _finding(problem, draft, owners, is_warning=is_warning)
        for problems, is_warning in ((check.problems, False), (check.warnings, True))
        for problem in problems
    ]


def _finding(
    problem: Problem, draft: Draft, owners: Mapping[int, str], *, is_warning: bool
) -> CheckFinding:
    if problem.file != str(draft.path):
        return CheckFinding(str(problem), "", is_warning)
    owner = owners.get(problem.line, "")
    return CheckFinding(problem.message.removeprefix(f"{owner} "), owner, is_warning)

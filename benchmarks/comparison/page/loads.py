"""What a run says of many clients: look-ups, and the queries of LUBM."""

from comparison.course import HEAVY, LOAD, LOOK_UPS, WORK_OF
from comparison.page.markdown import NONE, milliseconds, number, section, table
from comparison.ratios import Turns
from comparison.results import Run


def look_ups_section(run: Run, *drawings: str) -> str:
    """Look-ups a second, and the work for one."""
    rows, works = [], []
    for turns, case, system in _measured(run, LOOK_UPS):
        costs = _costs(turns, system, case)
        rows.append(
            (
                *(turns.graph, case, system),
                number(turns.median(system, case, "rate"), 0),
                number(turns.ratio(system, case, "rate"), 2),
                milliseconds(turns.median(system, case, "median")),
                milliseconds(turns.median(system, case, "late")),
                number(1e6 * sum(costs.values()), 0),
                failures(turns, system, case),
            )
        )
        works += [
            (turns.graph, case, system, role, number(1e6 * seconds, 0))
            for role, seconds in costs.items()
            if seconds >= 1e-6
        ]
    head = (
        *("graph", "look-ups", "system", "a second", "of reference", "median ms"),
        *("99 of 100 under ms", "work µs each", "not answered"),
    )
    words = (
        "`SELECT * { <thing> ?p ?o }` from wrk over 8 connections: of all things, each text"
        " different, or the same 200 again and again."
    )
    by_process = table(("graph", "look-ups", "system", "process", "work µs each"), works, 4)
    if by_process:
        by_process = f"The processors' work for a look-up, by process:\n\n{by_process}"
    return section("## Look-ups", words, table(head, rows, 3), *drawings, by_process)


def load_section(run: Run, *drawings: str) -> str:
    """The queries of LUBM from several clients."""
    rows = [
        (
            *(turns.graph, case, system),
            number(turns.median(system, case, "rate"), 1),
            number(turns.ratio(system, case, "rate"), 2),
            milliseconds(turns.median(system, case, "median")),
            milliseconds(turns.median(system, case, "late")),
            milliseconds(turns.median(system, case, "light late")),
            number(turns.ratio(system, case, "light late"), 2),
            milliseconds(turns.median(system, case, "work")),
            number(turns.median(system, case, "restarted"), 0),
            failures(turns, system, case),
        )
        for turns, case, system in _measured(run, LOAD)
    ]
    head = (
        *("graph", "clients", "system", "answers a second", "of reference", "median ms"),
        *("95 of 100 under ms", "light ones, 95 under ms", "of reference"),
        *("work ms each", "restarted", "not answered"),
    )
    words = (
        "Each client asks all of them in an order of its own, each text different, and the next one"
        " when the answer to the last one is whole. *Light* are all but"
        f" {', '.join(HEAVY[:-1])} and {HEAVY[-1]}."
    )
    return section("## The fourteen queries of LUBM", words, table(head, rows, 3), *drawings)


def failures(turns: Turns, system: str, case: str) -> str:
    """What was not answered in all turns, and how."""
    counts = turns.failures(system, case)
    return "; ".join(f"{count} × {kind}" for kind, count in counts.items()) or NONE


def _measured(run: Run, part: str) -> list[tuple[Turns, str, str]]:
    """The graphs, cases and systems of a part, as far as they were measured."""
    return [
        (turns, case, system)
        for turns in (Turns(run, graph, part) for graph in run.graphs)
        for case in turns.cases
        for system in turns.systems
        if turns.of(system, case)
    ]


def _costs(turns: Turns, system: str, case: str) -> dict[str, float]:
    """Seconds of work for an answer, by process."""
    names = {name for turn in turns.of(system, case).values() for name in turn.figures}
    return {
        name.removeprefix(WORK_OF): turns.median(system, case, name) or 0.0
        for name in sorted(names)
        if name.startswith(WORK_OF)
    }

"""What a run says of single queries: those of LUBM, those of the mix, and their answers."""

from collections.abc import Iterator, Sequence

from comparison.course import FIRST, MIX, NOT_ASKED, QUERY
from comparison.page.loads import failures
from comparison.page.markdown import NONE, milliseconds, number, section, table
from comparison.ratios import Turns, geometric_mean
from comparison.results import Run

SLOW, FIXED = 2.0, 0.002
"""Times that a query of ours may take as long as the reference without being named, and seconds
that a request may take beside."""


def single_section(run: Run) -> str:
    """The queries of LUBM, from one client."""
    parts = []
    for graph in run.graphs:
        warm, cold = Turns(run, graph, QUERY), Turns(run, graph, FIRST)
        alone = [one for one in cold.systems if one not in warm.systems and not _is_ours(one)]
        sources = {**dict.fromkeys(warm.systems, warm), **dict.fromkeys(alone, cold)}
        cases = sorted({*warm.cases, *(case for case in cold.cases if alone)}, key=int)
        if not cases:
            continue
        rows = [
            (case, *(_time(turns, system, case) for system, turns in sources.items()))
            for case in cases
        ]
        means = [
            number(_mean(warm.ratio(system, case, "seconds") for case in cases), 2)
            for system in sources
        ]
        head = ("query", *sources)
        parts += [f"{graph}:", table(head, [*rows, ("mean, of reference", *means)])]
    words = (
        "Milliseconds to the last byte, the median of what one client saw; of a system that is"
        " asked each query only once, after its start, that time."
    )
    return section("### One client", words, *parts)


def mix_section(run: Run, *drawings: str) -> str:
    """The mix of queries, by class, and those that stand out."""
    parts: list[str] = []
    for graph, queries in run.queries.items():
        turns = Turns(run, graph, MIX)
        if turns.cases:
            parts += [f"### {graph}", *_mix(turns, queries)]
    words = (
        "Made from the predicates of the data, their sizes and their joins"
        " (`benchmarks/comparison/mix.py`), asked by one client; the texts are in the file of"
        " results. Times beside the reference: geometric means over the queries that both answered,"
        " and the worst of them."
    )
    return section("## A mix of queries for any data", words, *drawings[: len(parts)], *parts)


def answers_section(run: Run) -> str:
    """Whether the systems gave the same rows."""
    rows = []
    for part in (FIRST, MIX):
        for graph in run.graphs:
            for case, answers in Turns(run, graph, part).different_answers():
                systems: dict[str, list[str]] = {}
                for system, answer in answers.items():
                    systems.setdefault(answer, []).append(system)
                words = (f"{', '.join(them)}: {one.split()[0]}" for one, them in systems.items())
                rows.append((graph, case, "; ".join(words)))
    count = len({(one.graph, one.case) for one in run.measurements if one.answer})
    if not count:
        return ""
    words = f"{count} queries were compared by the values of all terms in all rows."
    if not rows:
        return section("## Answers", words, "All systems gave the same rows.")
    told = f"{words} Systems differ in these, with so many rows each:"
    return section("## Answers", told, table(("graph", "query", "rows"), rows, 3))


def _mix(turns: Turns, queries: Sequence[tuple[str, str, str]]) -> Iterator[str]:
    reference = turns.run.reference
    systems = [system for system in turns.systems if system != reference]
    kinds = {name: kind for name, kind, _ in queries}
    ratios = {
        (system, name): ratio
        for system in systems
        for name in kinds
        if (ratio := turns.ratio(system, name, "seconds")) is not None
    }

    def row(label: str, names: Sequence[str]) -> tuple[str, ...]:
        cells = []
        for system in systems:
            values = [ratios[system, name] for name in names if (system, name) in ratios]
            cells += [number(geometric_mean(values), 2), number(max(values, default=None), 2)]
        return (label, str(len(names)), *cells)

    rows = [
        row(kind, [name for name, other in kinds.items() if other == kind])
        for kind in dict.fromkeys(kinds.values())
    ]
    head = [column for system in systems for column in (system, "worst")]
    yield table(("class", "queries", *head), [*rows, row("all", list(kinds))])
    yield from _exceptions(turns, ratios)


def _exceptions(turns: Turns, ratios: dict[tuple[str, str], float]) -> Iterator[str]:
    """Queries that ours answers slowly, or that somebody does not answer."""
    reference = turns.run.reference
    slow = [
        (name, system, _time(turns, system, name), _time(turns, reference, name), number(ratio, 2))
        for (system, name), ratio in ratios.items()
        if _is_ours(system) and _is_slow(turns, system, name)
    ]
    if slow:
        yield (
            f"Queries that take ours more than {SLOW:g} times as long and {1000 * FIXED:g} ms more,"
            " which stand for what a request costs:"
        )
        yield table(("query", "system", "ms", f"{reference}, ms", "ratio"), slow, 2)
    rows = [
        (name, system, words)
        for system in turns.systems
        for name in turns.cases
        if (words := failures(turns, system, name)) != NONE and NOT_ASKED not in words
    ]
    if rows:
        yield "Queries that were not answered:"
        yield table(("query", "system", "how"), rows, 3)
    for system in turns.systems:
        count = sum(turns.failures(system, name)[NOT_ASKED] for name in turns.cases)
        if count:
            yield f"{system} was not asked {count} of them, as its time was over."


def _is_slow(turns: Turns, system: str, name: str) -> bool:
    ours, other = (turns.median(one, name, "seconds") for one in (system, turns.run.reference))
    return ours is not None and other is not None and ours > SLOW * other + FIXED


def _time(turns: Turns, system: str, case: str) -> str:
    return milliseconds(turns.median(system, case, "seconds"))


def _mean(ratios: Iterator[float | None]) -> float | None:
    return geometric_mean(ratio for ratio in ratios if ratio is not None)


def _is_ours(system: str) -> bool:
    return system.startswith("eakg")

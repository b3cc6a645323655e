"""What a run says of graphs, of filling and starting, and of memory."""

import statistics

from comparison.course import PREPARATION, START
from comparison.page.markdown import each, megabytes, number, section, table
from comparison.ratios import Turns
from comparison.results import Run


def graphs_table(run: Run) -> str:
    """The graphs and their sizes."""
    rows = [
        (
            name,
            number(facts["asserted"], 0),
            number(facts["triples"], 0),
            megabytes(facts["bytes"]),
        )
        for name, facts in run.graphs.items()
    ]
    return table(("graph", "triples in files", "with what follows", "MB of N-Triples"), rows)


def starts_section(run: Run, *drawings: str) -> str:
    """From files to the first answer, and what it takes then."""
    head = (
        *("graph", "system", "once before, s", "of reference", "ready, s", "both, of filling it"),
        *("memory, MB", "of reference", "bytes a triple", "disk, MB", "bytes a triple on disk"),
    )
    rows = [
        _row(run, graph, system)
        for graph in run.graphs
        for system in Turns(run, graph, START).systems
    ]
    words = (
        "*Once before* is `eakg load --store`, `oxigraph load`, or the bulk loader of Virtuoso;"
        " *ready* is from the command to the first answer; *both* is their sum, beside what the"
        " reference takes once before. Memory is that of all processes of a system after its first"
        " queries, each page of several counted once."
    )
    return section("## From files to answers", words, table(head, rows, 2), *drawings)


def _row(run: Run, graph: str, system: str) -> tuple[str, ...]:
    turns, fills = Turns(run, graph, START), Turns(run, graph, PREPARATION)
    count = run.graphs[graph]["triples"]
    memory, disk = turns.median(system, "", "memory"), fills.median(system, "", "disk")
    return (
        *(graph, system),
        number(fills.median(system, "", "seconds"), 2),
        number(fills.ratio(system, "", "seconds"), 2),
        number(turns.median(system, "", "seconds"), 2),
        number(_both(turns, fills, system), 2),
        megabytes(memory),
        number(turns.ratio(system, "", "memory"), 2),
        each(memory, count),
        megabytes(disk),
        each(disk, count),
    )


def _both(starts: Turns, fills: Turns, system: str) -> float | None:
    """The median ratio of filling and starting to the filling of the reference."""
    before, references = fills.of(system), fills.of(starts.run.reference)
    ratios = [
        (start.figures["seconds"] + (before[turn].figures["seconds"] if turn in before else 0.0))
        / references[turn].figures["seconds"]
        for turn, start in starts.of(system).items()
        if turn in references
    ]
    return statistics.median(ratios) if ratios else None

"""The whole page: how a run was made, and its sections."""

import statistics
from collections.abc import Mapping, Sequence

from comparison.page.loads import load_section, look_ups_section
from comparison.page.queries import answers_section, mix_section, single_section
from comparison.page.starts import graphs_table, starts_section
from comparison.results import Run

QUIET = 0.1
"""Processors that may be busy with other work on a machine that is called quiet."""


def page(run: Run, charts: Mapping[str, str]) -> str:
    """The page. Argument: the files of the charts by their names."""
    links = {name: f"![{name}]({file})" for name, file in charts.items()}

    def drawings(*names: str) -> tuple[str, ...]:
        return tuple(links[name] for name in names if name in links)

    sections = (
        _head(run),
        graphs_table(run),
        starts_section(run, *drawings("starts", "memory")),
        look_ups_section(run, *drawings("look-ups")),
        load_section(run, *drawings("load")),
        single_section(run),
        mix_section(run, *drawings("mix")),
        answers_section(run),
    )
    return "\n\n".join(filter(None, sections)) + "\n"


def _head(run: Run) -> str:
    machine, settings = run.machine, run.settings
    versions = ", ".join(f"{name} {version}" for name, version in run.versions.items())
    lines = [
        "# Benchmark of the service",
        "",
        "Drawn by `python benchmarks/all.py --draw` from"
        " [serving-benchmark.json](serving-benchmark.json), so that all numbers are of one run:",
        "",
        f"- `{run.command}` at {run.revision}, from {run.began} to {run.ended};",
        f"- {machine['processors']} processors ({machine['model']}),"
        f" {machine['memory'] / 1e9:.0f} GB of memory, {machine['system']};",
        f"- load averages {_loads(run.load_before)} before and {_loads(run.load_after)} after;"
        f" {_quietness(run)};",
        f"- {versions};",
        f"- turns: {settings['rounds']}; seconds of look-ups and of load in each:"
        f" {settings['seconds']}; busy processes beside the load: {settings['busy']}; seed:"
        f" {settings['seed']}.",
        "",
        "Systems take turns at each thing that is measured, with the others idle beside them."
        " Numbers are medians of the turns, *of reference* is the median of the ratios to"
        f" {run.reference} within a turn. Clients share the processors with the servers. Ours reads"
        " data and ontology and finds out what follows; the others are given the closure that"
        " `eakg reason` writes. Virtuoso has room in memory for as many bytes as that file has.",
    ]
    if run.missing:
        lines += ["", f"Missing: {'; '.join(run.missing)}."]
    return "\n".join(lines)


def _quietness(run: Run) -> str:
    shares = [one.others for one in run.measurements]
    middle = statistics.median(shares) if shares else 0.0
    words = (
        f"other work kept {middle:.2f} processors busy in the median of the measurements, and"
        f" {max(shares, default=0.0):.2f} at most"
    )
    if middle > QUIET:
        return (
            f"**the machine was busy with other work**, so that only ratios say something: {words}"
        )
    return words


def _loads(loads: Sequence[float]) -> str:
    return " ".join(f"{load:.1f}" for load in loads)

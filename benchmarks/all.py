"""Measure `eakg serve` beside `oxigraph serve`, Virtuoso and rdflib-endpoint, all in one run.

LUBM data are read from the folder that EAKG_BENCH names, or from `../shared/bench` beside the
repository; --data names other files instead. Look-ups are sent by wrk. What is not installed is
named and left out. What was measured goes to serving-benchmark.json in a folder, and from there a
page and charts are drawn beside it.
"""

import os
import platform
import shlex
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from comparison import ROOT
from comparison.charts import charts
from comparison.course import COUNTED, LOAD, LOOK_UPS, MIX, START, Course, Settings
from comparison.graphs import BenchmarkGraph, PreparedGraph, lubm_graphs, prepare
from comparison.lookups import is_installed
from comparison.mix import NothingToAskError
from comparison.page.whole import page
from comparison.processes import machine
from comparison.results import Measurement, Run, read_run, write_run
from comparison.systems import REFERENCE, StartError, systems, versions
from eakg import __version__

NAME = "serving-benchmark"
PARTS = (START, LOOK_UPS, LOAD, MIX)
NO_WRK = "wrk is not there, so no look-ups; install the package wrk of Debian"
Queries = tuple[tuple[str, str, str], ...]


@dataclass
class Measuring:
    """A run under way. Arguments: how much is measured, the seed of the mix, what is missing."""

    settings: Settings
    seed: int
    missing: list[str]
    began: str = field(default_factory=lambda: _now())
    load_before: tuple[float, ...] = field(default_factory=os.getloadavg)
    graphs: dict[str, dict[str, float]] = field(default_factory=dict)
    queries: dict[str, Queries] = field(default_factory=dict)
    measurements: list[Measurement] = field(default_factory=list)

    def measure(self, graph: BenchmarkGraph, folder: Path, progress: Progress) -> None:
        """Measure a graph, in a folder."""
        task = progress.add_task(f"{graph.name}: what follows from it", total=None)
        prepared = prepare(graph, folder / graph.name, self.seed)
        chosen, absent = systems(prepared.sources, with_slow=graph.lubm_size == 1)
        self.missing += [words for words in absent if words not in self.missing]
        self._note(prepared)

        def tell(words: str) -> None:
            progress.update(task, description=f"{graph.name}: {words}")

        def done(measurement: Measurement) -> None:
            self.measurements.append(measurement)
            if measurement.part not in COUNTED:
                return
            progress.advance(task)
            if not progress.console.is_terminal and measurement.part != MIX:
                progress.console.print(_line(measurement))

        course = Course(self.settings, prepared, chosen, is_installed(), tell, done)
        progress.update(task, total=course.steps)
        course.run()
        self.missing += course.missing

    @property
    def run(self) -> Run:
        """What was measured until now."""
        return Run(
            began=self.began,
            ended=_now(),
            revision=_revision(),
            command=shlex.join(["python", "benchmarks/all.py", *sys.argv[1:]]),
            reference=REFERENCE,
            machine=machine(),
            load_before=self.load_before,
            load_after=os.getloadavg(),
            versions={"eakg": __version__, "Python": platform.python_version(), **versions()},
            settings={**asdict(self.settings), "seed": self.seed},
            missing=tuple(self.missing),
            graphs=self.graphs,
            queries=self.queries,
            measurements=tuple(self.measurements),
        )

    def _note(self, prepared: PreparedGraph) -> None:
        name = prepared.graph.name
        self.graphs[name] = {
            "asserted": prepared.asserted,
            "triples": prepared.profile.triples,
            "bytes": prepared.sources.closure.stat().st_size,
        }
        self.queries[name] = tuple((one.name, one.kind, one.text) for one in prepared.mix)


def draw(file: Path) -> None:
    """Write the page and the charts of what was measured beside its file."""
    run = read_run(file.read_text("utf-8"))
    drawings = {f"{NAME}-{name}.svg": drawing for name, drawing in charts(run).items()}
    for old in file.parent.glob(f"{NAME}*.svg"):
        old.unlink()
    for name, drawing in drawings.items():
        file.with_name(name).write_text(drawing, "utf-8")
    names = {name.removeprefix(f"{NAME}-").removesuffix(".svg"): name for name in drawings}
    file.with_suffix(".md").write_text(page(run, names), "utf-8")


def _numbers(context: click.Context, parameter: click.Parameter, text: str) -> tuple[int, ...]:
    parts = text.split(",")
    if not all(part.isdecimal() and int(part) for part in parts):
        words = "whole numbers above zero, with commas between them"
        raise click.BadParameter(words, context, parameter)
    return tuple(map(int, parts))


@click.command(help=__doc__)
@click.option("--sizes", default="1,10,50", callback=_numbers, help="Of LUBM, in universities.")
@click.option(
    *("--data", "data"),
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path, resolve_path=True),
    help="A file of another graph instead; several are one graph.",
)
@click.option("--rounds", default=3, type=click.IntRange(1), help="Turns that each system takes.")
@click.option("--seconds", default=10, type=click.IntRange(1), help="Of look-ups, and of load.")
@click.option("--clients", default="1,8,32", callback=_numbers, help="Who ask LUBM's queries.")
@click.option("--busy", default=0, type=click.IntRange(0), help="Busy processes beside the load.")
@click.option(
    *("--part", "parts"),
    multiple=True,
    type=click.Choice(PARTS),
    help="What to measure, if not all.",
)
@click.option("--seed", default=1, help="Of the mix of queries.")
@click.option(
    *("--out", "out"),
    default=ROOT / "docs",
    type=click.Path(exists=True, file_okay=False, path_type=Path, resolve_path=True),
    help="The folder of results.",
)
@click.option("--draw", "is_drawing", is_flag=True, help="Only draw what was measured.")
def main(
    sizes: Sequence[int],
    data: Sequence[Path],
    rounds: int,
    seconds: int,
    clients: tuple[int, ...],
    busy: int,
    parts: tuple[str, ...],
    seed: int,
    out: Path,
    is_drawing: bool,
) -> None:
    file = out / f"{NAME}.json"
    if not is_drawing:
        settings = Settings(rounds, seconds, clients, busy, parts or PARTS)
        with _folder() as folder:
            if data:
                name = ", ".join(path.name for path in data)
                graphs, missing = [BenchmarkGraph(name, tuple(data))], []
            else:
                graphs, missing = lubm_graphs(folder, sizes)
            if not graphs:
                raise click.ClickException("; ".join(missing))
            if LOOK_UPS in settings.parts and not is_installed():
                missing.append(NO_WRK)
            measuring = Measuring(settings, seed, missing)
            unfinished = file.with_suffix(".unfinished.json")
            with _progress() as progress:
                for graph in graphs:
                    try:
                        measuring.measure(graph, folder, progress)
                    except (StartError, NothingToAskError) as error:
                        raise click.ClickException(f"{graph.name}: {error}") from error
                    finally:
                        if measuring.measurements:
                            unfinished.write_text(write_run(measuring.run), "utf-8")
        if not measuring.measurements:
            raise click.ClickException("; ".join(measuring.missing))
        unfinished.replace(file)
    draw(file)


@contextmanager
def _folder() -> Iterator[Path]:
    """A folder that lasts as long as the run, also where somebody ends that."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with tempfile.TemporaryDirectory(prefix="eakg-benchmark-") as folder:
        yield Path(folder)


def _progress() -> Progress:
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()
    return Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True))


def _line(measurement: Measurement) -> str:
    figures = ", ".join(f"{name} {value:.4g}" for name, value in measurement.figures.items())
    place = f"{measurement.graph} {measurement.turn}: {measurement.part} {measurement.case}"
    return f"{place} {measurement.system}: {figures} {dict(measurement.failures) or ''}"


def _revision() -> str:
    """The commit of the code, and whether it was changed since."""
    commands = ("rev-parse", "--short=12", "HEAD"), ("status", "--porcelain", "src", "benchmarks")
    commit, changes = (
        subprocess.run(["git", *command], cwd=ROOT, capture_output=True, text=True, check=False)
        for command in commands
    )
    words = commit.stdout.strip() or "an unknown commit"
    return f"{words}, with changes" if changes.stdout.strip() else words


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


if __name__ == "__main__":
    main()

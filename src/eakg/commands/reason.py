"""The command that closes RDF files."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

from eakg.commands.command import PathArgument, ending, is_watched, progress
from eakg.problems import ExitStatus, Problem, ProblemsError
from eakg.reason import Closure, Engine, Equality, closure_of_facts
from eakg.reason.files import Statistics, check_output, read, write_closure
from eakg.reason.rules import RULE_SETS, rule_set
from eakg.reason.scope import ontology_warnings


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=PathArgument)
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=PathArgument,
    help="A file .nt or .ttl; else N-Triples to standard output.",
)
@click.option("--only-inferred", is_flag=True, help="Leave out what was in the input.")
@click.option("--trivial", is_flag=True, help="Also what holds of everything: x owl:sameAs x ...")
@click.option(
    "--equality",
    type=click.Choice(["expanded", "representatives"]),
    default="expanded",
    show_default=True,
    help="What is said of a thing with several names: under each, or under one.",
)
@click.option(
    "--engine",
    type=click.Choice(["auto", "memory", "owlrl"]),
    default="auto",
    show_default=True,
    help="What runs the rules: auto takes memory; owlrl is slow, and there to compare.",
)
@click.option(
    "--rules",
    type=click.Choice(RULE_SETS),
    default="owl-rl",
    show_default=True,
    help="Which rules run.",
)
@click.option("--stats", is_flag=True, help="Counts by rule, time and memory, in the end.")
@click.option("--json", "as_json", is_flag=True, help="The same for machines.")
@ending
def reason(
    files: tuple[Path, ...],
    output: Path | None,
    only_inferred: bool,
    trivial: bool,
    equality: Equality,
    engine: Engine,
    rules: str,
    stats: bool,
    as_json: bool,
) -> ExitStatus:
    """Close RDF files, taken as one graph, under rules, by default those of OWL 2 RL."""
    if engine == "owlrl" and rules != "owl-rl":
        raise click.UsageError(f"--engine owlrl runs --rules owl-rl alone, not {rules}")
    check_output(output)
    statistics = Statistics()
    with _progress_bar(files) as advance, statistics.phase("read"):
        terms, facts = read(files, advance)
    with progress("reasoning"), statistics.phase("reason"):
        closure = closure_of_facts(
            terms,
            facts,
            rules=rule_set(rules),
            trivial=trivial,
            equality=equality,
            engine=engine,
        )
        inconsistencies = closure.inconsistencies
    with progress("checking"), statistics.phase("check"):
        warnings = ontology_warnings(closure, files)
    for warning in warnings:
        click.echo(f"{warning.problem} (warning)", err=True)
    statistics.warnings = [warning.to_json() for warning in warnings]
    if not inconsistencies:
        with progress("writing"), statistics.phase("write"):
            statistics.inferred = write_closure(closure, output, only_inferred=only_inferred)
    statistics.count(closure)
    _print_statistics(statistics, stats, as_json, err=output is None)
    if inconsistencies:
        raise ProblemsError(_contradictions(closure, files), ExitStatus.INCONSISTENT)
    return ExitStatus.DONE


def _contradictions(closure: Closure, files: Sequence[Path]) -> Iterator[Problem]:
    # What finds places and sentences is imported where there is something to find.
    from eakg.dataset import evidence_beside, places_of_files
    from eakg.evidence import NamedGraphs
    from eakg.reason.contradictions import contradiction, is_small, no_sentences, sentences

    places = places_of_files(file for file in files if is_small(file))
    evidence = evidence_beside(files)
    quotations = sentences(closure, NamedGraphs(evidence)) if evidence else no_sentences
    for inconsistency in closure.inconsistencies:
        yield contradiction(inconsistency, places, str(files[0]), quotations, closure.is_asserted)


@contextmanager
def _progress_bar(files: Sequence[Path]) -> Iterator[Callable[[int], None]]:
    """Shows how much of the files was read, where someone is watching."""
    if not is_watched():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        sizes = sum(file.stat().st_size for file in files if file.is_file())
        task = bar.add_task("reading", total=sizes)
        yield lambda size: bar.advance(task, size)


def _print_statistics(statistics: Statistics, stats: bool, as_json: bool, err: bool) -> None:
    if stats:
        from rich.console import Console

        for table in statistics.tables():
            Console(stderr=True).print(table)
    if as_json:
        click.echo(json.dumps(statistics.report(), indent=2), err=err)

"""The command that closes RDF files."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

from eakg.commands.command import PathArgument, ending, is_watched, progress, told_regime
from eakg.commands.data import import_option, warn, with_imports
from eakg.problems import ExitStatus, Problem, ProblemsError
from eakg.reason import Closure, Engine, Equality, closure_of_facts
from eakg.reason.files import Statistics, check_output, imported_iris, read, warnings, write_closure
from eakg.reason.rulebooks import REASONING, Regime, chosen_regime


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
    multiple=True,
    metavar=REASONING.replace("none|", ""),
    help="Which rules run, by default owl-rl; a FILE of rules may come with a set.",
)
@import_option
@click.option(
    "--repairs",
    type=click.IntRange(min=1),
    metavar="N",
    help="For each contradiction, up to N sets of triples without which it ends.",
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
    rules: tuple[str, ...],
    imports: tuple[str, ...],
    repairs: int | None,
    stats: bool,
    as_json: bool,
) -> ExitStatus:
    """Close RDF files, taken as one graph, under rules, by default those of OWL 2 RL."""
    regime = _regime(rules)
    if engine == "owlrl" and regime.name != "owl-rl":
        raise click.UsageError(f"--engine owlrl runs --rules owl-rl alone, not {regime.name}")
    check_output(output)
    closure_of_imports = with_imports(files, imports)
    files = closure_of_imports.files
    statistics = Statistics()
    with _progress_bar(files) as advance, statistics.phase("read"):
        terms, facts = read(files, advance, regime.rules)
    warn(closure_of_imports.further_warnings(imported_iris(terms, facts)))
    with progress("reasoning"), statistics.phase("reason"):
        closure = closure_of_facts(
            terms,
            facts,
            rules=regime.rules,
            trivial=trivial,
            equality=equality,
            engine=engine,
        )
        inconsistencies = closure.inconsistencies
    for warning in warnings(closure):
        click.echo(f"{files[0]}: {warning} (warning)", err=True)
    if not inconsistencies:
        with progress("writing"), statistics.phase("write"):
            statistics.inferred = write_closure(closure, output, only_inferred=only_inferred)
    statistics.count(closure)
    _print_statistics(statistics, stats, as_json, err=output is None)
    if inconsistencies:
        raise ProblemsError(_contradictions(closure, files, repairs), ExitStatus.INCONSISTENT)
    return ExitStatus.DONE


def _regime(names: Sequence[str]) -> Regime:
    """The rules of `--rules`."""
    if "none" in ",".join(names).split(","):
        raise click.UsageError("--rules none would leave nothing to do")
    return told_regime(chosen_regime(names))


def _contradictions(
    closure: Closure, files: Sequence[Path], repairs: int | None
) -> Iterator[Problem]:
    # What finds places and sentences is imported where there is something to find.
    from eakg.dataset import evidence_beside, places_of_files
    from eakg.evidence import NamedGraphs
    from eakg.reason.contradictions import contradiction, is_small, no_sentences, sentences
    from eakg.reason.justifications import with_repairs

    places = places_of_files(file for file in files if is_small(file))
    evidence = evidence_beside(files)
    quotations = sentences(closure, NamedGraphs(evidence)) if evidence else no_sentences
    problems = (
        contradiction(clash, places, str(files[0]), quotations, closure.is_asserted)
        for clash in closure.inconsistencies
    )
    return problems if repairs is None else with_repairs(problems, closure, places, repairs)


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

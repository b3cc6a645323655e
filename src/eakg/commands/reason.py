"""The command that closes RDF files."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import click

from eakg.commands.closing import ON_DISK, EngineOptions, chosen_engine, memory_engine
from eakg.commands.command import (
    PathArgument,
    ending,
    is_watched,
    progress,
    told_regime,
)
from eakg.commands.data import import_option, warn, with_imports
from eakg.commands.options import takes
from eakg.commands.supervision import RunLimits, current_account
from eakg.commands.terminal import print_table
from eakg.problems import ExitStatus, Problem, extra_package
from eakg.reason import Closure, Equality, closure_of_facts
from eakg.reason.contradictions import ContradictionOptions, Findings, OnContradiction
from eakg.reason.files import Statistics, check_output, imported_iris, read, write_closure
from eakg.reason.relational import runs_on_tables
from eakg.reason.relations import Allowance
from eakg.reason.rulebooks import REASONING, Regime, chosen_regime
from eakg.reason.rules import RuleSet
from eakg.reason.scope import ontology_warnings


@dataclass(frozen=True)
class ReasonOptions(EngineOptions, RunLimits, ContradictionOptions):
    """What runs the rules, what a closure may take, and what becomes of contradictions."""


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, type=PathArgument)
@click.option(
    "--add",
    "added",
    metavar="FILE",
    multiple=True,
    type=PathArgument,
    help="Triples to add to the closure whose work is in --work, in place of FILE.",
)
@click.option(
    "--remove",
    "removed",
    metavar="FILE",
    multiple=True,
    type=PathArgument,
    help="Triples to remove from its input.",
)
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=PathArgument,
    help="A file .nt or .ttl, for duckdb and spark a folder; else N-Triples to standard output.",
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
@takes(ReasonOptions)
@ending
def reason(
    files: tuple[Path, ...],
    added: tuple[Path, ...],
    removed: tuple[Path, ...],
    output: Path | None,
    only_inferred: bool,
    trivial: bool,
    equality: Equality,
    rules: tuple[str, ...],
    imports: tuple[str, ...],
    repairs: int | None,
    stats: bool,
    as_json: bool,
    options: ReasonOptions,
) -> ExitStatus:
    """Close RDF files, taken as one graph, under rules, by default those of OWL 2 RL."""
    policy, work = options.policy, current_account()
    change = _change(files, added, removed, options)
    files = files or added or removed
    regime = _regime(rules)
    needs = _memory_needs(regime.rules, equality, repairs)
    engine = chosen_engine(options, files, output, options.memory, needs)
    # Databases have a limit of their own, within which they work.
    work.limit(replace(options, memory=None) if engine in ON_DISK else options)
    if engine == "owlrl" and regime.name != "owl-rl":
        raise click.UsageError(f"--engine owlrl runs --rules owl-rl alone, not {regime.name}")
    statistics = Statistics()
    if engine in ON_DISK:
        extra = "eakg[spark]" if engine == "spark" else "eakg[large]"
        with extra_package(f"--engine {engine}", extra):
            from eakg.commands.closing import DiskRun, close_on_disk
            from eakg.reason.disk import FileChange

        closure_of_imports = with_imports(added if change else files, imports)
        whole = closure_of_imports.files
        run = DiskRun(
            whole or files,
            output,
            regime.rules,
            only_inferred,
            trivial,
            policy,
            options.memory,
            engine,
            options,
            FileChange(whole, removed) if change else None,
        )
        run.check()
        with _progress_bar(run.files) as advance:
            findings = close_on_disk(run, statistics, advance, closure_of_imports.further_warnings)
        return _outcome(statistics, findings, output, stats=stats, as_json=as_json)
    check_output(output)
    closure_of_imports = with_imports(files, imports)
    files = closure_of_imports.files
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
            engine=memory_engine(engine),
            allowance=Allowance(observe=work.round),
        )
        findings = _findings(closure, files, policy, repairs)
    with progress("checking"), statistics.phase("check"):
        warnings = ontology_warnings(closure, files)
    for warning in warnings:
        click.echo(f"{warning.problem} (warning)", err=True)
    statistics.warnings = [warning.to_json() for warning in warnings]
    if not findings.withhold:
        for problem in findings.warnings:
            click.echo(str(problem), err=True)
        work.tell(output=output and str(output))
        with progress("writing"), statistics.phase("write"):
            statistics.inferred = write_closure(
                closure,
                output,
                only_inferred=only_inferred,
                release=work.release,
                is_whole=options.is_given,
            )
    statistics.count(closure)
    return _outcome(statistics, findings, output, stats=stats, as_json=as_json)


def _change(
    files: Sequence[Path], added: Sequence[Path], removed: Sequence[Path], options: EngineOptions
) -> bool:
    """Whether a closure is to be changed. Raises: UsageError where options do not go together."""
    if not added and not removed:
        if not files:
            raise click.UsageError("Missing argument 'FILE...'.")
        return False
    if files:
        raise click.UsageError("--add and --remove change what was closed; leave FILE... out")
    if options.engine != "duckdb" or options.work is None:
        raise click.UsageError("--add and --remove go with --engine duckdb and --work")
    return True


def _memory_needs(rules: RuleSet, equality: Equality, repairs: int | None) -> str | None:
    """What is wanted that only the engine in memory does."""
    if equality != "expanded":
        return f"--equality {equality}"
    if repairs is not None:
        return "--repairs"
    return None if runs_on_tables(rules) else f"--rules {rules.name}, about every property,"


def _outcome(
    statistics: Statistics, findings: Findings, output: Path | None, *, stats: bool, as_json: bool
) -> ExitStatus:
    """Tell what is wanted of a run. Raises: ProblemsError where contradictions end it."""
    if stats:
        _print_statistics(statistics)
    if as_json:
        report = {**statistics.report(), **_report(findings)}
        click.echo(json.dumps(report, indent=2), err=output is None)
    findings.check()
    return findings.status


def _findings(
    closure: Closure, files: Sequence[Path], policy: OnContradiction, repairs: int | None
) -> Findings:
    if not closure.inconsistencies:
        return Findings(policy)
    problems = list(_contradictions(closure, files, repairs))
    pairs = zip(problems, closure.inconsistencies, strict=True)
    ill_formed = {one for one, clash in pairs if clash.is_ill_formed_literal}
    return Findings.of(problems, ill_formed, policy)


def _report(findings: Findings) -> dict[str, Any]:
    """What was found, for machines."""
    return {
        "on_contradiction": findings.policy,
        "withheld": findings.withhold,
        "problems": [asdict(problem) for problem in findings.contradictions],
        "ignored": [asdict(problem) for problem in findings.ignored],
    }


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
    current_account().tell(phase="reading")
    if not is_watched():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        sizes = sum(file.stat().st_size for file in files if file.is_file())
        task = bar.add_task("reading", total=sizes)
        yield lambda size: bar.advance(task, size)


def _print_statistics(statistics: Statistics) -> None:
    for table in statistics.tables():
        texts = [name for name in table.columns if name == "rule"]
        print_table(table.columns, table.rows, title=table.title, texts=texts, err=True)

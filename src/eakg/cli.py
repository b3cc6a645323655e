"""The command line: each command a thin line over functions of the package."""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from functools import cache, wraps
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rdflib import Graph
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from eakg import __version__
from eakg.dataset.layout import Layout, layout_of, shipped, sources_layout
from eakg.dataset.output import publish, stale
from eakg.dataset.places import places_of_files, places_of_layout, places_of_lifted
from eakg.dataset.turtle import write_turtle
from eakg.lift.statement import Lifted
from eakg.names import PREFIXES
from eakg.problems import ExitStatus, Problem, ProblemsError
from eakg.queries.endpoint import (
    AnswerError,
    Endpoint,
    RejectedError,
    RemoteEndpoint,
    StoreEndpoint,
    TimeoutExceededError,
)
from eakg.queries.outcome import Outcome, Verdict, check, describe, exit_status, junit
from eakg.queries.saved import SavedQuery, find_queries, read_query
from eakg.reason import materialize, without_blank_nodes
from eakg.reason.closure import Engine, Equality
from eakg.reason.engine.spelling import TermSyntaxError, term
from eakg.reason.explanation import NotInClosureError
from eakg.reason.files import closed, read
from eakg.reason.limits import warnings
from eakg.reason.naming import Namer
from eakg.reason.output import check_output, write_closure
from eakg.reason.proof import to_json, to_text
from eakg.reason.provenance import to_prov
from eakg.reason.report import SMALL, contradiction
from eakg.reason.statistics import Statistics
from eakg.reason.support import Support, file_graphs, layout_graphs, without_evidence
from eakg.store.contents import Contents, GraphFile, contents
from eakg.store.process import HolderProcess
from eakg.store.request import Limits

if TYPE_CHECKING:
    from eakg.dataset.quality import Section
    from eakg.dataset.validation import Check

PathArgument = click.Path(path_type=Path)


def _command(function: Callable[..., ExitStatus]) -> Callable[..., None]:
    """Ends a command with its status; what is wrong with the input goes to standard error."""

    @wraps(function)
    def run(*arguments: Any, **options: Any) -> None:
        try:
            status = function(*arguments, **options)
        except ProblemsError as error:
            for problem in error.problems:
                click.echo(str(problem), err=True)
            status = error.status
        sys.exit(status)

    return run


@contextmanager
def _progress(message: str) -> Iterator[None]:
    """Shows what long work is at, where someone is watching."""
    with Console(stderr=True).status(message):
        yield


@click.group()
@click.version_option(__version__, prog_name="eakg")
def main() -> None:
    """A knowledge graph of East Asia cooperation, with what supports every triple.

    \b
    Exit status: 0 done, 1 the check failed, 2 wrong usage or unreadable input, 3 inconsistent,
    4 endpoint unreachable, 5 time limit, 6 query error.
    """


# Build


@main.command()
@click.option("--sources", type=PathArgument, help="Folder of annotated documents.")
@click.option("--out", type=PathArgument, help="Folder for what is built.")
@click.option("--check", "only_check", is_flag=True, help="Only say whether files are stale.")
@_command
def build(sources: Path | None, out: Path | None, only_check: bool) -> ExitStatus:
    """Lift annotated text and tables, reason, and write the Turtle files of the graph.

    The tables are those of `background/` beside the sources, or else the shipped ones.
    """
    # The libraries for tables and shapes take longer to load than most commands to run.
    from eakg.dataset.build import graph_files, lift_sources, read_ontology, surplus_files

    layout = sources_layout(sources, out) if sources or out else shipped()
    with _progress("lifting"):
        ontology = read_ontology(layout)
        lifted = lift_sources(layout, ontology)
        files = graph_files(layout, lifted)
    with _progress("reasoning"):
        graph = ontology + Graph()
        for item in lifted:
            for statement in item.statements:
                graph.add(statement.triple)
        closure = materialize(graph)
        if closure.inconsistencies:
            places = places_of_lifted(layout, lifted)
            raise ProblemsError(
                (contradiction(i, places, str(layout.graph)) for i in closure.inconsistencies),
                ExitStatus.INCONSISTENT,
            )
        inferred = without_blank_nodes(closure.inferred)
        files[layout.inferred] = write_turtle(inferred)
    surplus = surplus_files(layout, files)
    if only_check:
        problems = stale(files, surplus)
        if problems:
            raise ProblemsError(problems, ExitStatus.CHECK_FAILED)
    else:
        publish(files, surplus)
    _print_account(lifted, len(inferred))
    return ExitStatus.DONE


def _print_account(lifted: Sequence[Lifted], inferred: int) -> None:
    table = Table(title="What was read and what became of it")
    for column in ("source", "lines", "lifted", "skipped", "statements", "triples"):
        table.add_column(column, justify="left" if column == "source" else "right")
    for item in lifted:
        triples = len({statement.triple for statement in item.statements})
        counts = (item.lines, item.lifted, len(item.skipped), len(item.statements), triples)
        table.add_row(item.name, *map(str, counts))
    table.add_section()
    totals = (
        sum(item.lines for item in lifted),
        sum(item.lifted for item in lifted),
        sum(len(item.skipped) for item in lifted),
        sum(len(item.statements) for item in lifted),
    )
    table.add_row("all", *map(str, totals), "")
    Console().print(table)
    for item in lifted:
        for skip in item.skipped:
            click.echo(f"{skip.file}:{skip.line}: skipped: {skip.reason}")
    click.echo(f"{inferred} triples inferred, no contradiction.")


# Validate


@main.command()
@click.argument("paths", nargs=-1, type=PathArgument)
@click.option("--json", "as_json", is_flag=True, help="The result for machines.")
@click.option("--report", is_flag=True, help="Coverage, evidence, and what is missing, too.")
@_command
def validate(paths: tuple[Path, ...], as_json: bool, report: bool) -> ExitStatus:
    """Check shapes, OWL 2 RL profile, quotes, statements, terms and references.

    PATH is an RDF file, or a folder with ontology/ and graph/; without one, the shipped graph.
    """
    from eakg.dataset.built import read_built
    from eakg.dataset.quality import quality, sections
    from eakg.dataset.validation import validate_built, validate_files

    found = None
    with _progress("validating"):
        if not paths or (len(paths) == 1 and paths[0].is_dir()):
            layout = _layout_at(paths[0]) if paths else shipped()
            built = read_built(layout)
            checks = validate_built(layout, built)
            if report:
                records = {path.name for path in layout.records()} & built.evidence.keys()
                places = cache(lambda: places_of_layout(layout, built.evidence))
                found = quality(built, records, places)
        elif report:
            message = "--report is for a folder with ontology/ and graph/, or for the shipped graph"
            raise click.UsageError(message)
        else:
            checks = validate_files(paths, shipped())
    failed = any(item.problems for item in checks)
    if as_json:
        result = _report(checks) | ({"quality": asdict(found)} if found else {})
        click.echo(json.dumps(result, indent=2, ensure_ascii=False))
    else:
        table = Table(title="Validation")
        for column in ("check", "examined", "problems", "warnings"):
            table.add_column(column, justify="left" if column == "check" else "right")
        for item in checks:
            counts = (item.examined, len(item.problems), len(item.warnings))
            table.add_row(item.name, *map(str, counts))
        Console().print(table)
        for item in checks:
            for problem in item.problems:
                click.echo(str(problem))
            for warning in item.warnings:
                click.echo(f"{warning} (warning)")
        for section in sections(found) if found else ():
            _print_section(section)
    return ExitStatus.CHECK_FAILED if failed else ExitStatus.DONE


def _print_section(section: "Section") -> None:
    table = Table(title=section.title)
    for column in section.columns:
        table.add_column(column, overflow="fold")
    for row in section.rows:
        table.add_row(*row)
    Console().print(table)


def _layout_at(folder: Path) -> Layout:
    if not (folder / "graph").is_dir():
        message = "holds no graph/; name RDF files, or a folder that holds ontology/ and graph/"
        raise ProblemsError([Problem(str(folder), 0, message)])
    return layout_of(folder)


def _report(checks: Sequence["Check"]) -> dict[str, Any]:
    def listed(problems: Sequence[Problem]) -> list[dict[str, Any]]:
        return [{"file": p.file, "line": p.line, "message": p.message} for p in problems]

    return {
        "valid": not any(item.problems for item in checks),
        "checks": [
            {
                "name": item.name,
                "examined": item.examined,
                "problems": listed(item.problems),
                "warnings": listed(item.warnings),
            }
            for item in checks
        ],
    }


# Reason


@main.command()
@click.argument("files", nargs=-1, required=True, type=PathArgument)
@click.option("-o", "--output", type=PathArgument, help="A file .nt or .ttl; else N-Triples here.")
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
    type=click.Choice(["rules", "owlrl"]),
    default="rules",
    show_default=True,
    help="What runs the rules; owlrl is slow, and there to compare.",
)
@click.option("--stats", is_flag=True, help="Counts by rule, time and memory, in the end.")
@click.option("--json", "as_json", is_flag=True, help="The same for machines.")
@_command
def reason(
    files: tuple[Path, ...],
    output: Path | None,
    only_inferred: bool,
    trivial: bool,
    equality: Equality,
    engine: Engine,
    stats: bool,
    as_json: bool,
) -> ExitStatus:
    """Close RDF files, taken as one graph, under the rules of OWL 2 RL."""
    check_output(output)
    statistics = Statistics()
    with _reading(files) as progress, statistics.phase("read"):
        terms, facts = read(files, progress)
    with _progress("reasoning"), statistics.phase("reason"):
        closure = closed(terms, facts, trivial=trivial, equality=equality, engine=engine)
        inconsistencies = closure.inconsistencies
    for warning in warnings(closure):
        click.echo(f"{files[0]}: {warning} (warning)", err=True)
    if not inconsistencies:
        with _progress("writing"), statistics.phase("write"):
            statistics.inferred = write_closure(closure, output, only_inferred=only_inferred)
    statistics.count(closure)
    _print_statistics(statistics, stats, as_json, err=output is None)
    if inconsistencies:
        places = places_of_files(file for file in files if file.stat().st_size <= SMALL)
        raise ProblemsError(
            (contradiction(i, places, str(files[0])) for i in inconsistencies),
            ExitStatus.INCONSISTENT,
        )
    return ExitStatus.DONE


@contextmanager
def _reading(files: Sequence[Path]) -> Iterator[Callable[[int], None]]:
    """Shows how much of the files was read, where someone is watching."""
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as shown:
        sizes = sum(file.stat().st_size for file in files if file.is_file())
        task = shown.add_task("reading", total=sizes)
        yield lambda size: shown.advance(task, size)


def _print_statistics(statistics: Statistics, stats: bool, as_json: bool, err: bool) -> None:
    if stats:
        for table in statistics.tables():
            Console(stderr=True).print(table)
    if as_json:
        click.echo(json.dumps(statistics.report(), indent=2), err=err)


# Explain


@main.command()
@click.argument("subject")
@click.argument("predicate")
@click.argument("object_", metavar="OBJECT")
@click.option("--data", "files", multiple=True, type=PathArgument, help="RDF files to close.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json", "turtle"]),
    default="text",
    show_default=True,
)
@_command
def explain(
    subject: str, predicate: str, object_: str, files: tuple[Path, ...], format_: str
) -> ExitStatus:
    """Prove a triple of the shipped graph, down to the text, rows and axioms that support it.

    Terms are written as in N-Triples, or as prefixed names (id:china, eakg:recipient, a), or as
    bare IRIs. With --data, the triple is proved from those files instead.
    """
    with _progress("reading"):
        graphs = file_graphs(files) if files else layout_graphs(shipped())
        graph = without_evidence(graphs)
    prefixes = {**PREFIXES, **{prefix: str(iri) for prefix, iri in graph.namespaces()}}
    try:
        words = (subject, predicate, object_)
        triple = term(words[0], prefixes), term(words[1], prefixes), term(words[2], prefixes)
    except TermSyntaxError as error:
        raise click.UsageError(str(error)) from error
    with _progress("reasoning"):
        closure = materialize(graph)
    try:
        proof = closure.explain(triple)
    except NotInClosureError as error:
        click.echo(f"{' '.join(words)}: it is not in the closure: {error}", err=True)
        return ExitStatus.CHECK_FAILED
    support = Support(graphs)
    if format_ == "json":
        click.echo(json.dumps(to_json(proof, support.of), indent=2, ensure_ascii=False))
    elif format_ == "turtle":
        click.echo(to_prov(proof, support).serialize(format="turtle"), nl=False)
    else:
        name = Namer(graph)
        click.echo(to_text(proof, lambda t: " ".join(map(name, t)), support.lines), nl=False)
    return ExitStatus.DONE


# Queries


def _shipped_contents() -> Contents:
    graphs = shipped().named_graphs()
    return contents(GraphFile(name, path) for name, path in graphs)


@contextmanager
def _endpoint(address: str | None, timeout: float) -> Iterator[Endpoint]:
    """The endpoint at an address, or a store of the shipped graph whose queries can be ended."""
    if address:
        yield RemoteEndpoint(address, ceil(timeout))
        return
    with ExitStack() as stack:
        with _progress("loading"):
            limits = Limits(timeout=timeout)
            holder = stack.enter_context(HolderProcess(_shipped_contents(), limits))
        yield StoreEndpoint(holder.client())


_TIMEOUT = click.option(
    "--timeout",
    default=60.0,
    show_default=True,
    type=click.FloatRange(min=0, min_open=True),
    help="Seconds that a query may run.",
)


@main.command()
@click.argument("file", type=click.File(encoding="utf-8"))
@click.option("--endpoint", metavar="URL", help="A SPARQL endpoint; else the shipped graph.")
@click.option(
    "--closure", type=click.Choice(["full", "asserted"]), default="full", show_default=True
)
@click.option("--format", "format_", metavar="F", help="json, xml, csv, tsv; turtle, ntriples, ...")
@_TIMEOUT
@_command
def query(
    file: Any, endpoint: str | None, closure: Any, format_: str | None, timeout: float
) -> ExitStatus:
    """Answer the SPARQL query in FILE, or in standard input for -."""
    try:
        with _endpoint(endpoint, timeout) as asked:
            answer = asked.answer(file.read(), closure, format_)
    except RejectedError as error:
        click.echo(f"{file.name}: {error}", err=True)
        return ExitStatus.QUERY_ERROR
    except TimeoutExceededError as error:
        click.echo(str(error), err=True)
        return ExitStatus.TIME_LIMIT
    except AnswerError as error:
        click.echo(str(error), err=True)
        return ExitStatus.UNREACHABLE
    sys.stdout.buffer.write(answer)
    if sys.stdout.isatty() and not answer.endswith(b"\n"):
        click.echo()
    return ExitStatus.DONE


@main.command("test")
@click.argument("paths", nargs=-1, type=PathArgument)
@click.option("--endpoint", metavar="URL", help="A SPARQL endpoint; else the shipped graph.")
@click.option("--junit", "junit_file", type=PathArgument, help="Write a JUnit report here.")
@_TIMEOUT
@_command
def test_queries(
    paths: tuple[Path, ...], endpoint: str | None, junit_file: Path | None, timeout: float
) -> ExitStatus:
    """Ask saved queries and compare what comes with what they expect.

    PATH is a query file or a folder of them; without one, the shipped queries.
    """
    files = find_queries(list(paths) or [shipped().queries])
    queries: list[SavedQuery] = []
    problems: list[Problem] = []
    for path in files:
        try:
            queries.append(read_query(path))
        except ProblemsError as error:
            problems += error.problems
    if problems:
        raise ProblemsError(problems)
    with _endpoint(endpoint, timeout) as asked:
        outcomes = [check(item, asked) for item in queries]
    if junit_file:
        publish({junit_file: junit(outcomes)})
    _print_outcomes(outcomes)
    return exit_status(outcomes)


def _print_outcomes(outcomes: Sequence[Outcome]) -> None:
    table = Table(title="Saved queries")
    for column in ("query", "rows", "verdict", "ms"):
        table.add_column(column, justify="right" if column in ("rows", "ms") else "left")
    for outcome in outcomes:
        milliseconds = f"{outcome.seconds * 1000:.0f}"
        table.add_row(outcome.query.name, str(outcome.rows), outcome.verdict, milliseconds)
    Console().print(table)
    for outcome in outcomes:
        lines = describe(outcome)
        if lines:
            click.echo(f"{outcome.query.path}: {outcome.verdict}")
        for line in lines:
            click.echo(f"  {line}")
    passed = sum(outcome.verdict is Verdict.PASSED for outcome in outcomes)
    click.echo(f"{passed} of {len(outcomes)} queries passed.")


# Serve


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535))
@click.option(
    "--timeout",
    default=10.0,
    show_default=True,
    type=click.FloatRange(min=0, min_open=True),
    help="Seconds that a query may run.",
)
@click.option("--public-url", metavar="URL", help="The address that the world knows it by.")
@_command
def serve(host: str, port: int, timeout: float, public_url: str | None) -> ExitStatus:
    """Serve the shipped graph: SPARQL at /sparql, things at /id/..., pages for people."""
    from eakg.serve import run

    return run(_shipped_contents(), host, port, timeout, public_url)

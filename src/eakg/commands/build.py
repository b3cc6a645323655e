"""The command that builds the graph."""

from collections.abc import Sequence
from pathlib import Path

import click
from rdflib import Graph
from rich.console import Console
from rich.table import Table

from eakg.commands.command import PathArgument, ending, progress
from eakg.dataset import places_of_lifted, shipped, sources_layout
from eakg.files import publish, stale
from eakg.lift import Lifted
from eakg.problems import ExitStatus, ProblemsError
from eakg.rdf import write_turtle
from eakg.reason import materialize, without_blank_nodes
from eakg.reason.contradictions import contradiction


@click.command()
@click.option("--sources", metavar="DIR", type=PathArgument, help="Folder of annotated documents.")
@click.option("--out", metavar="DIR", type=PathArgument, help="Folder for what is built.")
@click.option("--check", "only_check", is_flag=True, help="Only say whether files are stale.")
@ending
def build(sources: Path | None, out: Path | None, only_check: bool) -> ExitStatus:
    """Lift annotated text and tables, reason, and write the Turtle files of the graph.

    The tables are those of `background/` beside the sources, or else the shipped ones.
    """
    # The libraries for tables and shapes take longer to load than most commands to run.
    from eakg.dataset import graph_files, lift_sources, read_ontology, surplus_files

    layout = sources_layout(sources, out) if sources or out else shipped()
    with progress("lifting"):
        ontology = read_ontology(layout)
        lifted = lift_sources(layout, ontology)
        files = graph_files(layout, lifted)
    with progress("reasoning"):
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

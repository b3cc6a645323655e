"""The command that validates a graph."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.table import Table

from eakg.commands.command import PathArgument, ending, progress
from eakg.dataset import Layout, layout_of, places_of_layout, shipped
from eakg.problems import ExitStatus, Problem, ProblemsError

if TYPE_CHECKING:
    from eakg.check import Check, ReportSection


@click.command()
@click.argument("paths", metavar="[PATH]...", nargs=-1, type=PathArgument)
@click.option("--json", "as_json", is_flag=True, help="The result for machines.")
@click.option("--report", is_flag=True, help="Coverage, evidence, and what is missing, too.")
@ending
def validate(paths: tuple[Path, ...], as_json: bool, report: bool) -> ExitStatus:
    """Check shapes, OWL 2 RL profile, quotes, statements, terms and references.

    PATH is an RDF file, or a folder with ontology/ and graph/; without one, the shipped graph.
    """
    from eakg.check import quality, sections, validate_built, validate_files
    from eakg.dataset import read_built

    found = None
    with progress("validating"):
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


def _print_section(section: "ReportSection") -> None:
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

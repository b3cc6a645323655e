"""The command that validates a graph."""

import json
from pathlib import Path

import click

from eakg import pipeline
from eakg.check import sections
from eakg.commands.command import PathArgument, ending, progress
from eakg.commands.data import check_imports, import_option, with_imports
from eakg.commands.room import require_memory
from eakg.commands.terminal import print_table
from eakg.dataset import (
    PROJECT_FILE,
    Layout,
    built_layout,
    layout_of,
    read_project_file,
    shipped_layout,
)
from eakg.problems import ExitStatus, Problem, ProblemsError
from eakg.rdf.inputs import rdf_files

_TIMES = 20  # bytes of memory for one of a file in N-Triples; measured


@click.command()
@click.argument("paths", metavar="[PATH]...", nargs=-1, type=PathArgument)
@click.option(
    "--shapes",
    metavar="FILE",
    multiple=True,
    type=PathArgument,
    help="Shapes (SHACL) to check RDF files against instead.",
)
@click.option(
    "--sources",
    metavar="DIR",
    type=PathArgument,
    help="Annotated documents of a built PATH, if not its sources/.",
)
@import_option
@click.option("--json", "as_json", is_flag=True, help="The result for machines.")
@click.option("--report", is_flag=True, help="Coverage, evidence, and what is missing, too.")
@ending
def validate(
    paths: tuple[Path, ...],
    shapes: tuple[Path, ...],
    sources: Path | None,
    imports: tuple[str, ...],
    as_json: bool,
    report: bool,
) -> ExitStatus:
    """Check shapes, OWL 2 RL profile, coherence, quotes, statements, terms and references.

    PATH is an RDF file, the folder of a project, one with ontology/ and graph/, or one that `eakg
    build` wrote to; without one, the shipped graph.
    With --shapes, or where a PATH has shapes (SHACL), RDF files are checked against these, and
    against nothing else.
    """
    whole = not paths or (len(paths) == 1 and paths[0].is_dir() and not shapes)
    if whole and shapes:
        raise click.UsageError("--shapes are for RDF files; name those, too")
    if sources and not (whole and paths):
        raise click.UsageError("--sources is for a folder that `eakg build` wrote to; name it")
    check_imports(imports, has_files=not whole)
    if report and not whole:
        message = "--report is for a folder with ontology/ and graph/, or for the shipped graph"
        raise click.UsageError(message)
    with progress("validating"):
        if whole:
            layout = _layout_at(paths[0], sources) if paths else shipped_layout()
            validation = pipeline.validate(layout, report=report)
        else:
            files = with_imports(rdf_files(paths), imports).files
            require_memory(files, _TIMES, "to be validated here", "validate a part of the data")
            with_shapes = shapes or any(map(pipeline.holds_shapes, files))
            validation = (
                pipeline.validate_with_shapes(files, rdf_files(shapes))
                if with_shapes
                else pipeline.validate_data(files)
            )
    if as_json:
        click.echo(json.dumps(validation.to_json(), indent=2, ensure_ascii=False))
    else:
        _print(validation)
    return ExitStatus.DONE if validation.valid else ExitStatus.CHECK_FAILED


def _print(validation: pipeline.Validation) -> None:
    rows = [
        (check.name, str(check.count), str(len(check.problems)), str(len(check.warnings)))
        for check in validation.checks
    ]
    columns = ("check", "examined", "problems", "warnings")
    print_table(columns, rows, title="Validation", texts=("check",))
    for check in validation.checks:
        for problem in check.problems:
            click.echo(str(problem))
        for warning in check.warnings:
            click.echo(f"{warning} (warning)")
    for section in sections(validation.quality) if validation.quality else ():
        print_table(section.columns, section.rows, title=section.title)


def _layout_at(folder: Path, sources: Path | None) -> Layout:
    if (folder / PROJECT_FILE).is_file():
        project = read_project_file(folder)
        project.require_built()
        return project.layout()
    if (folder / "asserted").is_dir():
        return built_layout(folder, sources)
    if not (folder / "graph").is_dir():
        message = (
            "holds neither graph/ nor asserted/; name RDF files, a folder that holds ontology/ and "
            "graph/, or one that `eakg build` wrote to"
        )
        raise ProblemsError([Problem(str(folder), 0, message)])
    return layout_of(folder)

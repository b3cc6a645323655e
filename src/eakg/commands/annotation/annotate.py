"""The command that annotates documents in the browser."""

from pathlib import Path

import click

from eakg import pipeline
from eakg.commands.command import PathArgument, ending, progress
from eakg.dataset import PROJECT_FILE, layout_of_documents, read_project_file
from eakg.files import with_name
from eakg.problems import ExitStatus, Problem, ProblemsError
from eakg.text import text_of


@click.command()
@click.argument("folder", metavar="DIR", type=PathArgument)
@click.option(
    "--port",
    default=8100,
    show_default=True,
    type=click.IntRange(0, 65535),
    help="The port, 0 for any that is free.",
)
@ending
def annotate(folder: Path, port: int) -> ExitStatus:
    """Annotate the documents in DIR in the browser, at the address that is printed.

    DIR is a folder of documents, that of one document, or a project. Only this machine reaches the
    address, and its token opens it. Each edit is written at once into the .ann file of its
    document, and nothing else is.
    """
    from eakg.serve.annotator import AnnotationWorkspace, run_annotator

    pipeline.require_building("eakg annotate")
    if not folder.is_dir():
        raise ProblemsError([Problem(str(folder), 0, "no such folder; name that of documents")])
    document = ""
    if (folder / PROJECT_FILE).is_file():
        layout = read_project_file(folder).layout()
    elif text_of(folder).is_file():
        place = with_name(folder)
        document, layout = place.name, layout_of_documents(place.parent)
    else:
        layout = layout_of_documents(folder)
    workspace = AnnotationWorkspace(layout)
    with progress("reading what annotations refer to"):
        workspace.vocabulary()
    run_annotator(workspace, port, document)
    return ExitStatus.DONE

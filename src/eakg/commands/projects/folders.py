"""The folders of questions and of drawings of a project."""

from eakg.commands.configuration import place_of
from eakg.problems import ProblemsError
from eakg.serve import ServeOptions


def check_folders(options: ServeOptions) -> None:
    """Raises: ProblemsError with each folder that is none, with file and key, and with all that is
    wrong in the saved queries of the others."""
    if options.questions is None and options.overviews is None:
        return
    from eakg.serve.data import queries_in
    from eakg.serve.overviews import overviews_in

    problems = []
    for key, folder, read in (
        ("questions", options.questions, queries_in),
        ("overviews", options.overviews, overviews_in),
    ):
        if folder is not None and not folder.is_dir():
            problems.append(place_of(key)(f"{folder} is no folder; name one with saved queries"))
        elif folder is not None:
            try:
                read(folder)
            except ProblemsError as error:
                problems += error.problems
    if problems:
        raise ProblemsError(problems)

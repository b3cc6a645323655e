"""The command line, `eakg`: each command is imported when it is called."""

import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from eakg import __version__
from eakg.collector import collect_rarely, lasting_objects

COMMANDS = {
    "agreement": (
        "annotation.agreement.compare",
        "Say how far two annotations of one text agree: FIRST and SECOND are folders of documents.",
    ),
    "annotate": (
        "annotation.annotate.annotate",
        "Annotate the documents in DIR in the browser, at the address that is printed.",
    ),
    "build": (
        "build.build",
        "Lift annotated text and tables, reason, and write the Turtle files of the graph.",
    ),
    "check": (
        "annotation.check.check",
        "Say everything that building and validating would say of the record in FOLDER.",
    ),
    "cite": (
        "agents.cite.cite",
        "Citations of answers, in texts that somebody wrote with their help.",
    ),
    "disclose": (
        "annotation.withhold.disclose",
        "Write the record in FOLDER, whose text is withheld, into the folder SOURCES with its"
        " words.",
    ),
    "explain": (
        "explain.explain",
        "Prove a triple of the shipped graph, down to the text, rows and axioms that support it.",
    ),
    "export": (
        "annotation.exchange.export_record",
        "Write the record in FOLDER in the format of another tool.",
    ),
    "find": (
        "annotation.find.find",
        "Find things by WORDS of their names in any language, and the slugs to write for them.",
    ),
    "format": (
        "saved.layout.format_queries",
        "Lay out the queries of files and folders, or that of standard input for -.",
    ),
    "import": (
        "annotation.exchange.import_record",
        "Make the record in FOLDER, which is not there yet, of a text in FILE of another tool.",
    ),
    "init": (
        "projects.init.init",
        "Make a project in DIR, which is not there yet or empty: an ontology, an annotated text, a"
        " table, two questions and the eakg.toml that says what belongs to it.",
    ),
    "lint-queries": (
        "lint_queries.lint_queries",
        "Look for slips in saved queries: syntax, unknown terms, what is not used,"
        " what has no bound.",
    ),
    "load": (
        "load.load",
        "Make a prepared store of the shipped graph, or of the RDF files DATA instead, or fill a"
        " SPARQL 1.1 engine with them.",
    ),
    "mcp": (
        "agents.mcp.mcp",
        "Answer agents at standard input and output in the Model Context Protocol: over the shipped"
        " graph, the RDF files DATA, or a running service.",
    ),
    "publish": (
        "projects.publish.publish",
        "Write what `eakg serve` shows of the shipped graph, or of the RDF files DATA instead, as"
        " static files into DIR, which is not there yet or empty.",
    ),
    "query": ("query.query", "Answer the SPARQL query in FILE, or in standard input for -."),
    "reason": (
        "reason.reason",
        "Close RDF files, taken as one graph, under rules, by default those of OWL 2 RL.",
    ),
    "schema": (
        "projects.schema.schema",
        "Print the JSON Schema of eakg.toml, by which editors complete and check the file.",
    ),
    "serve": (
        "serve.serve",
        "Serve the shipped graph, or the RDF files DATA instead: SPARQL at /sparql,"
        " things at /id/..., pages for people.",
    ),
    "store": (
        "store.store",
        "Check, back up, restore or repair the folder of a store that takes changes.",
    ),
    "suggest": (
        "annotation.suggest.suggest",
        "Add suggestions to the annotations of the record in FOLDER, or write them to standard"
        " output.",
    ),
    "test": (
        "saved.contracts.test_queries",
        "Ask saved queries and compare what comes with what they expect.",
    ),
    "validate": (
        "validate.validate",
        "Check shapes, OWL 2 RL profile, coherence, quotes, statements, terms and references.",
    ),
    "versions": (
        "projects.versions.versions",
        "Tell the releases in the folder DIR, or make them of the tags of a repository.",
    ),
    "withhold": (
        "annotation.withhold.withhold",
        "Write the record in FOLDER into the folder SOURCES without the words of its text.",
    ),
}
"""Where in `eakg.commands` each command is, and the first sentence of its help."""


SUPERVISED = ("explain", "reason")
"""Those that run in a process of their own, which they begin before they import anything."""


class CommandGroup(click.Group):
    """The commands, none of which is imported before it is called."""

    def main(self, args: Any = None, *arguments: Any, **settings: Any) -> Any:
        """Run a command, and end this process."""
        if args is None:
            collect_rarely()
        if args is None and sys.argv[1:2] and sys.argv[1] in SUPERVISED:
            from eakg.commands.supervision import supervise

            run = super().main
            sys.exit(supervise(lambda account: run(args, *arguments, obj=account, **settings)))
        return super().main(args, *arguments, **settings)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Those of the distribution: `eakg-queries` has some."""
        return [name for name, (place, _) in COMMANDS.items() if _file_of(place).is_file()]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, function = COMMANDS[cmd_name][0].rpartition(".")
        path = f"eakg.commands.{module}"
        if cmd_name not in self.list_commands(ctx):
            raise click.UsageError(
                f"{cmd_name} is not in eakg-queries; `pip install eakg` brings it"
            )
        if path not in sys.modules:
            with lasting_objects():
                import_module(path)
        command: click.Command = getattr(sys.modules[path], function)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name][1]) for name in self.list_commands(ctx)])


def _file_of(place: str) -> Path:
    module, _, _ = place.rpartition(".")
    return Path(__file__).with_name("commands").joinpath(*module.split(".")).with_suffix(".py")


_LIBRARIES = ("pyoxigraph", "rdflib", "owlrl", "numpy")
"""Those that answers depend on."""


def _tell_version(context: click.Context, _: Any, is_asked: bool) -> None:
    if not is_asked or context.resilient_parsing:
        return
    from importlib.metadata import PackageNotFoundError, version
    from platform import python_version

    click.echo(f"eakg, version {__version__}")
    libraries = []
    for name in _LIBRARIES:
        with suppress(PackageNotFoundError):
            libraries.append(f"{name} {version(name)}")
    click.echo(f"engine: {', '.join(libraries)}; Python {python_version()}")
    from eakg.dataset import shipped_layout
    from eakg.problems import ProblemsError
    from eakg.store import GraphFile, read_contents

    with suppress(ProblemsError):  # eakg-queries has no graph
        contents = read_contents(GraphFile(*graph) for graph in shipped_layout().named_graphs())
        click.echo(f"data: {contents.version}")
    context.exit()


@click.group(cls=CommandGroup)
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_tell_version,
    help="Show the versions of the package, its engine and its graph, and exit.",
)
def main() -> None:
    """A knowledge graph of East Asia cooperation, with what supports every triple.

    \b
    Exit status: 0 done, 1 the check failed, 2 wrong usage or unreadable input, 3 inconsistent,
    4 endpoint unreachable, 5 limit of time or memory, 6 query error.
    """

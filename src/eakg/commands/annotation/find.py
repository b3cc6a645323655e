"""The command that finds slugs by names."""

import json
import sys
from pathlib import Path

import click

from eakg.commands.command import PathArgument, ending
from eakg.commands.terminal import print_table
from eakg.dataset import (
    GazetteerEntry,
    gazetteer_of,
    layout_of_documents,
    read_ontology,
    shipped_layout,
)
from eakg.names import EAKG
from eakg.problems import ExitStatus

_NAMES = 4  # of a thing that are shown


@click.command()
@click.argument("words", nargs=-1, required=True)
@click.option("--sources", metavar="DIR", type=PathArgument, help="Documents beside the shipped.")
@click.option("--most", default=20, show_default=True, type=click.IntRange(1), help="Things.")
@click.option("--json", "as_json", is_flag=True, help="The result for machines.")
@ending
def find(words: tuple[str, ...], sources: Path | None, most: int, as_json: bool) -> ExitStatus:
    """Find things by WORDS of their names in any language, and the slugs to write for them.

    Exit status 1 where nothing has such a name.
    """
    if not " ".join(words).strip():
        raise click.UsageError("give words of a name")
    layout = shipped_layout() if sources is None else layout_of_documents(sources)
    entries = gazetteer_of(layout, read_ontology(layout)).search(" ".join(words))[:most]
    if as_json:
        click.echo(json.dumps([_as_dict(entry) for entry in entries], ensure_ascii=False, indent=1))
    elif entries and not sys.stdout.isatty():
        for entry in entries:
            click.echo("\t".join((entry.slug, ",".join(_kinds(entry)), " | ".join(_names(entry)))))
    elif entries:
        rows = [
            (entry.slug, ", ".join(_kinds(entry)), "; ".join(_names(entry)[:_NAMES]))
            for entry in entries
        ]
        print_table(("slug", "kind", "names"), rows, is_framed=False)
    else:
        click.echo(f"nothing has a name like {' '.join(words)!r}", err=True)
    return ExitStatus.DONE if entries else ExitStatus.CHECK_FAILED


def _kinds(entry: GazetteerEntry) -> list[str]:
    return [str(class_).removeprefix(str(EAKG)) for class_ in entry.classes]


def _names(entry: GazetteerEntry) -> list[str]:
    return list(dict.fromkeys(map(str, entry.names)))


def _as_dict(entry: GazetteerEntry) -> dict[str, object]:
    names = [{"value": str(name), "language": name.language} for name in entry.names]
    return {"slug": entry.slug, "kinds": _kinds(entry), "names": names}

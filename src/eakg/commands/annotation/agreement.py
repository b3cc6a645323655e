"""The command that compares two annotations of one text."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click

from eakg.commands.command import PathArgument, ending
from eakg.commands.terminal import print_table
from eakg.problems import ExitStatus, Problem, ProblemsError
from eakg.text import Agreement, Document, Overlap, Span, agreement_of, read_record

_WORDS = 40  # characters of the text that are extract


@click.command("agreement")
@click.argument("first", type=PathArgument)
@click.argument("second", type=PathArgument)
@click.option("--list", "lists", is_flag=True, help="What one of them has alone, too.")
@click.option("--json", "as_json", is_flag=True, help="The result for machines.")
@ending
def compare(first: Path, second: Path, lists: bool, as_json: bool) -> ExitStatus:
    """Say how far two annotations of one text agree: FIRST and SECOND are folders of documents.

    Each kind has F1, of what one finds of the other and back, and each choice that both made for
    the same thing Cohen's kappa.
    """
    records = [read_record(folder) for folder in (first, second)]
    document, other = (record.document for record in records)
    if document.text != other.text:
        message = f"is not the text of {document.path}; agreement is between annotations of one"
        raise ProblemsError([Problem(str(other.path), _first_difference(document, other), message)])
    result = agreement_of(*(record.standoff for record in records))
    if as_json:
        click.echo(json.dumps(_as_dict(result), indent=1))
        return ExitStatus.DONE
    _print(result)
    if lists:
        for overlap in result.overlaps:
            _print_places(overlap, document, (first, second))
    return ExitStatus.DONE


def _first_difference(document: Document, other: Document) -> int:
    """The line, from 1, in which two texts are not the same."""
    lines = zip(document.text.splitlines(), other.text.splitlines(), strict=False)
    count = 0
    for count, (line, other_line) in enumerate(lines, 1):
        if line != other_line:
            return count
    return count + 1


def _print(result: Agreement) -> None:
    rows = [
        (
            overlap.kind,
            str(overlap.first),
            str(overlap.second),
            str(overlap.common),
            _number(overlap.f1),
        )
        for overlap in result.overlaps
    ]
    columns = ("kind", "first", "second", "both", "F1")
    print_table(columns, rows, title="What both have", texts=("kind",))
    choices = [
        (choice.kind, str(choice.count), str(choice.same), _number(choice.kappa))
        for choice in result.choices
    ]
    names = ("choice", "things", "same", "kappa")
    print_table(names, choices, title="What both chose for the same thing", texts=("choice",))


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def _print_places(overlap: Overlap, document: Document, folders: Sequence[Path]) -> None:
    for folder, places in zip(folders, (overlap.first_alone, overlap.second_alone), strict=True):
        for place in places:
            click.echo(f"{folder}: {overlap.kind}: {_words(document, place)}")


def _words(document: Document, place: Span) -> str:
    start, end = place
    words = " ".join(document.text[start:end].split())
    extract = words if len(words) <= _WORDS else f"{words[: _WORDS - 1]}…"
    return f"{start} {end} {extract}"


def _as_dict(result: Agreement) -> dict[str, object]:
    return {
        "kinds": [{**asdict(overlap), "f1": overlap.f1} for overlap in result.overlaps],
        "choices": [asdict(choice) for choice in result.choices],
    }

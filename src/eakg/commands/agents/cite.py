"""The commands about citations."""

import json
import sys
from collections import Counter
from pathlib import Path

import click

from eakg.commands.agents.asked_service import ServiceChoice, takes_service
from eakg.commands.command import PathArgument, ending
from eakg.commands.options import ENVIRONMENT
from eakg.commands.terminal import print_table
from eakg.files import read_utf8
from eakg.problems import ExitStatus, Problem, ProblemsError
from eakg.serve.agents import (
    CitationCheck,
    SentenceFinding,
    ServiceRefusalError,
    Verdict,
    read_cited_text,
)
from eakg.sparql import StoreError

_MARKS: dict[Verdict, str] = {"supported": "green", "changed": "yellow", "not supported": "red"}


@click.group()
def cite() -> None:
    """Citations of answers, in texts that somebody wrote with their help."""


@cite.command(context_settings={"auto_envvar_prefix": ENVIRONMENT})
@click.argument("file", type=PathArgument)
@click.option("--json", "as_json", is_flag=True, help="The result for machines.")
@click.option("--allow-changed", is_flag=True, help="Data of another version that still hold do.")
@takes_service
@ending
def check(file: Path, as_json: bool, allow_changed: bool, choice: ServiceChoice) -> ExitStatus:
    """Say of each sentence in FILE whether what it cites supports it.

    Citations are those that the tools of `eakg mcp` give: [1] behind a sentence, and the line of
    the citation below the text. Exit status 1 where a sentence is not supported, or the data
    changed since.
    """
    text = read_cited_text(read_utf8(file, "cannot be read; name a text with citations")[1])
    if not text.sentences:
        raise ProblemsError([Problem(str(file), 0, "has no sentence; is it the right file?")])
    try:
        with choice.open() as service:
            findings = CitationCheck(service).check(text)
    except ServiceRefusalError as error:
        raise ProblemsError([Problem(str(file), 0, str(error))], ExitStatus.UNREACHABLE) from error
    except StoreError as error:
        raise ProblemsError([Problem(str(file), 0, str(error))], error.exit_status) from error
    if as_json:
        click.echo(json.dumps([one.members for one in findings], ensure_ascii=False, indent=1))
    elif sys.stdout.isatty():
        _show(findings)
    else:
        for finding in findings:
            words = finding.sentence.words + (f" ({finding.reason})" if finding.reason else "")
            click.echo(f"{file}:{finding.sentence.line}: {finding.verdict}: {words}")
    counts = Counter(one.verdict for one in findings)
    click.echo(", ".join(f"{counts[one]} {one}" for one in _MARKS), err=True)
    fails = counts["not supported"] or (counts["changed"] and not allow_changed)
    return ExitStatus.CHECK_FAILED if fails else ExitStatus.DONE


def _show(findings: list[SentenceFinding]) -> None:
    rows: list[tuple[str, ...]] = []
    for finding in findings:
        sentence = finding.sentence
        words = f"{sentence.words}\n{finding.reason}" if finding.reason else sentence.words
        verdict = click.style(finding.verdict, _MARKS[finding.verdict])
        rows.append((str(sentence.line), verdict, words))
    print_table(("line", "", "sentence"), rows, texts=("", "sentence"), is_framed=False)

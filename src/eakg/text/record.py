"""A record: the folder of one document, read and checked as a whole."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from eakg.files import folder_around, with_name
from eakg.problems import FileLine, Problem, ProblemsError
from eakg.text.annotation import Span, Standoff, TextBound
from eakg.text.configuration import Configuration, read_configuration
from eakg.text.conformance import check
from eakg.text.document import Document, read_document
from eakg.text.offsets import Dialect, align, merge
from eakg.text.standoff import parse_standoff
from eakg.text.withheld import (
    SENTENCES,
    TextFolder,
    WithheldText,
    check_digests,
    read_withheld,
)

CONFIGURATION = "annotation.conf"
PARTS = (".a1", ".a2", ".co", ".rel")
"""The endings of the files that annotations may be split into, in brat's order."""

Result = TypeVar("Result")


@dataclass(frozen=True)
class Record:
    """An annotated document.

    The fragments of the standoff's mentions are code points of `document.text`, whatever the
    files count: `dialect` says what that is. `configuration` is None where there is none.
    """

    document: Document
    standoff: Standoff
    configuration: Configuration | None
    dialect: Dialect

    def spans(self, mention: TextBound) -> tuple[Span, ...]:
        """The mention's fragments, with those made one that only white space separates. Those of a
        text that is withheld are as they are."""
        if self.document.is_withheld:
            return mention.fragments
        return merge(self.document.text, mention.fragments)


def read_record(
    folder: Path,
    shared_configuration: Path | None = None,
    language: str = "en",
    omitted: Collection[FileLine] = (),
    withheld: WithheldText | None = None,
    texts: TextFolder | None = None,
) -> Record:
    """The record in a folder `<doc>/` with `<doc>.txt` and `<doc>.ann` (or `.a1` and `.a2`).

    The configuration is the `annotation.conf` of the folder, else of its parent, else the shared
    one; without one nothing is checked against it. The language is that of the sentences;
    lines to be omitted are taken for empty. Of a text that is withheld, and not beside the
    annotations, the words are those in a folder of texts, if they are there.
    Raises: ProblemsError with every problem of the folder.
    """
    if not folder.is_dir():
        raise ProblemsError([Problem(str(folder), 0, "no such folder; add it or correct its name")])
    problems: list[Problem] = []
    stem = text_of(folder).stem
    reader = partial(read_document, language=language)
    path = text_of(folder)
    if withheld is not None and not path.exists():
        words = texts.find(withheld) if texts else None
        path = folder / SENTENCES
        reader = partial(read_withheld, withheld=withheld, text=words)
    document = _attempt(reader, path, problems)
    settings = configuration_file(folder, shared_configuration)
    configuration = _attempt(read_configuration, settings, problems) if settings else None
    roles = configuration.roles if configuration else None
    standoff, line_problems = parse_standoff(_find_standoff(folder, stem, problems), roles, omitted)
    problems += line_problems
    dialect = Dialect()
    if document:
        spans: tuple[TextBound, ...]
        if document.is_withheld:
            spans, digest_problems = check_digests(document, standoff.of(TextBound))
            problems += digest_problems
        else:
            alignment = align(document.text, standoff.of(TextBound))
            spans, dialect = alignment.mentions, alignment.dialect
            problems += alignment.problems
        mentions = {mention.id: mention for mention in spans}
        standoff = replace(
            standoff,
            annotations=tuple(
                mentions.get(a.id, a) if isinstance(a, TextBound) else a
                for a in standoff.annotations
            ),
        )
    if configuration:
        problems += check(standoff, configuration)
    if problems or document is None:
        raise ProblemsError(problems)
    return Record(document, standoff, configuration, dialect)


def text_of(folder: Path) -> Path:
    """The file of the text in the folder of a record."""
    return folder / f"{with_name(folder).name}.txt"


def configuration_file(folder: Path, default: Path | None = None) -> Path | None:
    """The file of the configuration of the record in a folder: that of the folder, else of its
    parent, else the default."""
    candidates = (place / CONFIGURATION for place in (folder, folder_around(folder)))
    return next((path for path in candidates if path.is_file()), default)


def _attempt(
    reader: Callable[[Path], Result], path: Path, problems: list[Problem]
) -> Result | None:
    try:
        return reader(path)
    except ProblemsError as error:
        problems.extend(error.problems)
        return None


def _find_standoff(folder: Path, stem: str, problems: list[Problem]) -> list[Path]:
    single = folder / f"{stem}.ann"
    parts = [path for ending in PARTS if (path := folder / f"{stem}{ending}").is_file()]
    if single.is_file():
        problems.extend(
            Problem(str(path), 0, f"stands beside {single.name}, which has all; remove one of them")
            for path in parts
        )
        return [single]
    if not parts:
        message = f"file not found; add it (empty for no annotations), or {stem}.a1 and {stem}.a2"
        problems.append(Problem(str(single), 0, message))
    return parts

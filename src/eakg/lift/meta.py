"""The metadata of a record: what it is, and which document it retells."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from eakg.keyed_files import KeyedFile, read_toml
from eakg.names import is_slug
from eakg.problems import Problem, ProblemsError
from eakg.text import NORMALIZATIONS, WithheldText, text_of

META = "meta.toml"
REQUIRED = ("title", "language", "date", "creator", "license")
REQUIRED_OF_SOURCE = ("document", "title", "date", "addresses")
REQUIRED_OF_TEXT = ("addresses", "normalization")
SHA256 = "sha256"
_OPTIONAL, _OPTIONAL_OF_SOURCE = ("retells", "text", "words"), ("paragraphs", "whole")
_ABSENT = "there is no meta.toml; add one that says what the record is and retells"


@dataclass(frozen=True)
class PrimarySource:
    """The document that a record retells (`prov:hadPrimarySource`).

    `paragraphs` has for each paragraph of the record (from 1) the paragraph of the document that
    it retells; none where the record says that it retells the document whole (`whole = true`).
    """

    document: str
    title: str
    date: date
    addresses: tuple[str, ...]
    paragraphs: dict[int, int]


@dataclass(frozen=True)
class TextReference:
    """Where a text that is not shipped stands, and by what it is known."""

    addresses: tuple[str, ...]
    withheld: WithheldText


@dataclass(frozen=True)
class Meta:
    """The metadata of a record; without a `primary_source`, the record is the document itself.

    With `text`, the document is another's: its text is withheld, and `creator` and `license` are
    those of its annotations. `words` are those that the record uses for a thing beside its names,
    by the thing's slug.
    """

    title: str
    language: str
    date: date
    creator: str
    license: str
    primary_source: PrimarySource | None
    words: dict[str, tuple[str, ...]] = field(default_factory=dict)
    text: TextReference | None = None


def _primary_source(table: dict[str, Any]) -> PrimarySource:
    paragraphs = {int(key): int(value) for key, value in dict(table.get("paragraphs", {})).items()}
    return PrimarySource(
        str(table["document"]),
        str(table["title"]),
        table["date"],
        tuple(str(address) for address in table["addresses"]),
        paragraphs,
    )


def _is_address(words: Any) -> bool:
    return isinstance(words, str) and bool(re.fullmatch(r"https?://[^\s<>\"{}|\\^`]*", words))


def _source_problems(file: KeyedFile, table: dict[str, Any]) -> Iterator[Problem]:
    yield from file.key_problems(table, REQUIRED_OF_SOURCE, _OPTIONAL_OF_SOURCE, "retells")
    is_whole = table.get("whole", False) is True
    if is_whole and "paragraphs" in table:
        message = "retells has either paragraphs, one line for each, or whole = true; keep one"
        yield file.problem(message, "retells", "whole")
    if not is_whole and "paragraphs" not in table:
        yield file.problem("retells.paragraphs is missing; add it, or whole = true", "retells")
    if not is_slug(str(table.get("document", "x"))):
        message = "retells.document is no slug; use letters of ASCII, digits and - . _ ~ only"
        yield file.problem(message, "retells", "document")
    yield from _address_problems(file, table, "retells")
    yield from _date_problems(file, table, "retells")


def _address_problems(file: KeyedFile, table: dict[str, Any], name: str) -> Iterator[Problem]:
    addresses = table.get("addresses", ["https://"])
    if not isinstance(addresses, list) or not addresses or not all(map(_is_address, addresses)):
        message = f"{name}.addresses is no list of web addresses; give at least one"
        yield file.problem(message, name, "addresses")


def _text_problems(file: KeyedFile, table: dict[str, Any]) -> Iterator[Problem]:
    is_here = text_of(file.path.parent).exists()
    required = REQUIRED_OF_TEXT if is_here else (*REQUIRED_OF_TEXT, SHA256)
    yield from file.key_problems(table, required, (SHA256,), "text")
    yield from _address_problems(file, table, "text")
    sha256 = table.get(SHA256, "0" * 64)
    if not isinstance(sha256, str) or not re.fullmatch("[0-9a-f]{64}", sha256):
        message = "text.sha256 is no SHA-256; write its 64 digits, 0 to 9 and a to f"
        yield file.problem(message, "text", SHA256)
    steps = table.get("normalization", [])
    if not isinstance(steps, list) or not all(step in NORMALIZATIONS for step in steps):
        names = ", ".join(NORMALIZATIONS)
        message = f"text.normalization is no list of steps; there are {names}, and [] is none"
        yield file.problem(message, "text", "normalization")


def _date_problems(file: KeyedFile, table: dict[str, Any], *keys: str) -> Iterator[Problem]:
    if type(table.get("date", date.min)) is not date:
        name = ".".join((*keys, "date"))
        message = f"{name} is no day; write it as 2020-07-23, without quotes"
        yield file.problem(message, *keys, "date")


def _paragraph_problems(file: KeyedFile, keys: set[int], count: int) -> Iterator[Problem]:
    numbers = set(range(1, count + 1))
    for number in sorted(numbers - keys):
        message = f"retells.paragraphs has no line for paragraph {number}; add {number} = {number}"
        yield file.problem(message, "retells", "paragraphs")
    for number in sorted(keys - numbers):
        message = (
            f"retells.paragraphs has a line for paragraph {number}, but there are {count}; "
            "remove it"
        )
        yield file.problem(message, "retells", "paragraphs", str(number))


def read_meta(
    path: Path, paragraphs: int | None, references: Collection[str] | None = None
) -> Meta:
    """Read the meta.toml of a record.

    Arguments: the file; how many paragraphs the record has, and what its normalizations refer to,
    None where that is unknown. Raises: ProblemsError when the file is missing or no TOML, when a
    key is missing or looks like a slip, when a date is none, when a paragraph of a retelling record
    has no counterpart, or when there are words for what nothing refers to.
    """
    file = read_toml(path, _ABSENT)
    data = file.values
    problems = [*file.key_problems(data, REQUIRED, _OPTIONAL), *_date_problems(file, data)]
    if not _is_address(data.get("license", "https://")):
        message = "license is no address; write the address of the licence's text"
        problems.append(file.problem(message, "license"))
    words = file.table(problems, "words")
    for slug, texts in words.items():
        if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
            message = f'words.{slug} is no list of texts; write it as {slug} = ["the two sides"]'
            problems.append(file.problem(message, "words", slug))
        elif references is not None and slug not in references:
            message = (
                f"words.{slug}: no annotation refers to {slug}; correct the slug, or leave it out"
            )
            problems.append(file.problem(message, "words", slug))
    table = file.table(problems, "retells")
    if isinstance(data.get("retells"), dict):
        problems += _source_problems(file, table)
    text = file.table(problems, "text")
    if isinstance(data.get("text"), dict):
        problems += _text_problems(file, text)
    source = None
    if not problems and "retells" in data:
        try:
            source = _primary_source(table)
        except (TypeError, ValueError):
            message = "retells.paragraphs has lines of the form 1 = 1"
            problems.append(file.problem(message, "retells", "paragraphs"))
    if source is not None and table.get("whole") is not True and paragraphs is not None:
        problems += _paragraph_problems(file, set(source.paragraphs), paragraphs)
    if problems:
        raise ProblemsError(problems)
    return Meta(
        title=str(data["title"]),
        language=str(data["language"]),
        date=data["date"],
        creator=str(data["creator"]),
        license=str(data["license"]),
        primary_source=source,
        words={slug: tuple(texts) for slug, texts in words.items()},
        text=_text_reference(text) if text else None,
    )


def _text_reference(table: dict[str, Any]) -> TextReference:
    withheld = WithheldText(table.get(SHA256, ""), tuple(table["normalization"]))
    return TextReference(tuple(table["addresses"]), withheld)

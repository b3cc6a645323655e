"""The metadata of a record: what it is, and which document it retells."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from eakg.names import is_slug
from eakg.problems import Problem, ProblemsError

REQUIRED = ("title", "language", "date", "creator", "license")
REQUIRED_OF_RETOLD = ("document", "title", "date", "addresses")


@dataclass(frozen=True)
class Retold:
    """The document that a record retells: its slug, title, date and web addresses, and for each
    paragraph of the record (from 1) the paragraph of the document that it retells; no paragraphs
    where the record says that it retells the document as a whole (`whole = true`)."""

    document: str
    title: str
    date: date
    addresses: tuple[str, ...]
    paragraphs: dict[int, int]


@dataclass(frozen=True)
class Meta:
    """The metadata of a record; `retells` is None where the record is the document itself."""

    title: str
    language: str
    date: date
    creator: str
    license: str
    retells: Retold | None


def _missing(table: dict[str, Any], required: tuple[str, ...], where: str) -> list[str]:
    return [f"{where}{key} is missing; add it" for key in required if key not in table]


def _retold(table: dict[str, Any]) -> Retold:
    paragraphs = {int(key): int(value) for key, value in dict(table.get("paragraphs", {})).items()}
    return Retold(
        str(table["document"]),
        str(table["title"]),
        table["date"],
        tuple(str(address) for address in table["addresses"]),
        paragraphs,
    )


def _is_address(words: Any) -> bool:
    return isinstance(words, str) and bool(re.fullmatch(r"https?://[^\s<>\"{}|\\^`]*", words))


def _retold_messages(retold: dict[str, Any]) -> Iterator[str]:
    if not is_slug(str(retold.get("document", "x"))):
        yield "retells.document is no slug; use letters of ASCII, digits and - . _ ~ only"
    addresses = retold.get("addresses", ["https://"])
    if not isinstance(addresses, list) or not addresses or not all(map(_is_address, addresses)):
        yield "retells.addresses is no list of web addresses; give at least one"


def _paragraph_messages(listed: set[int], paragraphs: int | None) -> list[str]:
    if paragraphs is None:
        return []
    there = set(range(1, paragraphs + 1))
    missing = [
        f"retells.paragraphs has no line for paragraph {number}; add {number} = {number}"
        for number in sorted(there - listed)
    ]
    return missing + [
        f"retells.paragraphs has a line for paragraph {number}, but there are {paragraphs}; "
        "remove it"
        for number in sorted(listed - there)
    ]


def read_meta(path: Path, paragraphs: int | None) -> Meta:
    """Read the meta.toml of a record that has this many paragraphs; None where that is unknown.

    Raises: ProblemsError when the file is missing or no TOML, when a key is missing, when a date
    is none, or when a paragraph of a retelling record has no counterpart.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        message = "there is no meta.toml; add one that says what the record is and retells"
        raise ProblemsError([Problem(str(path), 0, message)]) from error
    except UnicodeDecodeError as error:
        raise ProblemsError([Problem(str(path), 0, "not UTF-8; save it as UTF-8")]) from error
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"line (\d+)", str(error))
        line = int(found[1]) if found else 0
        raise ProblemsError([Problem(str(path), line, f"not valid TOML: {error}")]) from error
    messages = _missing(data, REQUIRED, "")
    retold = data.get("retells")
    if retold is not None and not isinstance(retold, dict):
        messages.append("retells is no table; write it under [retells]")
        retold = None
    if retold is not None:
        messages += _missing(retold, REQUIRED_OF_RETOLD, "retells.")
        whole = retold.get("whole", False) is True
        if whole == ("paragraphs" in retold):
            messages.append(
                "retells has either paragraphs, one line for each, or whole = true; keep one"
                if whole
                else "retells.paragraphs is missing; add it, or whole = true"
            )
        messages += _retold_messages(retold)
    if not _is_address(data.get("license", "https://")):
        messages.append("license is no address; write the address of the licence's text")
    for where, table in (("", data), ("retells.", retold or {})):
        if type(table.get("date", date.min)) is not date:
            messages.append(f"{where}date is no day; write it as 2020-07-23, without quotes")
    if not messages and retold is not None:
        try:
            listed = set(_retold(retold).paragraphs)
        except (TypeError, ValueError):
            messages.append("retells.paragraphs has lines of the form 1 = 1")
        else:
            if not whole:
                messages += _paragraph_messages(listed, paragraphs)
    if messages:
        raise ProblemsError(Problem(str(path), 0, message) for message in messages)
    return Meta(
        title=str(data["title"]),
        language=str(data["language"]),
        date=data["date"],
        creator=str(data["creator"]),
        license=str(data["license"]),
        retells=_retold(retold) if retold is not None else None,
    )

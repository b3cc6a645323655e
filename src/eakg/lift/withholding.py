"""A record without the words of its text made of one that has them, and back."""

import re
from dataclasses import replace
from pathlib import Path

from eakg.lift.meta import META, Meta, read_meta
from eakg.problems import Problem, ProblemsError
from eakg.text import (
    SENTENCES,
    Annotation,
    Document,
    Record,
    TextBound,
    TextFolder,
    digest,
    mark_of,
    read_record,
    sentence_table,
    text_of,
)
from eakg.text.exchange import AnnotatedText

_SECTION = re.compile(r"^\[text\][^\n]*\n", re.MULTILINE)
_DIGEST_LINE = re.compile(r"^sha256\s*=[^\n]*\n", re.MULTILINE)


def withhold(folder: Path, shared_configuration: Path | None = None) -> dict[str, bytes]:
    """The files of a record that stand for those of another without its text, by their names: its
    annotations with the digests of the words in their place, the table of its sentences, and its
    metadata with the digest of the text. What else lies in the folder stays as it is.

    Arguments: the folder; the configuration of annotations where it has none.
    Raises: ProblemsError where something is wrong with the record, its metadata have no `[text]`,
    or its text is not normalised by the steps there.
    """
    path = folder / META
    meta = read_meta(path, None)
    record = read_record(folder, shared_configuration, meta.language)
    if problems := _problems(path, meta, record.document):
        raise ProblemsError(problems)
    line = f'sha256 = "{digest(record.document.text)}"\n'
    content = _DIGEST_LINE.sub("", path.read_text("utf-8"))
    description = _SECTION.sub(lambda match: match[0] + line, content, count=1)
    text = AnnotatedText("", tuple(_without_words(record)))
    return {
        f"{record.document.path.stem}.ann": text.standoff().encode(),
        SENTENCES: sentence_table(record.document).encode(),
        META: description.encode(),
    }


def disclose(folder: Path, texts: TextFolder) -> dict[str, bytes]:
    """The files of a record with the text that it withholds, by their names: the text, its
    annotations with their words, its metadata and its configuration.

    Raises: ProblemsError where something is wrong with the record, it withholds nothing, or the
    text is not there.
    """
    meta = read_meta(folder / META, None)
    if meta.text is None or text_of(folder).exists():
        raise ProblemsError([Problem(str(folder), 0, "withholds no text; there is none to add")])
    record = read_record(folder, None, meta.language, (), meta.text.withheld, texts)
    if not record.document.has_text:
        message = f"no file in {texts.folder} holds the text, by its SHA-256"
        raise ProblemsError([Problem(str(folder / META), 0, message)])
    stem = text_of(folder).stem
    copies = [path for path in sorted(folder.iterdir()) if path.suffix in (".toml", ".conf")]
    return {
        f"{stem}.txt": record.document.text.encode(),
        f"{stem}.ann": AnnotatedText.of(record).standoff().encode(),
        **{path.name: path.read_bytes() for path in copies},
    }


def _problems(path: Path, meta: Meta, document: Document) -> list[Problem]:
    if meta.text is None or not _SECTION.search(path.read_text("utf-8")):
        message = (
            "has no [text]; write it, with the addresses where the text stands, and how it is "
            "normalised"
        )
        return [Problem(str(path), 0, message)]
    lines = document.text.split("\n")
    normalized = meta.text.withheld.normalized(document.text).split("\n")
    for number, (line, right) in enumerate(zip(lines, [*normalized, ""], strict=False), 1):
        if line != right:
            message = f"is not as the steps of {META} make it; write {right!r}"
            return [Problem(str(document.path), number, message)]
    if len(lines) != len(normalized):
        message = f"is not as the steps of {META} make it; write a line end at its end"
        return [Problem(str(document.path), len(lines), message)]
    return []


def _without_words(record: Record) -> list[Annotation]:
    return [
        replace(item, fragments=record.spans(item), text=mark_of(item))
        if isinstance(item, TextBound)
        else item
        for item in record.standoff.annotations
    ]

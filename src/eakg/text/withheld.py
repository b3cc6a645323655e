"""Texts that are not shipped: by what they are known, where they are found, and how their parts are
told without their words.

A record of such a text has a table of its sentences instead of the text, with the offsets of each
in the normalised text, in code points, and the digest of its words; a mention in its file of
annotations has the digest of its words in their place.
"""

import csv
import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from unicodedata import normalize

from eakg.files import read_utf8
from eakg.problems import Problem, ProblemsError
from eakg.text.annotation import TextBound, label
from eakg.text.document import Document, Paragraph, Sentence
from eakg.text.offsets import quote

SENTENCES = "sentences.csv"
"""The table of the sentences of a text that is not shipped, in the folder of its record."""
_COLUMNS = ["paragraph", "start", "end", "sha256"]
_MARK = "sha256:"
_DIGEST = re.compile(r"[0-9a-f]{64}")


def _lines(text: str) -> str:
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "".join(f"{line}\n" for line in lines if line)


NORMALIZATIONS: Mapping[str, Callable[[str], str]] = {
    "NFC": lambda text: normalize("NFC", text),
    "white-space": _lines,
}
"""What may be done with a text before its digest is taken: Unicode Normalization Form C; every
stretch of white space within a line made one space, that around it and empty lines left out, each
line ended by a line feed."""


@dataclass(frozen=True)
class WithheldText:
    """A text that is not shipped: the SHA-256 of its UTF-8 once it is normalised by these steps, in
    their order (names of `NORMALIZATIONS`)."""

    sha256: str
    normalization: tuple[str, ...] = ()

    def normalized(self, text: str) -> str:
        """A text as the digest and all offsets take it."""
        text = text.removeprefix("\ufeff")
        for step in self.normalization:
            text = NORMALIZATIONS[step](text)
        return text


class TextFolder:
    """The texts in a folder and in those below it. Argument: the folder.

    Raises: ProblemsError where there is no such folder.
    """

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            raise ProblemsError([Problem(str(folder), 0, "no such folder; name that of texts")])
        self.folder = folder
        self._texts: list[str] | None = None

    def find(self, withheld: WithheldText) -> str | None:
        """The normalised text that has a digest, None where no file holds it."""
        texts = map(withheld.normalized, self._all())
        return next((text for text in texts if digest(text) == withheld.sha256), None)

    def _all(self) -> list[str]:
        if self._texts is None:
            self._texts = []
            for path in sorted(self.folder.rglob("*")):
                if path.is_file():
                    try:
                        self._texts.append(path.read_bytes().decode())
                    except (OSError, UnicodeDecodeError):
                        continue  # it is none of the texts
        return self._texts


def digest(words: str) -> str:
    """The SHA-256 of words in UTF-8, in hexadecimal digits."""
    return hashlib.sha256(words.encode()).hexdigest()


def digest_of(mention: TextBound) -> str:
    """The digest of the words of a mention, whether it has them or only that."""
    is_mark = mention.text.startswith(_MARK)
    return mention.text.removeprefix(_MARK) if is_mark else digest(mention.text)


def mark_of(mention: TextBound) -> str:
    """What stands in the place of a mention's words where they are withheld."""
    return _MARK + digest_of(mention)


def sentence_table(document: Document) -> str:
    """The table of the sentences of a document, in CSV (RFC 4180), lines ended by line feeds."""
    rows = [
        f"{paragraph.number},{sentence.start},{sentence.end},{digest(sentence.text)}"
        for paragraph in document.paragraphs
        for sentence in paragraph.sentences
    ]
    return "".join(f"{row}\n" for row in [",".join(_COLUMNS), *rows])


def read_withheld(path: Path, withheld: WithheldText, text: str | None) -> Document:
    """The document whose sentences a table tells of.

    Arguments: the table; what the text is known by; the text, where it is there.
    Raises: ProblemsError where the table is missing or no table of sentences, or does not tell of
    the text.
    """
    absent = (
        "the text is not here, and no table of its sentences; `eakg withhold` makes it, or put the "
        f"text beside it as {path.parent.name}.txt"
    )
    _, content = read_utf8(path, absent)
    rows = list(csv.reader(content.splitlines()))
    if not rows or rows[0] != _COLUMNS:
        message = f"the first line is not {','.join(_COLUMNS)}; make it anew by `eakg withhold`"
        raise ProblemsError([Problem(str(path), 1, message)])
    problems: list[Problem] = []
    parts: list[tuple[int, Sentence]] = []
    place = (0, 0)
    for line, row in enumerate(rows[1:], 2):
        part = _sentence(row, place)
        if part is None:
            message = (
                "is no sentence that follows; write the number of the paragraph, start and end in "
                "code points, and the SHA-256 of the words, in the order of the text"
            )
            problems.append(Problem(str(path), line, message))
            continue
        number, start, end, sha256 = part
        place = number, end
        words = "" if text is None else text[start:end]
        if text is not None and digest(words) != sha256:
            message = (
                f"the text at {start} {end} has another SHA-256; make it anew by `eakg withhold`"
            )
            problems.append(Problem(str(path), line, message))
        parts.append((number, Sentence(0, start, end, words, sha256)))
    if problems:
        raise ProblemsError(problems)
    return Document(
        path=path,
        text=text or "",
        sha256=withheld.sha256,
        bom=False,
        newline="\n",
        paragraphs=tuple(_paragraphs(parts, text or "")),
        is_withheld=True,
    )


def _sentence(row: Sequence[str], place: tuple[int, int]) -> tuple[int, int, int, str] | None:
    """The values of a row, None where they are none that follow on a paragraph and an offset."""
    if len(row) != len(_COLUMNS) or not all(re.fullmatch("[0-9]{1,9}", one) for one in row[:3]):
        return None
    number, start, end = map(int, row[:3])
    is_next = max(1, place[0]) <= number <= place[0] + 1 and place[1] <= start < end
    return (number, start, end, row[3]) if is_next and _DIGEST.fullmatch(row[3]) else None


def _paragraphs(parts: Iterable[tuple[int, Sentence]], text: str) -> Iterator[Paragraph]:
    for number, group in groupby(parts, key=lambda part: part[0]):
        sentences = tuple(
            Sentence(position, part.start, part.end, part.text, part.sha256)
            for position, (_, part) in enumerate(group, 1)
        )
        start, end = sentences[0].start, sentences[-1].end
        yield Paragraph(number, start, end, text[start:end], sentences)


def check_digests(
    document: Document, mentions: Iterable[TextBound]
) -> tuple[tuple[TextBound, ...], list[Problem]]:
    """The mentions of a text that is withheld, with their words where it is there, and a problem
    for each that has words in its file, or does not stand in the text."""
    spans: list[TextBound] = []
    problems: list[Problem] = []
    for mention in mentions:
        message = _complaint(document, mention)
        if message:
            text = f"{label(mention)}: {message}"
            problems.append(Problem(str(mention.path), mention.line, text))
        spans.append(_with_words(document, mention))
    return tuple(spans), problems


def _complaint(document: Document, mention: TextBound) -> str:
    if not _DIGEST.fullmatch(mention.text.removeprefix(_MARK)) or _MARK not in mention.text:
        return (
            "has words, and those of this text are withheld; write sha256: and their SHA-256 in "
            "their place, as `eakg withhold` does"
        )
    for start, end in mention.fragments:
        if not any(s.start <= start and end <= s.end for s in document.sentences):
            return f"{start} {end} is in no sentence of {SENTENCES}; correct the offsets"
    words = quote(document.text, mention.fragments)
    if document.has_text and digest(words) != digest_of(mention):
        spans = ";".join(f"{start} {end}" for start, end in mention.fragments)
        return f"the text at {spans} has another SHA-256; correct the offsets"
    return ""


def _with_words(document: Document, mention: TextBound) -> TextBound:
    if not document.has_text:
        return mention
    words = quote(document.text, mention.fragments)
    return TextBound(mention.id, mention.type, mention.fragments, words, mention.line, mention.path)

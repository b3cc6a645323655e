"""A source document: its text, paragraphs and sentences, with offsets in code points."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from eakg.files import read_utf8
from eakg.problems import extra_package

BYTE_ORDER_MARK = "\ufeff"

LINE = re.compile(r"[^\r\n]+")
LINE_BREAK = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True)
class Sentence:
    """A sentence: its number within the paragraph (from 1), its span in the text, its words, and
    their SHA-256 where the text is withheld."""

    number: int
    start: int
    end: int
    text: str
    sha256: str = ""


@dataclass(frozen=True)
class Paragraph:
    """A line that is not empty: its number in the document (from 1), span, text, sentences."""

    number: int
    start: int
    end: int
    text: str
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True)
class TextRange:
    """The paragraphs and sentences that a span touches, from the first to the last.

    `start`, `end` and `text` cover the sentences whole. A span of nothing but space between
    sentences touches none; then the passage is the span itself.
    """

    paragraphs: tuple[Paragraph, ...]
    sentences: tuple[Sentence, ...]
    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Document:
    """A text file as it was found.

    `text` is the file's bytes decoded as UTF-8 and nothing else: a byte order mark is its first
    character and line endings are as they were. All offsets are Unicode code points in it, as in
    the Web Annotation model's TextPositionSelector. `sha256` is the hexadecimal digest of the
    bytes; `newline` is the line ending that the file uses, "mixed" for several, "" for none.

    A text that is withheld (`eakg.text.withheld`) is normalised, and `path` is the table of its
    sentences; where it is not there, it and the words of its parts are empty.
    """

    path: Path
    text: str
    sha256: str
    bom: bool
    newline: str
    paragraphs: tuple[Paragraph, ...]
    is_withheld: bool = False

    @property
    def has_text(self) -> bool:
        """Whether the words are there."""
        return bool(self.text) or not self.is_withheld

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        """The sentences of all paragraphs, in their order."""
        return tuple(one for paragraph in self.paragraphs for one in paragraph.sentences)

    def passage(self, start: int, end: int) -> TextRange:
        """The paragraphs and sentences that contain the span [start, end).

        Raises: ValueError when the span is empty or not within the text.
        """
        length = len(self.text) if self.has_text else self.paragraphs[-1].end
        if not 0 <= start < end <= length:
            raise ValueError(f"no span {start}-{end} in a text of {length} code points")
        paragraphs = tuple(p for p in self.paragraphs if p.start < end and start < p.end)
        sentences = tuple(
            s for p in paragraphs for s in p.sentences if s.start < end and start < s.end
        )
        first = sentences[0].start if sentences else start
        last = sentences[-1].end if sentences else end
        return TextRange(paragraphs, sentences, first, last, self.text[first:last])


def read_document(path: Path, language: str = "en") -> Document:
    """The document in a UTF-8 text file. Arguments: it; the language that its sentences are of.

    Raises: ProblemsError when the file is missing, unreadable or not UTF-8.
    """
    data, text = read_utf8(path)
    endings = set(LINE_BREAK.findall(text))
    return Document(
        path=path,
        text=text,
        sha256=hashlib.sha256(data).hexdigest(),
        bom=text.startswith(BYTE_ORDER_MARK),
        newline="mixed" if len(endings) > 1 else "".join(endings),
        paragraphs=paragraphs(text, language),
    )


def paragraphs(text: str, language: str = "en") -> tuple[Paragraph, ...]:
    """The paragraphs of a text in a language: one a line, lines with nothing but white space left
    out.

    A line ends at CR LF, LF or CR. The white space around a line and a byte order mark at the
    start of the text are in no paragraph.
    """
    parts: list[Paragraph] = []
    offset = 1 if text.startswith(BYTE_ORDER_MARK) else 0
    for line in LINE.finditer(text, offset):
        content = line.group().strip()
        if content:
            start = line.start() + line.group().index(content)
            end = start + len(content)
            number, own_sentences = len(parts) + 1, sentences(content, start, language)
            parts.append(Paragraph(number, start, end, content, own_sentences))
    return tuple(parts)


def sentences(text: str, offset: int = 0, language: str = "en") -> tuple[Sentence, ...]:
    """The sentences of a paragraph in a language that starts at `offset` in its document.

    The segments of the sentencex library, which knows some languages by their stops alone, without
    the white space around them.
    """
    # For documents alone, and not for what serves them.
    with extra_package("sentences of texts", "eakg[build]"):
        import sentencex

    parts: list[Sentence] = []
    for segment in sentencex.segment(language, text):
        content = segment.strip()
        if content:
            start = offset + segment.index(content)
            parts.append(Sentence(len(parts) + 1, start, start + len(content), content))
        offset += len(segment)
    return tuple(parts)

"""A text with numbered citations, read sentence by sentence."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from eakg.serve.agents.citation import CitationLine, citation_lines
from eakg.text import sentences

_MARK = re.compile(r"\s*\[([0-9]{1,18}(?:\s*,\s*[0-9]{1,18})*)\]")
_FENCE = re.compile(r"\s*(?:```|~~~)")
_HEADING = re.compile(r"\s*(?:#|=+\s*$|-{3,}\s*$|\|)")
_BULLET = re.compile(r"\s*(?:[-*+]|\d+[.)])\s+")
_WORD = re.compile(r"\w")


@dataclass(frozen=True)
class CitedSentence:
    """A sentence, without its marks, the numbers of its citations, and its line in the file."""

    words: str
    numbers: tuple[int, ...]
    line: int


@dataclass(frozen=True)
class CitedText:
    """The sentences of a text, and the citations below them by their numbers; of `repetitions`
    there are several."""

    sentences: tuple[CitedSentence, ...]
    citations: dict[int, CitationLine]
    repetitions: frozenset[int]


def read_cited_text(text: str) -> CitedText:
    """A text in plain words or in Markdown: headings, tables and code hold no sentences, and a line
    that begins with a number in brackets and has an address is a citation. Marks behind the stop
    of a sentence belong to it."""
    citations: dict[int, CitationLine] = {}
    repetitions: set[int] = set()
    lines = set()
    for citation in citation_lines(text):
        lines.add(citation.line)
        if citations.setdefault(citation.number, citation) != citation:
            repetitions.add(citation.number)
    return CitedText(tuple(_sentences(text, lines)), citations, frozenset(repetitions))


def _sentences(text: str, passed_over: set[int]) -> Iterator[CitedSentence]:
    for paragraph, first in _paragraphs(text, passed_over):
        words, line = "", first
        numbers: tuple[int, ...] = ()
        for segment, start in _segments(paragraph):
            rest = _MARK.sub("", segment)
            marks = _numbers(segment)
            if not _WORD.search(rest):
                numbers += marks  # behind the stop of the sentence before
                continue
            leading = re.match(rf"(?:\s*{_MARK.pattern})+", segment)
            if leading and words:
                behind = _numbers(leading[0])
                numbers, marks = numbers + behind, marks[len(behind) :]
            if words:
                yield CitedSentence(words, tuple(dict.fromkeys(numbers)), line)
            words, numbers = " ".join(rest.split()), marks
            line = first + paragraph.count("\n", 0, start)
        if words:
            yield CitedSentence(words, tuple(dict.fromkeys(numbers)), line)


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(one) for match in _MARK.finditer(text) for one in match[1].split(","))


def _segments(paragraph: str) -> Iterator[tuple[str, int]]:
    """The sentences of a paragraph, each with where it begins."""
    for sentence in sentences(paragraph):
        yield sentence.text, sentence.start


def _paragraphs(text: str, passed_over: set[int]) -> Iterator[tuple[str, int]]:
    """What is to be read, each with the number of its first line."""
    lines: list[str] = []
    first, is_code = 1, False
    for number, line in enumerate((*text.splitlines(), ""), 1):
        if _FENCE.match(line):
            is_code = not is_code
        ends = (
            is_code
            or not line.strip()
            or number in passed_over
            or bool(_HEADING.match(line) or _FENCE.match(line))
        )
        bullet = None if ends else _BULLET.match(line)
        if lines and (ends or bullet):
            yield "\n".join(lines), first
            lines = []
        if not ends:
            first = first if lines else number
            lines.append(line[bullet.end() :] if bullet else line)

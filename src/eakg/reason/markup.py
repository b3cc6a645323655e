"""Pieces of HTML for notebooks: plain elements in the colours of the page that they are in, so that
they are read on a light and on a dark one; no script, and nothing from elsewhere."""

from collections.abc import Iterable

from markupsafe import Markup
from rdflib import BNode, Graph
from rdflib.term import Node

from eakg.rdf import PrefixedNames, Triple

_MOST_CHARACTERS = 300
_FRAME = Markup('<div style="border-left: 2px solid currentColor; padding-left: 0.75em">{}</div>')
_LIST = Markup('<ul style="list-style: none; margin: 0; padding-left: 1.25em">{}</ul>')
_ROW = Markup('<tr><td style="text-align: left">{}</td><td style="text-align: left">{}</td>{}</tr>')
_NUMBER = Markup('<td style="text-align: right">{:,}</td>')
Text = str | Markup


class ShortNames:
    """The names of terms with the prefixes that are known, and of what has no name `[]`; what is
    very long is cut."""

    def __init__(self) -> None:
        self._names = PrefixedNames(Graph())

    def __call__(self, term: Node) -> str:
        return "[]" if isinstance(term, BNode) else beginning(self._names(term))

    def words(self, triple: Triple) -> str:
        """The terms of a triple."""
        return " ".join(map(self, triple))


def beginning(text: str) -> str:
    """A text, of a very long one the beginning."""
    return text if len(text) <= _MOST_CHARACTERS else f"{text[:_MOST_CHARACTERS]}…"


def frame(*parts: Text) -> str:
    """What a notebook shows of one thing."""
    return str(_FRAME.format(sequence(parts)))


def sequence(parts: Iterable[Text]) -> Markup:
    """Pieces one after the other; what is no markup is escaped."""
    return Markup().join(parts)


def paragraph(text: Text) -> Markup:
    """A paragraph."""
    return Markup("<p>{}</p>").format(text)


def items(parts: Iterable[Text], total: int) -> Markup:
    """A list of the first of some items, and how many more there are in total."""
    entries = [Markup("<li>{}</li>").format(part) for part in parts]
    if len(entries) < total:
        entries.append(Markup("<li>{:,} more</li>").format(total - len(entries)))
    return unordered(entries)


def unordered(entries: Iterable[Markup]) -> Markup:
    """A list of items that are made."""
    return _LIST.format(sequence(entries))


def fold(summary: Text, content: Markup, *, is_open: bool) -> Markup:
    """What opens and closes."""
    opening = Markup("<details open>") if is_open else Markup("<details>")
    return opening + Markup("<summary>{}</summary>{}</details>").format(summary, content)


def table(heads: tuple[str, str, str], rows: Iterable[tuple[str, str, int]]) -> Markup:
    """A table of two columns of words and one of numbers."""
    head = sequence(Markup('<th style="text-align: left">{}</th>').format(word) for word in heads)
    body = sequence(
        _ROW.format(first, second, _NUMBER.format(number)) for first, second, number in rows
    )
    return Markup("<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>").format(head, body)

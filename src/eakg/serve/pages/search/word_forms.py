"""Forms of a word: whether one word is a form of another, by the stems of English and, in any
language that has endings, by how far words begin alike."""

import sqlite3
from contextlib import closing
from functools import lru_cache

_INDEX = """
CREATE VIRTUAL TABLE texts USING fts5(text, tokenize='porter unicode61 remove_diacritics 0');
CREATE VIRTUAL TABLE stems USING fts5vocab(texts, instance);
"""
_PRESENT = {
    "began": "begin",
    "begun": "begin",
    "gave": "give",
    "given": "give",
    "held": "hold",
    "led": "lead",
    "made": "make",
    "met": "meet",
    "said": "say",
    "sent": "send",
    "spoke": "speak",
    "told": "tell",
    "took": "take",
    "taken": "take",
    "went": "go",
}
"""Verbs of English whose past has another stem than their present."""
_START = 5  # letters by which words of any language begin alike
_ENDING = 2  # letters of an ending
_CACHED = 1024  # texts


@lru_cache(maxsize=_CACHED)
def stems_of(text: str) -> tuple[str, ...]:
    """The stems of the words of a folded text, by Porter's rules for English, which leave words of
    other alphabets as they are."""
    words = " ".join(_PRESENT.get(word, word) for word in text.split())
    with closing(sqlite3.connect(":memory:")) as database:
        database.executescript(_INDEX)
        database.execute("INSERT INTO texts VALUES (?)", (words,))
        rows = database.execute("SELECT term FROM stems ORDER BY offset")
        return tuple(stem for (stem,) in rows)


def has_form_of(text: str, word: str) -> bool:
    """Whether a folded text has a form of a folded word, or a word that begins with it."""
    word = _PRESENT.get(word, word)
    stem = " ".join(stems_of(word))
    return stem in stems_of(text) or any(_begins(other, word) for other in text.split())


def _begins(other: str, word: str) -> bool:
    if other.startswith(word):
        return True
    start = max(_START, len(word) - _ENDING)
    return len(other) <= start + _ENDING and word[:start] == other[:start] and len(other) >= start

"""The glossary: what it names exists, and classes are named by nouns."""

import re

import pytest

from helpers.house import ROOT, exists, module_files

PAGE = (ROOT / "docs/words.md").read_text("utf-8")
ROOMS = {one.split(".")[1] for one in module_files() if "." in one}


def rows() -> list[tuple[str, str]]:
    """The words of the glossary, each with the cell that says where it lives."""
    cells = [line.strip("| ").split(" | ") for line in PAGE.splitlines() if line.startswith("| ")]
    return [(row[0], row[2]) for row in cells if row[0] not in ("word", "---")]


@pytest.mark.parametrize(("word", "place"), rows())
def test_a_word_lives_where_the_glossary_says(word: str, place: str) -> None:
    if place.startswith("room "):
        assert place.removeprefix("room ").strip("`") in ROOMS
        return
    name = place.strip("`")
    if name.partition(".")[0] in ROOMS:
        assert exists(name), f"{word}: {name}"
    elif "/" in name:
        assert (ROOT / name).exists()


def test_each_word_stands_once() -> None:
    words = [word for word, _ in rows()]
    assert len(words) == len(set(words)) > 30


@pytest.mark.parametrize("word", ["keeper", "worker", "lane", "change", "proposal", "version"])
def test_the_words_of_the_store_are_told(word: str) -> None:
    assert word in dict(rows())


def test_the_words_of_the_glossary_are_plain() -> None:
    assert not re.search(r"[^\x20-\x7e\n]", PAGE)

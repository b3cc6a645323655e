"""Documents as they are read: marks that nest, overlap and come in fragments."""

import re
import tomllib
from collections.abc import Iterable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from eakg.dataset.layout import Layout
from eakg.serve.pages.reading import AnnotationMark, MarkedText, Words, nest

HTML = {"Accept": "text/html"}
RECORD = "record-2020-07-23"
MARGIN = r'(?s:<span class="verdicts">.*?</a> </span>)'
"""What was found elsewhere, beside a sentence."""
ORIGINAL = "source-article-2020-07-23"


def marked(name: str, start: int, end: int) -> AnnotationMark:
    return AnnotationMark(name, start, end, "", ())


def written(parts: Iterable[Words | MarkedText]) -> str:
    """Parts in one line: `(name:text)`, with `+` where a mark goes on after a cut."""
    return "".join(
        part.text
        if isinstance(part, Words)
        else f"({'' if part.begins else '+'}{part.mark.anchor}:{written(part.parts)})"
        for part in parts
    )


@pytest.mark.parametrize(
    ("marks", "text"),
    [
        ([], "abcdefgh"),
        ([("T1", 2, 4)], "ab(T1:cd)efgh"),
        ([("T1", 0, 8)], "(T1:abcdefgh)"),
        ([("T1", 1, 7), ("T2", 3, 5)], "a(T1:bc(T2:de)fg)h"),
        ([("T2", 3, 5), ("T1", 3, 5)], "abc(T1:(T2:de))fgh"),
        ([("T1", 1, 5), ("T2", 3, 7)], "a(T1:bc(T2:de))(+T2:fg)h"),
        ([("T1", 1, 3), ("T2", 3, 5)], "a(T1:bc)(T2:de)fgh"),
        ([("T1", 0, 3), ("T2", 1, 6), ("T3", 2, 8)], "(T1:a(T2:b(T3:c)))(+T3:(+T2:def)gh)"),
    ],
)
def test_marks_nest(marks: list[tuple[str, int, int]], text: str) -> None:
    assert written(nest("abcdefgh", 0, [marked(*mark) for mark in marks])) == text


def test_offsets_are_those_of_the_document() -> None:
    marks = [marked("before", 90, 102), marked("within", 103, 104), marked("after", 110, 120)]
    assert written(nest("abcdefgh", 100, marks)) == "(+before:ab)c(within:d)efgh"


@given(st.lists(st.tuples(st.integers(-3, 12), st.integers(1, 8)), max_size=8))
def test_no_character_is_lost_and_every_mark_begins_once(places: list[tuple[int, int]]) -> None:
    marks = [marked(f"T{n}", start, start + size) for n, (start, size) in enumerate(places)]
    text = written(nest("abcdefghij", 0, marks))
    assert re.sub(r"\(\+?T\d+:|\)", "", text) == "abcdefghij"
    for mark in marks:
        assert text.count(f"({mark.anchor}:") == (0 <= mark.start < 10)
    covered: dict[str, str] = {}
    for name, words in _covered(nest("abcdefghij", 0, marks)):
        covered[name] = covered.get(name, "") + words
    for mark in marks:
        expected = "abcdefghij"[max(mark.start, 0) : max(mark.end, 0)]
        assert covered.get(mark.anchor, "") == expected


def _covered(
    parts: Iterable[Words | MarkedText],
) -> Iterator[tuple[str, str]]:
    for part in parts:
        if isinstance(part, MarkedText):
            inner = "".join(_plain(one) for one in part.parts)
            yield part.mark.anchor, inner
            yield from _covered(part.parts)


def _plain(part: Words | MarkedText) -> str:
    return part.text if isinstance(part, Words) else "".join(map(_plain, part.parts))


@pytest.fixture(scope="module")
def client(shipped_application: Flask) -> FlaskClient:
    return shipped_application.test_client()


@pytest.fixture(scope="module")
def page(client: FlaskClient) -> str:
    return client.get(f"/doc/{RECORD}", headers=HTML).text


def test_the_text_is_whole(page: str, layout: Layout) -> None:
    shown = [
        re.sub(r"\s+", " ", re.sub(MARGIN + "|<[^>]*>", "", paragraph)).strip()
        for paragraph in re.findall(r'<p class="text">(.*?)</p>', page, re.DOTALL)
    ]
    lines = (layout.sources / RECORD / f"{RECORD}.txt").read_text().splitlines()
    assert [one.partition(" ")[2].partition(" ")[2] for one in shown] == [
        line.replace("&", "&amp;").replace("'", "&#39;") for line in lines if line
    ]


def test_every_annotated_span_has_its_place_and_leads_to_its_thing(
    page: str, layout: Layout
) -> None:
    lines = (layout.sources / RECORD / f"{RECORD}.ann").read_text().splitlines()
    spans = [line.split("\t")[0] for line in lines if line.startswith("T")]
    assert len(spans) > 250
    for span in spans:
        assert page.count(f' id="{span}"') == 1, span
    listed = re.findall(r'<li><a href="#(T\d+)[.\d]*">', page)
    assert set(listed) == set(spans)
    assert page.count("→ <a href=") >= len(spans) * 0.8


def test_a_paragraph_leads_to_the_one_that_it_retells(page: str) -> None:
    assert page.count('<a class="original" href="/doc/source-article-2020-07-23/p') == 12


@pytest.fixture(scope="module")
def original(client: FlaskClient) -> str:
    return client.get(f"/doc/{ORIGINAL}", headers=HTML).text


def test_of_a_text_that_is_not_shipped_the_page_says_where_it_stands(
    original: str, layout: Layout
) -> None:
    meta = tomllib.loads((layout.sources / ORIGINAL / "meta.toml").read_text())
    (note,) = re.findall(r'<p class="quiet">This text is not shipped.*?</p>', original)
    for address in meta["text"]["addresses"]:
        assert f'href="{address}"' in note
    assert meta["text"]["sha256"] in note


def test_its_sentences_and_spans_have_places_and_no_words(original: str, layout: Layout) -> None:
    sentences = (layout.sources / ORIGINAL / "sentences.csv").read_text().splitlines()[1:]
    shown = re.findall(r'<span class="sentence" id="p(\d+)\.s\d+">(\d+)–(\d+)</span>', original)
    assert [list(one) for one in shown] == [line.split(",")[:3] for line in sentences]
    lines = (layout.sources / ORIGINAL / f"{ORIGINAL}.ann").read_text().splitlines()
    for span in (line.split("\t")[0] for line in lines if line.startswith("T")):
        assert original.count(f' id="{span}"') == 1, span
    assert "<q></q>" not in original
    assert "sha256:" not in original

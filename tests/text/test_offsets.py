"""Offsets: the dialect of a file is found, and spans come out in code points."""

import re
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from eakg.text.annotation import Span, TextBound
from eakg.text.offsets import DIALECTS, Dialect, Unit, align, merge, offset_scale, quote

PATH = Path("doc.ann")


def mention(number: int, fragments: tuple[Span, ...], text: str) -> TextBound:
    return TextBound(f"T{number}", "Actor", fragments, text, number, PATH)


def message(text: str, *mentions: TextBound) -> list[str]:
    return [str(problem) for problem in align(text, mentions).problems]


def test_raw_code_points_come_first() -> None:
    assert DIALECTS[0] == Dialect(Unit.CODE_POINT, bom_kept=True, crlf_as_one=False)
    assert len(set(DIALECTS)) == 12


@pytest.mark.parametrize(
    ("dialect", "scale"),
    [
        (Dialect(), [0, 1, 2, 3, 4, 5, 6]),
        (Dialect(bom_kept=False), [0, 0, 1, 2, 3, 4, 5]),
        (Dialect(crlf_as_one=True), [0, 1, 2, 3, 4, 4, 5]),
        (Dialect(Unit.UTF_16), [0, 1, 3, 4, 5, 6, 7]),
        (Dialect(Unit.BYTE), [0, 3, 7, 9, 10, 11, 12]),
        (Dialect(Unit.BYTE, bom_kept=False, crlf_as_one=True), [0, 0, 4, 6, 7, 7, 8]),
    ],
)
def test_the_scale_of_a_dialect(dialect: Dialect, scale: list[int]) -> None:
    assert offset_scale("\ufeff\U0001f600\u00e9\r\nB", dialect) == scale


def test_a_byte_order_mark_within_the_text_always_counts() -> None:
    assert offset_scale("a\ufeff", Dialect(bom_kept=False)) == [0, 1, 2]


@pytest.mark.parametrize(
    ("start", "dialect"),
    [
        (14, Dialect()),
        (12, Dialect(crlf_as_one=True)),
        (13, Dialect(bom_kept=False)),
        (11, Dialect(bom_kept=False, crlf_as_one=True)),
        (15, Dialect(Unit.UTF_16)),
        (19, Dialect(Unit.BYTE)),
        (17, Dialect(Unit.BYTE, crlf_as_one=True)),
        (16, Dialect(Unit.BYTE, bom_kept=False)),
    ],
)
def test_the_dialect_is_the_one_under_which_the_text_matches(start: int, dialect: Dialect) -> None:
    text = "\ufeffHi \U0001f600 A.\r\n\r\nxyJapan gave."
    alignment = align(text, [mention(1, ((start, start + 5),), "Japan")])
    assert (alignment.dialect, alignment.problems) == (dialect, ())
    assert alignment.mentions[0].fragments == ((14, 19),)


def test_one_mention_can_tell_what_another_cannot() -> None:
    text = "na\u00efve Japan. China."
    alignment = align(text, [mention(1, ((0, 6),), "na\u00efve"), mention(2, ((14, 19),), "China")])
    assert alignment.dialect == Dialect(Unit.BYTE)
    assert [m.fragments for m in alignment.mentions] == [((0, 5),), ((13, 18),)]


def test_no_mentions_are_raw_code_points() -> None:
    assert align("text", []).dialect == Dialect()


def test_discontinuous_text_is_joined_by_one_space() -> None:
    text = "North and South Korea"
    alignment = align(text, [mention(1, ((0, 5), (16, 21)), "North Korea")])
    assert alignment.problems == ()
    assert quote(text, alignment.mentions[0].fragments) == "North Korea"


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_a_span_over_a_line_break_becomes_a_fragment_for_each_line(newline: str) -> None:
    text = f"East{newline}Asia"
    (found,) = align(text, [mention(1, ((0, len(text)),), "East Asia")]).mentions
    assert [text[a:b] for a, b in found.fragments] == ["East", "Asia"]
    assert found.text == "East Asia"
    assert merge(text, found.fragments) == ((0, len(text)),)


def test_brat_1042_the_second_fragment_starts_with_the_indentation() -> None:
    text = "Foo\n  Bar"
    (found,) = align(text, [mention(1, ((0, 3), (4, 9)), "Foo   Bar")]).mentions
    assert merge(text, found.fragments) == ((0, 9),)


def test_merging_leaves_apart_what_words_separate_or_order_reverses() -> None:
    text = "a  b, c\td"
    assert merge(text, [(0, 1), (3, 4), (6, 7), (8, 9)]) == ((0, 4), (6, 9))
    assert merge(text, [(3, 4), (0, 1)]) == ((3, 4), (0, 1))
    assert merge(text, [(0, 1), (1, 2)]) == ((0, 2),)


def test_trailing_space_after_the_annotated_text_does_not_matter() -> None:
    (found,) = align("Japan gave", [mention(1, ((0, 5),), "Japan \t")]).mentions
    assert found.text == "Japan"


def test_space_within_the_span_does_matter() -> None:
    assert align("Japan gave", [mention(1, ((0, 6),), "Japan")]).problems


def test_every_mismatch_is_a_problem_with_the_right_offsets_where_they_are_clear() -> None:
    text = "Japan and China and China"
    assert message(
        text,
        mention(1, ((0, 5),), "Japan"),
        mention(2, ((1, 6),), "Japan"),
        mention(3, ((1, 6),), "China"),
        mention(4, ((0, 5),), "Korea"),
        mention(5, ((20, 26),), "China"),
    ) == [
        "doc.ann:2: T2 Actor: the text at 1 6 is 'apan ', but the annotation says 'Japan' "
        "(in code points); the annotated text is at 0 5: correct the offsets",
        "doc.ann:3: T3 Actor: the text at 1 6 is 'apan ', but the annotation says 'China' "
        "(in code points); the annotated text is at 2 places, the nearest 10 15: "
        "correct the offsets",
        "doc.ann:4: T4 Actor: the text at 0 5 is 'Japan', but the annotation says 'Korea' "
        "(in code points); the annotated text is nowhere in the document: correct it or the "
        "offsets",
        "doc.ann:5: T5 Actor: the offset 26 is outside the text, which ends at 25 "
        "(in code points); the annotated text is at 2 places, the nearest 20 25: "
        "correct the offsets",
    ]


@pytest.mark.parametrize(
    ("text", "words", "difference"),
    [
        ("caf\u00e9 x", "cafe\u0301", "Unicode normalization"),
        ("cafe\u0301 x", "caf\u00e9", "Unicode normalization"),
        ("new\u00a0york", "new york", "white space"),
        ("new  york", "new york", "white space"),
    ],
)
def test_what_looks_the_same_is_told_apart(text: str, words: str, difference: str) -> None:
    (found,) = message(text, mention(1, ((0, len(text.removesuffix(" x"))),), words))
    assert f"the same but for {difference}" in found
    assert f"it is in the document, but for {difference}: copy the words from there" in found


def test_wrong_inner_offsets_are_a_problem() -> None:
    (found,) = message("Foo\n  Bar", mention(1, ((0, 3), (5, 9)), "Foo   Bar"))
    assert "the text at 0 3;5 9 is 'Foo  Bar'" in found
    assert "the annotated text is at 0 3;4 9: correct the offsets" in found


def test_problems_are_told_in_the_best_dialect() -> None:
    text = "\U0001f600 Japan \U0001f600 China"
    found = message(
        text,
        mention(1, ((3, 8),), "Japan"),
        mention(2, ((12, 17),), "China"),
        mention(3, ((1, 4),), "Japan"),
        mention(4, ((0, 5),), "China"),
    )
    assert found == [
        "doc.ann:3: T3 Actor: the offset 1 is inside a character (in UTF-16 units); "
        "the annotated text is at 3 8: correct the offsets",
        "doc.ann:4: T4 Actor: the text at 0 5 is '\U0001f600 Ja', but the annotation says "
        "'China' (in UTF-16 units); the annotated text is at 12 17: correct the offsets",
    ]


texts = st.lists(
    st.sampled_from(["\n", "\r\n", "\r", " ", "a", "b", "\u00e9", "\u4e2d", "\U0001f600", "\ufeff"])
    | st.characters(exclude_categories=["Cs"]),
    min_size=1,
    max_size=60,
).map("".join)


def written(text: str, span: Span, dialect: Dialect) -> tuple[Span, str]:
    """A span in code points as a tool of that dialect writes it."""
    seen = text
    start, end = span
    words = re.sub(r"\r\n|\r|\n", " ", text[start:end])
    if not dialect.bom_kept and text.startswith("\ufeff"):
        seen, start, end = seen[1:], start - 1, end - 1
    if dialect.crlf_as_one:
        start -= seen[:start].count("\r\n")
        end -= seen[:end].count("\r\n")
        seen = seen.replace("\r\n", "\n")
    before, within = seen[:start], seen[start:end]
    if dialect.unit is Unit.CODE_POINT:
        return (start, end), words
    encoding, size = ("utf-16-le", 2) if dialect.unit is Unit.UTF_16 else ("utf-8", 1)
    first = len(before.encode(encoding)) // size
    return (first, first + len(within.encode(encoding)) // size), words


@pytest.mark.slow
@settings(deadline=None)
@given(st.data(), texts, st.sampled_from(["", "\ufeff"]), st.sampled_from(DIALECTS))
def test_spans_written_in_any_dialect_come_back(
    data: st.DataObject, body: str, bom: str, dialect: Dialect
) -> None:
    text = bom + body
    first = 1 if text.startswith("\ufeff") else 0
    cuts = [i for i in range(first, len(text) + 1) if text[i - 1 : i + 1] != "\r\n"]
    pairs = st.tuples(st.sampled_from(cuts), st.sampled_from(cuts)).map(lambda p: (min(p), max(p)))
    spans = [
        span
        for span in data.draw(st.lists(pairs, max_size=6))
        if text[slice(*span)].strip(" \r\n\t\ufeff")
    ]
    assume(spans)
    mentions = []
    for number, span in enumerate(spans, start=1):
        offsets, words = written(text, span, dialect)
        mentions.append(mention(number, (offsets,), words))
    alignment = align(text, mentions)
    assert alignment.problems == ()
    assert len(alignment.mentions) == len(spans)
    for found, given_, span in zip(alignment.mentions, mentions, spans, strict=True):
        assert found.text == quote(text, found.fragments)
        if not re.search(r"[\r\n]", text[slice(*span)]):
            ((start, end),) = found.fragments
            assert text[start:end] == found.text == given_.text
        if alignment.dialect == dialect:
            inside = text[slice(*span)].strip("\r\n")
            assert text[found.fragments[0][0] : found.fragments[-1][1]] == inside


@settings(deadline=None)
@given(texts, st.sampled_from(DIALECTS))
def test_a_scale_never_falls(text: str, dialect: Dialect) -> None:
    scale = offset_scale(text, dialect)
    assert len(scale) == len(text) + 1
    assert scale == sorted(scale)
    if dialect == Dialect(Unit.BYTE):
        assert scale[-1] == len(text.encode())
    if dialect == Dialect(Unit.UTF_16):
        assert scale[-1] == len(text.encode("utf-16-le")) // 2

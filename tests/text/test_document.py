"""Documents: text as it was found, paragraphs, sentences, passages."""

import hashlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eakg.problems import ProblemsError
from eakg.text.document import Document, paragraphs, read_document, sentences

texts = st.text(
    st.one_of(
        st.characters(exclude_categories=["Cs"]),
        st.sampled_from("\r\n\ufeff\u2028\x85 .?!A5\U0001f600"),
    )
)


def document(folder: Path, data: bytes) -> Document:
    path = folder / "doc.txt"
    path.write_bytes(data)
    return read_document(path)


@pytest.mark.parametrize(
    ("data", "bom", "newline"),
    [
        (b"", False, ""),
        (b"One line", False, ""),
        (b"A\nB\n", False, "\n"),
        (b"A\r\nB\r\n", False, "\r\n"),
        (b"A\rB", False, "\r"),
        (b"A\r\nB\n", False, "mixed"),
        (b"\xef\xbb\xbfA\n", True, "\n"),
        ("A \U0001f600\r\n".encode(), False, "\r\n"),
    ],
)
def test_a_document_keeps_what_the_file_has(
    tmp_path: Path, data: bytes, bom: bool, newline: str
) -> None:
    found = document(tmp_path, data)
    assert found.text.encode() == data
    assert found.sha256 == hashlib.sha256(data).hexdigest()
    assert (found.bom, found.newline) == (bom, newline)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_one_paragraph_for_each_line_that_is_not_empty(newline: str) -> None:
    text = newline.join(["\ufeffFirst.", "", "  \t", "  Second. Third.  ", ""])
    found = paragraphs(text)
    assert [(p.number, p.text) for p in found] == [(1, "First."), (2, "Second. Third.")]
    assert [[(s.number, s.text) for s in p.sentences] for p in found] == [
        [(1, "First.")],
        [(1, "Second."), (2, "Third.")],
    ]


def test_other_separators_do_not_end_a_line() -> None:
    assert [p.text for p in paragraphs("A\u2028B\x85C\x0bD\nE")] == ["A\u2028B\x85C\x0bD", "E"]


@pytest.mark.parametrize(
    "sentence",
    [
        "Trade grew by 5.6 percent to 2.09 trillion yuan.",
        "Senior officials of ASEAN Plus Three met by video on 20 July 2020.",
        "Dr. Kung Phoak spoke for the U.N. body.",
    ],
)
def test_a_sentence_is_not_split_inside(sentence: str) -> None:
    assert [s.text for s in sentences(f"{sentence} It ended.")] == [sentence, "It ended."]


@settings(deadline=None)
@given(texts)
def test_spans_give_their_own_text_and_miss_nothing(text: str) -> None:
    covered = [False] * len(text)
    found = paragraphs(text)
    for number, paragraph in enumerate(found, start=1):
        assert paragraph.number == number
        assert text[paragraph.start : paragraph.end] == paragraph.text
        for count, sentence in enumerate(paragraph.sentences, start=1):
            assert sentence.number == count
            assert text[sentence.start : sentence.end] == sentence.text == sentence.text.strip()
            assert paragraph.start <= sentence.start < sentence.end <= paragraph.end
            assert not any(covered[sentence.start : sentence.end])
            covered[sentence.start : sentence.end] = [True] * len(sentence.text)
    left = "".join(c for c, seen in zip(text, covered, strict=True) if not seen)
    assert not left.removeprefix("\ufeff").strip()


def test_a_passage_goes_from_the_first_sentence_touched_to_the_last(tmp_path: Path) -> None:
    text = "One here. Two here. Three here.\nFour here. Five here."
    found = document(tmp_path, text.encode())

    def passage(words: str) -> tuple[list[int], list[int], str]:
        start = text.index(words)
        at = found.passage(start, start + len(words))
        return [p.number for p in at.paragraphs], [s.number for s in at.sentences], at.text

    assert passage("Two") == ([1], [2], "Two here.")
    assert passage("here. Two") == ([1], [1, 2], "One here. Two here.")
    assert passage("Three here.\nFour") == ([1, 2], [3, 1], "Three here.\nFour here.")
    assert passage(". T") == ([1], [1, 2], "One here. Two here.")


def test_space_between_sentences_is_in_none(tmp_path: Path) -> None:
    found = document(tmp_path, b"One. Two.")
    assert found.passage(4, 5).sentences == ()
    assert found.passage(4, 5).text == " "


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (2, 2), (3, 2), (0, 10)])
def test_a_passage_of_no_span_is_refused(tmp_path: Path, start: int, end: int) -> None:
    with pytest.raises(ValueError, match="no span"):
        document(tmp_path, b"One. Two.").passage(start, end)


def test_a_missing_file_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ProblemsError) as raised:
        read_document(Path("gone.txt"))
    assert str(raised.value).startswith("gone.txt: file not found;")


def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    with pytest.raises(ProblemsError, match="cannot be read"):
        read_document(tmp_path)


@pytest.mark.parametrize(
    ("data", "line"),
    [(b"caf\xe9", 1), (b"ok\r\nok\r\n\xff\n", 3), ("ok\n\u00e9".encode("utf-16"), 1)],
)
def test_a_wrong_encoding_is_a_problem_on_its_line(tmp_path: Path, data: bytes, line: int) -> None:
    with pytest.raises(ProblemsError, match="not UTF-8") as raised:
        document(tmp_path, data)
    assert [problem.line for problem in raised.value.problems] == [line]

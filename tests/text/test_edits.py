"""Edits of annotations: they change the lines that they are about, and nothing else."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eakg.text.configuration import read_configuration
from eakg.text.document import Document, read_document
from eakg.text.draft import Draft
from eakg.text.edits import (
    Edit,
    EditError,
    add_event,
    add_mention,
    add_relation,
    add_role,
    refer,
    remove,
    remove_role,
    set_attribute,
    set_type,
    spans_of,
)
from helpers.house import ROOT
from helpers.small_dataset import ANNOTATIONS, MENTIONS, TEXT, mention

NOTE = "".join(mention(*item) for item in MENTIONS) + ANNOTATIONS
CONFIGURATION = read_configuration(ROOT / "graph/sources/record-2020-07-23/annotation.conf")


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Document:
    path = tmp_path_factory.mktemp("note") / "note.txt"
    path.write_text(TEXT, encoding="utf-8")
    return read_document(path)


def draft_of(document: Document, content: str = NOTE) -> Draft:
    return Draft.of(Path("note.ann"), content, document, CONFIGURATION)


def applied(draft: Draft, edit: Edit) -> Draft:
    return draft.with_content(edit.content)


@st.composite
def contents(draw: st.DrawFn) -> str:
    """A file of annotations: some first lines of one, with any line ends, mark and end."""
    lines = NOTE.splitlines()[: draw(st.integers(0, NOTE.count("\n")))]
    newline = draw(st.sampled_from(["\n", "\r\n"]))
    end = draw(st.sampled_from(["", newline, 2 * newline]))
    return draw(st.sampled_from(["", "\ufeff"])) + newline.join(lines) + (end if lines else "")


spans = st.tuples(st.integers(0, len(TEXT) - 1), st.integers(1, 12)).map(
    lambda item: (item[0], min(len(TEXT), sum(item)))
)


@pytest.mark.slow
@given(contents(), spans)
def test_what_is_added_and_removed_leaves_the_file_as_it_was(
    document: Document, content: str, span: tuple[int, int]
) -> None:
    draft = draft_of(document, content)
    try:
        mention_edit = add_mention(draft, "Topic", [span])
    except EditError:
        assert not TEXT[slice(*span)].strip()
        return
    event_edit = add_event(draft, "Launch", [span], {"Modality": "agreed", "Voice": "article"})
    for edit in (mention_edit, event_edit):
        after = applied(draft, edit)
        assert after.faults(draft) == []
        # The lines that were there are there, each as it was.
        lines = iter(after.content.split("\n"))
        assert all(line in lines for line in content.split("\n") if line.strip("\ufeff\r"))
        # What is known of it goes with it.
        named = applied(after, refer(after, edit.focus, "EAKG:x", "X", replaces=True))
        assert remove(after, edit.focus).content == content
        assert remove(named, edit.focus).content == content


def edit_of(draft: Draft, kind: int, first: int, second: int) -> Edit:
    """An edit of some kind, of annotations and places that two numbers choose."""
    ids = list(draft.standoff.by_id) or [""]
    one, other = ids[first % len(ids)], ids[second % len(ids)]
    span = first, first + second
    edits: list[Callable[[], Edit]] = [
        lambda: add_mention(draft, "Goods", [span]),
        lambda: add_event(draft, "Norm", [span], {}),
        lambda: add_role(draft, one, "About", other),
        lambda: remove_role(draft, one, "About", other),
        lambda: set_attribute(draft, one, "Voice", "article"),
        lambda: refer(draft, one, "TOPIC:trade", "Trade", replaces=bool(second % 2)),
        lambda: set_type(draft, one, "Place"),
        lambda: add_relation(draft, "HoldsOffice", one, other),
        lambda: remove(draft, one),
    ]
    return edits[kind]()


@pytest.mark.slow
@given(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 40), st.integers(0, 40))))
def test_any_edits_leave_a_file_that_can_be_read(
    document: Document, steps: list[tuple[int, int, int]]
) -> None:
    draft = draft_of(document)
    for kind, first, second in steps:
        try:
            after = applied(draft, edit_of(draft, kind, first, second))
        except EditError:
            continue
        if not after.faults(draft):
            draft = after
    assert draft.problems == ()
    assert len(draft.mentions) == sum(name[0] == "T" for name in draft.standoff.by_id)


def test_a_second_filler_of_a_role_is_numbered(document: Document) -> None:
    draft = draft_of(document)
    first = applied(draft, add_role(draft, "E1", "Recipient", "T7"))
    assert "E1\tMaterialAid:T2 Agent:T1 Recipient:T4 Goods:T3 Time:T5 Recipient2:T7" in (
        first.content.split("\n")
    )
    assert remove_role(first, "E1", "Recipient", "T7").content == NOTE
    with pytest.raises(EditError, match="T4 fills Recipient of E1 already"):
        add_role(draft, "E1", "Recipient", "T4")


def test_a_value_takes_the_place_of_the_one_that_is_there(document: Document) -> None:
    draft = draft_of(document)
    edit = set_attribute(draft, "E1", "Modality", "agreed")
    assert edit.content == NOTE.replace("A1\tModality E1 reported-fact", "A1\tModality E1 agreed")
    edit = refer(draft, "T1", "EAKG:laos", "Laos", replaces=True)
    assert edit.content == NOTE.replace(
        "N1\tReference T1 EAKG:japan\tJapan", "N1\tReference T1 EAKG:laos\tLaos"
    )
    topic = refer(draft, "E1", "TOPIC:trade", "Trade", replaces=False)
    assert "N13\tReference E1 TOPIC:trade\tTrade" in topic.content.split("\n")


def test_an_event_and_its_trigger_have_one_type(document: Document) -> None:
    draft = draft_of(document)
    for identifier in ("E1", "T2"):
        after = applied(draft, set_type(draft, identifier, "Donation"))
        assert after.faults(draft) == []
        assert "T2\tDonation 6 10\tgave" in after.content
        assert "E1\tDonation:T2 Agent:T1" in after.content


def test_events_share_a_trigger(document: Document) -> None:
    draft = draft_of(document)
    after = applied(draft, add_event(draft, "MaterialAid", [(6, 10)], {}))
    assert "E4\tMaterialAid:T2" in after.content.split("\n")
    assert remove(after, "E4").content == NOTE
    with pytest.raises(EditError, match="T1 marks these words as State already"):
        add_mention(draft, "State", [(0, 5)])


def test_what_others_refer_to_stays(document: Document) -> None:
    draft = draft_of(document)
    with pytest.raises(EditError, match="T4 is role Recipient of E1 MaterialAid"):
        remove(draft, "T4")
    with pytest.raises(EditError, match="E1 is role About of E2 Evaluation"):
        remove(draft, "T2")  # with its event


@pytest.mark.parametrize(
    ("span", "words"),
    [((0, 900), "goes from 0 to"), ((5, 5), "is no place"), ((63, 65), "no words are chosen")],
)
def test_places_that_are_none(document: Document, span: tuple[int, int], words: str) -> None:
    with pytest.raises(EditError, match=words):
        add_mention(draft_of(document), "Topic", [span])


@pytest.mark.parametrize(
    ("type_", "words"),
    [
        ("Sate", "the type Sate is not in .*; did you mean State?"),
        ("Sta te", "is not one word"),
        ("", "a name is missing"),
    ],
)
def test_types_that_are_none(document: Document, type_: str, words: str) -> None:
    draft = draft_of(document)
    with pytest.raises(EditError, match=words):
        edit = add_mention(draft, type_, [(0, 5)])
        raise EditError(*applied(draft, edit).faults(draft))


def test_a_line_break_in_a_value_begins_no_line(document: Document) -> None:
    draft = draft_of(document)
    edit = refer(draft, "T2", "EAKG:x", "a\nT99\tState 0 5\tJapan\r\u2028b", replaces=True)
    after = applied(draft, edit)
    assert after.annotation("T99") is None
    assert after.content.count("\n") == NOTE.count("\n") + 1


def test_words_over_a_line_break_are_one_mention_in_two_pieces(document: Document) -> None:
    draft = draft_of(document, "")
    start = TEXT.index("ASEAN.")
    after = applied(draft, add_mention(draft, "Topic", [(start, TEXT.index(" in Laos"))]))
    (mark,) = after.mentions
    assert mark.text == "ASEAN. People"
    assert len(mark.fragments) == 2


def test_offsets_are_written_as_the_file_counts_them(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_text("🌏 Japan and Laos", encoding="utf-8")
    document = read_document(path)
    units = draft_of(document, "T1\tState 3 8\tJapan\n")
    assert add_mention(units, "State", [(12, 16)]).content.endswith("T2\tState 13 17\tLaos\n")
    points = draft_of(document, "T1\tState 2 7\tJapan\n")
    assert add_mention(points, "State", [(12, 16)]).content.endswith("T2\tState 12 16\tLaos\n")


def test_what_is_not_there_yet_is_no_fault(document: Document) -> None:
    draft = draft_of(document)
    # MaterialAid needs an agent and a recipient.
    after = applied(draft, add_event(draft, "MaterialAid", [(24, 26)], {}))
    assert after.problems == ()


def test_places_of_words() -> None:
    assert spans_of("a  b a b", " a b ") == [(0, 4), (5, 8)]
    assert spans_of("a", "") == []

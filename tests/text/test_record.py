"""Records: the folder of a document, whole, with all that is wrong in it."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eakg.problems import ProblemsError
from eakg.text.annotation import Event, TextBound
from eakg.text.offsets import Dialect, Unit
from eakg.text.record import Record, read_record

CONFIGURATION = """\
[entities]
State
Bloc
Amount
[relations]
MemberOf\tArg1:State, Arg2:Bloc
[events]
Donation\tGiver-Arg:State|Bloc, Recipient-Arg*:State|Bloc, Amount?:Amount
Praise\tSpeaker:State|Bloc, Topic:<EVENT>
[attributes]
Negation\tArg:<EVENT>
Modality\tArg:<EVENT>, Value:Promised|Expected
"""
TEXT = (
    "Japan \U0001f1ef\U0001f1f5 gave ASEAN masks worth 5.6 million yuan.\r\n"
    "\r\n"
    "ASEAN praised the\r\n"
    "gift. It ended.\r\n"
)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    found = Path("sources/doc")
    found.mkdir(parents=True)
    return found


def annotated(text: str = TEXT) -> str:
    """Standoff as brat writes it, with offsets in code points of the text."""

    def at(words: str, start: int = 0) -> str:
        position = text.index(words, start)
        return f"{position} {position + len(words)}"

    second = text.index("praised")
    return "\n".join(
        [
            f"T1\tState {at('Japan')}\tJapan",
            f"T2\tDonation {at('gave')}\tgave",
            f"T3\tBloc {at('ASEAN')}\tASEAN",
            "E1\tDonation:T2 Giver-Arg:T1 Recipient-Arg:T3 Amount:T4 ",
            f"T4\tAmount {at('5.6 million')};{at('yuan')}\t5.6 million yuan",
            f"T5\tBloc {at('ASEAN', second - 8)}\tASEAN",
            f"T6\tPraise {at('praised the')};{at('gift')}\tpraised the gift",
            "E2\tPraise:T6 Speaker:T5 Topic:E1",
            "A1\tModality E2 Expected",
            "",
        ]
    )


def write(folder: Path, text: str | bytes = TEXT, ann: str | None = None) -> None:
    (folder / "doc.txt").write_bytes(text if isinstance(text, bytes) else text.encode())
    (folder / "doc.ann").write_bytes((annotated() if ann is None else ann).encode())


def problems(folder: Path) -> list[str]:
    with pytest.raises(ProblemsError) as raised:
        read_record(folder)
    return [str(problem) for problem in raised.value.problems]


def words(record: Record) -> dict[str, str]:
    text = record.document.text
    return {
        m.id: " ".join(text[a:b] for a, b in m.fragments) for m in record.standoff.of(TextBound)
    }


def test_a_record(folder: Path) -> None:
    write(folder)
    (folder / "annotation.conf").write_text(CONFIGURATION)
    record = read_record(folder)
    assert record.document.path == folder / "doc.txt"
    assert record.standoff.paths == (folder / "doc.ann",)
    assert record.standoff.lines == len(record.standoff.annotations) == 9
    assert record.dialect == Dialect()
    assert words(record) == {
        "T1": "Japan",
        "T2": "gave",
        "T3": "ASEAN",
        "T4": "5.6 million yuan",
        "T5": "ASEAN",
        "T6": "praised the gift",
    }
    assert words(record) == {m.id: m.text for m in record.standoff.of(TextBound)}


def test_fragments_stay_and_spans_are_merged(folder: Path) -> None:
    write(folder)
    record = read_record(folder)
    mention = record.standoff.of(TextBound)[-1]
    assert len(mention.fragments) == 2
    ((start, end),) = record.spans(mention)
    assert record.document.text[start:end] == "praised the\r\ngift"
    passage = record.document.passage(start, end)
    assert [p.number for p in passage.paragraphs] == [2, 3]
    assert passage.text == "ASEAN praised the\r\ngift."


@pytest.mark.parametrize("place", [".", ".."])
def test_the_configuration_is_the_nearest(folder: Path, place: str) -> None:
    write(folder)
    (folder / place / "annotation.conf").write_text(CONFIGURATION)
    (folder / ".." / ".." / "annotation.conf").write_text("[entities]\n")
    configuration = read_record(folder).configuration
    assert configuration is not None
    assert configuration.path.parent.resolve() == (folder / place).resolve()


def test_the_configuration_of_the_folder_comes_before_that_of_its_parent(folder: Path) -> None:
    write(folder)
    (folder / "annotation.conf").write_text(CONFIGURATION)
    (folder.parent / "annotation.conf").write_text("[entities]\n")
    configuration = read_record(folder).configuration
    assert configuration is not None
    assert configuration.path == folder / "annotation.conf"


def test_without_a_configuration_nothing_is_checked_against_it(folder: Path) -> None:
    write(folder)
    (folder.parent.parent / "annotation.conf").write_text("[entities]\n")
    assert read_record(folder).configuration is None


def test_the_folder_may_be_the_working_directory(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(folder)
    (folder.parent / "annotation.conf").write_text(CONFIGURATION)
    monkeypatch.chdir(folder)
    record = read_record(Path())
    assert record.document.path == Path("doc.txt")
    assert record.configuration is not None


def test_a_linked_folder_has_the_name_of_its_link(folder: Path) -> None:
    write(folder)
    Path("stored").mkdir()
    folder.rename("stored/other")
    folder.symlink_to(Path("stored/other").resolve())
    assert read_record(folder).document.path == folder / "doc.txt"


def test_declared_roles_keep_their_digits(folder: Path) -> None:
    write(folder, "ab c", "T1\tMerge 0 2\tab\nT2\tOrg 3 4\tc\nE1\tMerge:T1 Org1:T2 Org2:T2\n")
    (folder / "annotation.conf").write_text(
        "[entities]\nOrg\n[events]\nMerge\tOrg1:Org, Org2:Org\n"
    )
    (event,) = read_record(folder).standoff.of(Event)
    assert [argument.role for argument in event.arguments] == ["Org1", "Org2"]


def test_a_split_document(folder: Path) -> None:
    write(folder)
    lines = annotated().splitlines(keepends=True)
    (folder / "doc.ann").unlink()
    (folder / "doc.a1").write_text("".join(lines[:1]))
    (folder / "doc.a2").write_text("".join(lines[1:]))
    record = read_record(folder)
    assert [path.name for path in record.standoff.paths] == ["doc.a1", "doc.a2"]
    assert record.standoff.lines == 9


def test_offsets_in_utf_16_come_out_in_code_points(folder: Path) -> None:
    text = "\U0001f600 Japan gave."
    write(folder, text, "T1\tState 3 8\tJapan\n")
    record = read_record(folder)
    assert record.dialect == Dialect(Unit.UTF_16)
    assert record.standoff.of(TextBound)[0].fragments == ((2, 7),)


def test_all_problems_of_a_folder_are_told(folder: Path) -> None:
    lines = annotated().splitlines()
    lines[0] = "T1\tState 1 6\tJapan"
    lines[3] = "E1\tDonation:T2 Giver-Arg:T1 Recipent-Arg:T3 Amount:T99"
    write(folder, ann="\n".join([*lines, "what is this", "Z1\tX y", "T1\tBloc 0 5\tJapan"]))
    (folder / "annotation.conf").write_text(CONFIGURATION)
    ann = folder / "doc.ann"
    assert [problem.partition(";")[0] for problem in problems(folder)] == [
        f"{ann}:1: T1 State: the text at 1 6 is 'apan ', but the annotation says 'Japan' "
        "(in code points)",
        f"{ann}:4: E1 Donation: role Amount points to T99, which does not exist",
        f"{ann}:4: E1 Donation: role Recipent-Arg is not allowed",
        f"{ann}:10: no tab after the id in 'what is this'",
        f"{ann}:11: Z1 is of no known kind",
        f"{ann}:12: T1 is the id of {ann}:1 already",
    ]


def test_problems_of_the_configuration_come_with_those_of_the_annotations(folder: Path) -> None:
    write(folder, ann="T1\tState 1 6\tJapan\nE1\tDonation:T9\n")
    (folder / "annotation.conf").write_text("[events]\nDonation\tGiver\n")
    assert [problem.partition(": ")[0] for problem in problems(folder)] == [
        f"{folder}/annotation.conf:2",
        f"{folder}/doc.ann:1",
        f"{folder}/doc.ann:2",
    ]


def test_a_missing_text(folder: Path) -> None:
    write(folder, ann="T1\tState 0 5\tJapan\nE1\tDonation:T9\n")
    (folder / "doc.txt").unlink()
    found = problems(folder)
    assert len(found) == 2
    assert found[1].startswith(f"{folder}/doc.txt: file not found; add it")


def test_missing_annotations(folder: Path) -> None:
    write(folder)
    (folder / "doc.ann").unlink()
    (found,) = problems(folder)
    assert found.startswith(f"{folder}/doc.ann: file not found; add it (empty for no annotations)")


def test_whole_and_split_annotations_at_once(folder: Path) -> None:
    write(folder)
    (folder / "doc.a2").write_text("")
    (found,) = problems(folder)
    assert found.startswith(f"{folder}/doc.a2: stands beside doc.ann")


def test_a_missing_folder() -> None:
    (found,) = problems(Path("sources/gone"))
    assert found.startswith("sources/gone: no such folder;")


def test_wrong_encodings_in_both_files(folder: Path) -> None:
    write(folder, text=b"caf\xe9")
    (folder / "doc.ann").write_bytes(b"\n\xff")
    assert [problem.partition(": ")[0] for problem in problems(folder)] == [
        f"{folder}/doc.ann:2",
        f"{folder}/doc.txt:1",
    ]


characters = st.lists(
    st.sampled_from(["\n", "\r\n", " ", "a", "\u00e9", "\u6771", "\U0001f600"])
    | st.characters(exclude_categories=["Cs"]),
    max_size=40,
).map("".join)


@pytest.mark.slow
@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data(), st.sampled_from(["", "\ufeff"]), characters, characters, characters)
def test_what_is_written_is_read_back(
    folder: Path, data: st.DataObject, bom: str, before: str, inside: str, after: str
) -> None:
    inside = f"x{inside}x".replace("\r", "").replace("\n", "").replace("\t", "")
    text = f"{bom}{before} {inside} {after}"
    unit = data.draw(st.sampled_from(list(Unit)))
    encode = {Unit.CODE_POINT: "utf-32-le", Unit.UTF_16: "utf-16-le", Unit.BYTE: "utf-8"}[unit]
    size = {Unit.CODE_POINT: 4, Unit.UTF_16: 2, Unit.BYTE: 1}[unit]
    start = len(f"{bom}{before} ".encode(encode)) // size
    end = start + len(inside.encode(encode)) // size
    write(folder, text, f"T1\tState {start} {end}\t{inside}\r\n")
    record = read_record(folder)
    (mention,) = record.standoff.of(TextBound)
    ((first, last),) = mention.fragments
    assert record.document.text == text
    assert record.document.text[first:last] == mention.text == inside
    passage = record.document.passage(first, last)
    assert passage.start <= first < last <= passage.end
    assert inside in passage.text

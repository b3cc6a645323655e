"""Agreement of two annotations, by hand and by what holds of any two."""

import json
import shutil
from pathlib import Path
from random import Random

import pytest

from eakg.text.agreements import Agreement, agreement_of, kappa
from eakg.text.annotation import Standoff
from eakg.text.record import read_record
from eakg.text.standoff import read_standoff
from helpers.small_dataset import Small

NOTE = "graph/sources/note"
OTHER = "theirs/note"


def table(both_yes: int, first_yes: int, second_yes: int, both_no: int) -> list[tuple[str, str]]:
    return [
        *[("yes", "yes")] * both_yes,
        *[("yes", "no")] * first_yes,
        *[("no", "yes")] * second_yes,
        *[("no", "no")] * both_no,
    ]


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ((20, 5, 10, 15), 0.4),  # observed 0.7, expected 0.5
        ((45, 15, 25, 15), 0.1304),  # observed 0.60, expected 0.54
        ((25, 35, 5, 35), 0.2593),  # observed 0.60, expected 0.46
        ((1, 0, 0, 1), 1.0),
        ((0, 1, 1, 0), -1.0),
    ],
)
def test_kappa(counts: tuple[int, int, int, int], expected: float) -> None:
    assert kappa(table(*counts)) == pytest.approx(expected, abs=5e-5)


def test_where_there_is_no_choice_there_is_no_kappa() -> None:
    assert kappa([]) is None
    assert kappa([("a", "a"), ("a", "a")]) is None


def standoff(tmp_path: Path, *lines: str) -> Standoff:
    path = tmp_path / "x.ann"
    path.write_text("\n".join([*lines, ""]), "utf-8")
    return read_standoff([path])


def f1(result: Agreement) -> dict[str, float | None]:
    return {overlap.kind: overlap.f1 for overlap in result.overlaps}


def test_by_hand(tmp_path: Path) -> None:
    first = standoff(
        tmp_path,
        "T1\tState 0 5\tJapan",
        "T2\tGive 6 10\tgave",
        "T3\tState 20 24\tLaos",
        "E1\tGive:T2 Agent:T1 Recipient:T3",
        "A1\tModality E1 fact",
        "N1\tReference T1 EAKG:japan\tJapan",
        "N2\tReference T3 EAKG:laos\tLaos",
    )
    second = standoff(
        tmp_path,
        "T7\tForum 20 24\tLaos",  # another type
        "T8\tState 0 5\tJapan",
        "T9\tGive 6 10\tgave",
        "T10\tState 30 35\tChina",  # alone
        "E4\tGive:T9 Agent:T8",  # a role less
        "A9\tModality E4 wish",  # another value
        "N9\tReference T8 EAKG:japan\tJapan",
        "N8\tReference T7 EAKG:asean\tLaos",  # another thing
    )
    result = agreement_of(first, second)
    assert f1(result) == pytest.approx(
        {
            "spans": 4 / 5,
            "spans with their types": 2 / 5,
            "references": 2 / 4,
            "triggers": 1.0,
            "events with their types": 1.0,
            "roles": 2 / 3,
            "relations": None,
            "attributes": 0.0,
        }
    )
    assert [(one.kind, one.count, one.same) for one in result.choices] == [
        ("type of a span", 2, 1),
        ("Modality", 1, 0),
    ]
    (spans,) = (one for one in result.overlaps if one.kind == "spans")
    assert (spans.first_alone, spans.second_alone) == ((), ((30, 35),))


@pytest.mark.parametrize("seed", range(20))
def test_what_holds_of_any_two(small: Small, seed: int) -> None:
    """It is the same in both directions, whole with itself, and whatever ids and order are."""
    path = small.path("note.ann")
    whole = read_standoff([path])
    random = Random(seed)
    lines = path.read_text("utf-8").splitlines()
    some = standoff(
        path.parent,
        *random.sample([line for line in lines if line[0] in "T"], 8),
    )
    there, back = agreement_of(whole, some), agreement_of(some, whole)
    assert f1(there) == f1(back)
    assert all(value in {None, 1.0} for value in f1(agreement_of(whole, whole)).values())
    assert all(one.same == one.count for one in agreement_of(whole, whole).choices)
    assert all(0 <= one.common <= min(one.first, one.second) for one in there.overlaps)


def test_the_command(small: Small) -> None:
    shutil.copytree(NOTE, OTHER)
    result = small.run("agreement", NOTE, OTHER)
    assert (result.exit_code, result.stderr) == (0, "")
    assert "1.00" in result.stdout
    annotations = Path(OTHER, "note.ann")
    text = annotations.read_text("utf-8").replace("T4 EAKG:laos", "T4 EAKG:asean")
    annotations.write_text(text, "utf-8")
    listing = small.run("agreement", NOTE, OTHER, "--list").stdout.splitlines()
    start = read_record(Path(NOTE)).document.text.index("Laos")
    place = f"references: {start} {start + 4} Laos"
    assert [line for line in listing if "references: " in line] == [
        f"{NOTE}: {place}",
        f"{OTHER}: {place}",
    ]
    report = json.loads(small.run("agreement", NOTE, OTHER, "--json").stdout)
    (references,) = (one for one in report["kinds"] if one["kind"] == "references")
    assert (references["first"], references["common"]) == (12, 11)
    assert references["f1"] == pytest.approx(11 / 12)


def test_other_texts_are_refused(small: Small) -> None:
    shutil.copytree(NOTE, OTHER)
    text = Path(OTHER, "note.txt")
    text.write_text(text.read_text("utf-8").replace("praised it", "praised her"), "utf-8")
    annotations = Path(OTHER, "note.ann")
    annotations.write_text("", "utf-8")
    result = small.run("agreement", NOTE, OTHER)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"{text}:3: is not the text of {NOTE}/note.txt")
    assert small.run("agreement", NOTE, "nowhere").exit_code == 2

"""References that make no sense: they exist, but what they name is another thing than is marked."""

import shutil
from pathlib import Path

import pytest
from click.testing import Result
from hypothesis import given
from hypothesis import strategies as st
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import XSD

from eakg.dataset.senses import Senses, first_differing
from eakg.evidence import Statement
from eakg.lift import LiftResult
from eakg.names import EAKG, ID
from helpers.small_dataset import ANNOTATIONS, Small

ANN, META = "note.ann", "graph/sources/note/meta.toml"
NOTE = Path("graph/sources/note")
OTHER = Path("graph/sources/other")


@pytest.fixture
def other(small: Small) -> Small:
    """A second record, with other slugs for its events."""
    shutil.copytree(NOTE, OTHER)
    for ending in ("txt", "ann"):
        (OTHER / f"note.{ending}").rename(OTHER / f"other.{ending}")
    annotations = (OTHER / "other.ann").read_text("utf-8")
    for slug in ("gift", "gift-judged", "growth"):
        annotations = annotations.replace(f"EAKG:{slug}\t", f"EAKG:other-{slug}\t")
    (OTHER / "other.ann").write_text(annotations, "utf-8")
    assert small.build().exit_code == 0
    return small


def refused(result: Result) -> list[str]:
    assert result.exit_code == 2, result.output
    return result.stderr.splitlines()


def in_other(small: Small, old: str, new: str) -> int:
    return small.replace(str(OTHER / "other.ann"), old, new)


def test_one_event_in_two_records(other: Small) -> None:
    in_other(other, "EAKG:other-gift\tMasks given by Japan to Laos", "EAKG:gift\t")
    assert other.build().exit_code == 0


def test_one_event_of_two_types(other: Small) -> None:
    in_other(other, "EAKG:other-gift\tMasks given by Japan to Laos", "EAKG:gift\t")
    path = OTHER / "other.ann"
    path.write_text(path.read_text("utf-8").replace("MaterialAid", "Donation"), "utf-8")
    first, second = refused(other.build())
    assert first.startswith(f"{NOTE}/note.ann:")
    assert "gift is of the type MaterialAid here, and of Donation elsewhere" in first
    assert second.startswith(f"{OTHER}/other.ann:")
    assert f"elsewhere ({NOTE}/note.ann:" in second


def test_one_event_with_two_values_where_one_may_be(other: Small) -> None:
    in_other(other, "EAKG:other-gift\tMasks given by Japan to Laos", "EAKG:gift\t")
    in_other(other, "Modality E1 reported-fact", "Modality E1 expectation")
    lines = refused(other.build())
    assert len(lines) == 2
    assert all(
        "modality of gift is modality-" in line and "it has one value" in line for line in lines
    )


def test_a_second_name(other: Small) -> None:
    line = in_other(other, "EAKG:other-gift\tMasks given by Japan to Laos", "EAKG:gift\tThe gift")
    (message,) = refused(other.build())
    assert message.startswith(f"{OTHER}/other.ann:{line}: gift has the name 'Masks given by Japan")
    assert "write no name here" in message


def test_one_name_told_twice(other: Small) -> None:
    in_other(other, "EAKG:other-gift\tMasks", "EAKG:gift\tMasks")
    assert other.build().exit_code == 0


def test_two_types_of_one_event_in_one_record(small: Small) -> None:
    small.replace(ANN, "EAKG:gift-judged\t", "EAKG:gift\t")
    lines = refused(small.build())
    assert sum("gift is of the type" in line for line in lines) == 2


@pytest.mark.parametrize(
    ("type_", "fits"),
    [("InternationalOrganization", True), ("State", False), ("Person", False)],
)
def test_the_type_of_a_mention_and_the_class_of_a_row(small: Small, type_: str, fits: bool) -> None:
    line = small.replace(ANN, "T7\tInternationalOrganization", f"T7\t{type_}")
    result = small.build()
    mention = f"{NOTE}/note.ann:{small.replace(ANN, 'T7 EAKG:asean', 'T7 EAKG:asean')}: asean is of"
    assert line
    assert (result.exit_code == 0) is fits
    assert any(text.startswith(mention) for text in result.stderr.splitlines()) is not fits


def test_words_that_name_nothing_are_warned_of(small: Small) -> None:
    line = small.replace(ANN, "EAKG:goods-masks\tmasks", "EAKG:goods-masks\tface masks")
    assert line == ANNOTATIONS.count("\n", 0, ANNOTATIONS.index("N2")) + 13
    assert small.build().stderr == ""
    small.replace("note.txt", "masks", "muffs")
    small.replace(ANN, "16\tmasks", "16\tmuffs")
    result = small.build()
    assert result.exit_code == 0
    (message,) = result.stderr.splitlines()
    assert message.startswith(f"{NOTE}/note.ann:{line}: 'muffs' and 'face masks' are no names of")
    assert message.endswith("(warning)")
    small.append("meta.toml", '\n[words]\ngoods-masks = ["muffs"]')
    assert small.build().stderr == ""


def test_words_of_another_thing_may_be_accepted(small: Small) -> None:
    small.replace(ANN, "T4 EAKG:laos", "T4 EAKG:japan")
    (message,) = refused(small.build())
    assert message.endswith('[words] japan = ["Laos"]')
    small.append("meta.toml", '\n[words]\njapan = ["Laos"]')
    assert small.build().exit_code == 0


def test_accepted_words_that_are_no_list(small: Small) -> None:
    small.append("meta.toml", '\n[words]\njapan = "Laos"')
    (message,) = refused(small.build())
    assert message.startswith(f"{META}:8: words.japan is no list of texts")


def test_accepted_words_of_what_nothing_refers_to(small: Small) -> None:
    small.append("meta.toml", '\n[words]\njapann = ["Nippon"]')
    (message,) = refused(small.build())
    assert message.startswith(f"{META}:8: words.japann: no annotation refers to japann; correct")


@given(st.lists(st.integers(0, 3)))
def test_what_differs_is_the_first_that_does(values: list[int]) -> None:
    expected = [next((other for other in values if other != one), None) for one in values]
    assert first_differing(values, lambda value: value) == expected


def quantity(file: str, node: str, number: str, unit: str, *, is_record: bool) -> list[Statement]:
    sentences = (URIRef("urn:sentence"),) if is_record else ()
    triples = (
        (ID.gift, EAKG.quantity, ID[node]),
        (ID[node], EAKG.numericValue, Literal(number, datatype=XSD.decimal)),
        (ID[node], EAKG.unit, ID[unit]),
    )
    return [
        Statement(ID.s, triple, ID.origin, (), sentences, file, line)
        for line, triple in enumerate(triples, 1)
    ]


@pytest.mark.parametrize(
    ("file", "node", "number", "unit", "places"),
    [
        ("note.ann", "note/T4/quantity", "1000000.0", "unit-doses", ["note.ann:1"]),
        ("note.ann", "note/T4/quantity", "1000001", "unit-doses", []),
        ("note.ann", "note/T4/quantity", "1000000", "unit-boxes", []),
        ("acts.csv", "gift/syringes", "1000000", "unit-doses", []),
        ("note.ann", "gift/doses", "1000000", "unit-doses", []),
    ],
)
def test_a_quantity_that_two_sources_have(
    file: str, node: str, number: str, unit: str, places: list[str]
) -> None:
    """Of one source, two of the same are of two kinds of goods; of one node, it is one."""
    statements = [
        *quantity("acts.csv", "gift/doses", "1000000", "unit-doses", is_record=False),
        *quantity(file, node, number, unit, is_record=file != "acts.csv"),
    ]
    result = LiftResult("note", ID.graph, tuple(statements), (), 0, 0, ())
    senses = Senses([result], Graph(), measures=(EAKG.numericValue, EAKG.unit))
    warnings = senses.warnings()
    assert [f"{one.file}:{one.line}" for one in warnings] == places
    assert all("gift has 1000000 unit-doses from acts.csv:1" in one.message for one in warnings)

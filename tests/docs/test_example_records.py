"""The example records in other languages say what the English record of the same meeting says."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from rdflib import Literal
from rdflib.namespace import RDF, RDFS

from eakg.cli import main
from eakg.lift.mapping import Mapping, read_mapping
from eakg.lift.record import lift_record
from eakg.names import EAKG, ID
from helpers.house import ROOT

EXAMPLES = ROOT / "docs/examples"
RECORDS = {"record-zh": "zh", "record-vi": "vi"}
ENGLISH = ROOT / "graph/sources/record-2020-04-14"
MEETING = ID["special-apt-summit-2020-04-14"]
IN_WORDS = {RDFS.label, EAKG.dateText}
SERIES = {EAKG.heldUnder}
"""What the examples say less exactly."""


@pytest.fixture(scope="module")
def mapping() -> Mapping:
    return read_mapping(ROOT / "graph/sources/mapping.toml")


def _said(folder: Path, mapping: Mapping) -> set[tuple[object, object]]:
    triples = (one.triple for one in lift_record(folder, mapping).statements)
    return {(property_, value) for thing, property_, value in triples if thing == MEETING}


@pytest.mark.parametrize("name", RECORDS)
def test_the_same_is_said_of_the_meeting(mapping: Mapping, name: str) -> None:
    told, english = (_said(folder, mapping) for folder in (EXAMPLES / name, ENGLISH))
    but = IN_WORDS | SERIES
    assert {one for one in told if one[0] not in but} == {
        one for one in english if one[0] not in but
    }


@pytest.mark.parametrize(("name", "language"), RECORDS.items())
def test_words_have_the_language_of_the_record(mapping: Mapping, name: str, language: str) -> None:
    words = {one for one in _said(EXAMPLES / name, mapping) if one[0] in IN_WORDS}
    assert len(words) == len(IN_WORDS)
    for _, value in words:
        assert isinstance(value, Literal)
        assert value.language == language
    context = lift_record(EXAMPLES / name, mapping).context
    assert len({one for one, *what in context if what == [RDF.type, EAKG.Sentence]}) == 2


@pytest.mark.slow
@pytest.mark.parametrize("name", RECORDS)
def test_nothing_is_wrong_with_them(name: str) -> None:
    result = CliRunner().invoke(main, ["check", str(EXAMPLES / name)])
    assert result.exit_code == 0
    assert "0 problems, 0 warnings" in result.output

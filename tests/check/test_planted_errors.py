"""Planted errors: one line each with file, line and remedy, and nothing overwritten."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from helpers.small_dataset import Small

NOTE = "graph/sources/note"
TABLES = "graph/background"
ONE_STATE = "oz,Oz,,OZ,OZZ,,https://example.org/oz,verified,"
Plant = Callable[[Small], "int | None"]


def to(name: str, old: str, new: str) -> Plant:
    return lambda small: small.replace(name, old, new)


def add(name: str, line: str) -> Plant:
    return lambda small: small.append(name, line)


def without(name: str) -> Plant:
    return lambda small: small.path(name).unlink()


def bytes_of(name: str, content: bytes) -> Plant:
    def plant(small: Small) -> int:
        path = small.path(name)
        data = path.read_bytes()
        path.write_bytes(data + content)
        return data.count(b"\n") + 1

    return plant


ANN, TXT, META, STATES = "note.ann", "note.txt", "meta.toml", "states.csv"
METADATA, MAPPING = "states.csv-metadata.json", "graph/sources/mapping.toml"
MEMBERS = "memberships.csv"

ERRORS: dict[str, tuple[Plant, str, str]] = {
    # what annotations stand for
    "the words of another thing": (
        to(ANN, "T4 EAKG:laos\tLaos", "T4 EAKG:japan\tLaos"),
        f"{NOTE}/note.ann",
        r"the words 'Laos' are a name of laos and not of japan; correct .*japan",
    ),
    "the words of another thing beside its own name": (
        to(ANN, "T4 EAKG:laos\tLaos", "T4 EAKG:japan\tJapan"),
        f"{NOTE}/note.ann",
        r"the words 'Laos' are a name of laos",
    ),
    "a new event without a name": (
        to(ANN, "EAKG:gift\tMasks given by Japan to Laos", "EAKG:gift"),
        f"{NOTE}/note.ann",
        r"unknown slug gift.*write a name after it",
    ),
    # annotations
    "dangling reference": (
        to(ANN, "Recipient:T4", "Recipient:T99"),
        f"{NOTE}/note.ann",
        r"E1 MaterialAid: role Recipient points to T99, which does not exist; add T99 or correct",
    ),
    "dangling attribute": (to(ANN, "Voice E2", "Voice E9"), f"{NOTE}/note.ann", r"E9.*add E9 or"),
    "unknown type": (
        to(ANN, "T1\tState", "T1\tStat"),
        f"{NOTE}/note.ann",
        r"T1 .*Stat .*did you mean State\?.*(Correct|declare)",
    ),
    "role not allowed": (
        to(ANN, "Beneficiary:T7", "Recipient:T7"),
        f"{NOTE}/note.ann",
        r"E2 .*role Recipient is not allowed.*Correct it or declare it",
    ),
    "filler not allowed": (
        to(ANN, "Agent:T1", "Agent:T3"),
        f"{NOTE}/note.ann",
        r"E1 .*role Agent is filled by T3 of the type Goods.*fill it with",
    ),
    "role missing": (to(ANN, " Recipient:T4", ""), f"{NOTE}/note.ann", r"Recipient.*add Recipient"),
    "value not allowed": (
        to(ANN, "Polarity E2 affirmed", "Polarity E2 afirmed"),
        f"{NOTE}/note.ann",
        r"afirmed.*did you mean affirmed\? Correct",
    ),
    "offset outside the text": (
        to(ANN, "State 0 5", "State 4000 4005"),
        f"{NOTE}/note.ann",
        r"T1 State: the offset 4000 is outside the text.*correct the offsets",
    ),
    "text that does not match": (
        to(ANN, "0 5\tJapan", "0 5\tChina"),
        f"{NOTE}/note.ann",
        r"T1 State: the text at 0 5 is 'Japan', but the annotation says 'China'.*correct",
    ),
    "duplicate id": (to(ANN, "N2\t", "N1\t"), f"{NOTE}/note.ann", r"N1 .*give this line an id"),
    "cycle of events": (
        to(ANN, "About:E1", "About:E2"),
        f"{NOTE}/note.ann",
        r"E2 .*its own argument.*correct a role",
    ),
    "no tab": (add(ANN, "T13 State 0 5 Japan"), f"{NOTE}/note.ann", r"no tab.*write"),
    "annotations not in UTF-8": (
        bytes_of(ANN, "#2\tAnnotatorNotes E1\tcaf\xe9\n".encode("latin-1")),
        f"{NOTE}/note.ann",
        r"not UTF-8.*save the file as UTF-8",
    ),
    "text not in UTF-8": (
        bytes_of(TXT, b"\xff\n"),
        f"{NOTE}/note.txt",
        r"not UTF-8.*save the file as UTF-8",
    ),
    "no text": (without(TXT), f"{NOTE}/note.txt", r"not found; add it"),
    "no annotations": (without(ANN), f"{NOTE}/note.ann", r"not found; add it"),
    # normalizations
    "unknown slug": (
        to(ANN, "T1 EAKG:japan", "T1 EAKG:jpan"),
        f"{NOTE}/note.ann",
        r"unknown slug jpan; did you mean japan\?; correct it, or add a row",
    ),
    "no slug": (to(ANN, "T1 EAKG:japan", "T1 EAKG:ja<pan"), f"{NOTE}/note.ann", r"no slug; use"),
    "event without a slug": (
        to(ANN, "EAKG:gift\t", "EAKG:gi|ft\t"),
        f"{NOTE}/note.ann",
        r"N10 .*'gi\|ft' is no slug; use",
    ),
    "bad date": (
        to(ANN, "DATE:2020-03-05", "DATE:2020-02-30"),
        f"{NOTE}/note.ann",
        r"N4 .*'2020-02-30' is no day.*write it as 2020-07-20",
    ),
    "interval that ends before it starts": (
        to(ANN, "DATE:2020-03-05", "DATE:2020-03-05/2020-03-04"),
        f"{NOTE}/note.ann",
        r"N4 .*no interval.*write it as",
    ),
    "bad quantity": (
        to(ANN, ":5.6_percent", ":5.6"),
        f"{NOTE}/note.ann",
        r"N9 .*write number_unit",
    ),
    "unknown unit": (
        to(ANN, ":5.6_percent", ":5.6_procent"),
        f"{NOTE}/note.ann",
        r"unknown slug unit-procent; did you mean unit-percent\?; correct it",
    ),
    "unknown database": (
        to(ANN, "DATE:2020", "DAY:2020"),
        f"{NOTE}/note.ann",
        r"N4 .*database DAY is unknown; use one of DATE",
    ),
    # metadata of the record
    "no metadata of the record": (without(META), f"{NOTE}/meta.toml", r"no meta\.toml; add one"),
    "metadata that are no TOML": (to(META, '"A note"', "A note"), f"{NOTE}/meta.toml", "TOML"),
    "metadata not in UTF-8": (
        bytes_of(META, b"#\xe9\n"),
        f"{NOTE}/meta.toml",
        "save the file as UTF-8",
    ),
    "missing key": (to(META, "creator", "craetor"), f"{NOTE}/meta.toml", "creator is missing; add"),
    "bad date of the record": (
        to(META, "2020-03-06", '"2020-03-06"'),
        f"{NOTE}/meta.toml",
        r"date is no day; write it as 2020-07-23",
    ),
    "missing paragraph": (
        add(
            META,
            '[retells]\ndocument = "d"\ntitle = "t"\ndate = 2020-01-01\n'
            'addresses = ["https://example.org"]\nparagraphs = { 1 = 1 }',
        ),
        f"{NOTE}/meta.toml",
        r"no line for paragraph 2; add 2 = 2",
    ),
    "no address of the retold document": (
        add(
            META,
            '[retells]\ndocument = "d"\ntitle = "t"\ndate = 2020-01-01\n'
            "paragraphs = { 1 = 1, 2 = 2 }\naddresses = []",
        ),
        f"{NOTE}/meta.toml",
        r"addresses .*give at least one",
    ),
    "retold document that is no table": (
        add(META, 'retells = "d"'),
        f"{NOTE}/meta.toml",
        r"write it under \[retells\]",
    ),
    "licence that is no address": (
        to(META, "https://creativecommons.org/licenses/by/4.0/", "CC BY"),
        f"{NOTE}/meta.toml",
        r"license is no address; write",
    ),
    # tables
    "unknown slug in a table": (
        to(MEMBERS, "asean,laos,member", "asean,lao,member"),
        f"{TABLES}/memberships.csv",
        r"unknown slug lao; did you mean laos\?; correct it, or add a row",
    ),
    "unknown role in a table": (
        to(MEMBERS, ",member,asean,", ",memebr,asean,"),
        f"{TABLES}/memberships.csv",
        r"unknown slug role-memebr; did you mean role-member\?",
    ),
    "unknown class in a table": (
        to("organizations.csv", "InternationalOrganization", "InternationalOrganisation"),
        f"{TABLES}/organizations.csv",
        r"unknown term eakg:InternationalOrganisation; did you mean "
        r"eakg:InternationalOrganization\?",
    ),
    "bad date in a table": (
        to(MEMBERS, "1997-07-23", "1997-07-32"),
        f"{TABLES}/memberships.csv",
        r"not_before '1997-07-32' is no date; write it as 2020-07-23",
    ),
    "missing source": (
        add(STATES, ONE_STATE.replace("https://example.org/oz", "")),
        f"{TABLES}/states.csv",
        r"has no source; give an address, or one of definition",
    ),
    "source that is no address or word": (
        add(STATES, ONE_STATE.replace("https://example.org/oz", "hearsay")),
        f"{TABLES}/states.csv",
        r"source 'hearsay' is no address; give one, or one of",
    ),
    "address with other words": (
        add(STATES, ONE_STATE.replace("https://example.org/oz", "see https://example.org/oz")),
        f"{TABLES}/states.csv",
        r"is no address; give one",
    ),
    "empty cell": (
        add(STATES, "oz,Oz,,OZ,OZZ,,definition,,"),
        f"{TABLES}/states.csv",
        "empty; fill it",
    ),
    "key that stands twice": (
        add(STATES, "japan,Nippon,,,,,definition,verified,"),
        f"{TABLES}/states.csv",
        r"japan already stands in line 2; keep one",
    ),
    "key that is no slug": (
        add(STATES, ONE_STATE.replace("oz,Oz", "o z,Oz")),
        f"{TABLES}/states.csv",
        r"'o z' is no slug; use",
    ),
    "short row": (add(STATES, "oz,Oz"), f"{TABLES}/states.csv", r"2 cells .* 9 columns; add or"),
    "long row": (add(STATES, ONE_STATE + ",x"), f"{TABLES}/states.csv", r"10 cells .*; add or"),
    "open quote": (add(STATES, 'oz,"Oz'), f"{TABLES}/states.csv", r"no CSV.*in quotes"),
    "table not in UTF-8": (bytes_of(STATES, b"\xe9\n"), f"{TABLES}/states.csv", "save it as UTF-8"),
    "header that differs": (
        to(STATES, "id,label", "id,name"),
        f"{TABLES}/states.csv",
        r"the columns are id, name.*the metadata name id, label.*correct",
    ),
    "no metadata of the table": (
        without(METADATA),
        f"{TABLES}/states.csv",
        r"no CSVW metadata; add states\.csv-metadata\.json",
    ),
    "metadata that are no JSON": (
        to(METADATA, '"url"', '"url'),
        f"{TABLES}/states.csv-metadata.json",
        r"no JSON.*correct",
    ),
    "unknown prefix in the metadata": (
        to(METADATA, "eakg:iso3166Alpha2", "ekg:iso3166Alpha2"),
        f"{TABLES}/states.csv-metadata.json",
        r"ekg:iso3166Alpha2 has no known prefix; write",
    ),
    "unknown column in a template": (
        to(METADATA, "entity/{wikidata}", "entity/{qid}"),
        f"{TABLES}/states.csv-metadata.json",
        r"names the column qid, which is not described",
    ),
    # mapping
    "mapping to an unknown term": (
        to(MAPPING, '"eakg:agent"', '"eakg:agnt"'),
        MAPPING,
        r"ontology#agnt is not defined; correct it, or define it",
    ),
    "mapping with an unknown prefix": (
        to(MAPPING, '"eakg:agent"', '"ekg:agent"'),
        MAPPING,
        r"'ekg:agent' is no prefixed name.*correct it",
    ),
    "mapping to no name": (to(MAPPING, '"eakg:agent"', "3"), MAPPING, r"Agent .*; write"),
    "mapping that is no TOML": (to(MAPPING, '"eakg:agent"', "eakg"), MAPPING, r"not valid TOML"),
    "attribute without a property": (
        to(MAPPING, '{ property = "eakg:voice"', '{ proprety = "eakg:voice"'),
        MAPPING,
        r"Voice leads to no term; write",
    ),
    "quantity without its properties": (
        to(MAPPING, 'number = "eakg:numericValue", ', ""),
        MAPPING,
        r"QUANTITY does not say which property is its number; add number = ",
    ),
    "unknown kind of normalization": (
        to(MAPPING, 'as = "interval"', 'as = "day"'),
        MAPPING,
        r"DATE: `as` is none of .*; correct it",
    ),
}
WITHOUT_LINE = {
    *("no text", "no annotations", "no metadata of the record", "missing key"),
    "no metadata of the table",
}
"""Errors of a file as a whole."""


@pytest.mark.parametrize("case", ERRORS)
def test_an_error_is_one_line_with_its_place_and_remedy(built: Small, case: str) -> None:
    before = built.built_files()
    plant, file, words = ERRORS[case]
    line = plant(built)
    result = built.build()
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    (message,) = result.stderr.splitlines()
    place = file if case in WITHOUT_LINE else f"{file}:{line}"
    assert message.startswith(f"{place}: "), message
    assert re.search(words, message), message
    assert built.built_files() == before


def test_an_unknown_name_of_a_mapping_section_is_told_once_for_each_role(small: Small) -> None:
    small.replace(MAPPING, 'Agent = "eakg:agent"\n', "")
    result = small.build()
    assert result.exit_code == 2
    lines = [line for line in result.stderr.splitlines() if "annotation.conf" in line]
    assert len(lines) == 1
    assert re.match(rf"{NOTE}/annotation\.conf:\d+: role Agent is not in \[roles\] of", lines[0])


def test_all_errors_of_a_run_are_told_together(small: Small) -> None:
    lines = {
        f"{NOTE}/note.ann:{small.replace(ANN, 'Recipient:T4', 'Recipient:T99')}",
        f"{NOTE}/note.ann:{small.replace(ANN, '0 5', '4000 4005')}",
        f"{NOTE}/note.ann:{small.replace(ANN, 'Beneficiary:T7', 'Recipient:T7')}",
        f"{NOTE}/meta.toml",
        f"{TABLES}/memberships.csv:{small.replace(MEMBERS, '1997-07-23', '1997-07-32')}",
        f"{TABLES}/memberships.csv:{small.replace(MEMBERS, 'asean,japan', 'asean,jpan')}",
        f"{TABLES}/states.csv:{small.append(STATES, ONE_STATE.replace('https://', ''))}",
        f"{TABLES}/states.csv:{small.append(STATES, 'japan,J,,,,,definition,verified,')}",
    }
    small.replace(META, "creator", "craetor")
    result = small.build()
    assert result.exit_code == 2
    messages = result.stderr.splitlines()
    assert {line.split(": ", 1)[0] for line in messages} == lines
    assert len(messages) == len(lines)


def test_what_a_broken_row_describes_is_not_called_unknown(small: Small) -> None:
    small.replace(
        STATES, "laos,Laos,Lao PDR,LA,LAO,Q819,https://example.org/states", "laos,Laos,,,,,x"
    )
    (message,) = small.build().stderr.splitlines()
    assert "source 'x'" in message


def test_a_mapping_that_is_not_there_is_the_shipped_one(small: Small) -> None:
    before = small.build()
    Path(MAPPING).unlink()
    after = small.build("--check")
    assert (before.exit_code, after.exit_code) == (0, 0)


def test_a_table_and_a_record_of_one_name(small: Small) -> None:
    text = small.path(STATES).read_text("utf-8").splitlines()[0]
    small.path("note.csv").write_text(text + "\n", "utf-8")
    small.path("note.csv-metadata.json").write_text(
        small.path(METADATA).read_text("utf-8").replace("states", "note"), "utf-8"
    )
    result = small.build()
    assert result.exit_code == 2
    assert result.stderr == (f"{TABLES}/note.csv: a record is named note too; rename one of them\n")


def test_sources_that_hold_nothing(small: Small) -> None:
    for path in Path(TABLES).glob("*.csv"):
        path.unlink()
    Path("none").mkdir()
    Path("background").mkdir()
    result = small.run("build", "--sources", "none")
    assert result.exit_code == 2
    assert result.stderr == "none: has no record and no table; give the folder that holds them\n"


# Contradictions


def test_an_organization_called_a_state_in_a_table(small: Small) -> None:
    line = small.append(STATES, "asean,ASEAN,,,,,definition,verified,")
    result = small.build()
    assert result.exit_code == 3
    (message,) = result.stderr.splitlines()
    assert "(cax-adc)" in message
    assert f"{TABLES}/states.csv:{line}" in message
    assert f"{TABLES}/organizations.csv:2" in message


def test_a_person_who_is_an_office(small: Small, repository: Path) -> None:
    for name in ("people", "offices"):
        path = f"{name}.csv-metadata.json"
        small.path(path).write_bytes((repository / "graph/background" / path).read_bytes())
    small.path("people.csv").write_text(
        "id,label,alt_labels,wikidata,source,verification,note\n"
        "premier,The Premier,,,definition,verified,\n",
        "utf-8",
    )
    small.path("offices.csv").write_text(
        "id,class,label,alt_labels,office_of,portfolio_of,wikidata,source,verification,note\n"
        "premier,Office,Premier,,japan,,,definition,verified,\n",
        "utf-8",
    )
    result = small.build()
    assert result.exit_code == 3
    (message,) = result.stderr.splitlines()
    assert "id:premier is an instance of both" in message
    assert f"{TABLES}/people.csv:2" in message
    assert f"{TABLES}/offices.csv:2" in message


def test_a_claim_that_is_put_in_two_ways(small: Small) -> None:
    first = small.replace(ANN, "A3\tModality E2 evaluation\n", "A3\tModality E2 evaluation\n")
    second = small.append(ANN, "A9\tModality E2 norm")
    result = small.build()
    assert result.exit_code == 3
    (message,) = result.stderr.splitlines()
    assert message.startswith(f"{NOTE}/note.ann:{first}: contradiction (")
    for line in (first, second):
        assert f'{NOTE}/note.ann:{line} "The gift helps ASEAN."' in message


def test_contradictions_are_told_the_same_way_each_time(small: Small) -> None:
    small.replace(ANN, "EAKG:gift-judged\t", "EAKG:gift\t")
    assert small.build().stderr == small.build().stderr

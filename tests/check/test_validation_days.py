"""`eakg validate` over days: what came before what, told with both sides and where they stand."""

import re
from pathlib import Path

import pytest

from helpers.planted import AGREEMENTS, BEGINNINGS, table
from helpers.small_dataset import Small

TABLES = "graph/background"
NOTE = "graph/sources/note/note.ann"
BEGINNING = BEGINNINGS + "asean,1967-08-08,,,definition,verified,\n"
PACT = AGREEMENTS + "pact,Pact,,2020-11-15,definition,verified,\n"


def problems(small: Small) -> list[str]:
    """The lines about problems, after a build and a validation that must fail."""
    assert small.build().exit_code == 0
    result = small.run("validate", ".")
    assert result.exit_code == 1, result.output
    table_end = result.stdout.rindex("┘")
    return result.stdout[table_end + 1 :].split("\n")[1:-1]


def member(role: str, not_before: str, body: str = "pact") -> str:
    return f"{body},japan,{role},,Japan in {body},,{not_before},,,definition,verified,"


@pytest.mark.parametrize("day", ["2020-07-23", ""])
def test_a_signatory_before_the_signing(small: Small, repository: Path, day: str) -> None:
    table(repository, "agreements", PACT)
    line = small.append("memberships.csv", member("signatory", day))
    (found,) = problems(small)
    start = day or "an unknown day"
    assert found == (
        f"{TABLES}/memberships.csv:{line}: membership/pact/japan/signatory: "
        f"pact ({TABLES}/agreements.csv:2) was signed on 2020-11-15, so nobody was its signatory "
        f"from {start}: correct not_before, or the day of the signing."
    )


def test_a_signatory_from_the_signing_on(small: Small, repository: Path) -> None:
    table(repository, "agreements", PACT)
    small.append("memberships.csv", member("signatory", "2020-11-15"))
    assert small.build().exit_code == 0
    assert small.run("validate", ".").exit_code == 0


@pytest.mark.parametrize(
    ("days", "word"), [("2020-07-01,2020-07-23", "by"), ("2020-12-01,", "not take place before")]
)
def test_a_signing_in_a_table_on_another_day(
    small: Small, repository: Path, days: str, word: str
) -> None:
    table(repository, "agreements", PACT)
    table(
        repository,
        "acts",
        "id,class,label,identifier,agent,recipient,addressee,about,agreement,topic,goods,"
        "under_mechanism,format,place,not_before,not_after,announced_on,date_text,source,"
        "verification,note\n"
        f"signing,Signing,Signing of the pact,,japan,,,,pact,,,,,,{days},,,definition,verified,\n",
    )
    (found,) = problems(small)
    assert found.startswith(f"{TABLES}/acts.csv:2: signing: pact ({TABLES}/agreements.csv:2) was")
    assert word in found


def test_a_signing_in_the_text_on_another_day(small: Small, repository: Path) -> None:
    """The note's act is made a signing of an agreement that was signed after the note."""
    table(repository, "agreements", PACT)
    small.replace("graph/sources/mapping.toml", '"eakg:MaterialAid"', '"eakg:Signing"')
    small.replace("graph/sources/mapping.toml", '"eakg:goods"', '"eakg:agreement"')
    small.replace("note.ann", "T3 EAKG:goods-masks\tmasks", "T3 EAKG:pact\tPact")
    small.append("meta.toml", '\n[words]\npact = ["masks"]')
    small.replace("graph/sources/mapping.toml", 'Goods = "eakg:Goods"', 'Goods = "eakg:Agreement"')
    found = [line for line in problems(small) if "was signed on" in line]
    assert len(found) == 1
    assert re.match(rf"{NOTE}:\d+: gift: pact \({TABLES}/agreements\.csv:2\) was signed", found[0])


def test_a_member_before_the_body_began(small: Small, repository: Path) -> None:
    table(repository, "beginnings", BEGINNING)
    line = small.replace("memberships.csv", "1977-01-01", "1966-01-01")
    (found,) = problems(small)
    assert found.startswith(f"{TABLES}/memberships.csv:{line}: membership/asean/japan/dialogue-")
    assert re.search(r"asean \(\S+:\d+\) began on 1967-08-08, so nobody .* from 1966-01-01", found)


def test_a_meeting_before_the_mechanism_began(small: Small, repository: Path) -> None:
    table(repository, "beginnings", BEGINNING.replace("asean,", "forum,"))
    table(
        repository,
        "mechanisms",
        "id,class,label,alt_labels,meeting_type,source,verification,note\n"
        "forum,Forum,Forum,,,definition,verified,\n"
        "series,MeetingSeries,Series,,,definition,verified,\n",
    )
    table(
        repository,
        "parts",
        "part,whole,source,verification,note\nseries,forum,definition,verified,\n",
    )
    text = (repository / TABLES / "meetings.csv").read_text("utf-8")
    columns = text.splitlines()[0].split(",")
    cells = {
        "id": "early",
        "class": "Meeting",
        "label": "Early",
        "held_under": "series",
        "not_before": "1966-01-01",
        "not_after": "1966-01-02",
        "source": "definition",
        "verification": "verified",
    }
    row = ",".join(cells.get(column, "") for column in columns)
    table(repository, "meetings", f"{','.join(columns)}\n{row}\n")
    (found,) = problems(small)
    assert found.startswith(f"{TABLES}/meetings.csv:2: early: forum ({TABLES}/mechanisms.csv:2)")
    assert "began on 1967-08-08, so no meeting was held under it by 1966-01-02" in found


@pytest.mark.parametrize(
    ("day", "words"), [("1967-08-07", "took place by"), ("1967-08-09", "did not take place before")]
)
def test_an_opening_on_another_day(small: Small, repository: Path, day: str, words: str) -> None:
    """The note's act is made the opening of an initiative."""
    table(repository, "beginnings", BEGINNING.replace("asean,", "year,"))
    table(
        repository,
        "mechanisms",
        "id,class,label,alt_labels,meeting_type,source,verification,note\n"
        "year,Initiative,Year,,,definition,verified,\n",
    )
    mapping = "graph/sources/mapping.toml"
    small.replace(mapping, '"eakg:MaterialAid"', '"eakg:Launch"')
    small.replace(mapping, '"eakg:goods"', '"eakg:initiative"')
    small.replace(mapping, 'Goods = "eakg:Goods"', 'Goods = "eakg:Initiative"')
    small.replace("note.ann", "T3 EAKG:goods-masks\tmasks", "T3 EAKG:year\tYear")
    small.append("meta.toml", '\n[words]\nyear = ["masks"]')
    small.replace("note.ann", "DATE:2020-03-05\t2020-03-05", f"DATE:{day}\t{day}")
    (found,) = problems(small)
    assert re.match(
        rf"{NOTE}:\d+: gift: year \({TABLES}/mechanisms\.csv:2\) began on 1967-08-08, "
        rf"and this opening of it {words} {day}",
        found,
    )


@pytest.mark.parametrize(
    ("name", "column", "remedy"),
    [
        ("beginnings", "started_on", "leave started_on empty and give not_before"),
        ("agreements", "signed_on", "leave signed_on empty"),
    ],
)
def test_a_year_where_a_day_is_wanted(
    small: Small, repository: Path, name: str, column: str, remedy: str
) -> None:
    rows = {"beginnings": "asean,1967,,,definition,verified,\n"}
    rows["agreements"] = "pact,Pact,,2020,definition,verified,\n"
    heads = {"beginnings": BEGINNINGS, "agreements": AGREEMENTS}
    table(repository, name, heads[name] + rows[name])
    path = Path(f"{TABLES}/{name}.csv-metadata.json")
    text = path.read_text("utf-8")
    start = text.index(f'"name": "{column}"')
    path.write_text(text[:start] + text[start:].replace('"date"', '"gYear"', 1), "utf-8")
    (found,) = problems(small)
    assert found.startswith(f"{TABLES}/{name}.csv:2: ")
    assert remedy in found

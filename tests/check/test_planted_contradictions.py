"""Planted contradictions: in text and in tables, found with both sources named."""

import shutil
from pathlib import Path

from helpers.planted import AGREEMENTS, BEGINNINGS, TABLES, table
from helpers.small_dataset import TEXT, Small

NOTE = "graph/sources/note/note.ann"


def contradiction(small: Small) -> str:
    """The one message of a build that must end in a contradiction."""
    result = small.build()
    assert result.exit_code == 3, result.output
    (message,) = result.stderr.splitlines()
    return message


def test_an_agreement_that_is_signed_and_unsigned_in_tables(small: Small, repository: Path) -> None:
    table(repository, "agreements", AGREEMENTS + "pact,Pact,,2020-11-15,definition,verified,\n")
    line = small.append("organizations.csv", "pact,UnsignedAgreement,Pact,,,definition,verified,")
    message = contradiction(small)
    assert "id:pact is an instance of both" in message
    assert f"{TABLES}/agreements.csv:2" in message
    assert f"{TABLES}/organizations.csv:{line}" in message


def test_an_agreement_that_is_unsigned_in_the_text_and_signed_in_a_table(
    small: Small, repository: Path
) -> None:
    table(repository, "agreements", AGREEMENTS + "pact,Pact,,2020-11-15,definition,verified,\n")
    small.replace("graph/sources/mapping.toml", '"eakg:Agreement"', '"eakg:UnsignedAgreement"')
    start = TEXT.index("Trade")
    line = small.append("note.ann", f"T20\tAgreement {start} {start + 5}\tTrade")
    small.append("note.ann", "N20\tReference T20 EAKG:pact\tPact")
    message = contradiction(small)
    assert f"{TABLES}/agreements.csv:2" in message
    assert f'{NOTE}:{line} "Trade of Japan with Laos grew by 5.6 percent."' in message


def test_two_days_of_beginning(small: Small, repository: Path) -> None:
    table(repository, "beginnings", BEGINNINGS + "asean,1967-08-08,,,definition,verified,\n")
    again = BEGINNINGS + "asean,1967-08-09,,,definition,verified,\n"
    table(repository, "again", again, like="beginnings")
    message = contradiction(small)
    assert "1967-08-08" in message
    assert "1967-08-09" in message
    assert f"{TABLES}/beginnings.csv:2" in message
    assert f"{TABLES}/again.csv:2" in message


def test_two_days_of_signing(small: Small, repository: Path) -> None:
    table(repository, "agreements", AGREEMENTS + "pact,Pact,,2020-11-15,definition,verified,\n")
    again = AGREEMENTS + "pact,Pact,,2020-11-16,definition,verified,\n"
    table(repository, "again", again, like="agreements")
    message = contradiction(small)
    assert f"{TABLES}/agreements.csv:2" in message
    assert f"{TABLES}/again.csv:2" in message


def test_the_european_union_as_a_state_among_the_shipped_ones(
    small: Small, repository: Path
) -> None:
    for name in ("states", "organizations"):
        shutil.copy(repository / TABLES / f"{name}.csv", TABLES)
    line = small.append("states.csv", "european-union,EU,,,EUE,,definition,verified,")
    message = contradiction(small)
    assert "id:european-union is an instance of both" in message
    assert f"{TABLES}/states.csv:{line}" in message
    assert f"{TABLES}/organizations.csv:2" in message

"""Contracts that each row rests on a source, over a record and tables, some rows unverified."""

import json
from pathlib import Path

import pytest

from eakg.dataset import Layout, layout_of
from eakg.queries.contract import SavedQuery, parse_query
from eakg.queries.verdict import Outcome, Verdict, check
from eakg.queries.why.budget import TimeBudget
from eakg.queries.why.file_state import FileState
from eakg.queries.why.row_grounds import RowGrounds
from eakg.queries.why.state_files import LayoutFiles
from helpers.small_dataset import Small

HEAD = """\
PREFIX eakg: <https://w3id.org/eakg/ontology#>
PREFIX id: <https://w3id.org/eakg/id/>
"""
MEMBERS = "SELECT ?member { ?m eakg:memberOfBody id:asean ; eakg:member ?member . %s }"
LAOS = "https://w3id.org/eakg/id/laos"
JAPAN = "https://w3id.org/eakg/id/japan"


def state_of(layout: Layout) -> FileState:
    return FileState(lambda: LayoutFiles(layout))


def grounds_of(layout: Layout, seconds: float = 600) -> RowGrounds:
    return RowGrounds(state_of(layout), TimeBudget(seconds))


def query(grade: str, body: str) -> SavedQuery:
    return parse_query(Path("q.rq"), f"#+ expect: {json.dumps({'evidence': grade})}\n{HEAD}{body}")


def test_each_row_rests_on_a_source_of_its_grade(built: Small) -> None:
    layout = layout_of(Path())
    grounds, state = grounds_of(layout), state_of(layout)

    def outcome(grade: str, body: str) -> Outcome:
        return check(query(grade, body), state.endpoint, grounds=grounds)

    whole = outcome("sourced", MEMBERS % "")
    assert (whole.verdict, whole.rows) == (Verdict.PASSED, 2)
    partly = outcome("verified", MEMBERS % "")
    assert partly.verdict is Verdict.FAILED
    (message,) = partly.messages
    assert message.startswith(f"{JAPAN}: ")
    assert "has no verified source; it is in graph/background/memberships.csv:3" in message
    one = outcome("verified", MEMBERS % "FILTER (?member = id:laos)")
    assert (one.verdict, one.rows) == (Verdict.PASSED, 1)
    # What is inferred rests on what its proof begins with, here words of the record.
    acts = outcome("verified", "SELECT ?act { ?act eakg:involves id:laos }")
    assert (acts.verdict, acts.rows > 0) == (Verdict.PASSED, True)
    inferred = "SELECT ?x { id:%s eakg:hasMembership ?x }"
    assert outcome("verified", inferred % "laos").verdict is Verdict.PASSED
    (message,) = outcome("verified", inferred % "japan").messages
    assert "memberships.csv:3" in message


def test_a_row_that_nobody_verified_any_more_is_told(built: Small) -> None:
    table = "graph/background/memberships.csv"
    built.replace(table, "from 1997,definition,verified,", "from 1997,definition,verified: partly,")
    assert built.build().exit_code == 0
    layout = layout_of(Path())
    body = MEMBERS % "FILTER (?member = id:laos)"
    for grade, verdict in (("sourced", Verdict.PASSED), ("verified", Verdict.FAILED)):
        state = state_of(layout)
        result = check(query(grade, body), state.endpoint, grounds=grounds_of(layout))
        assert result.verdict is verdict


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("ASK { ?x ?p ?y }", "evidence is of rows, and only SELECT gives them"),
        ("SELECT ?x { BIND (1 AS ?x) }", "which triples its rows rest on is not known"),
        ("SELECT (COUNT(?x) AS ?n) { ?x eakg:memberOfBody ?y }", "nothing in the row tells"),
    ],
)
def test_what_is_not_known_is_no_pass(built: Small, body: str, words: str) -> None:
    layout = layout_of(Path())
    state = state_of(layout)
    result = check(query("sourced", body), state.endpoint, grounds=grounds_of(layout))
    assert result.verdict is Verdict.FAILED
    assert words in " ".join(result.messages)


def test_of_other_graphs_it_is_not_known(built: Small) -> None:
    state = state_of(layout_of(Path()))
    result = check(query("sourced", MEMBERS % ""), state.endpoint)
    assert result.messages == (
        "evidence is known of RDF files, EAKG's own graph and its services; ask one of these",
    )


def test_rows_that_nobody_had_time_for_are_told(built: Small) -> None:
    layout = layout_of(Path())
    grounds = grounds_of(layout, seconds=0)
    result = check(query("sourced", MEMBERS % ""), state_of(layout).endpoint, grounds=grounds)
    assert result.messages == ("the evidence of 2 rows was not looked at after 0 s",)

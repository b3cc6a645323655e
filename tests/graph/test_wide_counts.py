"""Counts of the wide graph beside the same counts made from the dossier's tables."""

from collections import Counter
from collections.abc import Callable, Iterable

import pytest
from rdflib import Graph, Node

from eakg.names import EAKG, ID

Rows = list[dict[str, str]]
DAYS = ("1995-01-01", "2000-01-01", "2008-01-01", "2017-07-01", "2025-11-30")
BODIES = ("apec", "asem", "bimstec", "mrc", "lmc", "mgc", "acmecs", "sco", "admm", "admm-plus")


def slug(node: Node | None) -> str:
    return str(node).removeprefix(str(ID))


def signatures(rows: Iterable[tuple[str, str]]) -> Counter[tuple[str, str]]:
    return Counter((agreement, day[:4]) for agreement, day in rows if day)


def test_parties_by_treaty_and_year(
    asserted: dict[str, Graph], facts: Callable[[str], Rows]
) -> None:
    """By the year of signature, of ratification and of accession; each day that a source gives."""
    graph = asserted["wide-adherences"]
    rows = facts("wide/members/agreement_parties")
    compared = 0
    for column, property_ in {
        "signed_on": EAKG.signedByPartyOn,
        "ratified_on": EAKG.ratifiedOn,
        "acceded_on": EAKG.accededOn,
        "in_force_on": EAKG.inForceForPartyOn,
    }.items():
        days = {(row["agreement"], row["party"], row[column]) for row in rows}
        told = signatures((agreement, day) for agreement, _, day in days)
        counted = signatures(
            (slug(graph.value(adherence, EAKG.adherenceTo)), str(day))
            for adherence, day in graph.subject_objects(property_)
        )
        assert counted == told
        compared += len(told)
    assert compared >= 40


@pytest.mark.parametrize("day", DAYS)
def test_members_by_body_on_five_days(said: Graph, facts: Callable[[str], Rows], day: str) -> None:
    rows = facts("wide/members/memberships")
    for body in BODIES:
        told = {
            row["member"]
            for row in rows
            if row["mechanism"] == body
            and row["role"] in ("member", "participant")
            and (row["from"] or "9999") <= day <= (row["to"] or "9999")
        }
        members = set()
        for membership in said.subjects(EAKG.memberOfBody, ID[body]):
            role = slug(said.value(membership, EAKG.role))
            starts = [str(one) for one in said.objects(membership, EAKG.notBefore)]
            ends = [str(one) for one in said.objects(membership, EAKG.notAfter)]
            if role in ("role-member", "role-participant") and (
                max(starts, default="9999") <= day <= min(ends, default="9999")
            ):
                members.add(slug(said.value(membership, EAKG.member)))
        assert members == told, (body, day)


def test_chairs_by_year(said: Graph, facts: Callable[[str], Rows]) -> None:
    rows = facts("wide/meetings/chairs")
    for row in rows:
        (chair,) = {
            slug(said.value(membership, EAKG.member))
            for membership in said.subjects(EAKG.memberOfBody, ID[row["id"]])
        }
        assert chair == row["chair_state"], row["id"]
    assert len(rows) == 87

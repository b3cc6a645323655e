"""Acts of cooperation of the wide graph: what was announced, pledged and given, and to whom."""

from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal

import pytest
from rdflib import Graph, Node

from eakg.names import EAKG, ID

Rows = list[dict[str, str]]
SCALES = {"billion USD": 1_000_000_000}


def slug(node: Node | None) -> str:
    return str(node).removeprefix(str(ID))


def slugs(graph: Graph, act: Node, property_: str) -> set[str]:
    return {slug(node) for node in graph.objects(act, EAKG[property_])}


@pytest.fixture(scope="module")
def told_acts(facts: Callable[[str], Rows]) -> Rows:
    return [*facts("wide/meetings/acts"), *facts("wide/members/acts")]


def test_every_act_of_the_dossier_is_there(said: Graph, told_acts: Rows) -> None:
    assert len(told_acts) == 118
    for row in told_acts:
        act = ID[row["id"]]
        assert slugs(said, act, "agent") == set(row["agent"].split("|")), row["id"]
        assert slugs(said, act, "place") == set(filter(None, row["place"].split("|")))
        receivers = set(filter(None, row["recipient"].split("|")))
        assert slugs(said, act, "recipient") <= receivers
        goods = {f"goods-{one.removeprefix('goods-')}" for one in row["goods"].split("|") if one}
        assert slugs(said, act, "goods") == goods
        quantity = said.value(act, EAKG.quantity)
        if row["quantity"]:
            number = Decimal(row["quantity"]) * SCALES.get(row["unit"], 1)
            assert Decimal(str(said.value(quantity, EAKG.numericValue))) == number, row["id"]
        else:
            assert quantity is None


def test_doses_by_giver(said: Graph, told_acts: Rows) -> None:
    """Sums over the lots of the dossier, its totals left out by their names."""
    told: dict[str, int] = defaultdict(int)
    for row in told_acts:
        if row["unit"] == "doses" and "-total-" not in row["id"]:
            told[row["agent"]] += int(row["quantity"])
    summed: dict[str, int] = defaultdict(int)
    for act in said.subjects(EAKG.extent, ID["extent-lot"]):
        quantity = said.value(act, EAKG.quantity)
        if said.value(quantity, EAKG.unit) == ID["unit-doses"]:
            giver = slug(said.value(act, EAKG.agent))
            summed[giver] += int(Decimal(str(said.value(quantity, EAKG.numericValue))))
    assert summed == told
    assert told["united-states"] == 16_000_000


def test_totals_are_no_lots(said: Graph) -> None:
    totals = {slug(act) for act in said.subjects(EAKG.extent, ID["extent-total"])}
    assert totals >= {"act-japan-vaccine-asean-total-2021-10", "act-us-vaccine-asean-total-2021-08"}
    assert not totals & {slug(act) for act in said.subjects(EAKG.extent, ID["extent-lot"])}


def test_a_promise_is_no_gift(full: Graph) -> None:
    """Australia announced 2.7 million doses for Viet Nam on 10 November 2021."""
    promise = ID["act-australia-pledge-vietnam-2021-11-10"]
    assert full.value(promise, EAKG.provision) == ID["provision-announced"]
    for promise in full.subjects(predicate=None, object=EAKG.Pledge):
        assert (promise, None, EAKG.AssistanceAct) not in full


def test_aid_to_the_group_is_not_aid_to_each(full: Graph) -> None:
    for act in full.subjects(EAKG.recipient, ID["asean-countries"]):
        assert (act, EAKG.recipient, ID["laos"]) not in full

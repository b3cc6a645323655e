"""`eakg validate --report`: what it counts, what it misses, and where it sees disagreement."""

import json
import re
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

from rdflib import Graph

from eakg.check.coverage import Quality, quality
from eakg.check.lists import read_lists
from eakg.dataset.built import BuiltGraph, read_built
from eakg.dataset.layout import Layout, layout_of
from eakg.dataset.places import places_of_layout
from eakg.names import SHIPPED_IRIS
from helpers.planted import BEGINNINGS, TABLES, table
from helpers.small_dataset import Small

ORGANIZATION = "lonely,NonStateOrganization,,,,hearsay,verified,"
FIGURES = (
    "id,class,label,identifier,party,measure,not_before,not_after,date_text,published_by,quantity,"
    "value,unit,source,verification,note\n"
)


def report(small: Small) -> Any:
    """The report on the small dataset, built anew."""
    result = small.build()
    assert result.exit_code == 0, result.output
    return of(layout_of(Path()))


def of(layout: Layout) -> Any:
    return asdict(quality_of(layout, read_built(layout)))


def quality_of(layout: Layout, built: BuiltGraph) -> Quality:
    records = {path.name for path in layout.records()}
    places = cache(lambda: places_of_layout(layout, built.evidence))
    return quality(built, records, places, read_lists(layout.lists), SHIPPED_IRIS)


def counts(found: list[dict[str, Any]]) -> dict[str, int]:
    return {item["name"]: item["number"] for item in found}


def test_what_is_there(built: Small) -> None:
    found = of(layout_of(Path()))
    assert counts(found["classes"])["State"] == 2
    assert counts(found["classes"])["Membership"] == 2
    assert found["records"] == (
        {
            "record": "note",
            "paragraphs": 2,
            "bare_paragraphs": (),
            "sentences": 4,
            "bare_sentences": (),
        },
    )
    assert found["numbering"] == ()
    support = counts(found["support"])
    assert set(support) == {"the text of note", "a row that cites a page", "definition"}
    verification = counts(found["verification"])
    assert set(verification) == {"verified", "derived"}
    assert sum(verification.values()) == sum(support.values()) - support["the text of note"]
    assert found["without_label"] == ()
    assert found["orphans"] == ()
    assert found["disagreements"] == ()


def test_a_passage_without_annotation(small: Small) -> None:
    path = small.path("note.txt")
    path.write_text(path.read_text("utf-8") + "Nothing stands here. Nor here.\n", "utf-8")
    (record,) = report(small)["records"]
    assert record["bare_paragraphs"] == ("note/p3",)
    assert record["bare_sentences"] == ("note/p3/s1", "note/p3/s2")


def test_a_thing_that_lacks_a_name_a_description_and_a_link(small: Small) -> None:
    small.append("organizations.csv", ORGANIZATION.replace("hearsay", "general knowledge"))
    found = report(small)
    lonely = {"kind": "NonStateOrganization", "things": ("lonely",)}
    assert lonely in found["without_label"]
    assert lonely in found["without_description"]
    assert found["orphans"] == ("lonely",)
    assert counts(found["support"])["general knowledge"] == 1


def test_a_number_that_is_left_out(small: Small) -> None:
    small.append("note.ann", "N20\tReference E1 FACT:A001\t")
    small.append("note.ann", "N21\tReference E2 FACT:A004\t")
    small.append("note.ann", "N22\tReference E3 FACT:B07\t")
    one, other = report(small)["numbering"]
    assert (one["series"], one["number"]) == ("A", 2)
    assert (one["first"], one["last"], one["missing"]) == ("A001", "A004", ("A002", "A003"))
    assert (other["first"], other["last"], other["missing"]) == ("B07", "B07", ())


def test_sources_that_disagree(small: Small, repository: Path) -> None:
    table(
        repository,
        "beginnings",
        BEGINNINGS + "growth,,2021-01-01,,definition,verified,\n",
    )
    row = (
        "growth,TradeFigure,{},,japan,,,2020-06-30,,,{}/quantity,{},percent,definition,verified,\n"
    )
    columns = (repository / f"{TABLES}/figures.csv").read_text("utf-8").split("\n", 1)[0].split(",")
    names = ["figures", "other"]
    small.replace("note.ann", "EAKG:growth\tGrowth of trade", "EAKG:growth\t")
    for name, label, value in zip(names, ("Growth", "Rise"), ("5.6", "6.5"), strict=True):
        cells = dict(
            zip(FIGURES.strip().split(","), row.format(label, name, value).split(","), strict=True)
        )
        text = ",".join(columns) + "\n" + ",".join(cells.get(c, "").strip() for c in columns) + "\n"
        table(repository, name, text, like="figures")
    found = report(small)["disagreements"]
    assert {(item["thing"], item["property"]) for item in found} == {
        ("growth", "label in English"),
        ("growth", "notBefore and notAfter"),
        ("growth", "quantity"),
    }
    by_property = {item["property"]: item["views"] for item in found}
    assert [(view["value"], view["graph"]) for view in by_property["quantity"]] == [
        ("5.6", "figures"),
        ("5.6", "note"),
        ("6.5", "other"),
    ]
    assert {view["place"] for view in by_property["notBefore and notAfter"]} >= {
        f"{TABLES}/beginnings.csv:2"
    }


def test_two_values_of_a_functional_property(built: Small) -> None:
    path = Path("graph/asserted/memberships.ttl")
    path.write_text(
        path.read_text("utf-8")
        + "id:membership\\/asean\\/laos\\/member eakg:role id:role-observer .\n",
        "utf-8",
    )
    (found,) = of(layout_of(Path()))["disagreements"]
    assert found["property"] == "role"
    assert [view["value"] for view in found["views"]] == ["role-member", "role-observer"]


def test_a_report_is_of_a_graph_and_not_of_files(small: Small) -> None:
    result = small.run("validate", "ontology/eakg.ttl", "--report")
    assert result.exit_code == 2
    assert "--report is for a folder" in result.stderr


def test_the_report_goes_with_the_checks(built: Small) -> None:
    result = built.run("validate", ".", "--json", "--report")
    assert result.exit_code == 0
    told = json.loads(result.stdout)
    assert told["valid"] is True
    assert counts(told["quality"]["classes"])["State"] == 2
    shown = built.run("validate", ".", "--report").stdout
    for title in ("Validation", "Things by class", "Records", "Statements from tables"):
        assert title in shown


def test_what_the_committed_graph_covers(
    layout: Layout, ontology: Graph, asserted: dict[str, Graph], evidence: dict[str, Graph]
) -> None:
    """That it is valid `eakg validate` says, one of the checks beside the tests."""
    found = quality_of(layout, BuiltGraph(ontology, asserted, evidence))
    assert [record.bare_sentences for record in found.records] == [()] * 3
    assert {n.series: (n.number, n.missing) for n in found.numbering} == {
        "A": (70, ()),
        "B": (14, ()),
    }
    assert found.without_label == ()
    differing = [(one.thing, one.property) for one in found.disagreements]
    stated = [place for place in differing if "(claimed)" not in place[1]]
    assert stated == [
        ("adherence/seanwfz/myanmar", "ratifiedOn"),
        *(
            (f"adherence/tac/{state}", "accededOn")
            for state in ("france", "new-zealand", "papua-new-guinea")
        ),
    ]
    # What the treaty data say otherwise is their claim.
    claimed = {thing for thing, property_ in differing if "(claimed)" in property_}
    out_of_order = {thing for thing in claimed if re.match("ggo-(?!aus-nzl-1983o)", thing)}
    assert len(out_of_order) == 55
    assert claimed - out_of_order == {
        "adherence/aifta-goods-2009/myanmar",
        "adherence/ggo-aus-nzl-1983o/australia",
        "adherence/ggo-aus-nzl-1983o/new-zealand",
        "adherence/seanwfz/philippines",
        "ajcep",
        "ggo-aus-nzl-1983o",
    }

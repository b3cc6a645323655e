"""What the article says, row by row: its graph holds nothing that comes from the background."""

import calendar
import re
from datetime import date
from pathlib import Path

import pytest
from rdflib import Graph, Literal, Node
from rdflib.namespace import RDF, RDFS, SKOS, XSD

from eakg.names import EAKG, ID
from eakg.queries.ask.endpoint import StoreEndpoint
from eakg.store.embedded import EmbeddedStore
from helpers.record import RECORD, Rows, cell, slug

SAID = """
SELECT ?thing ?property ?value WHERE {
  GRAPH <https://w3id.org/eakg/graph/source/record-2020-07-23> {
    ?row <http://purl.org/dc/terms/identifier> "%s" .
    ?row <https://w3id.org/eakg/ontology#quantity>? ?thing .
    ?thing ?property ?value
  }
}
"""
TAKES_PART = {
    *("agent", "recipient", "addressee", "beneficiary", "participant", "host", "convener"),
    *("party", "hasChair", "claimant", "attended", "publishedBy", "relationSubject"),
    "relationObject",
}
PLACES = {"place", "takesPlaceIn", "locatedIn", "coversArea"}
WORDED = {"countries-and-regions-worldwide": "countries and regions all over the world"}
"""How the text names a group whose label is worded otherwise."""
ORDER = {1: ("first", "largest")}
"""Words that say a rank."""
MONTHS = "|".join(calendar.month_name[1:])
Said = dict[str, list[tuple[str, str, dict[str, str]]]]


@pytest.fixture(scope="module")
def said_of(shipped_store: EmbeddedStore, acts: Rows) -> Said:
    """By identifier, what a query over the graph of the record finds: thing, property, value."""
    endpoint = StoreEndpoint(shipped_store)
    found: Said = {}
    for row in acts:
        bindings = endpoint.select(SAID % row["id"], "full")["results"]["bindings"]
        found[row["id"]] = [
            (
                binding["thing"]["value"].removeprefix(str(ID)),
                re.split(r"[#/]", binding["property"]["value"])[-1],
                binding["value"],
            )
            for binding in bindings
        ]
        things = {thing for thing, _, _ in found[row["id"]]}
        assert row["slug"] in things
        assert len(things) == 1 + (row["type"] == "TradeFigure"), row["id"]
    return found


@pytest.fixture(scope="module")
def paragraphs(repository: Path) -> list[str]:
    text = (repository / f"graph/sources/{RECORD}/{RECORD}.txt").read_text("utf-8")
    return [line for line in text.split("\n") if line.strip()]


def days(words: str) -> tuple[date, date] | None:
    """The first and last day of a date_in_source that names days, months or a half-year."""
    if half := re.fullmatch(r"H1 (\d{4})", words):
        return date(int(half[1]), 1, 1), date(int(half[1]), 6, 30)
    found = re.fullmatch(r"(\d{4}-\d\d-\d\d)(?:/(\d{4}-\d\d-\d\d))?", words)
    if found:
        return date.fromisoformat(found[1]), date.fromisoformat(found[2] or found[1])
    return None


def test_a_day_is_said_only_where_the_article_has_one(acts: Rows, said_of: Said) -> None:
    bounds = {"notBefore": 0, "notAfter": 1}
    for row in acts:
        interval = days(row["date_in_source"])
        for _, property_, value in said_of[row["id"]]:
            if value.get("datatype") in (str(XSD.date), str(XSD.gYear), str(XSD.gYearMonth)):
                assert interval, (row["id"], value)
                assert value["value"] == interval[bounds[property_]].isoformat(), row["id"]


def test_the_words_of_a_time_are_words_of_the_paragraph(
    acts: Rows, said_of: Said, paragraphs: list[str]
) -> None:
    for row in acts:
        paragraph = paragraphs[int(row["paragraph"]) - 1]
        for _, property_, value in said_of[row["id"]]:
            if property_ in ("dateText", "purpose", "principle"):
                assert value["value"] in paragraph, row["id"]


def test_a_number_is_said_only_where_the_article_has_it(
    acts: Rows, said_of: Said, paragraphs: list[str]
) -> None:
    for row in acts:
        paragraph = paragraphs[int(row["paragraph"]) - 1]
        for _, property_, value in said_of[row["id"]]:
            if value["type"] != "literal" or property_ == "identifier":
                continue
            if property_ == "rank":
                assert any(word in paragraph for word in ORDER[int(value["value"])]), row["id"]
            elif value.get("datatype") != str(XSD.date):
                numbers = re.findall(r"\d+(?:\.\d+)?", value["value"].replace("COVID-19", ""))
                there = set(re.findall(r"\d+(?:\.\d+)?", f"{paragraph} {row['date_in_source']}"))
                assert set(numbers) <= there, (row["id"], value["value"])


def test_a_name_gives_no_day_that_the_article_leaves_open(acts: Rows, said_of: Said) -> None:
    for row in acts:
        for _, property_, value in said_of[row["id"]]:
            if property_ == "label" and re.search(rf"\d{{1,2}} ({MONTHS})", value["value"]):
                interval = days(row["date_in_source"])
                assert interval, row["id"]
                assert interval[0] == interval[1], (row["id"], value["value"])


def names_of(full: Graph, thing: Node) -> set[str]:
    found = {str(name) for p in (RDFS.label, SKOS.altLabel) for name in full.objects(thing, p)}
    found = {name.removesuffix(" (collective)") for name in found}
    return {name.casefold() for name in found if len(name) > 2}


def test_who_takes_part_stands_in_the_row_or_the_paragraph(
    acts: Rows, said_of: Said, paragraphs: list[str], full: Graph
) -> None:
    """The article itself is the claimant of what it says in its own voice."""
    for row in acts:
        paragraph = paragraphs[int(row["paragraph"]) - 1].casefold()
        named = {*cell(row, "agents"), *cell(row, "recipients"), "source-article-2020-07-23"}
        for _, property_, value in said_of[row["id"]]:
            if property_ in TAKES_PART:
                actor = value["value"].removeprefix(str(ID))
                mentioned = any(name in paragraph for name in names_of(full, ID[actor]))
                mentioned |= WORDED.get(actor, "-") in paragraph
                if property_.startswith("relation"):
                    # Meetings and claims stand in relations too.
                    mentioned |= (ID[actor], RDF.type, EAKG.Actor) not in full
                assert actor in named or mentioned, (row["id"], property_, actor)


def test_no_place_and_no_format_that_the_article_does_not_give(
    acts: Rows, said_of: Said, paragraphs: list[str], full: Graph
) -> None:
    places = {slug(place) for place in full.subjects(RDF.type, EAKG.Place)}
    names = {name for place in places for name in names_of(full, ID[place])}
    assert {"beijing", "vientiane", "shanghai"} <= names
    for row in acts:
        paragraph = paragraphs[int(row["paragraph"]) - 1].casefold()
        for _, property_, value in said_of[row["id"]]:
            words = value["value"].casefold()
            assert property_ not in PLACES, row["id"]
            if value["type"] == "literal":
                assert not [name for name in names if name in words and name not in paragraph]
                assert "virtual" not in words, row["id"]
                assert "video" not in words or "video" in paragraph, row["id"]
            if property_ == "format":
                assert words.endswith("format-video"), row["id"]
                assert "video" in paragraph, row["id"]


def test_who_is_named_in_a_name_is_named_in_the_paragraph(
    acts: Rows, said_of: Said, paragraphs: list[str], full: Graph
) -> None:
    known = {
        name: slug(actor)
        for class_ in (EAKG.Person, EAKG.State)
        for actor in full.subjects(RDF.type, class_)
        for label in full.objects(actor, RDFS.label)
        if isinstance(label, Literal) and label.language == "en"
        for name in [str(label)]
    }
    for row in acts:
        paragraph = paragraphs[int(row["paragraph"]) - 1]
        named = {*cell(row, "agents"), *cell(row, "recipients")}
        for _, property_, value in said_of[row["id"]]:
            if property_ == "label":
                for name, actor in known.items():
                    if name in value["value"]:
                        assert name in paragraph or actor in named, (row["id"], name)


def test_the_same_questions_over_everything_find_the_background(full: Graph) -> None:
    """The tests above would see what they look for."""
    assert (ID["hun-sen-visit-2020-02-05"], EAKG.place, ID.beijing) in full
    assert (ID["medteam-cambodia-2020-03"], EAKG.quantity, None) in full
    assert (ID["apt-som-2020-07-20"], EAKG.participant, ID["luo-zhaohui"]) in full
    label = str(full.value(ID["arf-som-2020-07-21"], RDFS.label))
    assert label.endswith("21 July 2020")

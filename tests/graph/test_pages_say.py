"""What pages say of days, of who was where and of disagreements, held against SPARQL over the whole
graph."""

import csv
import html
import re
from collections import defaultdict
from datetime import date

import pytest
from flask.testing import FlaskClient

from eakg.dataset.layout import Layout
from eakg.names import EAKG, ID
from eakg.serve.app.settings import Settings
from eakg.serve.application import create_app
from eakg.serve.content.presentation import shipped_presentation
from eakg.serve.words.links import local_path
from eakg.store.embedded import EmbeddedStore
from eakg.store.graph_files import GraphFile, read_contents
from eakg.store.request import QueryRequest, select

PREFIXES = f"PREFIX eakg: <{EAKG}> "
PRESENT = "eakg:attended|^eakg:participant|eakg:chairOf|^eakg:hasChair|eakg:ledMeeting"
DISAGREE = "The sources do not agree."
Days = dict[str, tuple[str | None, str | None]]


@pytest.fixture(scope="module")
def store(layout: Layout) -> EmbeddedStore:
    return EmbeddedStore(read_contents(GraphFile(*one) for one in layout.named_graphs()))


@pytest.fixture(scope="module")
def client(store: EmbeddedStore) -> FlaskClient:
    return create_app(Settings("none"), store).test_client()


def rows(store: EmbeddedStore, query: str) -> list[tuple[str | None, ...]]:
    variables = re.findall(r"\?(\w+)", query.partition("{")[0].partition("SELECT")[2])
    return [
        tuple(str(row[name]) if name in row else None for name in dict.fromkeys(variables))
        for row in select(store, QueryRequest(PREFIXES + query))
    ]


@pytest.fixture(scope="module")
def days(store: EmbeddedStore) -> Days:
    """The tightest bounds of each thing that has any."""
    text = """SELECT ?thing ?start ?end {
      { SELECT DISTINCT ?thing { ?thing eakg:notBefore|eakg:notAfter ?any } }
      OPTIONAL { ?thing eakg:notBefore ?start
        FILTER NOT EXISTS { ?thing eakg:notBefore ?later FILTER(?later > ?start) } }
      OPTIONAL { ?thing eakg:notAfter ?end
        FILTER NOT EXISTS { ?thing eakg:notAfter ?earlier FILTER(?earlier < ?end) } } }"""
    return {str(thing): (start, end) for thing, start, end in rows(store, text)}


@pytest.fixture(scope="module")
def pages(client: FlaskClient, days: Days, store: EmbeddedStore) -> dict[str, str]:
    """The pages of all things of the sitemap that are no evidence."""
    site = client.get("/sitemap.xml").text
    evidence = {
        local_path(str(thing))
        for (thing,) in rows(
            store,
            """SELECT DISTINCT ?thing {
              GRAPH ?g { ?thing ?p ?o } FILTER(CONTAINS(STR(?g), "/graph/evidence/"))
              FILTER NOT EXISTS { GRAPH ?h { ?thing ?q ?r }
                FILTER(!CONTAINS(STR(?h), "/graph/evidence/")) } }""",
        )
    }
    paths = {html.unescape(one) for one in re.findall(r"<loc>http://[^/]+(/doc/[^<]+)</loc>", site)}
    paths -= {path for path in evidence if path}
    paths |= {path for path in map(local_path, days) if path}
    texts = {}
    for path in sorted(paths):
        response = client.get(path, headers={"Accept": "text/html"})
        assert response.status_code == 200, path
        texts[f"{ID}{path.removeprefix('/doc/')}"] = response.text
    return texts


def sections(page: str) -> dict[str, str]:
    """The sections of a page by their anchors."""
    parts = re.findall(r'<section class="part">\s*<h2 id="([^"]+)">(.*?)</section>', page, re.S)
    return dict(parts)


def groups(section: str) -> dict[str, list[tuple[str, str]]]:
    """The headings of a section, each with its values: their words and the address of each."""
    found = re.findall(r"<dt>(.*?)</dt>\s*<dd>(.*?)</dd>", section, re.S)
    return {
        words(title): [
            (
                words(item.partition('<a class="why')[0]),
                "".join(re.findall(r'title="([^"]+)"', item)[:1]),
            )
            for item in re.findall(r"<li.*?</li>", body, re.S)
        ]
        for title, body in found
    }


def words(markup: str) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", markup)).strip()


def titles(markup: str) -> set[str]:
    """The things that a piece of a page links to."""
    return {html.unescape(one) for one in re.findall(r'title="(https://w3id[^"]+)"', markup)}


def in_words(day: str) -> str:
    when = date.fromisoformat(day)
    return f"{when.day} {when:%B} {when.year}"


def period(start: str | None, end: str | None) -> str:
    if start and end:
        first, last = date.fromisoformat(start), date.fromisoformat(end)
        assert first <= last, "the graph has no bounds that cross"
        if first == last:
            return in_words(end)
        if (first.year, first.month) == (last.year, last.month):
            return f"{first.day}–{in_words(end)}"
        return f"{in_words(start)} to {in_words(end)}"
    return f"from {in_words(start)}" if start else f"until {in_words(str(end))}"


def test_a_page_tells_the_tightest_bounds(pages: dict[str, str], days: Days) -> None:
    checked = 0
    for thing, page in pages.items():
        told = groups(sections(page).get("about", ""))
        for heading, bound in zip(
            ("not before", "not after"), days.get(thing, (None, None)), strict=True
        ):
            values = [value for value, _ in told.get(heading, [])]
            assert values == ([in_words(bound)] if bound else []), (thing, heading)
            checked += len(values)
    assert checked > 100


def test_tables_tell_the_same_days(pages: dict[str, str], days: Days) -> None:
    checked = 0
    for thing, page in pages.items():
        for body in sections(page).values():
            for row in re.findall(r"<tr>\s*<td class=\"when\">.*?</tr>", body, re.S):
                told = words(row.partition("</td>")[0].partition("<a")[0])
                other = re.search(r'<th scope="row"><a href="[^"]*" title="([^"]+)"', row)
                target = re.search(
                    r'<a href="(/doc/[^"]+)" title="[^"]*">the (?:membership|tenure)', row
                )
                iri = (
                    other[1]
                    if other
                    else f"{ID}{target[1].removeprefix('/doc/')}"
                    if target
                    else ""
                )
                if iri in days:
                    assert told == period(*days[iri]), (thing, iri)
                    checked += 1
    assert checked > 300


def test_lists_tell_the_same_days(client: FlaskClient, days: Days) -> None:
    checked = 0
    for kind in ("Meeting", "Happening", "Membership", "Figure", "OfficeHolding"):
        for page in (1, 2, 3):
            answer = client.get(f"/things?kind={kind}&page={page}", headers={"Accept": "text/html"})
            for item in re.findall(r"<li>(.*?)</li>", answer.text, re.S):
                iri = re.search(r'title="(https://w3id.org/eakg/id/[^"]+)"', item)
                if iri and iri[1] in days:
                    when = re.search(r'<span class="when quiet">([^<]*)</span>', item)
                    assert when, iri[1]
                    assert when[1] == period(*days[iri[1]])
                    checked += 1
    assert checked > 100


@pytest.mark.parametrize("overview", ["timeline", "figures", "mechanisms"])
def test_overviews_tell_the_same_days(client: FlaskClient, days: Days, overview: str) -> None:
    table = csv.DictReader(client.get(f"/overviews/{overview}.csv").text.splitlines())
    checked = 0
    for row in table:
        thing = next(row[name] for name in ("act", "figure", "membership") if name in row)
        told = row["from"] or None, row["to"] or None
        assert told == days.get(thing, (None, None)), thing
        checked += 1
    assert checked > 5


def test_who_is_on_record_and_who_was_entitled(pages: dict[str, str], store: EmbeddedStore) -> None:
    present: dict[str, set[str]] = defaultdict(set)
    entitled: dict[str, set[str]] = defaultdict(set)
    for relation, ends in ((PRESENT, present), ("eakg:entitledToAttend", entitled)):
        for actor, meeting in rows(
            store, f"SELECT ?actor ?meeting {{ ?actor {relation} ?meeting }}"
        ):
            ends[str(meeting)].add(str(actor))
            ends[str(actor)].add(str(meeting))
    meetings = {str(one) for (one,) in rows(store, "SELECT ?m { ?m a eakg:Meeting }")}
    happenings = {str(one) for (one,) in rows(store, "SELECT ?m { ?m a eakg:Happening }")}
    for thing, page in pages.items():
        parts = sections(page)
        on_record, open_question = parts.get("present", ""), parts.get("entitled", "")
        if thing not in happenings:
            present[thing] &= meetings
            on_record = parts.get("meetings-present", "")
            open_question = parts.get("meetings-entitled", "")
        told = titles(on_record) & (present[thing] | entitled[thing])
        assert told == present[thing], thing
        assert titles(open_question) & (present[thing] | entitled[thing]) == (
            entitled[thing] - present[thing]
        ), thing
        nobody = "Nobody is on record as there." in on_record
        assert nobody == (thing in meetings and not present[thing]), thing
        for anchor, body in parts.items():
            if anchor not in ("present", "entitled", "meetings-present", "meetings-entitled"):
                assert "entitled to attend" not in body, (thing, anchor)
    assert meetings <= pages.keys()


def test_sources_disagree_only_where_they_do(
    pages: dict[str, str], days: Days, store: EmbeddedStore
) -> None:
    crossed = {thing for thing, (start, end) in days.items() if start and end and start > end}
    single = [
        f"<{term}>" for term, plan in shipped_presentation().properties.items() if plan.single
    ]
    several = rows(
        store,
        f"SELECT ?thing {{ VALUES ?p {{ {' '.join(single)} }} ?thing ?p ?value }}"
        " GROUP BY ?thing ?p HAVING(COUNT(DISTINCT ?value) > 1)",
    )
    expected = crossed | {str(thing) for (thing,) in several}
    assert {thing for thing, page in pages.items() if DISAGREE in page} == expected & pages.keys()


def test_the_evidence_of_a_row_has_the_conditions_of_its_query(client: FlaskClient) -> None:
    query = """PREFIX eakg: <https://w3id.org/eakg/ontology#> PREFIX id: <https://w3id.org/eakg/id/>
      PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
      SELECT ?member ?team ?name { ?team a eakg:MedicalTeamDispatch ; eakg:recipient ?member .
        ?team rdfs:label ?name . ?member eakg:hasMembership ?seat .
        ?seat eakg:memberOfBody id:asean } ORDER BY ?team LIMIT 1"""
    page = client.get("/sparql", query_string={"query": query}, headers={"Accept": "text/html"})
    (link,) = re.findall(r'href="(/sparql/row[^"]+)"', page.text)
    row = client.get(html.unescape(link)).text
    assert "Association of Southeast Asian Nations" in row
    items = re.findall(r'<li class="fact.*?</li>', row, re.S)
    named = [item for item in items if "cited for the name alone" in item]
    assert named
    assert all(">name<" in item for item in named)
    assert all("cited for the name alone" not in item for item in items if ">recipient<" in item)

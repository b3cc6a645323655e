"""What pages say of days, of who was where and of disagreements, held against SPARQL over the whole
graph. With EAKG_SOAK every page is looked at, else some of them; lists are looked at as a whole."""

import csv
import gzip
import html
import os
import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from itertools import count

import pytest
from flask.testing import FlaskClient

from eakg.names import EAKG, ID
from eakg.serve.app.settings import Settings
from eakg.serve.application import create_app
from eakg.serve.content.presentation import shipped_presentation
from eakg.serve.words.links import local_path
from eakg.store.changes.requests import UpdateRequest
from eakg.store.embedded import EmbeddedStore
from eakg.store.graph_files import read_contents
from eakg.store.options import StoreOptions
from eakg.store.request import QueryRequest, select
from helpers.patience import PATIENT

PREFIXES = f"PREFIX eakg: <{EAKG}> "
PRESENT = "eakg:attended|^eakg:participant|eakg:chairOf|^eakg:hasChair|eakg:ledMeeting"
ROLES = tuple(EAKG[role] for role in ("agent", "recipient", "participant", "claimant", "party"))
PARTIES = "|".join(f"<{role}>" for role in ROLES)
"""Those that lists tell."""
STRIDE = 1 if os.environ.get("EAKG_SOAK") else 160
FURTHER = re.compile(r'<p class="rest"><a href="([^"]+[?&;]section=[^"]+)">')
WITH_DAYS = {"present", "entitled", "memberships", "meetings-present", "meetings-entitled"}
"""Sections that are looked at as a whole, where a large page has the latest part of them."""
DISAGREE = "The sources do not agree."
Days = dict[str, tuple[str | None, str | None]]


@pytest.fixture(scope="module")
def store(shipped_store: EmbeddedStore) -> EmbeddedStore:
    return shipped_store


@pytest.fixture(scope="module")
def client(store: EmbeddedStore) -> FlaskClient:
    return create_app(Settings("none", PATIENT), store).test_client()


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
def disputed(days: Days, store: EmbeddedStore) -> set[str]:
    """The things of which sources say what cannot be true together."""
    single = [
        f"<{term}>" for term, plan in shipped_presentation().properties.items() if plan.single
    ]
    several = rows(
        store,
        f"SELECT ?thing {{ VALUES ?p {{ {' '.join(single)} }} ?thing ?p ?value }}"
        " GROUP BY ?thing ?p HAVING(COUNT(DISTINCT ?value) > 1)",
    )
    crossed = {thing for thing, (start, end) in days.items() if start and end and start > end}
    return crossed | {str(thing) for (thing,) in several}


@pytest.fixture(scope="module")
def pages(
    client: FlaskClient, days: Days, disputed: set[str], store: EmbeddedStore
) -> dict[str, str]:
    """The pages of things of the sitemap that are no evidence, and of things with a day."""
    site = client.get("/sitemap.xml").text
    in_evidence, elsewhere = (
        {
            local_path(str(thing))
            for (thing,) in rows(
                store,
                "SELECT DISTINCT ?thing { GRAPH ?g { ?thing ?p ?o }"
                f" FILTER({sign}CONTAINS(STR(?g), '/graph/evidence/')) }}",
            )
        }
        for sign in ("", "!")
    )
    paths = {html.unescape(one) for one in re.findall(r"<loc>http://[^/]+(/doc/[^<]+)</loc>", site)}
    paths -= {path for path in in_evidence - elsewhere if path}
    paths |= {path for path in map(local_path, days) if path}
    texts = {}
    # Those that tell of the most days, in tables.
    hubs = rows(
        store,
        "SELECT ?hub { ?thing eakg:notBefore ?day ; ?property ?hub FILTER(isIRI(?hub)) }"
        " GROUP BY ?hub ORDER BY DESC(COUNT(DISTINCT ?thing)) ?hub LIMIT 8",
    )
    told = {local_path(str(hub)) for (hub,) in hubs} & paths
    chosen = {*sorted(paths)[::STRIDE], *told, *filter(None, map(local_path, disputed))}
    for path in sorted(chosen):
        response = client.get(path, headers={"Accept": "text/html"})
        assert response.status_code == 200, path
        rest = (
            client.get(html.unescape(link), headers={"Accept": "text/html"}).text
            for link in FURTHER.findall(response.text)
            if link.rpartition("=")[2] in WITH_DAYS
        )
        texts[f"{ID}{path.removeprefix('/doc/')}"] = "\n".join((response.text, *rest))
    return texts


def sections(page: str) -> dict[str, str]:
    """The sections of a page by their anchors, the whole of one where that follows."""
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
    assert checked > 800 // STRIDE


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


def items(client: FlaskClient, kind: str) -> Iterator[str]:
    """What stands in the list of a kind, over all its pages."""
    for page in count(1):
        answer = client.get(f"/things?kind={kind}&page={page}", headers={"Accept": "text/html"})
        members = answer.text.partition('<ul class="members">')[2].partition("</ul>")[0]
        yield from re.findall(r"<li>(.*?)</li>", members, re.S)
        if 'rel="next"' not in answer.text:
            return


def thing_of(item: str) -> str:
    """The thing that an item of a list is about."""
    heading = item.partition('<span class="pair">')[0]
    iri = re.search(r'title="(https://w3id.org/eakg/[^"]+)"', heading)
    assert iri, item
    return html.unescape(iri[1])


def test_lists_tell_the_same_days_and_parties(
    client: FlaskClient, days: Days, store: EmbeddedStore
) -> None:
    """Every thing with a day stands in a list of its kind, with that day and who had a part."""
    parties: dict[str, set[str]] = defaultdict(set)
    for thing, party in rows(store, f"SELECT ?thing ?party {{ ?thing {PARTIES} ?party }}"):
        parties[str(thing)].add(str(party))
    kinds: dict[str, set[str]] = defaultdict(set)
    for kind, thing in rows(
        store,
        "SELECT ?kind ?thing { ?thing eakg:notBefore|eakg:notAfter ?any ; a ?kind"
        " FILTER(STRSTARTS(STR(?kind), STR(eakg:))) }",
    ):
        kinds[str(kind)].add(str(thing))
    untold = set(days)
    while untold:
        kind = max(sorted(kinds), key=lambda kind: len(kinds[kind] & untold))
        assert kinds[kind] & untold, untold
        untold -= kinds[kind]
        told = set()
        for item in items(client, kind.removeprefix(str(EAKG))):
            thing = thing_of(item)
            when = re.search(r'<span class="when quiet">([^<]*)</span>', item)
            if thing in days:
                assert when, thing
                assert when[1] == period(*days[thing])
            pairs = "".join(re.findall(r'<span class="pair">.*?</li>', f"{item}</li>", re.S))
            assert titles(pairs) - {str(one) for one in ROLES} == parties[thing], thing
            told.add(thing)
        assert kinds[kind] <= told, kind


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
    assert len(meetings & pages.keys()) * STRIDE > 300
    assert STRIDE > 1 or meetings <= pages.keys()


def test_each_clause_of_an_opening_is_true_and_has_its_support(
    pages: dict[str, str], store: EmbeddedStore
) -> None:
    """What a sentence links to is joined to the thing, over one thing at most, and behind each
    value stands a note with words, or a proof."""
    joined: dict[str, set[str]] = defaultdict(set)
    for one, other in rows(store, "SELECT ?a ?b { ?a ?p ?b FILTER(isIRI(?b)) }"):
        joined[str(one)].add(str(other))
        joined[str(other)].add(str(one))
    told = 0
    for thing, page in pages.items():
        notes = dict(re.findall(r'<li id="note-(\d+)"[^>]*>(.*?)</li>', page, re.S))
        assert len(notes) == page.count('<li id="note-'), thing
        for note in notes.values():
            assert re.search(r"class=\"passage\">.*?\w|<b>.*?\w", note, re.S), (thing, note)
            assert "<a " in note, (thing, note)
        near = joined[thing].union(*(joined[one] for one in joined[thing]))
        for line in re.findall(r'<div class="sentence-row">\s*<p>(.*?)</p>', page, re.S):
            values = titles(re.sub(r"<sup>.*?</sup>", "", line, flags=re.S))
            assert values <= near, (thing, values - near)
            assert set(re.findall(r'href="#note-(\d+)"', line)) <= notes.keys(), thing
            marks = re.split(r"<sup>", line)
            assert len(marks) > 1, (thing, line)
            assert "<a " not in marks[-1].partition("</sup>")[2].replace('<a href="#', ""), thing
            assert not re.search(r"\d{7}", words(line)), (thing, line)
            told += len(values)
    assert told * STRIDE > 4000


@pytest.mark.parametrize("hub", ["china", "vietnam"])
def test_a_large_page_is_light_and_its_sections_have_the_rest(
    client: FlaskClient, store: EmbeddedStore, hub: str
) -> None:
    path = f"/doc/{hub}"
    page = client.get(path, headers={"Accept": "text/html"}).text
    assert len(page.encode()) <= 150_000
    assert len(gzip.compress(page.encode())) <= 25_000
    (markup,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
    assert len(markup.encode()) < 10_000
    parts = [page]
    for link in FURTHER.findall(page):
        part = client.get(html.unescape(link), headers={"Accept": "text/html"})
        assert part.status_code == 200, link
        parts.append(part.text)
    links = {link for part in parts for link in re.findall(r'href="(/doc/[^"#]+)', part)}
    near = rows(
        store,
        f"SELECT ?end {{ {{ <{ID[hub]}> ?p ?end }} UNION {{ ?end ?p <{ID[hub]}> }}"
        f" FILTER(STRSTARTS(STR(?end), '{ID}')) }}",
    )
    assert {local_path(str(end)) for (end,) in near} <= links
    absent = client.get(f"{path}?section=no-such", headers={"Accept": "text/html"})
    assert absent.status_code == 404
    assert client.get(f"{path}?section=names&format=ttl").status_code == 400


def test_sources_disagree_only_where_they_do(pages: dict[str, str], disputed: set[str]) -> None:
    assert {thing for thing, page in pages.items() if DISAGREE in page} == disputed & pages.keys()


@pytest.mark.parametrize("day", ["1967-08-08", "1999-12-31", "2020-07-23", "2025-10-26"])
def test_who_sits_where_on_a_day(
    client: FlaskClient, days: Days, store: EmbeddedStore, day: str
) -> None:
    table = client.get(f"/overviews/mechanisms.csv?date={day}").text.splitlines()
    told = {row["membership"] for row in csv.DictReader(table)}
    bodies = {row["body"] for row in csv.DictReader(table)}
    members = rows(store, "SELECT ?m ?body { ?m eakg:memberOfBody ?body ; eakg:role ?role }")
    bounds = {str(one): days.get(str(one), (None, None)) for one, _ in members}
    assert told == {
        str(one)
        for one, body in members
        if body in bodies and (bounds[str(one)][0] or day) <= day <= (bounds[str(one)][1] or day)
    }


CLASHES = (
    "?x a owl:Nothing",
    "?x a ?c , ?d . ?c owl:disjointWith ?d",
    "?x a ?c , ?d . ?all a owl:AllDisjointClasses ; owl:members ?list ."
    " ?list rdf:rest*/rdf:first ?c , ?d FILTER(?c != ?d)",
    "?x ?p ?x . ?p a owl:IrreflexiveProperty",
    "?x ?p ?y . ?y ?p ?x . ?p a owl:AsymmetricProperty",
    "?x ?p ?y ; ?q ?y . ?p owl:propertyDisjointWith ?q",
    "?x owl:sameAs ?y ; owl:differentFrom ?y",
    "?x ?p ?y . ?n owl:sourceIndividual ?x ; owl:assertionProperty ?p ; owl:targetIndividual ?y",
    "?x ?p ?y , ?z . ?p a owl:FunctionalProperty"
    " FILTER(isLITERAL(?y) && isLITERAL(?z) && ?y != ?z)",
    "?x ?p ?y , ?z . ?p a owl:FunctionalProperty . ?y owl:differentFrom ?z",
)
"""What must not be (OWL 2 Profiles section 4.3: the rules that end in false)."""
CLASHING = """eakg:s owl:disjointWith eakg:m . eakg:h a owl:AllDisjointClasses ;
    owl:members ( eakg:s eakg:k ) . eakg:i a owl:IrreflexiveProperty .
    eakg:f a owl:FunctionalProperty .
    eakg:y a owl:AsymmetricProperty . eakg:p owl:propertyDisjointWith eakg:q .
    eakg:1 a owl:Nothing . eakg:2 a eakg:s , eakg:m .
    eakg:3 a eakg:s , eakg:k . eakg:4 eakg:i eakg:4 .
    eakg:5 eakg:y eakg:6 . eakg:6 eakg:y eakg:5 . eakg:7 eakg:p eakg:8 ; eakg:q eakg:8 .
    eakg:9 owl:sameAs eakg:a ; owl:differentFrom eakg:a . eakg:b eakg:p eakg:c .
    [] owl:sourceIndividual eakg:b ; owl:assertionProperty eakg:p ; owl:targetIndividual eakg:c .
    eakg:d eakg:f 1 , 2 . eakg:e eakg:f eakg:g , eakg:o . eakg:g owl:differentFrom eakg:o ."""


def clashes(store: EmbeddedStore, pattern: str) -> list[tuple[str | None, ...]]:
    names = "PREFIX owl: <http://www.w3.org/2002/07/owl#> "
    names += "PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> "
    text = f"{names}{PREFIXES} SELECT DISTINCT ?x {{ {pattern} }}"
    return [(str(row["x"]),) for row in select(store, QueryRequest(text))]


def test_nothing_contradicts_itself_as_the_page_says(
    client: FlaskClient, store: EmbeddedStore
) -> None:
    page = client.get("/contradictions", headers={"Accept": "text/html"}).text
    assert "There are none" in page
    for pattern in CLASHES:
        assert not clashes(store, pattern), pattern


def test_what_must_not_be_would_be_noticed() -> None:
    store = EmbeddedStore(read_contents([]), StoreOptions("none", writable=True))
    names = "PREFIX owl: <http://www.w3.org/2002/07/owl#> "
    store.update(UpdateRequest(f"{names}{PREFIXES} INSERT DATA {{ {CLASHING} }}"))
    for pattern in CLASHES:
        assert clashes(store, pattern), pattern


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


APART = re.compile(r"<(script|style|details|head)\b.*?</\1>|<section class=\"colophon\">.*", re.S)
"""What is not told at first: data for programs, and what unfolds."""
PART = re.compile(r'<section class="part"[^>]*>\s*<h2[^>]*>([^<]*)</h2>(.*?)</section>', re.S)
GROUP = re.compile(r"<dt>(.*?)</dt>\s*<dd>(.*?)</dd>", re.S)
OUTSIDE = re.compile(r"<(code|a rel=\"external\")[^>]*>.*?</(?:code|a)>", re.S)
LARGE_NUMBER = re.compile(r"(?<![\w./:#=&?+-])\d{5,}(?![\w./:-])")
OF_RDF = re.compile(r"\((?:SEM|ORG|PROV|FOAF)\)|\b(?:rdf|rdfs|owl|skos|sem|org|prov):\w")


def told_in(markup: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", markup)).split())


def empty_columns(table: str) -> list[str]:
    """The headings of columns in which no row has anything."""
    headings = [told_in(one) for one in re.findall(r"<th scope=\"col\">(.*?)</th>", table, re.S)]
    lines = [
        [told_in(cell) for _, cell in re.findall(r"<(td|th)\b[^>]*>(.*?)</\1>", row, re.S)]
        for row in re.findall(r"<tr>(.*?)</tr>", table.partition("<tbody>")[2], re.S)
    ]
    columns = zip(*lines, strict=True) if lines else ()
    return [name for name, cells in zip(headings, columns, strict=False) if not any(cells)]


def test_pages_are_whole_and_plain(pages: dict[str, str]) -> None:
    """No section or column is empty, no fact is told twice, numbers are in groups, and words of
    RDF stay where they unfold."""
    faults = []
    for thing, page in pages.items():
        shown = APART.sub("", page)
        faults += [
            f"{thing}: {title} is empty" for title, body in PART.findall(page) if not told_in(body)
        ]
        for title, body in PART.findall(shown):
            faults += [
                f"{thing}: {title}: nothing in {column}"
                for table in re.findall(r"<table.*?</table>", body, re.S)
                for column in empty_columns(table)
            ]
            facts = [
                (told_in(name), " ".join(fact.split()))
                for name, values in GROUP.findall(body)
                for fact in re.findall(r'<li class="fact[^"]*">(.*?)</li>', values, re.S)
            ]
            faults += [f"{thing}: {fact} twice" for fact in {*facts} if facts.count(fact) > 1]
        told = told_in(OUTSIDE.sub("", shown))
        faults += [f"{thing}: {one}" for one in LARGE_NUMBER.findall(told) + OF_RDF.findall(told)]
    assert not faults, "\n".join(sorted(faults))

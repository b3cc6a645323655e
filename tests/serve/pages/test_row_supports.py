"""What supports the rows of a saved question, in sight on its page."""

import html
import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from rdflib import URIRef

from eakg.names import INFERRED_GRAPH, evidence_graph
from eakg.options import Iri
from eakg.serve.app.settings import Settings
from eakg.serve.application import create_app
from eakg.serve.content.project import Project
from eakg.serve.pages.result import page as result_module
from eakg.serve.pages.result.supports import SUPPORT_LIMIT
from eakg.sparql import TimeLimitExceededError
from eakg.store import QueryRequest
from eakg.store.embedded import EmbeddedStore
from eakg.store.graph_files import GraphFile, read_contents
from eakg.store.options import StoreOptions
from helpers.patience import PATIENT

HTML = {"Accept": "text/html"}
RETOLD = "sent teams of doctors and other experts to Cambodia, Laos, the Philippines, Myanmar"
PREFIXES = """@prefix : <http://ships.example/> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix csvw: <http://www.w3.org/ns/csvw#> . @prefix eakg: <https://w3id.org/eakg/ontology#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
SHIPS = """
:beagle a :Ship ; rdfs:label "Beagle" ; :captain :fitzroy ; :tons 235000.0 ; :guns 10.50 .
:fram a :Ship ; rdfs:label "Fram" ; :captain :nansen ; :tons 402.0 .
:gjoa a :Ship ; rdfs:label "Gjøa" ; :captain :amundsen ; :tons 47 .
:maud a :Ship ; rdfs:label "Maud" ; :tons 12345678.25 .
:fitzroy rdfs:label "Robert FitzRoy" . :nansen rdfs:label "Fridtjof Nansen" .
:amundsen rdfs:label "Roald Amundsen" ."""
FOLLOWS = ":maud :captain :amundsen ."
CAPTAINS = """#+ summary: Captains
PREFIX : <http://ships.example/> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?ship ?shipLabel ?captainLabel ?tons {
  ?ship a :Ship ; rdfs:label ?shipLabel ; :captain ?captain ; :tons ?tons .
  ?captain rdfs:label ?captainLabel } ORDER BY ?ship"""
COUNTS = """#+ summary: Ships of each tonnage
PREFIX : <http://ships.example/>
SELECT ?class (COUNT(?ship) AS ?ships) { ?ship a ?class ; :tons ?tons } GROUP BY ?class"""


def statement(number: int, triple: str, rows: str) -> str:
    """A statement of the evidence: a triple, and the rows of a table that state it."""
    subject, property_, value = triple.split()
    links = ", ".join(f":row-{row}" for row in rows.split())
    return (
        f":statement-{number} rdf:subject {subject} ; rdf:predicate {property_} ;"
        f" rdf:object {value} ; eakg:evidence {links} ."
    )


def table_row(number: int) -> str:
    return (
        f":row-{number} csvw:url <http://ships.example/lists.csv#row={number}> ;"
        " dct:isPartOf <https://w3id.org/eakg/graph/background/lists> ;"
        f' dct:source <https://port{number}.example/log> ; eakg:verification "verified" .'
    )


EVIDENCE = (
    statement(1, ":beagle :captain :fitzroy", "2 3 4"),
    statement(2, ":beagle rdf:type :Ship", "8"),
    statement(3, ':beagle rdfs:label "Beagle"', "9"),
    statement(4, ":fram :tons 402.0", "5"),
    *map(table_row, range(2, 10)),
)


def application_of(folder: Path, ships: str, evidence: str) -> Flask:
    texts = {
        "http://ships.example/g": ships,
        str(evidence_graph("lists")): evidence,
        str(INFERRED_GRAPH): FOLLOWS,
    }
    files = []
    for number, (name, text) in enumerate(texts.items()):
        file = folder / f"{number}.ttl"
        file.write_text(PREFIXES + text, "utf-8")
        files.append(GraphFile(URIRef(name), file))
    (folder / "captains.rq").write_text(CAPTAINS, "utf-8")
    (folder / "counts.rq").write_text(COUNTS, "utf-8")
    project = Project(title="Ships", questions=folder, base=(Iri("http://ships.example/"),))
    store = EmbeddedStore(read_contents(files), StoreOptions(reasoning="none"))
    return create_app(Settings("", PATIENT, project=project), store)


@pytest.fixture
def ships(tmp_path: Path) -> FlaskClient:
    return application_of(tmp_path, SHIPS, "\n".join(EVIDENCE)).test_client()


def page_of(client: FlaskClient, path: str) -> str:
    page = client.get(path, headers=HTML)
    assert page.status_code == 200
    return page.text


def cells(page: str) -> list[list[str]]:
    """The cells of the rows of a table, in words; the last is what stands below the row."""
    (body,) = re.findall(r"<tbody>(.*?)</tbody>", page, re.DOTALL)
    rows = [
        [" ".join(html.unescape(re.sub(r"<[^>]*>", "", cell)).split()) for cell in texts]
        for row in re.findall(r"<tr[^>]*>(.*?)</tr>", body, re.DOTALL)
        if (texts := re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL))
    ]
    return [[*row, *below] for row, below in zip(rows[::2], rows[1::2], strict=True)]


@pytest.mark.slow
def test_two_places_of_what_joins_the_row(ships: FlaskClient) -> None:
    """Not those of its name and its class; and what only follows leads to its proof."""
    page = page_of(ships, "/queries/captains")
    beagle, fram, gjoa, maud = cells(page)
    assert beagle[-1] == (
        "Row 2 of “lists”, after port2.example (verified)"
        " Row 3 of “lists”, after port3.example (verified) evidence"
    )
    assert fram[-1] == "Row 5 of “lists”, after port5.example (verified) evidence"
    assert gjoa[-1] == "evidence"
    assert maud[-1] == "why evidence"
    (proof,) = re.findall(r'<a class="why inferred" href="/explain\?([^"]+)"', page)
    assert "maud" in proof
    assert "amundsen" in proof


@pytest.mark.slow
def test_headings_and_numbers_are_for_readers(ships: FlaskClient) -> None:
    page = page_of(ships, "/queries/captains")
    assert re.findall(r'<th scope="col">([^<]+)', page)[:3] == ["ship", "captain", "tons"]
    assert [row[2] for row in cells(page)] == ["235,000", "402", "47", "12,345,678.25"]
    exact = "&#34;235000.0&#34;^^&lt;http://www.w3.org/2001/XMLSchema#decimal&gt;"
    assert f'title="{exact}">235,000<' in page
    query = CAPTAINS.partition("\n")[2]
    asked = ships.get("/sparql", query_string={"query": query}, headers=HTML)
    assert ">235000.0<" in asked.text
    assert "Row 2 of" not in asked.text


@pytest.mark.slow
def test_a_row_that_counts_many_has_some_of_their_places(tmp_path: Path) -> None:
    more = [statement(10 + place, f":{one} :tons {tons}", "6 7") for place, (one, tons) in TONS]
    client = application_of(tmp_path, SHIPS, "\n".join((*EVIDENCE, *more))).test_client()
    ((*_, support),) = cells(page_of(client, "/queries/counts"))
    assert support.startswith("Among others: Row ")
    assert support.count("Row ") == 2


TONS = tuple(enumerate((("beagle", "235000.0"), ("gjoa", "47"), ("maud", "12345678.25"))))


@pytest.mark.slow
def test_the_first_rows_have_it_and_all_are_asked_for_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As many queries for many rows as for few."""
    asked: list[str] = []
    query = EmbeddedStore.query

    def counted(store: EmbeddedStore, request: QueryRequest) -> object:
        asked.append(request.text)
        return query(store, request)

    monkeypatch.setattr(EmbeddedStore, "query", counted)
    numbers = []
    for count in (3, SUPPORT_LIMIT + 10):
        folder = tmp_path / str(count)
        folder.mkdir()
        fleet = range(100, 100 + count)
        data = "\n".join(
            f':s{n} a :Ship ; rdfs:label "S{n}" ; :captain :c ; :tons {n} .' for n in fleet
        )
        evidence = "\n".join(statement(n, f":s{n} :captain :c", "2") for n in fleet)
        client = application_of(
            folder, f'{data} :c rdfs:label "C" .', f"{evidence} {table_row(2)}"
        ).test_client()
        page_of(client, "/queries/captains")
        asked.clear()
        page = page_of(client, "/queries/captains")
        numbers.append(len(asked))
        rows = cells(page)
        assert len([row for row in rows if "Row 2 of" in row[-1]]) == min(count, SUPPORT_LIMIT)
        assert "Row 2 of" not in rows[-1][-1] or count < SUPPORT_LIMIT
    assert numbers[0] == numbers[1]


@pytest.mark.slow
def test_the_answer_stands_where_there_is_no_time_for_more(
    ships: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may have more the next time, so that nobody keeps it."""
    whole = ships.get("/queries/captains", headers=HTML)
    assert whole.headers["ETag"]

    def late(*_: object) -> None:
        raise TimeLimitExceededError("too long", 1)

    monkeypatch.setattr(result_module, "supports_of", late)
    page = ships.get("/queries/captains", headers=HTML)
    assert page.status_code == 200
    assert page.text.count(">evidence</a>") == 4
    assert "Row 2 of" not in page.text
    assert "ETag" not in page.headers
    assert page.headers["Cache-Control"] == "no-store"


def test_the_sentence_of_the_record_is_beside_each_team_that_it_tells_of(
    shipped_client: FlaskClient,
) -> None:
    """The sixth, a military one, is told of by a table alone."""
    rows = cells(page_of(shipped_client, "/queries/cq08-medical-teams"))
    assert len(rows) == 6
    assert [RETOLD in row[-1] for row in rows] == [True] * 5 + [False]
    assert "Row 7 of “medical-teams”, after eng.chinamil.com.cn (verified)" in rows[5][-1]


@pytest.mark.parametrize("name", ["meetings-chaired-for", "vaccine-lots", "chaired-in-period"])
def test_each_row_names_where_it_comes_from(shipped_client: FlaskClient, name: str) -> None:
    """The host of a source, a sentence of a record, or that it is generally known and no more."""
    rows = cells(page_of(shipped_client, f"/queries/{name}"))
    assert len(rows) >= 5
    told = re.compile(
        r"after [\w-]+(?:\.[\w-]+)+|In the text|after general knowledge \(unverified\)"
    )
    assert [row for row in rows if not told.search(row[-1])] == []

"""What was found about statements: of rows of any data, and by which statements are chosen."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient
from rdflib import Literal, URIRef

from eakg.queries.contract import parse_query
from eakg.rdf import Row
from eakg.serve.app.settings import Settings
from eakg.serve.application import create_app
from eakg.serve.content.project import Project
from eakg.serve.overviews.findings import StatementReview, reviews_of
from eakg.serve.overviews.findings_page import findings_page
from eakg.serve.overviews.overview import Overview, overview_of
from eakg.store.embedded import EmbeddedStore
from eakg.store.graph_files import GraphFile, read_contents
from helpers.patience import PATIENT

QUERY = """#+ summary: Logged and checked
#+ drawing: {kind: findings, needs: "http://ships.example/says", groups: [log, rumour]}
PREFIX : <http://ships.example/>
SELECT ?document ?statement ?statementLabel ?group ?status ?found ?checked WHERE {
  ?document :says ?statement . ?statement :as ?group ; :label ?statementLabel .
  OPTIONAL { ?statement :seen ?found . ?found :how ?checked }
  BIND (IF(BOUND(?found), "confirmed", "not found") AS ?status)
} ORDER BY ?document ?statement ?found"""
DATA = """@prefix : <http://ships.example/> .
:log :says :storm , :whale . :diary :says :whale .
:storm :as "log" ; :label "A storm" ; :seen :a , :b . :a :how "read" . :b :how "read" .
:whale :as "rumour" ; :label "A <white> whale" ."""


def overview(*groups: str) -> Overview:
    query = parse_query(Path("found.rq"), "SELECT * { ?s ?p ?o }")
    return overview_of(query, {"kind": "findings", "groups": list(groups)})


def row(statement: str, status: str, found: str = "", document: str = "d", group: str = "g") -> Row:
    cells = {"group": Literal(group), "status": Literal(status)}
    cells |= {"found": Literal(found)} if found else {}
    iris = {"document": f"http://x/{document}", "statement": f"http://x/{statement}"}
    return cells | {name: URIRef(iri) for name, iri in iris.items()}


def reviews(*rows: Row) -> tuple[StatementReview, ...]:
    return reviews_of(overview("g", "h"), rows)


@pytest.mark.parametrize(
    ("statuses", "verdict"),
    [
        (["not found"], "not found"),
        (["opinion"], "an opinion"),
        (["partly", "not found"], "confirmed in part"),
        (["partly", "confirmed"], "confirmed by 1"),
        (["confirmed", "confirmed"], "confirmed by 2"),
        (["confirmed", "differs"], "differs"),
        (["disputed"], "disputed"),
    ],
)
def test_gravest_of_what_was_found_is_told(statuses: list[str], verdict: str) -> None:
    rows = [row("s", status, f"source {number}") for number, status in enumerate(statuses)]
    (review,) = reviews(*rows)
    assert review.verdict == verdict
    assert len(review.sources) == len(statuses)


def test_one_source_twice_confirms_once() -> None:
    (review,) = reviews(row("s", "confirmed", "a"), row("s", "confirmed", "a"))
    assert review.verdict == "confirmed by 1"


def test_a_statement_of_two_documents_is_told_of_each() -> None:
    both = reviews(row("s", "confirmed", "a"), row("s", "not found", document="e"))
    assert [one.status for one in both] == ["confirmed", "not found"]


def test_counts_of_a_choice_are_those_that_it_would_leave() -> None:
    members = reviews(
        row("s", "confirmed", "a"), row("t", "not found"), row("u", "not found", group="h")
    )
    page = findings_page(members, {"status": "not found"}, 1, "/x")
    assert page
    counts = {
        facet.title: {value.label: value.count for value in facet.values} for facet in page.facets
    }
    assert counts["Put as"] == {"g": 1, "h": 1}
    assert counts["Found elsewhere"] == {"confirmed": 1, "not found": 2}
    assert page.count == 2
    assert findings_page(members, {}, 2, "/x") is None


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    folder = tmp_path_factory.mktemp("project")
    (folder / "checked.rq").write_text(QUERY)
    (folder / "ships.ttl").write_text(DATA)
    contents = read_contents([GraphFile(URIRef("http://ships.example/g"), folder / "ships.ttl")])
    settings = Settings("", PATIENT, project=Project(overviews=folder))
    return create_app(settings, EmbeddedStore(contents)).test_client()


@pytest.mark.slow
def test_data_of_others_bring_their_own(client: FlaskClient) -> None:
    page = client.get("/overviews/checked", headers={"Accept": "text/html"}).text
    assert "3 statements" in page
    assert "confirmed by 2" in page
    assert "A &lt;white&gt; whale" in page
    part = client.get("/overviews/checked?status=confirmed", headers={"Accept": "text/html"}).text
    assert "One statement" in part
    assert "whale" not in part.partition("<details")[0]
    thing = client.get("/doc?iri=http://ships.example/storm", headers={"Accept": "text/html"}).text
    assert "confirmed by 2" in thing


def test_data_are_the_rows_of_the_query(client: FlaskClient) -> None:
    assert client.get("/overviews/checked.csv").text.count("\n") == 5
    rows = client.get("/overviews/checked.json").get_json(force=True)["results"]["bindings"]
    assert len(rows) == 4
    assert client.get("/overviews/checked.csv?status=confirmed").status_code == 400

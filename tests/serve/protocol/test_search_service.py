"""Search by name and in texts within a query, and what other engines would compute."""

from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from eakg.names import ID
from eakg.queries.lint.other_engines import ENGINES
from eakg.serve.app.settings import Settings
from eakg.serve.application import create_app
from eakg.serve.content.project import Project
from eakg.store.embedded import EmbeddedStore
from helpers.holdings import small_contents
from helpers.patience import PATIENT

PREFIXES = """PREFIX search: <https://w3id.org/eakg/search#>
PREFIX eakg: <https://w3id.org/eakg/ontology#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
"""


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    return create_app(Settings("", PATIENT), EmbeddedStore(small_contents())).test_client()


def ask(client: FlaskClient, text: str) -> Any:
    return client.get("/sparql", query_string={"query": PREFIXES + text, "format": "json"})


def rows(client: FlaskClient, text: str) -> list[dict[str, str]]:
    response = ask(client, text)
    assert response.status_code == 200, response.text
    bindings = response.get_json(force=True)["results"]["bindings"]
    return [{name: term["value"] for name, term in row.items()} for row in bindings]


@pytest.mark.parametrize("words", ["japan", "日本", "Jappan", "viet nam", "meeting"])
def test_search_within_a_query_finds_what_the_page_finds(client: FlaskClient, words: str) -> None:
    found = client.get("/search.json", query_string={"q": words}).get_json()["results"]
    text = (
        f'SELECT ?thing ?name ?score {{ SERVICE search: {{ ?thing search:words "{words}" ;'
        " search:name ?name ; search:score ?score } }"
    )
    assert {(row["thing"], row["name"], float(row["score"])) for row in rows(client, text)} == {
        (one["iri"], one["name"], one["score"]) for one in found
    }
    assert found


def test_what_is_found_is_joined_with_the_rest(client: FlaskClient) -> None:
    text = """SELECT ?label {
        SERVICE search: { ?state search:words "$WORDS" . ?state search:limit 100 }
        ?state a eakg:State OPTIONAL { ?state rdfs:label ?label FILTER (LANG(?label) = "ja") } }"""
    assert rows(client, text.replace("$WORDS", "japan")) == [{"label": "日本"}]
    assert rows(client, text.replace("$WORDS", "viet nam")) == [{}]
    assert rows(client, text.replace("$WORDS", "meeting")) == []
    assert ask(client, text).headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("chaired", {("record/sentence/3", "sentence")}),
        ("host chair", {("record/sentence/3", "sentence")}),  # words by their beginnings
        ("QUOTED", {("evil", "description")}),
        ("bold meeting", {("evil", "description"), ("record/sentence/3", "sentence")}),
        ("nobody", set()),
        ("the of", set()),
    ],
)
def test_search_in_texts(client: FlaskClient, words: str, found: set[tuple[str, str]]) -> None:
    """Those with all the words; where there are none, those with any."""
    text = f"""SELECT ?place ?kind {{ SERVICE search: {{
        ?place search:inText "{words}" ; search:kind ?kind }} }}"""
    told = {(row["place"].removeprefix(str(ID)), row["kind"]) for row in rows(client, text)}
    assert told == found


def test_a_sentence_that_was_found_leads_to_what_it_supports(client: FlaskClient) -> None:
    text = """SELECT ?host ?text ?score { SERVICE search: {
          ?sentence search:inText "chaired" ; search:text ?text ; search:score ?score }
        GRAPH ?evidence {
          ?statement eakg:inSentence ?sentence ; rdf:subject ?meeting ; rdf:object ?host } }"""
    (row,) = rows(client, text)
    assert row == {
        "host": str(ID["viet-nam"]),
        "text": "Viet Nam chaired the meeting & hosted it <online>.",
        "score": "1.000",
    }


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("", "is about one variable"),
        ("?x search:name ?n", "search:words has the words"),
        ("?x search:words ?w", "search:words has the words"),
        ('?x search:words "a" . ?y search:name ?n', "is about one variable"),
        ('<urn:x> search:words "a"', "the subject is a variable"),
        ('?x search:words "a" ; rdfs:label ?n', "has the properties search:words"),
        ('?x search:words "a" ; search:name "b"', "search:name is a variable"),
        ('?x search:words "a", "b"', "is there twice"),
        ('?x search:words "a" ; search:limit 0', "a number from 1 to"),
        ('?x search:words "a" ; search:limit "many"', "a number from 1 to"),
        ('?x search:words "a" ; search:text ?t', "search:words gives search:name"),
        ('?x search:inText "a" ; search:name ?n', "search:inText gives search:text"),
        ('?x search:inText "a" ; search:words "a"', "not search:inText"),
        ("?x search:inText ?w", "search:inText has the words"),
        ('?x search:words "a" ; search:name ?n ; search:label ?n', "?n is there twice"),
        ('?x search:words "a" ; search:name ?x', "?x is there twice"),
        ('?x search:words "a" FILTER (true)', "one thing and its properties"),
        ('?x search:words/search:name "a"', "has the properties"),
        (f'?x search:words "{"a" * 201}"', "at most 200 characters"),
    ],
)
def test_another_form_is_refused_with_the_reason(
    client: FlaskClient, pattern: str, words: str
) -> None:
    response = ask(client, f"SELECT * {{ SERVICE search: {{ {pattern} }} }}")
    assert response.status_code == 403
    assert words in response.get_json(force=True)["detail"]


def test_no_other_service_is_asked(client: FlaskClient) -> None:
    for text in (
        'SELECT * { SERVICE <http://127.0.0.1:9/> {} SERVICE search: { ?s search:words "a" } }',
        "SELECT * { SERVICE ?where { ?s ?p ?o } }",
        "SELECT * { SERVICE <https://w3id.org/eakg/search> { ?s ?p ?o } }",
    ):
        response = ask(client, text)
        assert response.status_code == 403
        assert "SERVICE is not offered" in response.get_json(force=True)["detail"]


@pytest.mark.parametrize("beginning", ENGINES)
def test_what_another_engine_would_compute_is_told(client: FlaskClient, beginning: str) -> None:
    response = ask(client, f'SELECT ?s {{ ?s <{beginning}query> "timor" }}')
    assert response.headers["EAKG-Not-Computed"] == f"<{beginning}query>"


@pytest.mark.slow
def test_a_saved_query_is_answered_as_the_same_at_the_endpoint(tmp_path: Path) -> None:
    searching = f'{PREFIXES}SELECT ?s {{ SERVICE search: {{ ?s search:words "japan" }} }}'
    computed = 'SELECT ?s { ?s <http://jena.apache.org/text#query> "japan" }'
    for name, text in (("searching", searching), ("computed", computed)):
        (tmp_path / f"{name}.rq").write_text(f"#+ summary: {name}\n{text}\n")
    settings = Settings("", PATIENT, project=Project(questions=tmp_path))
    client = create_app(settings, EmbeddedStore(small_contents())).test_client()
    for name, text in (("searching", searching), ("computed", computed)):
        saved = client.get(f"/queries/{name}", query_string={"format": "json"})
        asked = client.get("/sparql", query_string={"query": text, "format": "json"})
        assert (saved.status_code, saved.data) == (200, asked.data)
        for header in ("EAKG-Not-Computed", "EAKG-Closure", "Cache-Control"):
            assert saved.headers.get(header) == asked.headers.get(header)
    assert client.get("/queries/searching", headers={"Accept": "text/html"}).status_code == 200


def test_what_is_only_written_is_not_told(client: FlaskClient) -> None:
    name = "http://jena.apache.org/text#query"
    for text in (
        f'SELECT ?s {{ ?s rdfs:label "<{name}>" }} # {name}',
        "PREFIX text: <http://jena.apache.org/text#> SELECT ?s { ?s a eakg:State }",
    ):
        assert "EAKG-Not-Computed" not in ask(client, text).headers

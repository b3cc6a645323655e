"""Names of tables matched with things, asked as OpenRefine asks (Reconciliation API 0.2)."""

import json
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from jsonschema import Draft7Validator
from rdflib import SKOS, URIRef

from eakg.options import Iri
from eakg.serve.app.settings import Settings
from eakg.serve.application import create_app
from eakg.serve.content.project import Project
from eakg.store.embedded import EmbeddedStore
from eakg.store.graph_files import GraphFile, read_contents
from eakg.store.options import StoreOptions
from helpers.patience import PATIENT

PATIENCE = 60.0  # seconds for what is made once of all the data
BASE = "http://ships.example/thes/"
VESSEL, JUNK, HARBOUR = f"{BASE}vessel", f"{BASE}junk", f"{BASE}harbour"
PORT = "http://ships.example/vocab#Port"
DATA = f"""
@prefix : <{BASE}> . @prefix v: <http://ships.example/vocab#> .
@prefix skos: <{SKOS}> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
:vessel a skos:Concept ; skos:prefLabel "Schiff"@de , "vessel"@en ; skos:altLabel "ship"@en ;
  skos:definition "What goes on water."@en ; v:masts 0 ; v:length 12.5 ; v:afloat true .
:junk a skos:Concept ; skos:prefLabel "Dschunke"@de , "junk"@en ; skos:broader :vessel ;
  v:masts 3 ; v:since "1405-07-11"^^xsd:date .
:harbour a v:Port ; rdfs:label "junk"@en ; v:masts 0 .
v:Port rdfs:label "port"@en . v:masts rdfs:label "number of masts"@en .
"""
CANDIDATE = {
    "type": "object",
    "required": ["id", "name", "score"],
    "properties": {
        "id": {"type": "string"},
        "name": {"type": "string"},
        "description": {"type": "string"},
        "score": {"type": "number"},
        "match": {"type": "boolean"},
        "type": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id", "name"],
                "properties": {"id": {"type": "string"}, "name": {"type": "string"}},
            },
        },
        "features": {
            "type": "array",
            "items": {"type": "object", "required": ["id", "value"]},
        },
    },
}
RESULTS = {
    "type": "object",
    "patternProperties": {
        "^.*$": {
            "type": "object",
            "required": ["result"],
            "properties": {"result": {"type": "array", "items": CANDIDATE}},
        }
    },
}
"""What the specification says of the results of a batch (section 4.3)."""


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    file = tmp_path_factory.mktemp("ships") / "ships.ttl"
    file.write_text(DATA, "utf-8")
    contents = read_contents([GraphFile(URIRef(f"{BASE}graph"), file)])
    store = EmbeddedStore(contents, StoreOptions(reasoning="none"))
    project = Project(title="Ships", base=(Iri(BASE),))
    return create_app(Settings("", PATIENT, project=project), store).test_client()


def reconcile(client: FlaskClient, queries: dict[str, Any]) -> dict[str, Any]:
    answer = client.post("/reconcile", data={"queries": json.dumps(queries)})
    assert answer.status_code == 200, answer.text
    results: dict[str, Any] = answer.json
    Draft7Validator(RESULTS).validate(results)
    return results


@pytest.mark.slow
def test_the_manifest_says_what_there_is(client: FlaskClient) -> None:
    manifest = client.get("/reconcile").json
    assert manifest["versions"] == ["0.2"]
    assert {"name", "identifierSpace", "schemaSpace"} <= manifest.keys()
    assert "{{id}}" in manifest["view"]["url"]
    assert {"url", "width", "height"} <= manifest["preview"].keys()
    assert manifest["suggest"].keys() == {"entity", "type", "property"}
    assert {one["name"] for one in manifest["defaultTypes"]} == {"concept (SKOS)", "port"}


def test_a_batch_is_answered_by_its_keys(client: FlaskClient) -> None:
    results = reconcile(client, {"q0": {"query": "Schiff"}, "q1": {"query": "nothing like it"}})
    assert results.keys() == {"q0", "q1"}
    (first, *_) = results["q0"]["result"]
    assert (first["id"], first["name"], first["match"]) == (VESSEL, "vessel", True)
    assert results["q1"]["result"] == []


def test_a_get_is_answered_as_a_post(client: FlaskClient) -> None:
    queries = {"q0": {"query": "ship"}}
    got = client.get("/reconcile", query_string={"queries": json.dumps(queries)})
    assert got.json == reconcile(client, queries)


def test_a_name_of_two_things_matches_neither(client: FlaskClient) -> None:
    results = reconcile(client, {"q": {"query": "junk"}})["q"]["result"]
    assert {one["id"] for one in results[:2]} == {JUNK, HARBOUR}
    assert not any(one["match"] for one in results)


def test_a_type_tells_two_things_apart(client: FlaskClient) -> None:
    results = reconcile(client, {"q": {"query": "junk", "type": PORT}})["q"]["result"]
    assert [(one["id"], one["match"]) for one in results] == [(HARBOUR, True)]
    assert {"id": PORT, "name": "port"} in results[0]["type"]


def test_values_of_properties_count(client: FlaskClient) -> None:
    query = {"query": "junk", "properties": [{"pid": "http://ships.example/vocab#masts", "v": 3}]}
    results = reconcile(client, {"q": query})["q"]["result"]
    assert (results[0]["id"], results[0]["match"]) == (JUNK, True)


def test_no_more_candidates_than_are_wanted(client: FlaskClient) -> None:
    assert len(reconcile(client, {"q": {"query": "junk", "limit": 1}})["q"]["result"]) == 1


@pytest.mark.parametrize(
    ("what", "prefix", "iri"),
    [
        ("entity", "dsch", JUNK),
        ("type", "por", PORT),
        ("property", "number of", "http://ships.example/vocab#masts"),
    ],
)
def test_names_are_suggested(client: FlaskClient, what: str, prefix: str, iri: str) -> None:
    answer = client.get(f"/reconcile/suggest/{what}", query_string={"prefix": prefix})
    assert answer.json["result"][0]["id"] == iri
    assert answer.json["result"][0]["name"]


def test_properties_are_proposed_for_a_type(client: FlaskClient) -> None:
    answer = client.get("/reconcile/properties", query_string={"type": PORT, "limit": 2})
    proposal = answer.json
    assert proposal["type"] == PORT
    assert proposal["limit"] == 2
    assert len(proposal["properties"]) == 2


def test_values_extend_a_table(client: FlaskClient) -> None:
    vocab = "http://ships.example/vocab#"
    names = [
        str(SKOS.broader),
        f"{vocab}masts",
        f"{vocab}since",
        f"{vocab}length",
        f"{vocab}afloat",
    ]
    extend = {"ids": [JUNK, VESSEL], "properties": [{"id": one} for one in names]}
    answer = client.post("/reconcile", data={"extend": json.dumps(extend)}).json
    assert [one["id"] for one in answer["meta"]] == names
    assert answer["rows"][JUNK] == {
        names[0]: [{"id": VESSEL, "name": "vessel"}],
        names[1]: [{"int": 3}],
        names[2]: [{"date": "1405-07-11T00:00:00Z"}],
        names[3]: [],
        names[4]: [],
    }
    assert answer["rows"][VESSEL][names[3]] == [{"float": 12.5}]
    assert answer["rows"][VESSEL][names[4]] == [{"bool": True}]


def test_a_thing_is_previewed_and_viewed(client: FlaskClient) -> None:
    preview = client.get(f"/reconcile/preview?id={quote(VESSEL, safe='')}")
    assert "vessel" in preview.text
    assert "What goes on water." in preview.text
    view = client.get(f"/reconcile/view?id={quote(VESSEL, safe='')}")
    assert view.status_code == 303
    assert client.get(view.headers["Location"]).status_code == 200


@pytest.mark.parametrize(
    "parameters",
    [
        {"queries": "{"},
        {"queries": "[]"},
        {"queries": '{"q": 1}'},
        {"queries": '{"q": {"query": "a", "limit": 0}}'},
        {"queries": '{"q": {"query": "a", "type": 1}}'},
        {"extend": '{"ids": 1}'},
        {"extend": '{"ids": [], "properties": [{"id": "no iri"}]}'},
        {"queries": "{}", "extend": "{}"},
        {"query": "junk"},
    ],
)
def test_what_is_no_batch_is_refused(client: FlaskClient, parameters: dict[str, str]) -> None:
    answer = client.post("/reconcile", data=parameters)
    assert answer.status_code == 400
    assert "Traceback" not in answer.text

"""Past versions over HTTP, by `version=`, of queries and documents; and what is told of others."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pyoxigraph
import pytest
from flask.testing import FlaskClient

from eakg.names import ID, background_graph
from eakg.serve.app.settings import Access, Settings
from eakg.serve.application import create_app
from eakg.store.embedded import EmbeddedStore
from eakg.store.options import StoreOptions
from helpers.holdings import small_contents
from helpers.patience import PATIENT
from helpers.serving import BEARER, TOKEN
from helpers.writing import update

THING = f"<{ID}japan>"
COMMENT = "<http://example.org/remark>"
VALUES = f"SELECT ?o WHERE {{ {THING} ?p ?o }} ORDER BY ?o"
FORMATS = ("ttl", "nt", "jsonld", "rdf", "nq", "trig")


class Past(NamedTuple):
    """A service, an answer and documents that it gave, and the version that they were of."""

    client: FlaskClient
    version: str
    rows: str
    documents: dict[str, bytes]


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Past]:
    folder = tmp_path_factory.mktemp("past")
    options = StoreOptions(writable=True, directory=folder / "store")
    access = Access(Access.digest(TOKEN))
    settings = Settings("", PATIENT, options=options, access=access)
    stores = settings.past_stores()
    store = EmbeddedStore(small_contents(), options)
    client = create_app(settings, store, stores).test_client()
    answer = client.get("/sparql", query_string={"query": VALUES, "format": "csv"})
    documents = {one: client.get(f"/doc/japan.{one}").data for one in FORMATS}
    graph = background_graph("states")
    text = f"INSERT DATA {{ GRAPH <{graph}> {{ {THING} {COMMENT} 'Changed' }} }}"
    assert client.post("/update", data={"update": text}, headers=BEARER).status_code < 300
    assert stores is not None
    try:
        yield Past(client, answer.headers["EAKG-Data-Version"], answer.text, documents)
    finally:
        stores.close()
        store.close()


@pytest.mark.slow
def test_a_query_of_a_past_version_gives_its_rows(past: Past) -> None:
    fields = {"query": VALUES, "format": "csv"}
    now = past.client.get("/sparql", query_string=fields)
    assert now.text != past.rows
    assert "Changed" in now.text
    in_past = {**fields, "version": past.version}
    for response in (
        past.client.get("/sparql", query_string=in_past),
        past.client.post("/sparql", data=in_past),
        past.client.post(
            "/sparql",
            query_string={"version": past.version, "format": "csv"},
            data=VALUES,
            content_type="application/sparql-query",
        ),
    ):
        assert (response.status_code, response.text) == (200, past.rows)
        assert response.headers["EAKG-Data-Version"] == past.version
    present = now.headers["EAKG-Data-Version"]
    assert past.client.get("/sparql", query_string={**fields, "version": present}).data == now.data


@pytest.mark.slow
@pytest.mark.parametrize("closure", ["full", "asserted"])
def test_a_past_version_has_its_closure(past: Past, closure: str) -> None:
    count = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
    fields = {"query": count, "format": "csv", "closure": closure}
    now = past.client.get("/sparql", query_string=fields).text.split()[1]
    then = past.client.get("/sparql", query_string={**fields, "version": past.version})
    assert int(now) - int(then.text.split()[1]) == 1
    assert then.headers["EAKG-Closure"] == closure


@pytest.mark.parametrize("format_", FORMATS)
def test_a_document_of_a_past_version_says_what_it_said(past: Past, format_: str) -> None:
    response = past.client.get(f"/doc/japan.{format_}", query_string={"version": past.version})
    assert response.headers["EAKG-Data-Version"] == past.version
    syntax = pyoxigraph.RdfFormat.from_extension(format_)
    quads = [
        set(pyoxigraph.parse(data, format=syntax))
        for data in (response.data, past.documents[format_])
    ]
    assert quads[0] == quads[1] != set()


@pytest.mark.slow
def test_a_page_says_which_version_is_seen_and_leads_to_that_of_today(past: Past) -> None:
    headers = {"Accept": "text/html"}
    address = f"/doc/japan?version={past.version}&closure=asserted"
    page = past.client.get(address, headers=headers)
    assert f"version <code>{past.version}</code>" in page.text
    assert '<a rel="latest-version" href="/doc/japan?closure=asserted">' in page.text
    assert "Changed" not in page.text
    links = page.headers["Link"]
    assert f'</doc/japan.ttl?closure=asserted&version={past.version}>; rel="alternate"' in links
    today = past.client.get("/doc/japan", headers=headers)
    assert "latest-version" not in today.text
    assert "Changed" in today.text
    assert today.headers["ETag"] != page.headers["ETag"]
    again = past.client.get(address, headers={**headers, "If-None-Match": page.headers["ETag"]})
    assert again.status_code == 304


def test_a_page_of_a_result_keeps_the_version(past: Past) -> None:
    fields = {"query": VALUES, "version": past.version}
    page = past.client.get("/sparql", query_string=fields, headers={"Accept": "text/html"})
    assert f"version <code>{past.version}</code>" in page.text
    assert f"&amp;version={past.version}&amp;format=" in page.text


def test_a_thing_leads_to_its_document_of_the_version(past: Past) -> None:
    response = past.client.get("/id/japan", query_string={"version": past.version})
    assert response.status_code == 303
    assert response.headers["Location"].endswith(f"/doc/japan?version={past.version}")


@pytest.mark.parametrize("path", ["/doc/japan?version=x", f"/sparql?version=x&query={VALUES}"])
def test_a_version_that_was_never_there_is_not_found(past: Past, path: str) -> None:
    response = past.client.get(path)
    assert response.status_code == 404
    assert response.json is not None
    assert response.json["code"] == "unknown-version"
    assert "/versions tells those that are kept" in response.json["detail"]


@pytest.mark.slow
def test_a_version_that_is_not_kept_is_gone(past: Past, tmp_path: Path) -> None:
    options = StoreOptions(reasoning="none", writable=True, directory=tmp_path / "a", history=0)
    store = EmbeddedStore(replace(small_contents(), files=()), options)
    settings = Settings("", PATIENT, options=options)
    client = create_app(settings, store, settings.past_stores()).test_client()
    first = store.version
    update(store, "INSERT DATA { :a :b :c }")
    history = store._history
    assert history._directory is not None
    history._snapshot(history._directory)
    update(store, "INSERT DATA { :a :b :d }")
    response = client.get(f"/doc/japan?version={first}")
    store.close()
    assert response.status_code == 410
    assert response.json is not None
    assert response.json["code"] == "version-dropped"


@pytest.mark.slow
def test_a_service_that_keeps_no_versions_says_so() -> None:
    client = create_app(Settings("", PATIENT), EmbeddedStore(small_contents())).test_client()
    assert client.get("/doc/japan?version=x").status_code == 404
    version = client.get("/doc/japan").headers["EAKG-Data-Version"]
    assert client.get(f"/doc/japan?version={version}").status_code == 200

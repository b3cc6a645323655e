"""The list of versions, what changed between two as page and as patch, and the feeds of changes."""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

import pyoxigraph
import pytest
from flask.testing import FlaskClient

from eakg.names import EAKG, ID, background_graph, source_graph
from eakg.serve.app.settings import Settings
from eakg.serve.application import create_app
from eakg.store.changes.requests import UpdateRequest
from eakg.store.embedded import EmbeddedStore
from eakg.store.options import StoreOptions
from helpers.holdings import FOLDER, small_contents
from helpers.patience import PATIENT

ATOM = "{http://www.w3.org/2005/Atom}"
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
REMOVED = f"<{ID}apt-som-2020-07-20> <{EAKG.host}> <{ID}viet-nam>"
UPDATES = (
    f"DELETE DATA {{ GRAPH <{source_graph('record')}> {{ {REMOVED} }} }}",
    f"INSERT DATA {{ GRAPH <{background_graph('states')}>"
    f" {{ <{ID}japan> <http://example.org/motto> 'One'@en-GB, '\\\\ two\\nlines', 1.50 }} }}",
)


class Past(NamedTuple):
    """A service, and the versions that its store had."""

    client: FlaskClient
    versions: list[str]
    store: EmbeddedStore


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Past]:
    folder: Path = tmp_path_factory.mktemp("past")
    options = StoreOptions(writable=True, directory=folder / "store")
    settings = Settings("", PATIENT, options=options)
    store, stores = EmbeddedStore(small_contents(), options), settings.past_stores()
    assert stores is not None
    versions = [store.version]
    for text in UPDATES:
        store.update(UpdateRequest(text))
        versions.append(store.version)
    try:
        yield Past(create_app(settings, store, stores).test_client(), versions, store)
    finally:
        stores.close()
        store.close()


def test_the_list_has_every_version_and_leads_to_what_changed(past: Past) -> None:
    document = past.client.get("/versions?format=json").json
    assert document is not None
    newest_first = past.versions[::-1]
    assert [one["version"] for one in document["versions"]] == newest_first
    assert (document["present"], document["total"]) == (newest_first[0], 3)
    instants = [datetime.fromisoformat(one["instant"]) for one in document["versions"]]
    assert instants == sorted(instants, reverse=True)
    assert document["versions"][-1]["changes"] is None
    first, second, third = past.versions
    page = past.client.get("/versions", headers={"Accept": "text/html"}).text
    for old, new in ((first, second), (second, third)):
        assert f'href="/versions/{old}..{new}"' in page
    assert past.client.get(document["versions"][0]["changes"]).status_code == 200
    assert past.client.get("/versions?page=2").status_code == 404


def patched(patch: str, quads: set[pyoxigraph.Quad]) -> set[pyoxigraph.Quad]:
    """Quads after a patch, read as the page of RDF Patch says."""
    lines = [line for line in patch.splitlines() if not line.startswith("#")]
    headers = [line for line in lines if line.startswith("H ")]
    assert [line.split()[1] for line in headers] == ["id", "prev"]
    assert lines[len(headers)] == "TX ."
    assert lines[-1] == "TC ."
    for line in lines[len(headers) + 1 : -1]:
        (quad,) = pyoxigraph.parse(line[2:], format=pyoxigraph.RdfFormat.N_QUADS)
        if line.startswith("D "):
            quads.remove(quad)
        else:
            assert line.startswith("A ")
            assert quad not in quads
            quads.add(quad)
    return quads


def asserted(files: Path) -> set[pyoxigraph.Quad]:
    """What the small dataset states of two graphs, of its files."""
    quads = set()
    for name, file in (
        (source_graph("record"), "source.ttl"),
        (background_graph("states"), "background.ttl"),
    ):
        for quad in pyoxigraph.parse(path=files / file):
            triple = quad.subject, quad.predicate, quad.object
            quads.add(pyoxigraph.Quad(*triple, pyoxigraph.NamedNode(name)))
    return quads


def test_a_patch_makes_one_version_of_the_other(past: Past) -> None:
    first, second, third = past.versions
    response = past.client.get(f"/versions/{first}..{third}")
    assert response.mimetype == "application/rdf-patch"
    assert f"{third}> ." in response.text.splitlines()[0]
    before = asserted(FOLDER)
    after = patched(response.text, set(before))
    assert {str(quad.predicate.value) for quad in before - after} == {str(EAKG.host)}
    assert {(one.object.value, one.object.language) for one in after - before} == {
        ("One", "en-gb"),
        ("\\ two\nlines", None),
        ("1.50", None),
    }
    assert '"One"@en-GB' in response.text
    back = past.client.get(f"/versions/{third}..{first}").text
    assert patched(back, after) == before
    assert "\nA " not in past.client.get(f"/versions/{first}..{second}").text
    assert past.client.get(f"/versions/{first}..{first}").text.count("\n") == 4


@pytest.mark.slow
def test_a_page_tells_the_sentence_behind_a_change(past: Past) -> None:
    first, second, third = past.versions
    headers = {"Accept": "text/html"}
    page = past.client.get(f"/versions/{first}..{second}", headers=headers).text
    came, went = page.split("<h2>What went</h2>")
    assert "Nothing." in came
    assert "Viet Nam" in went
    assert "<blockquote>" in went
    page = past.client.get(f"/versions/{second}..{third}", headers=headers).text
    came, went = page.split("<h2>What went</h2>")
    assert "Japan" in came
    assert "1.50" in came
    assert "Nothing." in went


@pytest.mark.parametrize("name", ["x", "0" * 16])
def test_versions_that_are_not_known_have_no_difference(past: Past, name: str) -> None:
    response = past.client.get(f"/versions/{past.versions[0]}..{name}")
    assert response.status_code == 404
    assert response.json is not None
    assert response.json["code"] == "unknown-version"


def test_the_feed_is_as_rfc_4287_asks(past: Past) -> None:
    response = past.client.get("/changes.atom")
    assert response.mimetype == "application/atom+xml"
    feed = ElementTree.fromstring(response.data)  # noqa: S314 - our own
    assert feed.tag == f"{ATOM}feed"
    assert feed.findtext(f"{ATOM}author/{ATOM}name")
    entries = feed.findall(f"{ATOM}entry")
    for part in (feed, *entries):
        for name in ("id", "title", "updated"):
            (element,) = part.findall(f"{ATOM}{name}")
            assert element.text
        assert RFC_3339.fullmatch(part.findtext(f"{ATOM}updated", ""))
        assert part.findtext(f"{ATOM}id", "").startswith("http://")
        relations = [link.get("rel", "alternate") for link in part.findall(f"{ATOM}link")]
        assert relations.count("alternate") == 1
    (self_link,) = (one for one in feed.findall(f"{ATOM}link") if one.get("rel") == "self")
    assert self_link.get("href") == "http://localhost/changes.atom"
    identifiers = [entry.findtext(f"{ATOM}id", "") for entry in entries]
    first, second, third = past.versions
    assert [one.rpartition("/")[2] for one in identifiers] == [
        f"{second}..{third}",
        f"{first}..{second}",
    ]
    assert all(past.client.get(one).status_code == 200 for one in identifiers)


def test_the_collection_is_as_activity_streams_ask(past: Past) -> None:
    response = past.client.get("/changes.json")
    assert response.mimetype == "application/activity+json"
    document = response.json
    assert document is not None
    assert document["@context"] == "https://www.w3.org/ns/activitystreams"
    assert document["type"] == "OrderedCollection"
    assert document["totalItems"] == len(document["orderedItems"]) == 2
    for item in document["orderedItems"]:
        assert item["type"] == "Update"
        assert RFC_3339.fullmatch(item["published"])
        assert item["object"]["url"] == item["id"]


@pytest.mark.slow
def test_a_service_without_versions_has_an_empty_list() -> None:
    client = create_app(Settings("", PATIENT), EmbeddedStore(small_contents())).test_client()
    assert "No earlier versions are kept" in client.get("/versions").text
    assert ElementTree.fromstring(client.get("/changes.atom").data).tag == f"{ATOM}feed"  # noqa: S314 - our own
    assert client.get("/versions/a..b").status_code == 404

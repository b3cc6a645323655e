"""Memento (RFC 7089), by a client that goes by the specification alone."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from rdflib import URIRef
from werkzeug.test import TestResponse

from eakg.names import ID, source_graph
from eakg.serve.app.settings import Settings
from eakg.serve.application import create_app
from eakg.store.embedded import EmbeddedStore
from eakg.store.graph_files import GraphFile, read_contents
from eakg.store.versions.releases import write_release
from helpers.patience import PATIENT

ROOT = "http://localhost"
DATES = [datetime(2026, month, 1, 12, tzinfo=UTC) for month in (3, 5, 7)]
RESOURCES = ("/doc/cat", "/doc/cat.ttl", "/doc/cat?closure=asserted", "/id/cat", "/doc/caf%C3%A9")


class Link(NamedTuple):
    """A link of RFC 8288: its target, its relation types and its other attributes."""

    target: str
    relations: frozenset[str]
    attributes: Mapping[str, str]


def links_of(text: str) -> list[Link]:
    """The links of a header, or of a document in the format of RFC 6690."""
    found = []
    for target, rest in re.findall(r"<([^>]*)>((?:\s*;\s*\w+=(?:\"[^\"]*\"|[^,;]+))*)", text):
        attributes = dict(re.findall(r"(\w+)=\"([^\"]*)\"", rest))
        found.append(Link(target, frozenset(attributes.pop("rel").split()), attributes))
    return found


def only(links: list[Link], relation: str) -> Link:
    """The one link of a relation."""
    (link,) = (link for link in links if relation in link.relations)
    return link


class MementoClient:
    """Follows RFC 7089 from a resource to its versions, and checks what each answer must have."""

    def __init__(self, client: FlaskClient) -> None:
        self._client = client

    def get(self, address: str, **headers: str) -> TestResponse:
        parts = urlsplit(address)
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        return self._client.get(path, headers={"Accept": "*/*", **headers})

    def timegate(self, original: str) -> str:
        """Section 2.2.2 and 4.1: the original resource names its TimeGate and is no Memento."""
        response = self.get(original)
        assert "Memento-Datetime" not in response.headers
        return only(links_of(response.headers["Link"]), "timegate").target

    def negotiate(self, original: str, instant: datetime | None) -> str:
        """Sections 4.2 and 4.5.3: the TimeGate redirects to a Memento."""
        headers = {}
        if instant is not None:
            headers["Accept-Datetime"] = format_datetime(instant, usegmt=True)
        response = self.get(self.timegate(original), **headers)
        assert response.status_code == 302
        vary = {name.strip().lower() for name in response.headers["Vary"].split(",")}
        assert "accept-datetime" in vary
        assert "Memento-Datetime" not in response.headers
        links = links_of(response.headers["Link"])
        assert only(links, "original").target == original
        assert "timemap" in {name for link in links for name in link.relations}
        return response.headers["Location"]

    def memento(self, address: str, original: str) -> tuple[datetime, list[Link]]:
        """Section 4.2.1: a Memento has its date, and leads to what it is one of."""
        response = self.get(address)
        assert response.status_code in (200, 303, 404)
        links = links_of(response.headers["Link"])
        assert only(links, "original").target == original
        assert only(links, "timegate").target == self.timegate(original)
        for link in links:
            if "memento" in link.relations:
                parsedate_to_datetime(link.attributes["datetime"])
        return parsedate_to_datetime(response.headers["Memento-Datetime"]), links

    def timemap(self, original: str) -> list[Link]:
        """Section 5: the list of Mementos."""
        link = only(links_of(self.get(original).headers["Link"]), "timemap")
        assert link.attributes["type"] == "application/link-format"
        response = self.get(link.target)
        assert response.mimetype == "application/link-format"
        links = links_of(response.text)
        assert only(links, "original").target == original
        assert only(links, "self").target == link.target
        assert only(links, "timegate").target == self.timegate(original)
        return [link for link in links if "memento" in link.relations]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    folder = tmp_path_factory.mktemp("releases")
    file = folder / "source.ttl"
    for number, instant in enumerate(DATES):
        label = "<http://www.w3.org/2000/01/rdf-schema#label>"
        names = ["caf%C3%A9", "cat"] if number else ["caf%C3%A9"]
        file.write_text("".join(f"<{ID}{name}> {label} 'no {number}' .\n" for name in names))
        store = EmbeddedStore(read_contents([GraphFile(URIRef(source_graph("a")), file)]))
        write_release(folder / "releases", f"v{number}", store, store.graphs, instant)
    settings = Settings("", PATIENT, versions=str(folder / "releases"))
    past = settings.past_stores()
    assert past is not None
    yield create_app(settings, store, past).test_client()
    past.close()


@pytest.fixture
def memento(client: FlaskClient) -> MementoClient:
    return MementoClient(client)


@pytest.mark.slow
@pytest.mark.parametrize("path", RESOURCES)
def test_each_date_leads_to_the_version_of_then(memento: MementoClient, path: str) -> None:
    original = ROOT + path
    for instant, expected in (
        (DATES[0] - timedelta(days=900), DATES[0]),
        (DATES[0], DATES[0]),
        (DATES[1] - timedelta(seconds=1), DATES[0]),
        (DATES[1] + timedelta(days=3), DATES[1]),
        (DATES[2] + timedelta(days=900), DATES[2]),
        (None, DATES[2]),
    ):
        address = memento.negotiate(original, instant)
        assert memento.memento(address, original)[0] == expected


@pytest.mark.slow
@pytest.mark.parametrize("path", RESOURCES)
def test_the_list_and_the_links_agree(memento: MementoClient, path: str) -> None:
    original = ROOT + path
    items = memento.timemap(original)
    assert [parsedate_to_datetime(one.attributes["datetime"]) for one in items] == DATES
    assert [sorted(one.relations - {"memento"}) for one in items] == [["first"], [], ["last"]]
    for number, item in enumerate(items):
        date, links = memento.memento(item.target, original)
        assert date == DATES[number]
        assert only(links, "first").target == items[0].target
        assert only(links, "last").target == items[-1].target
        for name, place in (("prev", number - 1), ("next", number + 1)):
            targets = [link.target for link in links if name in link.relations]
            assert targets == ([items[place].target] if 0 <= place < len(items) else [])


@pytest.mark.slow
def test_versions_say_what_was_said(client: FlaskClient, memento: MementoClient) -> None:
    for number, item in enumerate(memento.timemap(f"{ROOT}/doc/caf%C3%A9")):
        assert f"no {number}" in memento.get(item.target).text
    first, second, _ = memento.timemap(f"{ROOT}/doc/cat")
    assert memento.get(first.target).status_code == 404
    assert memento.get(second.target).status_code == 200


def test_a_list_in_json(client: FlaskClient) -> None:
    response = client.get("/timemap/doc/cat", headers={"Accept": "application/json"})
    document = response.json
    assert document is not None
    items = document["mementos"]["list"]
    assert [datetime.fromisoformat(one["datetime"]) for one in items] == DATES
    assert document["mementos"]["last"] == items[-1]
    assert document["original_uri"] == f"{ROOT}/doc/cat"


@pytest.mark.parametrize("text", ["yesterday", "2026-03-01T12:00:00Z", ""])
def test_what_is_no_date_is_refused(client: FlaskClient, text: str) -> None:
    response = client.get("/timegate/doc/cat", headers={"Accept-Datetime": text})
    assert response.status_code == 400
    assert "Accept-Datetime" in response.text


def test_parameters_that_cannot_be_read_are_told(client: FlaskClient) -> None:
    for path in ("/doc/cat?version=%ff", "/id/cat?%ff", "/doc/cat?version=a&version=b"):
        assert client.get(path).status_code == 400, path


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/timegate/sparql", "/timemap/", "/timemap/ontology"])
def test_what_has_no_versions_is_not_found(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.slow
def test_a_service_without_versions_offers_none() -> None:
    store = EmbeddedStore(read_contents([]))
    client = create_app(Settings("", PATIENT), store).test_client()
    assert client.get("/timegate/doc/cat").status_code == 404
    assert "timegate" not in client.get("/doc/cat").headers.get("Link", "")

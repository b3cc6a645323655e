"""A thing that 12,000 triples point to: its page opens, and there is a next. With EAKG_FLOOD=1
these are 50,000, and it opens in under a second."""

import os
import re
import time
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from rdflib import RDFS

from eakg.names import EAKG, ID, source_graph
from eakg.serve.app.settings import Settings
from eakg.serve.application import create_app
from eakg.serve.content.things.outline import PAGE
from eakg.store.graph_files import GraphFile, read_contents
from eakg.store.workers.keeper_process import KeeperProcess
from helpers.holdings import small_contents

FLOOD = bool(os.environ.get("EAKG_FLOOD"))
SIZE = 50_000 if FLOOD else 12_000
SECONDS = 1.0 if FLOOD else float("inf")
TRIES = 10  # a machine that does other things at the time is no slower page
HTML = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    file = tmp_path_factory.mktemp("large") / "large.nt"
    with file.open("w") as lines:
        lines.write(f'<{ID.large}> <{RDFS.label}> "A large thing"@en .\n')
        for number in range(SIZE):
            lines.write(f"<{ID[f'act-{number}']}> <{EAKG.recipient}> <{ID.large}> .\n")
    graph = GraphFile(source_graph("large"), file)
    with KeeperProcess(read_contents([*small_contents().files, graph])) as keeper:
        settings = Settings(str(keeper.address), keeper.limits)
        yield create_app(settings, keeper.client()).test_client()


@pytest.mark.parametrize("accept", ["text/html", "text/turtle", "application/ld+json"])
@pytest.mark.parametrize("page", [1, 2, SIZE // PAGE])
def test_a_page_opens(client: FlaskClient, accept: str, page: int) -> None:
    client.get("/doc/japan", headers=HTML)  # what is asked once of a store is not asked here
    times = []
    while len(times) < TRIES and min(times, default=SECONDS) >= SECONDS:
        before = time.perf_counter()
        response = client.get(f"/doc/large?page={page}", headers={"Accept": accept})
        times.append(time.perf_counter() - before)
        assert response.status_code == 200
    assert min(times) < SECONDS


def test_pages_hold_every_triple_once(client: FlaskClient) -> None:
    seen: list[str] = []
    path = "/doc/large.nt"
    while path:
        response = client.get(path)
        seen += re.findall(rf"id/(act-\d+)> <{EAKG.recipient}>", response.text)
        following = re.findall(r'<([^>]*)>; rel="next"', response.headers["Link"])
        path = following[0] if following and len(seen) < 20 * PAGE else ""
    assert len(seen) == len(set(seen)) == 20 * PAGE
    last = client.get(f"/doc/large.nt?page={SIZE // PAGE}")
    assert 'rel="next"' not in last.headers["Link"]
    assert client.get(f"/doc/large.nt?page={SIZE // PAGE + 1}").status_code == 404


def test_its_page_leads_to_the_next(client: FlaskClient) -> None:
    page = client.get("/doc/large", headers=HTML).text
    assert f"Page 1 of {SIZE // PAGE}" in page
    assert '<a rel="next" href="/doc/large?page=2">' in page

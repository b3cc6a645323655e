"""What a page reads of the store does not grow with the graph, once what does is made and kept."""

import threading
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from rdflib import OWL, RDF, RDFS, SKOS

from eakg.names import EAKG, GRAPH, ID, ONTOLOGY_GRAPH
from eakg.serve.app import Settings
from eakg.serve.application import create_app
from eakg.serve.content.things import arcs
from eakg.store import EmbeddedStore, GraphFile, QueryRequest, Result, read_contents
from helpers.holdings import small_contents
from helpers.patience import PATIENT
from helpers.processes import eventually

HTML, TURTLE, JSON = "text/html", "text/turtle", "application/json"
PAGES = (
    *(("/", HTML), ("/", TURTLE), ("/things", HTML), ("/things", TURTLE)),
    *(("/things?kind=Meeting&page={n}", HTML), ("/things?kind=Meeting&page={n}", TURTLE)),
    *(("/search?q=meeting", HTML), ("/search?q=meeting+{n}", JSON), ("/search?q=meting", JSON)),
    *(("/sitemap.xml", "*/*"), ("/sitemap.xml?page={n}", "*/*"), ("/.well-known/void", TURTLE)),
    *(("/ontology", HTML), ("/ontology/Meeting?page={n}", HTML), ("/queries", HTML)),
    *(("/ontology/attended?page={n}", HTML), ("/doc/hub?page={n}", HTML)),
    *(("/doc/hub.ttl?page={n}", "*/*"), ("/doc/meeting-{n}", HTML), ("/doc/no-such", HTML)),
    *(("/dcat", TURTLE), ("/dump.nq.gz", "*/*"), ("/dump.ttl.gz.sha256", "*/*")),
)
FEW, MANY = 1_500, 6_000
"""Meetings, of which each has four triples."""


@dataclass
class CountedStore:
    """A store, and how many bytes it has answered."""

    store: EmbeddedStore
    size: int = 0

    @property
    def version(self) -> str:
        return self.store.version

    def query(self, request: QueryRequest) -> Result:
        result = self.store.query(request)
        self.size += result.size
        return result


def service_of(folder: Path, meetings: int) -> tuple[FlaskClient, CountedStore]:
    lines = [f'<{ID.hub}> <{RDFS.label}> "The hub" .', f"<{ID.hub}> <{RDF.type}> <{EAKG.Actor}> ."]
    for number in range(meetings):
        meeting = ID[f"meeting-{number}"]
        lines += [
            f"<{meeting}> <{RDF.type}> <{EAKG.Meeting}> .",
            f'<{meeting}> <{RDFS.label}> "Meeting {number}"@en .',
            f"<{ID.hub}> <{EAKG.attended}> <{meeting}> .",
            f"<{meeting}> <{EAKG.involves}> <{ID.hub}> .",
        ]
    terms = [
        f'<{term}> <{RDF.type}> <{kind}> .\n<{term}> <{SKOS.definition}> "What it is."@en .'
        for term, kind in (
            *((EAKG.Meeting, OWL.Class), (EAKG.Actor, OWL.Class)),
            *((EAKG.attended, OWL.ObjectProperty), (EAKG.involves, OWL.ObjectProperty)),
        )
    ]
    data, ontology = folder / f"{meetings}.nt", folder / "ontology.nt"
    data.write_text("\n".join(lines) + "\n", "utf-8")
    ontology.write_text("\n".join(terms) + "\n", "utf-8")
    files = [GraphFile(GRAPH["file/meetings"], data), GraphFile(ONTOLOGY_GRAPH, ontology)]
    store = CountedStore(EmbeddedStore(read_contents(files)))
    return create_app(Settings("unused", PATIENT), store).test_client(), store


def ask(client: FlaskClient, path: str, accept: str) -> int:
    """The status of a page, once what it takes is made."""
    for _ in range(600):
        response = client.get(path, headers={"Accept": accept})
        response.close()
        if response.status_code != 503:
            break
        assert response.headers["Retry-After"]
        time.sleep(0.1)
    return response.status_code


def sizes(folder: Path, meetings: int) -> dict[tuple[str, str], int]:
    """How many bytes the store answers for each page after the first of its kind."""
    client, store = service_of(folder, meetings)
    found = {}
    for path, accept in PAGES:
        ask(client, path.format(n=1), accept)
        store.size = 0
        status = ask(client, path.format(n=2), accept)
        wanted = 404 if path in ("/doc/no-such", "/sitemap.xml?page={n}") else 200
        assert status == wanted, path
        found[path, accept] = store.size
    return found


@pytest.fixture(scope="module")
def answered(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[tuple[str, str], int], ...]:
    folder = tmp_path_factory.mktemp("size")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(arcs, "MANY", FEW)  # triples of a thing of which a file is made
        return sizes(folder, FEW), sizes(folder, MANY)


@pytest.mark.slow
@pytest.mark.parametrize(("path", "accept"), PAGES)
def test_what_a_page_reads_does_not_grow_with_the_graph(
    answered: tuple[dict[tuple[str, str], int], ...], path: str, accept: str
) -> None:
    few, many = (sizes_of_graph[path, accept] for sizes_of_graph in answered)
    assert many <= 1.2 * few + 4096


class CountingStore(EmbeddedStore):
    """A store that takes as long as it is let to count."""

    def __init__(self) -> None:
        super().__init__(small_contents())
        self.may_count = threading.Event()

    def query(self, request: QueryRequest) -> Result:
        if "COUNT" in request.text:
            assert self.may_count.wait(60)
        return super().query(request)


def test_the_state_of_a_service_does_not_wait_for_a_count() -> None:
    store = CountingStore()
    client = create_app(Settings("", PATIENT), store).test_client()
    answer = client.get("/health")
    assert (answer.status_code, answer.get_json()["status"]) == (200, "ok")
    assert "triples" not in answer.get_json()
    store.may_count.set()
    assert eventually(lambda: client.get("/health").get_json().get("triples") == 52)

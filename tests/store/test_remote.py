"""Engines of other makers behind the read service, filled by `eakg load`."""

import gzip
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner

from eakg.cli import main
from eakg.serve.app.settings import Settings
from eakg.serve.application import create_app
from eakg.sparql.dataset import Dataset, with_dataset
from eakg.sparql.failures import (
    BadAnswerError,
    OverloadedError,
    QueryRefusedError,
    QuerySyntaxError,
    ResultTooLargeError,
    StoreError,
    StoreUnreachableError,
    TimeLimitExceededError,
)
from eakg.store.elsewhere.credentials import Endpoint, endpoint_of
from eakg.store.elsewhere.filling import LOADING, Batch, Filler, batches
from eakg.store.elsewhere.remote import RemoteStore
from eakg.store.embedded import EmbeddedStore
from eakg.store.graph_files import read_contents
from eakg.store.graphs.ingestion import split_by_graph
from eakg.store.request import Limits, QueryRequest
from helpers.endpoints import JSON, QuietHandler, serve_in_thread
from helpers.engines import Engine, engine, free_port
from helpers.holdings import small_contents
from helpers.patience import PATIENT

COUNT = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
SAME = (
    COUNT,
    "SELECT DISTINCT ?s ?p ?o { ?s ?p ?o } ORDER BY ?s ?p ?o",
    "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g",
    "SELECT DISTINCT ?o { ?s a ?o } ORDER BY ?o LIMIT 3 # and so on",
    "SELECT (IF(EXISTS { ?s a ?c }, 'yes', 'no') AS ?any) { ?s a ?d } LIMIT 1",
)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("prepared")


ENGINES = ("oxigraph", "virtuoso")


@pytest.fixture(scope="module", params=ENGINES)
def filled(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Engine, EmbeddedStore]]:
    """An engine with the small dataset, and a store of ours with the same triples."""
    files = split_by_graph(small_contents().files, tmp_path_factory.mktemp("triples"))
    small = read_contents(files)
    with engine(request.param, tmp_path_factory.mktemp(request.param)) as started:
        store = RemoteStore(Endpoint(started.query), Limits(), "strict")
        filler = Filler(store, started.update)
        told: list[int] = []
        filler.fill(small, 10, told.append)
        assert sum(told) == sum(len(file.path.read_text().splitlines()) for file in files)
        yield started, EmbeddedStore(small)


@pytest.mark.parametrize("query", SAME)
@pytest.mark.parametrize("closure", ["full", "asserted"])
def test_the_same_rows(filled: tuple[Engine, EmbeddedStore], query: str, closure: str) -> None:
    started, own = filled
    remote = RemoteStore(Endpoint(started.query), Limits())
    asked = QueryRequest(query, "csv", closure, base_iri="http://127.0.0.1/sparql")  # type: ignore[arg-type]  # one of the two
    assert remote.query(asked).read() == own.query(asked).read()


def test_the_same_triples(filled: tuple[Engine, EmbeddedStore]) -> None:
    started, own = filled
    remote = RemoteStore(Endpoint(started.query), Limits())
    asked = QueryRequest("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", "ntriples")
    lines = [sorted(set(one.query(asked).read().splitlines())) for one in (remote, own)]
    assert lines[0] == lines[1]


@pytest.mark.parametrize(("pattern", "answer"), [("?s ?p ?o", True), ("?s ?p <http://x/>", False)])
def test_ask(filled: tuple[Engine, EmbeddedStore], pattern: str, answer: bool) -> None:
    remote = RemoteStore(Endpoint(filled[0].query), Limits())
    assert json.loads(remote.query(QueryRequest(f"ASK {{ {pattern} }}")).read()) == {
        "head": {},
        "boolean": answer,
    }


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("SELECT * { ?s ?p }", QuerySyntaxError),
        ("SELEC", QuerySyntaxError),
        ("define get:soft 'replace' SELECT * { ?s ?p ?o }", QuerySyntaxError),
        ("SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }", QueryRefusedError),
        ("SELECT * FROM <http://127.0.0.1/x.ttl> { ?s ?p ?o }", QueryRefusedError),
        ("DELETE WHERE { ?s ?p ?o }", QuerySyntaxError),
    ],
)
def test_refused(filled: tuple[Engine, EmbeddedStore], query: str, error: type[StoreError]) -> None:
    with pytest.raises(error):
        RemoteStore(Endpoint(filled[0].query), Limits()).query(QueryRequest(query))


def test_a_second_load_doubles_nothing(
    filled: tuple[Engine, EmbeddedStore], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also one that was interrupted: the batches that were taken are not sent again."""
    started, own = filled
    small = read_contents(split_by_graph(small_contents().files, tmp_path))
    store = RemoteStore(Endpoint(started.query), Limits(), "strict")
    sent: list[str] = []

    class Watched(Filler):
        def _send(self, batch: Batch) -> None:
            if len(sent) == 3:
                raise StoreUnreachableError("the network is gone")
            sent.append(batch.name)
            super()._send(batch)

    with pytest.raises(StoreUnreachableError):
        Watched(store, started.update).fill(small, 10)
    rest: list[str] = []

    class Rest(Filler):
        def _send(self, batch: Batch) -> None:
            rest.append(batch.name)
            super()._send(batch)

    Rest(store, started.update).fill(small, 10)
    assert not set(sent) & set(rest)
    assert sorted(sent + rest) == sorted({batch.name for batch in batches(small, 10)})
    asked = QueryRequest(f"ASK {{ GRAPH <{LOADING}> {{ ?s ?p ?o }} }}")
    assert b"false" in store.query(asked).read()
    remote = RemoteStore(Endpoint(started.query), Limits())
    asked = QueryRequest(COUNT, "csv")
    assert remote.query(asked).read() == own.query(asked).read()


@pytest.fixture(params=ENGINES)
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    with engine(request.param, tmp_path) as started:
        yield started


def test_load_and_pages(empty: Engine, tmp_path: Path) -> None:
    started = empty
    data = tmp_path / "cats.ttl"
    data.write_text(
        "@prefix : <https://w3id.org/eakg/id/> . :tom a :Cat ; :knows [ :name '01' ] .", "utf-8"
    )
    arguments = ["load", "--store", f"sparql+{started.query}", "--update", started.update]
    if started.graph_store:
        arguments += ["--graph-store", started.graph_store]
    for _ in range(2):
        done = CliRunner().invoke(main, [*arguments, str(data)])
        assert (done.exit_code, done.output) == (0, "")
    remote = RemoteStore(Endpoint(started.query), Limits())
    client = create_app(
        Settings("", PATIENT, remote=f"sparql+{started.query}"), remote
    ).test_client()
    page = client.get("/doc/tom.nt")
    assert page.status_code == 200
    assert page.text.count("/.well-known/genid/file/cats/0>") == 1
    count = "SELECT (COUNT(*) AS ?n) { GRAPH <https://w3id.org/eakg/graph/file/cats> { ?s ?p ?o } }"
    answer = client.get("/sparql", query_string={"query": count, "format": "csv"})
    assert answer.text.split() == ["n", "3"]
    assert client.get("/sparql", query_string={"query": "SELECT * {"}).status_code == 400
    graph = client.get("/graphs/file/cats", headers={"Accept": "application/n-triples"})
    assert (graph.status_code, graph.text.count("\n")) == (200, 3)
    with client.get("/dump.nq.gz") as dump:
        assert dump.status_code == 200, dump.text
        assert gzip.decompress(dump.data).decode().count("/graph/file/cats> .") == 3


def test_what_an_engine_cuts_is_no_result(tmp_path: Path) -> None:
    with engine("virtuoso", tmp_path) as started:
        store = RemoteStore(Endpoint(started.query), Limits(), "strict")
        values = " ".join(map(str, range(1001)))
        query = f"SELECT ?n {{ VALUES ?n {{ {values} }} }}"
        with pytest.raises(ResultTooLargeError, match="no more than 1000 rows"):
            store.query(QueryRequest(query))


Act = Callable[[BaseHTTPRequestHandler], None]


@contextmanager
def lying(act: Act) -> Iterator[str]:
    """A server that answers every query in its own way; its address."""

    class Handler(QuietHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            act(self)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    with serve_in_thread(server):
        yield f"http://127.0.0.1:{server.server_port}/sparql"


def says(body: bytes, media_type: str, status: int = 200, **headers: str) -> Act:
    def act(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Type", media_type)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return act


TRIPLE = b"<a:b> <a:b> <a:b> .\n"
TRIPLES = "application/n-triples"
ROWS = b'{"head":{"vars":["x"]},"results":{"bindings":[{"x":{"type":"literal","value":"1"}}]}}'


@pytest.mark.parametrize(
    ("act", "query", "error"),
    [
        (says(ROWS[:-9], JSON), "SELECT ?x {}", BadAnswerError),
        (says(b"", JSON), "SELECT ?x {}", BadAnswerError),
        (says(ROWS, "text/html"), "SELECT ?x {}", BadAnswerError),
        (says(ROWS, JSON), "ASK {}", BadAnswerError),
        (says(ROWS, JSON, X_SQL_State="S1TAT"), "SELECT ?x {}", ResultTooLargeError),
        (says(ROWS, JSON, Content_Length="4000"), "SELECT ?x {}", BadAnswerError),
        (
            says(b"<a:b> <a:b> <a:b> .\n", TRIPLES, Content_Length="400"),
            "DESCRIBE <a:b>",
            BadAnswerError,
        ),
        (says(b"<a:b> <a:b> .\n", TRIPLES), "DESCRIBE <a:b>", BadAnswerError),
        (says(ROWS * 100, JSON), "SELECT ?x {}", ResultTooLargeError),
        (says(b"what?", "text/plain", 400), "SELECT ?x {}", QuerySyntaxError),
        (says(b"wait", "text/plain", 503), "SELECT ?x {}", OverloadedError),
        (says(b"late", "text/plain", 504), "SELECT ?x {}", TimeLimitExceededError),
        (says(b"who?", "text/plain", 401), "SELECT ?x {}", BadAnswerError),
        (lambda handler: threading.Event().wait(3), "SELECT ?x {}", TimeLimitExceededError),
        (lambda handler: handler.connection.shutdown(2), "SELECT ?x {}", StoreUnreachableError),
    ],
)
def test_an_engine_that_lies(act: Act, query: str, error: type[StoreError]) -> None:
    with lying(act) as address:
        store = RemoteStore(Endpoint(address), Limits(timeout=1, result=4096), "strict")
        with pytest.raises(error):
            store.query(QueryRequest(query, "turtle" if query[0] == "D" else "json"))


@pytest.mark.parametrize("body", [b"", ROWS[:-9], b'{"head": {}, "boolean": true}'])
def test_an_engine_that_does_not_tell_its_graphs(body: bytes) -> None:
    with lying(says(body, JSON)) as address, pytest.raises(BadAnswerError, match="which graphs"):
        RemoteStore(Endpoint(address), Limits()).query(QueryRequest("ASK {}"))


def test_an_engine_that_is_down() -> None:
    store = RemoteStore(Endpoint(f"http://127.0.0.1:{free_port()}/sparql"), Limits())
    with pytest.raises(StoreUnreachableError):
        store.query(QueryRequest("ASK {}"))
    client = create_app(
        Settings("", PATIENT, remote="sparql+http://127.0.0.1/"), store
    ).test_client()
    answer = client.get("/sparql", query_string={"query": "ASK {}"})
    assert (answer.status_code, answer.get_json()["code"]) == (503, "store-unreachable")
    done = CliRunner().invoke(main, ["load", "--store", f"sparql+{store.endpoint.address}"])
    assert done.exit_code == 4
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("option", ["--update", "--graph-store"])
def test_an_address_that_is_none(option: str) -> None:
    done = CliRunner().invoke(main, ["load", "--store", "sparql+http://h/q", option, "h/update"])
    assert done.exit_code == 2
    assert "'h/update' is no address; write http(s)://host/path" in done.stderr


@pytest.mark.parametrize(
    ("store", "endpoint"),
    [
        ("sparql+http://h/q", Endpoint("http://h/q")),
        ("sparql+https://u:p%40@h:8/q?x=1", Endpoint("https://h:8/q?x=1", "u", "p@")),
        ("http://h/q", None),
        ("sparql+file:///etc/passwd", None),
        ("sparql+http:///q", None),
    ],
)
def test_endpoint(store: str, endpoint: Endpoint | None) -> None:
    if endpoint is None:
        with pytest.raises(ValueError, match="sparql"):
            endpoint_of(store)
    else:
        assert endpoint_of(store) == endpoint


@pytest.mark.parametrize(
    ("query", "written"),
    [
        ("ASK{?s ?p ?o}", "ASK FROM <u:d> FROM NAMED <u:n> {?s ?p ?o}"),
        (
            "PREFIX p:<u:>\nSELECT (1+(2) AS ?x)\nFROM p:a\nFROM NAMED <u:b> # c\nWHERE {}",
            "PREFIX p:<u:>\nSELECT (1+(2) AS ?x)\n\n\n FROM <u:d> FROM NAMED <u:n> WHERE {}",
        ),
        (
            "CONSTRUCT {?s ?p ('WHERE {')} WHERE {?s ?p ?o}",
            "CONSTRUCT {?s ?p ('WHERE {')}  FROM <u:d> FROM NAMED <u:n> WHERE {?s ?p ?o}",
        ),
        (
            "CONSTRUCT WHERE {?s ?p ?o}",
            "CONSTRUCT  FROM <u:d> FROM NAMED <u:n> WHERE {?s ?p ?o}",
        ),
        ("DESCRIBE <u:x> # so", "DESCRIBE <u:x> # so\n FROM <u:d> FROM NAMED <u:n> "),
    ],
)
def test_dataset_in_the_text(query: str, written: str) -> None:
    assert with_dataset(query, Dataset(("u:d",), ("u:n",))) == written


def test_no_way_out_of_the_dataset() -> None:
    with pytest.raises(QueryRefusedError):
        with_dataset("ASK {}", Dataset(("u:d> FROM <u:e",), ()))
    assert "FROM <urn:x-eakg-" in with_dataset("ASK {}", Dataset((), ()))

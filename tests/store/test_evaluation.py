"""Answers of the engine do not outlive the call that asked for them."""

import gc
import sys
from pathlib import Path
from threading import Thread

import pyoxigraph
import pytest
from rdflib import URIRef

from eakg.sparql.failures import FormatMismatchError, StoreError
from eakg.store.embedded import EmbeddedStore
from eakg.store.graph_files import GraphFile, read_contents
from eakg.store.request import QueryRequest


@pytest.fixture(scope="module", autouse=True)
def _frozen() -> None:
    """What is there already need not be looked at each time that garbage is collected."""
    gc.collect()
    gc.freeze()


@pytest.mark.parametrize("format_", ["turtle", "xml"])
def test_an_error_keeps_no_answer(tmp_path: Path, format_: str) -> None:
    (tmp_path / "a.ttl").write_text('<urn:a> <urn:p> "\\u0001" .')
    store = EmbeddedStore(read_contents([GraphFile(URIRef("urn:g"), tmp_path / "a.ttl")]))
    with pytest.raises(FormatMismatchError) as caught:
        store.query(QueryRequest("SELECT * { ?s ?p ?o }", format=format_))
    assert caught.tb is not None
    traceback = caught.tb
    while traceback:
        values = traceback.tb_frame.f_locals.values()
        assert not any(isinstance(value, pyoxigraph.QuerySolutions) for value in values)
        traceback = traceback.tb_next


ALL = "SELECT * { ?s ?p ?o }"
FAILURES = [
    QueryRequest("SELECT * {", format="json"),
    QueryRequest(ALL, format="turtle"),
    QueryRequest(ALL, format="xml"),
    QueryRequest("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }", format="csv"),
    QueryRequest("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }", format="xml"),
    QueryRequest("SELECT * { SERVICE <http://127.0.0.1/> {} }"),
    QueryRequest("SELECT * { GRAPH ?g { SELECT * { ?s ?p ?o } } ?s ?p ?o }"),
    QueryRequest("SELECT (<urn:f>(?o) AS ?x) { ?s ?p ?o }"),
    QueryRequest(ALL, default_graphs=("urn:none",)),
]


@pytest.mark.slow
@pytest.mark.parametrize(
    "request_", FAILURES, ids=lambda request: f"{request.format} {request.text}"
)
def test_answers_are_dropped_in_the_thread_that_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request_: QueryRequest
) -> None:
    """The engine's answers may not be dropped elsewhere; a cycle that holds one would be."""
    (tmp_path / "a.ttl").write_text('<urn:a> <urn:p> "\\u0001" .')
    store = EmbeddedStore(read_contents([GraphFile(URIRef("urn:g"), tmp_path / "a.ttl")]))
    unraisable: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", unraisable.append)
    errors: list[Exception] = []

    def ask() -> None:
        for _ in range(3):
            try:
                store.query(request_).read()
            except StoreError as error:
                errors.append(error)

    gc.collect()
    gc.disable()
    try:
        thread = Thread(target=ask)
        thread.start()
        thread.join()
    finally:
        gc.enable()
    errors.clear()
    gc.collect()
    assert not unraisable

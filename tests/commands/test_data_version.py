"""`eakg query --data-version`: past versions of releases, of a store, and of an endpoint."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from werkzeug import Request
from werkzeug.serving import make_server

from eakg.cli import main
from eakg.serve.app.settings import Settings
from eakg.serve.application import create_app
from eakg.store.embedded import EmbeddedStore
from eakg.store.versions.releases import write_release
from helpers.endpoints import serve_in_thread
from helpers.patience import PATIENT
from helpers.writing import PREFIXES, WRITABLE, ontology, update

QUERY = f"{PREFIXES} SELECT ?c {{ GRAPH ?g {{ ?c rdfs:subClassOf :Animal }} }} ORDER BY ?c"
ROWS = "c\nhttp://example.org/Cat\nhttp://example.org/Dog\n"


def asked(*arguments: object) -> Result:
    command = ["query", "-", "--format", "csv", *map(str, arguments)]
    return CliRunner().invoke(main, command, input=QUERY)


@pytest.fixture
def store(tmp_path: Path) -> EmbeddedStore:
    return EmbeddedStore(ontology(tmp_path), replace(WRITABLE, directory=tmp_path / "store"))


@pytest.mark.slow
def test_a_version_of_a_store_is_asked_again(tmp_path: Path, store: EmbeddedStore) -> None:
    first = store.version
    update(store, "INSERT DATA { GRAPH g:a { :Newt rdfs:subClassOf :Animal } }")
    second = store.version
    store.close()
    result = asked("--store", tmp_path / "store", "--data-version", first)
    assert (result.exit_code, result.stdout) == (0, ROWS), result.stderr
    assert "Newt" in asked("--store", tmp_path / "store", "--data-version", second).stdout


@pytest.mark.slow
def test_a_release_is_asked_again(tmp_path: Path, store: EmbeddedStore) -> None:
    instant = datetime(2026, 3, 1, tzinfo=UTC)
    write_release(tmp_path / "releases", "v1", store, store.graphs, instant)
    store.close()
    result = asked("--versions", tmp_path / "releases", "--data-version", store.version)
    assert (result.exit_code, result.stdout) == (0, ROWS), result.stderr
    result = asked("--versions", tmp_path / "releases", "--data-version", "x")
    assert (result.exit_code, result.stderr) == (2, "there is no version x\n")


@pytest.mark.slow
def test_an_endpoint_is_asked_for_the_version(tmp_path: Path, store: EmbeddedStore) -> None:
    first = store.version
    update(store, "INSERT DATA { GRAPH g:a { :Newt rdfs:subClassOf :Animal } }")
    settings = Settings("", PATIENT, options=store.options)
    past = settings.past_stores()
    assert past is not None
    server = make_server("127.0.0.1", 0, create_app(settings, store, past), threaded=True)
    try:
        with serve_in_thread(server):
            endpoint = f"http://127.0.0.1:{server.port}/sparql"
            result = asked("--endpoint", endpoint, "--data-version", first)
            assert (result.exit_code, result.stdout) == (0, ROWS), result.stderr
    finally:
        past.close()
        store.close()


def test_an_endpoint_that_knows_no_versions_does_not_answer_for_one() -> None:
    def present_rows(environment: dict[str, Any], start: Callable[..., object]) -> list[bytes]:
        Request(environment).get_data()  # else the server may wait for the end of the request
        start("200 OK", [("Content-Type", "text/csv")])
        return [ROWS.encode()]

    server = make_server("127.0.0.1", 0, present_rows)
    with serve_in_thread(server):
        result = asked("--endpoint", f"http://127.0.0.1:{server.port}/", "--data-version", "x")
    assert (result.exit_code, result.stdout) == (4, "")
    assert "does not say that it answered from version x" in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("--versions", "a"),
        ("--store", "a", "--versions", "b", "--data-version", "c"),
        ("--data", "a.ttl", "--data-version", "c"),
        ("--endpoint", "http://localhost:1/", "--store", "a", "--data-version", "c"),
    ],
)
def test_options_that_do_not_go_together_are_told(arguments: tuple[str, ...]) -> None:
    assert asked(*arguments).exit_code == 2


def test_the_shipped_graph_is_of_one_version() -> None:
    result = asked("--data-version", "x")
    assert result.exit_code == 2
    assert "--versions, --store or --endpoint" in result.stderr

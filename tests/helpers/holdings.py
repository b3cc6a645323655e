"""The small dataset of the tests of store and service, and their client for Flask."""

from pathlib import Path

from flask.testing import FlaskClient

from eakg import names
from eakg.dataset import shipped_layout
from eakg.serve.app.settings import Settings
from eakg.serve.application import create_app
from eakg.store.graph_files import Contents, GraphFile, read_contents
from eakg.store.workers.keeper_process import KeeperProcess

FOLDER = Path(__file__).with_name("data_small")
LIGHT = "ASK { ?s ?p ?o }"
CROSS_JOIN = """SELECT (COUNT(*) AS ?n) {
  ?a ?a1 ?a2 . ?b ?b1 ?b2 . ?c ?c1 ?c2 . ?d ?d1 ?d2 . ?e ?e1 ?e2 . ?f ?f1 ?f2
  FILTER(CONCAT(STR(?a), STR(?b), STR(?c), STR(?d), STR(?e), STR(?f)) = 'never') }"""
"""A query that does not end within a test."""


def small_contents() -> Contents:
    """One graph of each kind."""
    return read_contents(
        [
            GraphFile(names.ONTOLOGY_GRAPH, FOLDER / "ontology.ttl"),
            GraphFile(names.source_graph("record"), FOLDER / "source.ttl"),
            GraphFile(names.background_graph("states"), FOLDER / "background.ttl"),
            GraphFile(names.evidence_graph("record"), FOLDER / "evidence.ttl"),
            GraphFile(names.INFERRED_GRAPH, FOLDER / "inferred.ttl"),
        ]
    )


def client_of(keeper: KeeperProcess, public_url: str | None = None) -> FlaskClient:
    """A client of an application over the keeper's store."""
    files = tuple((str(file.name), str(file.path)) for file in small_contents().files)
    settings = Settings(str(keeper.address), keeper.limits, public_url, files=files)
    return create_app(settings, keeper.client()).test_client()


def shipped_contents() -> Contents:
    """The files of the shipped graph."""
    return read_contents(GraphFile(*graph) for graph in shipped_layout().named_graphs())

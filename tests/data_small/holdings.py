"""The small dataset of the tests of store and service, and their client for Flask."""

from pathlib import Path

from flask.testing import FlaskClient

from eakg import names
from eakg.serve.application import create_app
from eakg.serve.settings import Settings
from eakg.store import Contents, GraphFile, HolderProcess, contents

FOLDER = Path(__file__).parent


def small_contents() -> Contents:
    """One graph of each kind."""
    return contents(
        [
            GraphFile(names.ONTOLOGY_GRAPH, FOLDER / "ontology.ttl"),
            GraphFile(names.source_graph("record"), FOLDER / "source.ttl"),
            GraphFile(names.background_graph("states"), FOLDER / "background.ttl"),
            GraphFile(names.evidence_graph("record"), FOLDER / "evidence.ttl"),
            GraphFile(names.INFERRED_GRAPH, FOLDER / "inferred.ttl"),
        ]
    )


def client_of(holder: HolderProcess, public_url: str | None = None) -> FlaskClient:
    """A client of an application over the holder's store."""
    files = tuple((str(file.name), str(file.path)) for file in small_contents().files)
    settings = Settings(str(holder.address), holder.limits, public_url, files=files)
    return create_app(settings, holder.client()).test_client()

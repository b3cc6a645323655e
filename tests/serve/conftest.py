"""What the tests of the service share: applications over stores that no test changes.

A test that changes an application, or what it is made of, makes one of its own.
"""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from eakg.serve.app.settings import Settings
from eakg.serve.application import create_app
from eakg.store.embedded import EmbeddedStore
from eakg.store.workers.keeper_process import KeeperProcess
from helpers.holdings import client_of, shipped_contents, small_contents
from helpers.patience import PATIENT


@pytest.fixture(scope="session")
def shipped_application(shipped_store: EmbeddedStore) -> Flask:
    """The application over the shipped graph."""
    files = tuple((str(file.name), str(file.path)) for file in shipped_contents().files)
    return create_app(Settings("", PATIENT, files=files), shipped_store)


@pytest.fixture
def shipped_client(shipped_application: Flask) -> FlaskClient:
    """A client of the application over the shipped graph."""
    return shipped_application.test_client()


@pytest.fixture(scope="session")
def small_keeper() -> Iterator[KeeperProcess]:
    """The store of the small dataset, to be read only."""
    with KeeperProcess(small_contents()) as keeper:
        yield keeper


@pytest.fixture(scope="session")
def small_application(small_keeper: KeeperProcess) -> Flask:
    """The application over the small dataset."""
    return client_of(small_keeper).application


@pytest.fixture
def small_client(small_application: Flask) -> FlaskClient:
    """A client of the application over the small dataset."""
    return small_application.test_client()

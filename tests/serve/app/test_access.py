"""Who may read, and by which names a service on this machine is asked."""

import os
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from eakg.serve.app.settings import VARIABLE, Access, Settings
from eakg.serve.application import create_app
from eakg.serve.options import ServeOptions
from eakg.store.embedded import EmbeddedStore
from eakg.store.options import StoreOptions
from helpers.holdings import small_contents
from helpers.patience import PATIENT

READER, WRITER = "token-of-readers", "token-of-writers"
SETTINGS = ServeOptions(allowed_host=("proxy.example", "other.example:81")).settings(None)


@pytest.fixture(scope="module")
def store() -> EmbeddedStore:
    return EmbeddedStore(small_contents(), StoreOptions(writable=True))


def client(store: EmbeddedStore, settings: Settings) -> FlaskClient:
    return create_app(settings, store).test_client()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 200),
        ("localhost:8000", 200),
        ("LOCALHOST:1", 200),  # as over a tunnel
        ("localhost.", 200),
        ("127.0.0.1:8000", 200),
        ("[::1]", 200),
        ("[::1]:8000", 200),
        ("proxy.example", 200),
        ("proxy.example:99", 200),
        ("other.example:81", 200),
        ("other.example", 421),
        ("rebound.example:8000", 421),
        ("localhost.rebound.example", 421),
        ("127.0.0.1.rebound.example", 421),
        ("127.0.0.1:x", 421),
        ("[::2]", 421),
        ("[::1", 421),
        ("::1", 421),
        ("192.0.2.1", 421),
    ],
)
@pytest.mark.parametrize("path", ["/sparql?query=ASK%7B%7D", "/health", "/things"])
def test_a_private_service_answers_to_the_names_of_this_machine(
    store: EmbeddedStore, host: str, status: int, path: str
) -> None:
    response = client(store, SETTINGS).get(path, headers={"Host": host})
    assert response.status_code == status
    assert "Access-Control-Allow-Origin" not in response.headers
    if status == 421:
        assert response.mimetype == "application/problem+json"
        assert response.get_json()["code"] == "misdirected"


@pytest.mark.parametrize("cors", [True, False])
def test_pages_from_elsewhere_read_where_that_is_asked_for(
    store: EmbeddedStore, *, cors: bool
) -> None:
    settings = ServeOptions(cors=cors).settings(None)
    headers = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "POST"}
    for response in (
        client(store, settings).get("/sparql?query=ASK%7B%7D"),
        client(store, settings).options("/sparql", headers=headers),
        client(store, settings).get("/nothing"),
    ):
        names = {name.lower() for name, _ in response.headers}
        assert any(name.startswith("access-control-") for name in names) == cors


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/sparql?query=ASK%7B%7D", "/", "/dump.nq.gz", "/metrics"])
def test_reading_takes_the_token_where_there_is_one(store: EmbeddedStore, path: str) -> None:
    access = Access(Access.digest(WRITER), read_token=Access.digest(READER))
    options = StoreOptions(writable=True)
    reader = client(store, Settings("", PATIENT, options=options, access=access))
    assert reader.get("/health").status_code == 200
    with reader.get("/static/eakg.css") as style:
        assert style.status_code == 200
    for credentials in (None, "Bearer nothing", "Basic dDp0", f"Basic {READER}", "Bearer \xe9"):
        headers = {} if credentials is None else {"Authorization": credentials}
        response = reader.get(path, headers=headers)
        assert response.status_code == 401
        assert response.headers["WWW-Authenticate"].startswith("Bearer ")
    for token in (READER, WRITER):
        with reader.get(path, headers={"Authorization": f"Bearer {token}"}) as response:
            assert response.status_code == 200
    update = {"Content-Type": "application/sparql-update", "Authorization": f"Bearer {READER}"}
    assert reader.post("/update", headers=update, data="CLEAR SILENT DEFAULT").status_code == 401


def test_settings_are_handed_on_in_a_file_of_this_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The environment of a process tells where they are, and no digest."""
    monkeypatch.setenv(VARIABLE, "")
    settings = replace(SETTINGS, folder=str(tmp_path), access=Access("0" * 64, read_token="1" * 64))
    settings.hand_on()
    assert Settings.handed_on() == settings
    file = Path(os.environ[VARIABLE])
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.parent == tmp_path

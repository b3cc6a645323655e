"""How the body of a response that is a file is sent."""

from importlib.resources import files
from typing import Any

import pytest

from eakg.serve.app.settings import Settings
from eakg.serve.host import configure_logs
from eakg.serve.wsgi import adapter_over
from eakg.store import EmbeddedStore
from helpers.holdings import small_contents
from helpers.patience import PATIENT
from helpers.rsgi import FakeProtocol, FakeServer


def test_a_small_file_is_sent_from_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server opens a file that it is given later, on a busy machine when it is not kept any
    more, and then says that there is none."""

    def refuse(*_: Any) -> None:
        raise AssertionError("the server was given a file to open")

    monkeypatch.setattr(FakeProtocol, "response_file", refuse)
    settings = Settings("", PATIENT)
    configure_logs(settings.logs)
    adapter = adapter_over(settings, EmbeddedStore(small_contents()))
    icon = files("eakg.serve") / "static" / "icon.svg"
    with FakeServer(adapter) as server:
        whole = server.send("GET", "/static/icon.svg")
        head = server.send("HEAD", "/static/icon.svg")
    assert (whole.status, whole.content) == (200, icon.read_bytes())
    assert (head.status, head.content) == (200, b"")

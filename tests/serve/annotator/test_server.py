"""The server of the annotator waits for what it is answering."""

import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING, cast

from eakg.serve.annotator.server import RequestsUnderWay

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


def test_an_end_waits_for_the_request_that_is_being_answered() -> None:
    begun, may_end, order = threading.Event(), threading.Event(), list[str]()

    def app(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        begun.set()
        may_end.wait()
        order.append("answered")
        return [b""]

    requests = RequestsUnderWay(app)
    requests.finish()  # there is none yet
    asker = threading.Thread(target=lambda: requests({}, cast("StartResponse", None)))
    asker.start()
    begun.wait()

    def end() -> None:
        requests.finish()
        order.append("ended")

    ender = threading.Thread(target=end)
    ender.start()
    may_end.set()
    ender.join()
    asker.join()
    assert order == ["answered", "ended"]

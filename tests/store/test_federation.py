"""SERVICE where hosts are allowed: whom it asks, whom it does not, what comes of the answers."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from eakg.sparql.service import service_calls, values_of, with_values
from eakg.store.elsewhere import federation
from helpers.endpoints import JSON, QuietHandler, serve_in_thread
from helpers.serving import writable_client

Reply = tuple[int, dict[str, str], bytes]


class Endpoint:
    """An HTTP server that keeps the paths that it was asked for, and replies as it is told."""

    def __init__(self, reply: Callable[[str], Reply]) -> None:
        asked: list[str] = []
        self.asked = asked

        class Handler(QuietHandler):
            def do_GET(self) -> None:
                asked.append(self.path)
                status, headers, body = reply(self.path)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.host = f"127.0.0.1:{self.server.server_port}"
        self.address = f"http://{self.host}/sparql"


@contextmanager
def endpoint(reply: Callable[[str], Reply]) -> Iterator[Endpoint]:
    found = Endpoint(reply)
    with serve_in_thread(found.server):
        yield found


def solutions(*found: dict[str, Any]) -> Callable[[str], Reply]:
    names = sorted({name for row in found for name in row})
    body = json.dumps({"head": {"vars": names}, "results": {"bindings": found}}).encode()
    return lambda _: (200, {"Content-Type": JSON}, body)


def uri(text: str) -> dict[str, str]:
    return {"type": "uri", "value": text}


def literal(text: str, **more: str) -> dict[str, str]:
    return {"type": "literal", "value": text, **more}


def ask(client: FlaskClient, query: str, **more: str) -> TestResponse:
    return client.get("/sparql", query_string={"query": query, "format": "json", **more})


def bindings(response: TestResponse) -> list[dict[str, str]]:
    assert response.status_code == 200, response.data
    return [
        {name: value["value"] for name, value in row.items()}
        for row in response.get_json()["results"]["bindings"]
    ]


def test_what_an_endpoint_says_is_joined() -> None:
    japan = "https://w3id.org/eakg/id/japan"
    with endpoint(solutions({"s": uri(japan), "x": literal("a")}, {"s": uri("urn:none")})) as there:
        client = writable_client(services=(there.host,))
        query = f"""PREFIX : <urn:p:>
            SELECT ?s ?type ?x {{ ?s a ?type . SERVICE <{there.address}> {{ ?s :q ?x }} }}"""
        response = ask(client, query)
        found = bindings(response)
        assert found
        assert {(row["s"], row["x"]) for row in found} == {(japan, "a")}
        # The endpoint knows more than we do, and may say something else the next time.
        assert response.headers["Cache-Control"] == "no-store"
        assert "ETag" not in response.headers
        (sent,) = parse_qs(urlsplit(there.asked[0]).query)["query"]
        assert "PREFIX : <urn:p:>" in sent
        assert "SELECT * WHERE { ?s :q ?x }" in sent


def test_an_iri_is_asked_as_a_uri() -> None:
    with endpoint(solutions({"x": literal("a")})) as there:
        client = writable_client(services=(there.host,))
        query = f"SELECT ?x {{ SERVICE <{there.address}/é%20?à> {{ ?s ?p ?x }} }}"
        assert bindings(ask(client, query)) == [{"x": "a"}]
        assert there.asked[0].startswith("/sparql/%C3%A9%20?%C3%A0&query=")


def test_a_failing_endpoint_is_told_or_silent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    client = writable_client(services=(f"127.0.0.1:{port}",))
    where = f"<http://127.0.0.1:{port}/>"
    failed = ask(client, f"SELECT * {{ SERVICE {where} {{ ?s ?p ?o }} }}")
    assert failed.status_code == 502
    assert failed.get_json()["code"] == "bad-answer"
    silent = ask(client, f"SELECT * {{ BIND(1 AS ?x) SERVICE SILENT {where} {{ ?s ?p ?o }} }}")
    assert bindings(silent) == [{"x": "1"}]


@pytest.mark.parametrize(
    "reply",
    [
        lambda _: (200, {}, b"<html>"),
        lambda _: (200, {}, b"{}"),
        lambda _: (200, {}, b'{"head": {"vars": ["x y"]}, "results": {"bindings": []}}'),
        lambda _: (500, {}, b""),
        lambda _: (302, {}, b""),
        solutions({"x": {"type": "bnode", "value": "b"}}),
        solutions({"x": {"type": "uri", "value": "urn:x> } SERVICE <urn:y"}}),
        solutions({"x": {"type": "literal", "value": "x", "datatype": "> ."}}),
        solutions({"x": {"type": "literal", "value": "x", "xml:lang": "en } {"}}),
        solutions({"x": {"type": "thing", "value": "x"}}),
    ],
)
def test_bad_answers(reply: Callable[[str], Reply]) -> None:
    with endpoint(reply) as there:
        client = writable_client(services=(there.host,))
        response = ask(client, f"SELECT * {{ SERVICE <{there.address}> {{ ?x ?y ?z }} }}")
        assert (response.status_code, response.get_json()["code"]) == (502, "bad-answer")


def test_literals_come_as_they_are() -> None:
    nasty = "\"'\\ \n\r\t } SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } 日本"
    with endpoint(
        solutions({"x": literal(nasty)}, {"x": literal("é", **{"xml:lang": "fr"})})
    ) as there:
        client = writable_client(services=(there.host,))
        found = bindings(ask(client, f"SELECT ?x {{ SERVICE <{there.address}> {{ ?s ?p ?x }} }}"))
        assert [row["x"] for row in found] == [nasty, "é"]


def test_nobody_else_is_asked() -> None:
    with endpoint(solutions()) as listed, endpoint(solutions()) as other:
        client = writable_client(services=(listed.host,))
        port = listed.host.partition(":")[2]
        for where in (
            other.address,
            f"http://localhost:{port}/",
            f"http://127.1:{port}/",
            f"http://2130706433:{port}/",
            f"http://[::ffff:127.0.0.1]:{port}/",
            f"http://{listed.host}@{other.host}/",
            f"ftp://{listed.host}/",
            "file:///etc/passwd",
            "http://[",
        ):
            for silent in ("", "SILENT "):
                query = f"SELECT * {{ SERVICE {silent}<{where}> {{ ?s ?p ?o }} }}"
                response = ask(client, query)
                assert (response.status_code, response.get_json()["code"]) == (403, "query-refused")
        variable = f"SELECT * {{ VALUES ?e {{ <{listed.address}> }} SERVICE ?e {{ ?s ?p ?o }} }}"
        assert ask(client, variable).status_code == 403
        assert listed.asked == other.asked == []


def test_a_name_with_a_private_address_is_not_asked() -> None:
    """Also where the name is on the list: who holds its zone may let it lead anywhere."""
    with endpoint(solutions()) as there:
        port = there.host.partition(":")[2]
        client = writable_client(services=("localhost",))
        response = ask(client, f"SELECT * {{ SERVICE <http://localhost:{port}/> {{ ?s ?p ?o }} }}")
        assert response.status_code == 403
        assert "not a public one" in response.get_json()["detail"]
        assert there.asked == []


@pytest.mark.slow
def test_redirects_are_looked_at() -> None:
    with endpoint(solutions({"x": literal("there")})) as target:
        for status in (301, 302, 303, 307, 308):
            with endpoint(lambda _: (status, {"Location": target.address}, b"")) as there:  # noqa: B023 - used within
                query = f"SELECT ?x {{ SERVICE <{there.address}> {{ ?s ?p ?x }} }}"
                refused = ask(writable_client(services=(there.host,)), query)
                assert refused.status_code == 403
                assert target.asked == []
                both = writable_client(services=(there.host, target.host))
                assert bindings(ask(both, query)) == [{"x": "there"}]
                target.asked.clear()
    with endpoint(lambda path: (302, {"Location": path}, b"")) as loop:
        client = writable_client(services=(loop.host,))
        assert ask(client, f"SELECT * {{ SERVICE <{loop.address}> {{}} }}").status_code == 502
        assert len(loop.asked) == 4
    with endpoint(lambda _: (302, {"Location": "http://["}, b"")) as there:
        client = writable_client(services=(there.host,))
        assert ask(client, f"SELECT * {{ SERVICE <{there.address}> {{}} }}").status_code == 502


@pytest.mark.slow
def test_a_slow_endpoint_ends_with_the_time_of_the_query() -> None:
    gate = threading.Event()

    def reply(_: str) -> Reply:
        gate.wait()
        return 200, {}, b""

    with endpoint(reply) as there:
        client = writable_client(services=(there.host,))
        query = f"SELECT * {{ SERVICE <{there.address}> {{ ?s ?p ?o }} }}"
        response = ask(client, query, timeout="0.2")
        gate.set()
        assert response.status_code == 502


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2001:4860:4860::8888", True),
        ("127.0.0.1", False),
        ("10.0.0.1", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fc00::1", False),
        ("::ffff:10.0.0.1", False),
        ("::ffff:8.8.8.8", True),
        ("2002:7f00:1::", False),
    ],
)
def test_public_addresses(address: str, public: bool) -> None:
    assert federation.is_public(address) is public


def test_calls_are_found_as_the_engine_reads_them() -> None:
    text = """base<http://h.example/> prefix:<q/>
SELECT * { { SERVICE:a{} } { serviceSILENT<sparql>{} } { service?x{} } { Service silent :b {} } }"""
    calls = service_calls(text, "http://base.example/")
    assert [(call.endpoint, call.silent) for call in calls] == [
        ("http://h.example/q/a", False),
        ("http://h.example/sparql", True),
        (None, False),
        ("http://h.example/q/b", True),
    ]


def test_calls_are_found_where_they_are() -> None:
    text = """PREFIX e: <http://e.example/>
SELECT * { # SERVICE <urn:comment> { }
  ?s ?p "SERVICE <urn:string> { }" .
  OPTIONAL { SERVICE e:a { ?s ?q ?o SERVICE <urn:within> { ?o ?r '}' } } }
  service silent <urn:b> {}
}"""
    calls = service_calls(text, "http://base.example/")
    assert [(call.endpoint, call.silent) for call in calls] == [
        ("http://e.example/a", False),
        ("urn:b", True),
    ]
    assert "SERVICE <urn:within> { ?o ?r '}' } }" in calls[0].query
    empty = json.dumps({"head": {"vars": []}, "results": {"bindings": [{}]}}).encode()
    replaced = with_values(text, calls, [values_of(empty)] * 2)
    assert "VALUES () { () }" in replaced
    assert replaced.count("\n") == text.count("\n")
    assert service_calls(replaced, "") == []

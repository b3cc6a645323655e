"""Answers as the web server sends them: from the application, past it, from the cache, in a file;
and what happens when a client leaves."""

import json
import os
import re
import socket
import time
import urllib.parse
from collections.abc import Iterator
from pathlib import Path

import pytest

from eakg.serve.host import gateway
from helpers.holdings import CROSS_JOIN
from helpers.processes import descendants, eventually, memory_of_web
from helpers.serving import Answer, running_small, send

ROWS = "SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 3"
# What is said of one response alone; the server adds the date.
OF_ONE = {"date", "server-timing", "x-request-id", "content-length", "etag"}


@pytest.fixture(scope="module")
def service() -> Iterator[tuple[int, str]]:
    """The process and the address of a service whose time limit ends nothing within a test."""
    with running_small(300.0) as (process, address):
        yield process.pid, address


def ask(address: str, text: str, accept: str = "", extra: str = "", method: str = "GET") -> Answer:
    headers = {"Accept": accept} if accept else {}
    path = "/sparql?" + urllib.parse.urlencode({"query": text}) + extra
    return send(address, method, path, headers)


def warm(address: str, accept: str = "") -> None:
    """Ask often enough that both web processes have seen such a query."""
    for number in range(10):
        assert ask(address, f"{ROWS} # {number}", accept).status == 200


@pytest.mark.parametrize("accept", ["", "text/csv", "application/sparql-results+xml"])
def test_past_the_application_the_answer_is_the_same(service: tuple[int, str], accept: str) -> None:
    _, address = service
    warm(address, accept)
    for number in range(10):
        text = f"{ROWS} # same {number}"
        # With a time limit of its own a query is the application's.
        theirs = ask(address, text, accept, "&timeout=60")
        ours = ask(address, text, accept)
        assert ours.body == theirs.body
        assert ours.headers["etag"] == theirs.headers["etag"]
        assert int(ours.headers["content-length"]) == len(ours.body)
        kept = [{k: v for k, v in one.headers.items() if k not in OF_ONE} for one in (ours, theirs)]
        assert kept[0] == kept[1]


def test_what_is_asked_again_comes_from_the_cache(service: tuple[int, str]) -> None:
    _, address = service
    answers = [ask(address, f"{ROWS} # again") for _ in range(20)]
    assert {(one.status, one.body, one.headers["etag"]) for one in answers} == {
        (200, answers[0].body, answers[0].headers["etag"])
    }
    assert answers[-1].headers["server-timing"] == "cache"
    other = ask(address, f"{ROWS} # again", "text/csv")
    assert other.media_type == "text/csv"
    assert other.headers["etag"] != answers[0].headers["etag"]
    tag = {"If-None-Match": answers[0].headers["etag"]}
    path = "/sparql?" + urllib.parse.urlencode({"query": f"{ROWS} # again"})
    assert send(address, "GET", path, tag).status == 304


def test_what_differs_each_time_is_never_kept(service: tuple[int, str]) -> None:
    _, address = service
    bodies = {ask(address, "SELECT (UUID() AS ?u) {}").body for _ in range(10)}
    assert len(bodies) == 10


def test_errors_are_the_application_s(service: tuple[int, str]) -> None:
    _, address = service
    warm(address)
    for text, status in (("SELECT {", 400), ("SELECT * { SERVICE <x:y> { ?s ?p ?o } }", 403)):
        answer = ask(address, text)
        assert answer.status == status
        assert answer.media_type == "application/problem+json"
        assert json.loads(answer.body)["status"] == status


def test_posts_are_answered(service: tuple[int, str]) -> None:
    _, address = service
    expected = ask(address, ROWS).body
    for media_type, body in (
        ("application/sparql-query", ROWS.encode()),
        ("application/x-www-form-urlencoded", urllib.parse.urlencode({"query": ROWS}).encode()),
    ):
        for _ in range(3):
            found = send(address, "POST", "/sparql", {"Content-Type": media_type}, body)
            assert (found.status, found.body) == (200, expected)


def test_a_body_without_a_length_is_read(service: tuple[int, str]) -> None:
    _, address = service
    answer = raw(
        address,
        b"POST /sparql HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n"
        b"Content-Type: application/sparql-query\r\n\r\n5\r\nASK {\r\n1\r\n}\r\n0\r\n\r\n",
    )
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert b'"boolean":true' in answer


def test_too_large_a_body_is_refused(service: tuple[int, str]) -> None:
    _, address = service
    headers = {"Content-Type": "application/sparql-query"}
    assert send(address, "POST", "/sparql", headers, b"#" * (2 << 20)).status == 413


def test_a_body_that_does_not_come_is_given_up(service: tuple[int, str]) -> None:
    """Else a thousand connections that send nothing keep everybody out for good."""
    _, address = service
    head = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
    answer = raw(address, head + b"Content-Length: 9\r\n\r\nASK")
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"application/problem+json" in answer


def test_one_after_another_on_one_connection(service: tuple[int, str]) -> None:
    """Pipelining: RFC 9112 section 9.3.2."""
    _, address = service
    first, last = (
        f"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: x\r\n{more}\r\n".encode()
        for more in ("", "Connection: close\r\n")
    )
    head = b"HEAD /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: x\r\n\r\n"
    answer = raw(address, first + head + last)
    assert answer.count(b"HTTP/1.1 200 OK") == 3
    assert answer.count(b'"boolean":true') == 2


@pytest.mark.parametrize("hosts", [("good", "evil"), ("evil", "good"), ('"><script>',), ("a b",)])
def test_a_request_is_to_one_host(service: tuple[int, str], hosts: tuple[str, ...]) -> None:
    """RFC 9112 section 3.2. An answer made for one of two is not for those who ask the other."""
    _, address = service
    query = urllib.parse.quote(f'SELECT (IRI("to{len(hosts)}") AS ?iri) {{}}')

    def ask_at(*names: str) -> bytes:
        lines = "".join(f"Host: {name}\r\n" for name in names)
        sent = f"GET /sparql?query={query} HTTP/1.1\r\n{lines}Connection: close\r\n\r\n"
        return raw(address, sent.encode())

    for _ in range(10):
        refused = ask_at(*hosts)
        assert refused.startswith(b"HTTP/1.1 400 ")
        assert b"application/problem+json" in refused
    for _ in range(10):
        assert f'"http://good/to{len(hosts)}"'.encode() in ask_at("good")


def raw(address: str, sent: bytes) -> bytes:
    parts = urllib.parse.urlsplit(address)
    with socket.create_connection((parts.hostname or "", parts.port or 0), 60) as connection:
        connection.sendall(sent)
        received = b""
        while piece := connection.recv(1 << 16):
            received += piece
    return received


def test_a_large_result_waits_for_its_reader_on_disk(service: tuple[int, str]) -> None:
    pid, address = service
    text = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } LIMIT 200000"
    path = "/sparql?" + urllib.parse.urlencode({"query": text})
    parts = urllib.parse.urlsplit(address)
    before = memory_of_web(pid)
    with socket.create_connection((parts.hostname or "", parts.port or 0), 120) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        start = b""
        while b"\r\n\r\n" not in start:
            start += connection.recv(1 << 10)
        head, _, body = start.partition(b"\r\n\r\n")
        (size,) = map(int, re.findall(rb"(?im)^content-length: (\d+)", head))
        assert size > 32 << 20
        received = len(body)
        time.sleep(0.5)
        assert memory_of_web(pid) < before + (24 << 20)
        while piece := connection.recv(1 << 20):
            received += len(piece)
    assert received == size


@pytest.mark.parametrize("pieces", [0, 1, 8, 9])
def test_a_large_body_of_pieces_waits_on_disk(pieces: int) -> None:
    piece = bytes(range(256)) * 4096
    body = gateway._whole(piece for _ in range(pieces))
    if isinstance(body, int):
        with Path(f"/dev/fd/{body}").open("rb") as file:
            os.close(body)
            assert file.read() == piece * pieces
    else:
        assert body == piece * pieces
    assert isinstance(body, int) == (pieces > 8)


@pytest.mark.parametrize("queries", [1, 6])
def test_a_client_that_leaves_ends_its_query(service: tuple[int, str], queries: int) -> None:
    pid, address = service
    parts = urllib.parse.urlsplit(address)
    path = "/sparql?" + urllib.parse.urlencode({"query": CROSS_JOIN})
    connections = [
        socket.create_connection((parts.hostname or "", parts.port or 0)) for _ in range(queries)
    ]
    for connection in connections:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    assert eventually(lambda: computing(pid) > 0)
    assert ask(address, "ASK {}").status == 200
    for connection in connections:
        connection.close()
    assert eventually(lambda: computing(pid) == 0)


def computing(pid: int) -> int:
    """How many workers give way to others: their queries are beyond their moment."""
    return sum(1 for one in descendants(pid) if niceness(one) >= niceness(pid) + 2)


def niceness(pid: int) -> int:
    """That of the first thread; a process that has ended has none."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return 0 if fields[0] in "ZX" else int(fields[16])

"""Texts that are long in one respect each, by every way in: each is answered in time, and nobody
else notices. EAKG_FLOOD=1 sends all families, and asserts the times that the service is made for,
which need a machine of its own.
"""

import json
import os
import socket
import statistics
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

import pytest

from helpers.long_texts import FAMILIES
from helpers.processes import descendants
from helpers.serving import BEARER, Answer, plain_store, send

FLOOD = bool(os.environ.get("EAKG_FLOOD"))
NAMES = list(FAMILIES) if FLOOD else list(FAMILIES)[::12]
SIZE = 60_000
ADDRESS = 30_000  # bytes that an address may have
SECONDS = 3.0 if FLOOD else float("inf")
QUERY, UPDATE = "application/sparql-query", "application/sparql-update"
FORM = "application/x-www-form-urlencoded"
PROBLEM = "application/problem+json"


@dataclass(frozen=True)
class Way:
    """A way in: method, path, headers, and the body, each with the text in it."""

    name: str

    def request(self, text: str) -> tuple[str, str, dict[str, str], bytes]:
        data = text.encode(errors="replace")
        match self.name:
            case "GET":
                return "GET", f"/sparql?timeout=1&query={fitting(text)}", {}, b""
            case "POST":
                return "POST", "/sparql?timeout=1", {"Content-Type": QUERY}, data
            case "form":
                body = urlencode({"query": data, "timeout": "1"}).encode()
                return "POST", "/sparql", {"Content-Type": FORM}, body
            case "update":
                headers = {"Content-Type": UPDATE, **BEARER}
                return "POST", "/update?timeout=1", headers, data
            case "row":
                path = f"/sparql/row?term=%3Curn:x%3E&variable=s&query={fitting(text)}"
                return "GET", path, {}, b""
        return "GET", f"/queries/members-on-date?date={fitting(text)}", {}, b""


WAYS = [Way(name) for name in ("GET", "POST", "form", "update", "row", "saved query")]


def fitting(text: str) -> str:
    """As much of a text as an address may have, as it stands there."""
    data = text.encode(errors="replace")
    while len(coded := quote(data, safe="")) > ADDRESS:
        data = data[: len(data) * ADDRESS // (len(coded) + 300)]
    return coded


@pytest.fixture(scope="module")
def service() -> Iterator[str]:
    with plain_store() as address:
        yield address


def timed(address: str, way: Way, text: str) -> tuple[Answer, float]:
    method, path, headers, body = way.request(text)
    start = time.monotonic()
    answer = send(address, method, path, headers, body)
    return answer, time.monotonic() - start


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
def test_each_is_answered_and_nobody_else_notices(way: Way, service: str) -> None:
    address = service
    light: list[tuple[int, float]] = []
    is_over = threading.Event()

    def look_up() -> None:
        while not is_over.wait(0.02):
            answer, seconds = timed(address, Way("POST"), f"ASK {{ ?s ?p ?o }} # {len(light)}")
            light.append((answer.status, seconds))

    watcher = threading.Thread(target=look_up)
    watcher.start()
    try:
        with ThreadPoolExecutor(4) as pool:
            jobs = {name: pool.submit(timed, address, way, FAMILIES[name](SIZE)) for name in NAMES}
            answers = {name: job.result() for name, job in jobs.items()}
    finally:
        is_over.set()
        watcher.join()
    for name, (answer, seconds) in answers.items():
        assert answer.status in {200, 400, 403, 404, 413, 501, 503}, name
        if answer.status >= 400 and way.name != "row":
            assert answer.media_type == PROBLEM or "html" in answer.media_type, name
        assert seconds < SECONDS, name
    assert {status for status, _ in light} <= ({200} if FLOOD else {200, 503})
    if FLOOD:
        assert statistics.quantiles([seconds for _, seconds in light], n=20)[-1] < 0.1


@pytest.mark.skipif(not FLOOD, reason="EAKG_FLOOD is not set")
def test_who_leaves_takes_the_work_along(service: str) -> None:
    address = service
    for way in WAYS:
        for name in NAMES:
            begin_and_leave(address, way, FAMILIES[name](SIZE))
    time.sleep(1)
    before = processor_seconds()
    time.sleep(1)
    assert processor_seconds() - before < 0.1


def begin_and_leave(address: str, way: Way, text: str) -> None:
    method, path, headers, body = way.request(text)
    host = urlsplit(address).netloc
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    lines = f"{method} {path} HTTP/1.1\r\nHost: {host}\r\n{head}Content-Length: {len(body)}\r\n\r\n"
    with socket.create_connection((urlsplit(address).hostname, urlsplit(address).port)) as client:
        client.sendall(lines.encode() + body)
        time.sleep(0.05)


def processor_seconds() -> float:
    """What the processes that this one started have used."""
    total = 0
    for pid in descendants(os.getpid()):
        with suppress(OSError):
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            total += int(fields[11]) + int(fields[12])
    return total / os.sysconf("SC_CLK_TCK")


@pytest.mark.parametrize("way", [Way("POST"), Way("form")], ids=lambda way: way.name)
def test_a_text_over_the_limit_is_refused_before_it_is_read(way: Way, service: str) -> None:
    address = service
    text = "ASK {}" + " " * (1 << 16)
    answer, _ = timed(address, way, text)
    assert (answer.status, answer.media_type) == (413, PROBLEM)
    problem = json.loads(answer.body)
    assert (problem["code"], problem["largest"]) == ("query-too-long", 1 << 16)
    assert timed(address, way, text[: 1 << 16])[0].status == 200


def test_writers_may_send_more(service: str) -> None:
    address = service
    text = ("ASK {}" + " " * (1 << 17)).encode()
    headers = {"Content-Type": QUERY, **BEARER}
    assert send(address, "POST", "/sparql", headers, text).status == 200
    wrong = {**headers, "Authorization": "Bearer of nothing"}
    assert send(address, "POST", "/sparql", wrong, text).status == 413

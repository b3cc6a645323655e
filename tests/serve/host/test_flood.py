"""A flood of queries that never end: each is refused in time, and nobody else notices.

EAKG_FLOOD=1 asserts the numbers that the service is made for, which need a machine of its own;
without it they are three times as generous.
"""

import json
import os
import statistics
import time
import urllib.parse
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from helpers.holdings import CROSS_JOIN
from helpers.processes import descendants, eventually, memory_of_web
from helpers.serving import Answer, running_small, send

GENEROUS = 1 if os.environ.get("EAKG_FLOOD") else 3
QUERIES = 50


@pytest.fixture
def service() -> Iterator[tuple[int, str]]:
    with running_small(2.0) as (process, address):
        yield process.pid, address


def timed(address: str, text: str) -> tuple[Answer, float]:
    start = time.monotonic()
    answer = send(address, "GET", "/sparql?" + urllib.parse.urlencode({"query": text}))
    return answer, time.monotonic() - start


def test_a_flood_of_cross_joins(service: tuple[int, str]) -> None:
    pid, address = service
    timed(address, "ASK {}")
    light: list[float] = []
    with ThreadPoolExecutor(QUERIES) as pool:
        jobs = [pool.submit(timed, address, f"{CROSS_JOIN} # {n}") for n in range(QUERIES)]
        while not all(job.done() for job in jobs):
            answer, seconds = timed(address, f"ASK {{ ?s ?p ?o }} # {len(light)}")
            assert answer.status == 200
            light.append(seconds)
            time.sleep(0.02)
        heavy = [job.result() for job in jobs]
    for answer, seconds in heavy:
        assert answer.status == 503
        assert answer.headers["retry-after"]
        assert seconds < 10 * GENEROUS
    codes = [json.loads(answer.body)["code"] for answer, _ in heavy]
    assert set(codes) <= {"time-limit", "overloaded"}
    assert "time-limit" in codes
    assert statistics.quantiles(light, n=20)[-1] < 0.25 * GENEROUS
    assert memory_of_web(pid) < 1 << 30
    # The keeper of the store, the web processes, and the workers that they keep.
    assert eventually(lambda: len(descendants(pid)) < 12)

"""The clients of the benchmark count what they are answered."""

from collections.abc import Iterator
from itertools import repeat

import pytest

from comparison.answers import body_of
from comparison.client import Address, Question, load
from comparison.lookups import LookUpError, Rate, read_rate
from helpers.endpoints import SINGLE_ROW, Reply, scripted_endpoint

BUSY = Reply(503, b'{"detail": "waited 5 s for its turn"}', {"Retry-After": "3"})
# As wrk 4.1 prints it (https://github.com/wg/wrk); seconds have a space after them.
WRK = """\
Running 5s test @ http://127.0.0.1:8000
  1 threads and 8 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     3.61ms    1.42ms  24.02ms   86.55%
    Req/Sec     2.23k   130.07     2.41k    70.00%
  Latency Distribution
     50%  950.00us
     75%    4.01ms
     90%    5.13ms
     99%    1.20s
  11113 requests in 5.00s, 12.05MB read
Requests/sec:   2221.51
Transfer/sec:      2.41MB
""".replace("1.20s", "1.20s ")


def questions(*cases: str) -> Iterator[Question]:
    return (Question(case, f"ASK {{}} # {case}") for case in cases)


def test_every_question_is_asked_once_and_in_order() -> None:
    responses: list[tuple[str, bytes]] = []
    with scripted_endpoint(Reply()) as endpoint:
        address = Address(endpoint.server_port, "/sparql?default-graph-uri=urn%3Ag")
        tally = load(address, [questions("a", "b")], listener=lambda *one: responses.append(one))
        paths = [path.strip() for _, path, _, _ in endpoint.requests]
    start = "/sparql?default-graph-uri=urn%3Ag&query=ASK+%7B%7D+%23+"
    assert paths == [f"{start}a", f"{start}b"]
    assert [case for case, _ in responses] == ["a", "b"]
    assert [body_of(response) for _, response in responses] == [SINGLE_ROW, SINGLE_ROW]
    assert (tally.answers, dict(tally.failures)) == (2, {})
    assert set(tally.seconds) == {"a", "b"}


def test_failures_are_counted_by_what_was_said() -> None:
    replies = (Reply(), BUSY, Reply(500, b"oh"), BUSY, Reply())
    with scripted_endpoint(*replies) as endpoint:
        address = Address(endpoint.server_port, "/sparql")
        tally = load(address, [questions(*"abcde")])
    assert tally.answers == 2
    assert dict(tally.failures) == {
        "503 waited 5 s for its turn": 2,
        "500, no Retry-After": 1,
    }


def test_clients_go_on_after_a_connection_was_lost() -> None:
    nothing = Reply(headers={"Content-Length": str(len(SINGLE_ROW) + 1)})
    with scripted_endpoint(Reply(), nothing, Reply()) as endpoint:
        address = Address(endpoint.server_port, "/sparql")
        tally = load(address, [questions(*"abc")])
    assert (tally.answers, dict(tally.failures)) == (2, {"connection lost": 1})


def test_every_client_asks_its_own_questions() -> None:
    with scripted_endpoint(Reply()) as endpoint:
        address = Address(endpoint.server_port, "/sparql")
        tally = load(address, [questions("a", "b"), questions("c"), questions()])
    assert {case: len(times) for case, times in tally.seconds.items()} == {"a": 1, "b": 1, "c": 1}
    assert not tally.failures


def test_nothing_is_asked_when_the_time_is_over() -> None:
    with scripted_endpoint(Reply()) as endpoint:
        address = Address(endpoint.server_port, "/sparql")
        tally = load(address, [repeat(Question("a", "ASK {}"))], 0.0)
    assert (tally.answers, dict(tally.failures)) == (0, {})


def test_percentiles_are_of_all_or_of_some_cases() -> None:
    with scripted_endpoint(Reply()) as endpoint:
        tally = load(Address(endpoint.server_port, "/sparql"), [questions("a")])
    tally.seconds.update({"a": [1.0, 2.0, 3.0], "b": [100.0] * 97})
    assert tally.percentile(50) == 100.0
    assert tally.percentile(50, ["a"]) == 2.0
    assert tally.percentile(50, ["c"]) == 0.0


def test_what_wrk_says_is_read() -> None:
    assert read_rate(WRK) == Rate(2221.51, 0.00095, 1.2, 0, 0)
    errors = (
        "  Socket errors: connect 1, read 2, write 3, timeout 4\n  Non-2xx or 3xx responses: 5\n"
    )
    assert read_rate(WRK + errors) == Rate(2221.51, 0.00095, 1.2, 5, 10)
    with pytest.raises(LookUpError, match="did not say"):
        read_rate("unable to connect to 127.0.0.1:8000 Connection refused")

"""How an endpoint is asked: its method, headers of one's own, redirects, and when it is left."""

import base64
import socket
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from eakg.queries.ask.access import EndpointAccess, read_headers
from eakg.queries.ask.remote import Breaker, RemoteEndpoint
from eakg.sparql.failures import BadAnswerError, StoreUnreachableError
from helpers.endpoints import Reply, scripted_endpoint
from helpers.engines import free_port
from helpers.saved_query_files import run

QUERY = "SELECT ?n { ?a ?b ?n }"
WORD = "s3cr3t-w0rd"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "q.rq"
    path.write_text(f"#+ expect: {{count: 1}}\n{QUERY}\n", "utf-8")
    return path


def test_headers_are_sent_with_variables_of_the_environment(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ENDPOINT_WORD", WORD)
    headers = ("--header", "Authorization: Bearer ${ENDPOINT_WORD}", "--header", "X-Account: 7")
    with scripted_endpoint(Reply()) as server:
        assert run("test", str(path), "--endpoint", server.address, *headers).exit_code == 0
        sent = server.requests[0][2]
    assert (sent["Authorization"], sent["X-Account"]) == (f"Bearer {WORD}", "7")


def test_a_given_user_agent_goes_before_the_usual_one(path: Path) -> None:
    with scripted_endpoint(Reply()) as server:
        options = ("--header", "user-agent: us/1 (mailto:us@example.org)")
        assert run("test", str(path), "--endpoint", server.address, *options).exit_code == 0
        sent = server.requests[0][2]
    assert [value for name, value in sent.items() if name.lower() == "user-agent"] == [
        "us/1 (mailto:us@example.org)"
    ]


@pytest.mark.parametrize("status", [400, 401, 403, 500, 503])
def test_a_server_that_repeats_a_secret_puts_it_in_no_message(
    path: Path, tmp_path: Path, status: int
) -> None:
    reply = Reply(status, f"bad token {WORD}".encode(), {"Retry-After": "900"}, "text/plain")
    report = tmp_path / "report.xml"
    options = ("--header", f"Authorization: Bearer {WORD}", "--junit", str(report), "--github")
    with scripted_endpoint(reply) as server:
        result = run("test", str(path), "--endpoint", server.address, *options)
    assert result.exit_code in (4, 6)
    assert "bad token ***" in result.output
    assert WORD not in result.output
    assert WORD not in report.read_text("utf-8")


def test_a_password_that_a_server_repeats_is_in_no_message(path: Path) -> None:
    pair = base64.b64encode(b"ann:pass-w0rd").decode()
    with scripted_endpoint(Reply(401, f"no: {pair}".encode(), {}, "text/plain")) as server:
        address = server.address.replace("http://", "http://ann:pass-w0rd@")
        result = run("test", str(path), "--endpoint", address)
        assert server.requests[0][2]["Authorization"] == f"Basic {pair}"
    assert result.exit_code == 4
    assert "no: ***" in result.output
    assert "pass-w0rd" not in result.output
    assert pair not in result.output


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("Authorization", "'Name: value'"),
        ("no name: x", "'Name: value'"),
        ("X-A: $ENDPOINT_NOWHERE", "$ENDPOINT_NOWHERE, which is not set"),
        ("X-A: ", "is empty"),
        ("X-A: a\r\nX-B: b", "no line of Latin 1"),
        ("Content-Length: 3", "cannot be given"),
        ("host: x", "cannot be given"),
    ],
)
def test_what_is_no_header(line: str, words: str) -> None:
    with pytest.raises(ValueError, match="header") as caught:
        read_headers([line], {})
    assert words in str(caught.value)


def test_headers_go_with_an_endpoint(path: Path) -> None:
    result = run("test", str(path), "--header", "X-A: b")
    assert result.exit_code == 2
    assert "give one" in result.stderr


def test_headers_are_not_shown() -> None:
    assert WORD not in repr(EndpointAccess(headers=(("Authorization", WORD),)))


@pytest.mark.parametrize("status", [301, 302, 307, 308])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_another_host_is_asked_where_one_says_so_and_told_nothing_more(
    path: Path, status: int, method: str
) -> None:
    """127.0.0.1 and localhost are two hosts, whatever answers at both."""
    secret = ("--header", f"Authorization: Bearer {WORD}", "--header", "X-Key: k")
    with scripted_endpoint(Reply()) as other:
        elsewhere = other.address.replace("127.0.0.1", "localhost")
        moved = Reply(status, b"", {"Location": elsewhere})
        with scripted_endpoint(moved) as first:
            options = ("--endpoint", first.address, "--method", method, *secret)
            refused = run("test", str(path), *options)
            assert refused.exit_code == 4
            assert f"ask {elsewhere} instead" in refused.output
            assert other.requests == []
            assert run("test", str(path), *options, "--follow").exit_code == 0
            sent_method, sent, headers, _ = other.requests[0]
    assert sent_method == method
    where, body = sent.split("\n", 1)
    asked = parse_qs(urlsplit(where).query if method == "GET" else body)
    assert QUERY in asked["query"][0]
    assert not {"Authorization", "X-Key"} & set(headers)


def test_the_usual_method_is_an_encoded_post(path: Path) -> None:
    with scripted_endpoint(Reply()) as server:
        run("test", str(path), "--endpoint", server.address)
        method, sent, headers, _ = server.requests[0]
    assert method == "POST"
    media_type = headers.get("Content-Type") or headers["Content-type"]
    assert media_type.startswith("application/x-www-form-urlencoded")
    assert QUERY in parse_qs(sent.split("\n", 1)[1])["query"][0]


def test_auto_is_get_where_the_address_stays_short(path: Path, tmp_path: Path) -> None:
    long_path = tmp_path / "long.rq"
    long_path.write_text(f"# {'x' * 2000}\n{QUERY}\n", "utf-8")
    with scripted_endpoint(Reply()) as server:
        for one in (path, long_path):
            run("test", str(one), "--endpoint", server.address, "--method", "auto")
        methods = [request[0] for request in server.requests]
    assert methods == ["GET", "POST"]


def test_nobody_is_asked_any_more_after_three_silences() -> None:
    endpoint = RemoteEndpoint(f"http://127.0.0.1:{free_port()}/", 5)
    for _ in range(3):
        with pytest.raises(StoreUnreachableError, match="nobody answers at"):
            endpoint.select(QUERY, "full")
    with pytest.raises(StoreUnreachableError, match="not asked: nobody answered the last 3"):
        endpoint.select(QUERY, "full")


def test_what_answers_badly_is_asked_on() -> None:
    with scripted_endpoint(Reply(500, b"no")) as server:
        endpoint = RemoteEndpoint(server.address, 5)
        for _ in range(5):
            with pytest.raises(BadAnswerError):
                endpoint.select(QUERY, "full")
        assert len(server.requests) == 5


def test_an_answer_closes_the_breaker() -> None:
    breaker = Breaker(2)
    for has_answer in (False, True, False):
        breaker.note(has_answer=has_answer)
    assert not breaker.is_open
    breaker.note(has_answer=False)
    assert breaker.is_open


def test_a_dead_endpoint_ends_a_run_of_many_files(tmp_path: Path) -> None:
    for number in range(6):
        (tmp_path / f"q{number}.rq").write_text(QUERY, "utf-8")
    address = f"http://127.0.0.1:{free_port()}/"
    result = run("test", str(tmp_path), "--endpoint", address, "-j", "1")
    assert result.exit_code == 4
    assert result.output.count("nobody answers at") == 3
    assert result.output.count("not asked: nobody answered") == 3


def test_who_takes_no_connection_in_time_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    def wait(*_: object, **__: object) -> socket.socket:
        raise TimeoutError("timed out")

    monkeypatch.setattr(socket, "create_connection", wait)
    with pytest.raises(StoreUnreachableError, match="no connection within 5 s"):
        RemoteEndpoint("http://127.0.0.1:1/", 5).select(QUERY, "full")


@pytest.mark.parametrize(("count", "status"), [(95, 0), (300, 0), (5_000, 4)])
def test_an_answer_of_many_headers(path: Path, count: int, status: int) -> None:
    """Virtuoso names each graph that it was asked of in one; there is an end to it all the same."""
    names = {f"X-SPARQL-named-graph-{number}": "urn:g" for number in range(count)}
    with scripted_endpoint(Reply(headers=names)) as server:
        result = run("test", str(path), "--endpoint", server.address)
    assert result.exit_code == status, result.output
    assert ("headers" in result.output) is bool(status)

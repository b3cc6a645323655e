"""The HTTP client: what servers do, and what each of its callers makes of it."""

import gzip
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from io import BytesIO
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from click.testing import CliRunner
from rdflib import URIRef

from eakg import __version__
from eakg.cli import main
from eakg.queries.ask.access import EndpointAccess
from eakg.queries.ask.remote import RemoteEndpoint
from eakg.sparql.failures import (
    BadAnswerError,
    OverloadedError,
    QueryRefusedError,
    QuerySyntaxError,
    ResultTooLargeError,
    StoreError,
    StoreUnreachableError,
    TimeLimitExceededError,
    UpdateRefusedError,
)
from eakg.store.elsewhere.connection import Deadline, target_of
from eakg.store.elsewhere.credentials import Endpoint, endpoint_at
from eakg.store.elsewhere.federation import with_services
from eakg.store.elsewhere.filling import Filler
from eakg.store.elsewhere.http import HttpClient, HttpRequest
from eakg.store.elsewhere.remote import RemoteStore
from eakg.store.graph_files import GraphFile, read_contents
from eakg.store.request import Limits, QueryRequest
from helpers.endpoints import SINGLE_ROW
from helpers.engines import program
from helpers.engines import run as told
from helpers.talking import Act, Incoming, TalkingServer, drips, head, sends, talking_server

pytestmark = pytest.mark.slow

LARGEST = 4096
AMPLE, SCARCE = 60.0, 0.5  # seconds
QUERY = "SELECT ?n { ?s ?p ?n }"
NO_ROWS = b'{"head": {"vars": ["batch"]}, "results": {"bindings": []}}'
Caller = Callable[[str, float], object]


@pytest.fixture(autouse=True)
def nobody_is_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))


def query(address: str, seconds: float) -> object:
    store = RemoteStore(endpoint_at(address), Limits(timeout=seconds, result=LARGEST), "strict")
    return store.query(QueryRequest(QUERY, "csv")).read().split()[1:] == [b"1"]


def ask(address: str, seconds: float) -> object:
    endpoint = RemoteEndpoint(address, seconds, largest=LARGEST)
    return endpoint.select(QUERY, "full")["results"]["bindings"][0]["n"]["value"] == "1"


def service(address: str, seconds: float) -> object:
    text = f"SELECT ?n {{ SERVICE <{address}> {{ ?s ?p ?n }} }}"
    hosts = [urlsplit(address).netloc.rpartition("@")[2]]
    return '"1"' in with_services(QueryRequest(text), hosts, seconds, {}).text


@pytest.fixture(params=["query", "ask", "SERVICE", "update", "load"])
def caller(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, Caller]:
    """Each that asks over HTTP, as a function of an address and of seconds, true when it has what
    it asked for."""
    file = tmp_path / "one.nt"
    file.write_text("<urn:s> <urn:p> <urn:o> .\n", "utf-8")
    triples = read_contents([GraphFile(URIRef("urn:g"), file)])

    def update(address: str, seconds: float) -> object:
        nothing = read_contents([])
        return fill(lambda store: Filler(store, address, seconds=seconds).fill(nothing, 10))

    def load(address: str, seconds: float) -> object:
        return fill(
            lambda store: Filler(store, store.endpoint.address, address, seconds).fill(triples, 10)
        )

    callers = {"query": query, "ask": ask, "SERVICE": service, "update": update, "load": load}
    return request.param, callers[request.param]


def fill(act: Callable[[RemoteStore], None]) -> bool:
    """Has an engine that is well be filled."""
    with talking_server(sends(200, NO_ROWS)) as engine:
        act(RemoteStore(endpoint_at(engine.address), Limits(), "strict"))
    return True


def reset(connection: socket.socket, _: Incoming) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def silence(_: socket.socket, __: Incoming) -> None:
    threading.Event().wait(2)


def sent(data: bytes) -> Act:
    return lambda connection, _: connection.sendall(data)


ZIPPED = gzip.compress(SINGLE_ROW)
LONG = {"Content_Length": None}
FAR = {"Content_Length": "40000"}
ENDLESS: Act = drips(head(200, Content_Length=None), b" " * 9)


def flood(connection: socket.socket, _: Incoming) -> None:
    connection.sendall(head(200, Content_Length=None))
    while True:
        connection.sendall(b" " * (1 << 20))


def bomb(connection: socket.socket, _: Incoming) -> None:
    zipped = gzip.compress(b" " * (16 << 20))
    connection.sendall(head(200, zipped, Content_Encoding="gzip") + zipped)


Expected = type[StoreError] | bool
# What a server does; the seconds it has; what a query comes to, and what a change does, which has
# no result to be looked at. SERVICE makes a bad answer of every failure (test_federation.py).
BEHAVIOURS: Mapping[str, tuple[Act, float, Expected, Expected]] = {
    "an answer": (sends(200, SINGLE_ROW), AMPLE, True, True),
    "compressed": (sends(200, ZIPPED, Content_Encoding="gzip"), AMPLE, True, True),
    "no length": (sends(200, SINGLE_ROW, **LONG), AMPLE, True, True),
    "in chunks": (
        sent(
            head(200, Content_Length=None, Transfer_Encoding="chunked")
            + b"%x\r\n%b\r\n0\r\n\r\n" % (len(SINGLE_ROW), SINGLE_ROW)
        ),
        AMPLE,
        True,
        True,
    ),
    "chunks that are cut": (
        sent(head(200, Content_Length=None, Transfer_Encoding="chunked") + b"99\r\n{"),
        AMPLE,
        BadAnswerError,
        BadAnswerError,
    ),
    "a cut body": (sends(200, SINGLE_ROW, **FAR), AMPLE, BadAnswerError, BadAnswerError),
    "a length too small": (
        sends(200, SINGLE_ROW, Content_Length="9"),
        AMPLE,
        BadAnswerError,
        True,
    ),
    "a cut compressed body": (
        sends(200, ZIPPED[:-9], Content_Encoding="gzip"),
        AMPLE,
        BadAnswerError,
        BadAnswerError,
    ),
    "compressed in name only": (
        sends(200, SINGLE_ROW, Content_Encoding="gzip"),
        AMPLE,
        BadAnswerError,
        BadAnswerError,
    ),
    "an encoding of its own": (
        sends(200, SINGLE_ROW, Content_Encoding="rot13"),
        AMPLE,
        BadAnswerError,
        BadAnswerError,
    ),
    "HTML": (sends(200, b"<html>", Content_Type="text/html"), AMPLE, BadAnswerError, True),
    "only a part": (sends(206, SINGLE_ROW), AMPLE, ResultTooLargeError, True),
    "stopped early": (
        sends(200, SINGLE_ROW, X_SQL_State="S1TAT"),
        AMPLE,
        ResultTooLargeError,
        True,
    ),
    "as many rows as it gives": (
        sends(200, SINGLE_ROW, X_SPARQL_MaxRows="1"),
        AMPLE,
        ResultTooLargeError,
        True,
    ),
    "no end": (flood, AMPLE, ResultTooLargeError, ResultTooLargeError),
    "little that becomes much": (bomb, AMPLE, ResultTooLargeError, ResultTooLargeError),
    "400": (sends(400, b"what?"), AMPLE, QuerySyntaxError, BadAnswerError),
    "401": (sends(401, b"who?"), AMPLE, BadAnswerError, UpdateRefusedError),
    "403": (sends(403, b"you?"), AMPLE, BadAnswerError, UpdateRefusedError),
    "404": (sends(404, b"where?"), AMPLE, BadAnswerError, BadAnswerError),
    "429": (sends(429, Retry_After="3600"), AMPLE, OverloadedError, OverloadedError),
    "500": (sends(500, b"ouch"), AMPLE, BadAnswerError, BadAnswerError),
    "503": (sends(503, Retry_After="3600"), AMPLE, OverloadedError, OverloadedError),
    "504": (sends(504), AMPLE, TimeLimitExceededError, TimeLimitExceededError),
    "an error that is cut": (
        sends(404, b"w", **FAR),
        AMPLE,
        BadAnswerError,
        BadAnswerError,
    ),
    "no answer": (silence, SCARCE, TimeLimitExceededError, TimeLimitExceededError),
    "a slow head": (
        drips(b"HTTP/1.1 200 OK\r\nX: ", b"y"),
        SCARCE,
        TimeLimitExceededError,
        TimeLimitExceededError,
    ),
    "a slow body": (ENDLESS, SCARCE, TimeLimitExceededError, TimeLimitExceededError),
    "a slow error": (
        drips(head(500, Content_Length=None), b" "),
        SCARCE,
        BadAnswerError,
        BadAnswerError,
    ),
    "no HTTP": (sent(b"SSH-2.0-x\r\n"), AMPLE, BadAnswerError, BadAnswerError),
    "an end": (sent(b""), AMPLE, StoreUnreachableError, StoreUnreachableError),
    "a reset": (reset, AMPLE, StoreUnreachableError, StoreUnreachableError),
    "a redirect to nowhere": (
        sends(308, Location="http://["),
        AMPLE,
        BadAnswerError,
        BadAnswerError,
    ),
    "a redirect without end": (
        sends(307, Location="/"),
        AMPLE,
        BadAnswerError,
        BadAnswerError,
    ),
}


@pytest.mark.parametrize("behaviour", BEHAVIOURS)
def test_what_comes_of_it(caller: tuple[str, Caller], behaviour: str) -> None:
    name, call = caller
    act, seconds, of_query, of_change = BEHAVIOURS[behaviour]
    expected = of_change if name in ("update", "load") else of_query
    if name == "SERVICE" and isinstance(expected, type):
        expected = BadAnswerError
    with talking_server(act) as server:
        if isinstance(expected, bool):
            assert call(server.address, seconds) is expected
        else:
            with pytest.raises(expected) as caught:
                call(server.address, seconds)
            assert type(caught.value) is expected


def test_nobody_is_there(caller: tuple[str, Caller]) -> None:
    with talking_server(silence) as server:
        address = server.address
    name, call = caller
    error = BadAnswerError if name == "SERVICE" else StoreUnreachableError
    with pytest.raises(error, match=f"nobody answers at {address}: Connection refused"):
        call(address, AMPLE)


def moved(status: int, host: str | None = None) -> Act:
    """Redirects to another path, of this host or of another name for it, without the query."""

    def act(connection: socket.socket, incoming: Incoming) -> None:
        where = "/moved" if host is None else f"http://{host}:{incoming.port}/moved"
        there = incoming.path.startswith("/moved")
        (sends(200, SINGLE_ROW) if there else sends(status, Location=where))(connection, incoming)

    return act


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_repeats_what_was_asked(caller: tuple[str, Caller], status: int) -> None:
    _, call = caller
    with talking_server(moved(status)) as server:
        assert call(server.address, AMPLE) is True
        first, second = server.requests
        assert (first.method, first.body) == (second.method, second.body)
        assert [urlsplit(one.path).path for one in server.requests] == ["/sparql", "/moved"]
        assert urlsplit(first.path).query == urlsplit(second.path).query


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_to_another_host_is_refused_with_its_address(
    caller: tuple[str, Caller], status: int
) -> None:
    name, call = caller
    with talking_server(moved(status, "localhost")) as server:
        where = f"http://localhost:{server.port}/moved"
        error, words = (
            (QueryRefusedError, f"may not ask localhost:{server.port}")
            if name == "SERVICE"
            else (BadAnswerError, f"to another host; ask {where} instead")
        )
        with pytest.raises(error, match=words):
            call(server.address, AMPLE)
        assert len(server.requests) == 1


def guarded(connection: socket.socket, incoming: Incoming) -> None:
    """Answers whoever has the password."""
    known = Endpoint("", "user", "pass word").authorization()
    right = incoming.headers.get("Authorization") == known
    (sends(200, SINGLE_ROW) if right else sends(401))(connection, incoming)


def test_who_asks_is_told_to_the_endpoint_alone(caller: tuple[str, Caller]) -> None:
    name, call = caller
    with talking_server(guarded) as server:
        address = server.address.replace("//", "//user:pass%20word@")
        if name == "SERVICE":
            # A query of anybody has no credentials, whatever it names.
            with pytest.raises(BadAnswerError):
                call(address, AMPLE)
            assert "Authorization" not in server.requests[0].headers
            return
        assert call(address, AMPLE) is True
        with pytest.raises(StoreError) as caught:
            call(address.replace("pass%20word", "other"), AMPLE)
        assert "401" in str(caught.value)
        assert "other credentials" in str(caught.value)
        assert "user" not in str(caught.value)


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
@pytest.mark.parametrize("same", [True, False])
def test_credentials_stay_with_their_origin(name: str, same: bool) -> None:
    with (
        talking_server(sends(200, SINGLE_ROW)) as other,
        talking_server(moved(302, name)) as server,
    ):
        if not same:
            server.act = sends(302, Location=f"http://{name}:{other.port}/moved")
        client = HttpClient(LARGEST, "Basic x", other_hosts=True)
        client.send(HttpRequest("GET", server.address), Deadline.from_now(AMPLE), BytesIO())
        last = (server if same else other).requests[-1]
        assert server.requests[0].headers["Authorization"] == "Basic x"
        assert last.path == "/moved"
        assert last.headers.get("Authorization") == (
            "Basic x" if same and name == "127.0.0.1" else None
        )


@pytest.mark.parametrize(
    ("meant_for", "asked", "given"),
    [
        ("http://h/", "http://h:80/x", True),
        ("http://h/", "https://h/", True),
        ("https://h/", "http://h/", False),
        ("http://h:8080/", "https://h/", False),
        ("http://h/", "http://h:81/", False),
        ("https://h/", "https://i/", False),
    ],
)
def test_origins(meant_for: str, asked: str, given: bool) -> None:
    assert target_of(asked).takes_credentials_of(target_of(meant_for)) is given


NETRC = "machine data.example.org login reader password secret\nmachine other.org login x"


@pytest.mark.parametrize(
    ("address", "environment", "value"),
    [
        ("https://a:b@h.org/", {"EAKG_BEARER_H_ORG": "t"}, "Basic YTpi"),
        ("https://h.org/", {"EAKG_BEARER_H_ORG": "t\n"}, "Bearer t"),
        ("https://h.org:8443/", {"EAKG_BASIC_H_ORG": "a:b"}, "Basic YTpi"),
        ("https://h-i.org/", {"EAKG_BEARER_H_I_ORG": "t"}, ""),
        ("https://h-i.org/", {"EAKG_BEARER_H__I_ORG": "t"}, "Bearer t"),
        ("https://i.h.org/", {"EAKG_BEARER_H_ORG": "t"}, ""),
        ("https://data.example.org/x", {}, "Basic cmVhZGVyOnNlY3JldA=="),
        ("https://example.org/x", {}, ""),
    ],
)
def test_where_credentials_come_from(
    tmp_path: Path, address: str, environment: dict[str, str], value: str
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text(NETRC, "utf-8")
    variables = {"NETRC": str(netrc), **environment}
    assert endpoint_at(address).authorization(variables) == value


def test_a_netrc_that_cannot_be_read_is_none(tmp_path: Path) -> None:
    netrc = tmp_path / "netrc"
    for write in (lambda: None, lambda: netrc.write_text("machine"), netrc.unlink, netrc.mkdir):
        write()
        assert endpoint_at("http://h/").authorization({"NETRC": str(netrc)}) == ""


def test_no_password_is_shown() -> None:
    endpoint = endpoint_at("http://user:secret@127.0.0.1:9/")
    assert "secret" not in repr(endpoint)
    assert "secret" not in repr(HttpClient(1, endpoint.authorization()))
    for arguments in (
        ["load", "--store", "sparql+ftp://user:secret@h/"],
        ["load", "--store", "sparql+http://h/", "--update", "ftp://user:secret@h/"],
        ["serve", "--store", "sparql+ftp://user:secret@h/"],
        ["query", "-", "--endpoint", "http://user:secret@127.0.0.1:9/"],
        ["query", "-", "--endpoint", "ftp://user:secret@127.0.0.1:9/"],
    ):
        done = CliRunner().invoke(main, arguments, input="ASK {}")
        assert done.exit_code in (2, 4)
        assert "secret" not in done.output


def test_a_busy_endpoint_is_asked_again_with_the_same_query() -> None:
    replies = [
        sends(503, Retry_After="0"),
        sends(429, Retry_After="0"),
        sends(200, SINGLE_ROW),
    ]
    with talking_server(lambda *given: replies.pop(0)(*given)) as server:
        assert ask(server.address, AMPLE) is True
        assert len({(one.path, one.body) for one in server.requests}) == 1
        assert len(server.requests) == 3


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_request(method: str) -> None:
    with talking_server(sends(200, SINGLE_ROW)) as server:
        address = f"{server.address}?user=é#part"
        RemoteEndpoint(address, access=EndpointAccess(method)).select(QUERY, "asserted")
        (incoming,) = server.requests
    path, _, text = incoming.path.partition("?")
    fields = parse_qs(text) if method == "GET" else parse_qs(incoming.body.decode())
    assert (incoming.method, path) == (method, "/sparql")
    assert text.startswith("user=%C3%A9")
    assert fields["query"] == [QUERY]
    assert fields["closure"] == ["asserted"]
    assert incoming.headers["Host"] == server.host
    assert incoming.headers["User-Agent"] == f"eakg/{__version__} (+https://w3id.org/eakg/)"
    wanted = "application/sparql-results+json, application/sparql-results+xml;q=0.9"
    assert incoming.headers["Accept"] == wanted
    assert incoming.headers["Accept-Encoding"] == "gzip"


@pytest.mark.parametrize("code", ["query-syntax", "query-refused", "evaluation", "time-limit"])
def test_a_service_of_ours_names_its_failures(code: str) -> None:
    body = b'{"code": "%b", "detail": "because", "seconds": 3}' % code.encode()
    if code != "time-limit":
        body = body.replace(b', "seconds": 3', b"")
    with (
        talking_server(sends(500, body)) as server,
        pytest.raises(StoreError, match="because") as caught,
    ):
        query(server.address, AMPLE)
    assert caught.value.code == code


def test_a_proxy_is_asked_where_the_environment_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    with talking_server(sends(200, SINGLE_ROW)) as proxy:
        monkeypatch.setenv("http_proxy", f"http://me:secret@{proxy.host}")
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        assert ask("http://data.invalid/sparql?x=1", AMPLE) is True
        (incoming,) = proxy.requests
        assert incoming.path == "http://data.invalid/sparql?x=1"
        assert incoming.headers["Host"] == "data.invalid"
        assert incoming.headers["Proxy-Authorization"] == "Basic bWU6c2VjcmV0"
        with talking_server(sends(200, SINGLE_ROW)) as server:
            assert ask(server.address, AMPLE) is True
            assert "Proxy-Authorization" not in server.requests[0].headers
        assert len(proxy.requests) == 1


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate and its key for `pinned.example`, in one file."""
    file = tmp_path_factory.mktemp("certificate") / "both.pem"
    told(
        program("openssl", "openssl"),
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=pinned.example",
        "-addext",
        "subjectAltName=DNS:pinned.example",
        "-keyout",
        str(file),
        "-out",
        f"{file}.crt",
    )
    file.write_bytes(file.read_bytes() + Path(f"{file}.crt").read_bytes())
    return file


@contextmanager
def secured(certificate: Path, act: Act) -> Iterator[TalkingServer]:
    """A server that talks over TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with talking_server(act) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        yield server


def pinned(host: str, port: int, _: Deadline) -> list[str]:
    assert host == "pinned.example"
    return ["127.0.0.1"]


def relay(there: int) -> Act:
    """A proxy that leads every connection to one port."""

    def act(connection: socket.socket, incoming: Incoming) -> None:
        assert incoming.method == "CONNECT"
        connection.sendall(b"HTTP/1.1 200 So\r\n\r\n")
        with socket.create_connection(("127.0.0.1", there)) as other:
            back = threading.Thread(target=pump, args=(other, connection))
            back.start()
            pump(connection, other)
            back.join()

    return act


def pump(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(1 << 16):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)


def test_tls_to_a_pinned_address_and_through_a_proxy(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with secured(certificate, sends(200, SINGLE_ROW)) as server:
        address = f"https://pinned.example:{server.port}/sparql"
        request, output = HttpRequest("GET", address), BytesIO()
        client = HttpClient(LARGEST, addresses=pinned, uses_proxy=False)
        client.send(request, Deadline.from_now(AMPLE), output)
        assert output.getvalue() == SINGLE_ROW
        assert server.requests[0].headers["Host"] == f"pinned.example:{server.port}"
        with pytest.raises(StoreUnreachableError, match="certificate verify failed"):
            ask(f"https://{server.host}/", AMPLE)
        with talking_server(relay(server.port)) as proxy:
            monkeypatch.setenv("https_proxy", f"http://me:secret@{proxy.host}")
            assert ask(address, AMPLE) is True
            (incoming,) = proxy.requests
            assert incoming.path == f"pinned.example:{server.port}"
            assert incoming.headers["Proxy-Authorization"] == "Basic bWU6c2VjcmV0"
            assert "Proxy-Authorization" not in server.requests[-1].headers
            proxy.act = sends(407)
            with pytest.raises(StoreUnreachableError, match="the proxy does not lead to"):
                ask(address, AMPLE)
    with secured(certificate, drips(head(200, Content_Length=None), b" ")) as server:
        request = HttpRequest("GET", f"https://pinned.example:{server.port}/")
        with pytest.raises(TimeLimitExceededError):
            client.send(request, Deadline.from_now(SCARCE), BytesIO())

"""What proxies say of clients counts where they are named, and nobody else's word does."""

import http.client
import re
from collections.abc import Iterator
from email.message import Message
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from eakg.serve.guard.proxies import FOR, PREFIX, PROTO, TrustedProxies
from eakg.serve.guard.rate import address_of
from helpers.serving import running

PROXY, STRANGER = "127.0.0.2", "127.0.0.1"
FORGED = {
    "X-Forwarded-For": "198.51.100.7",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Prefix": "/kg",
    "X-Forwarded-Host": "evil.example",
    "Forwarded": "for=198.51.100.7;host=evil.example;proto=https",
}


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("192.0.2.1:80", "198.51.100.7", "192.0.2.1"),
        ("127.0.0.1:80", "", "127.0.0.1"),
        ("127.0.0.1:80", "198.51.100.7, 192.0.2.9", "192.0.2.9"),
        ("[::1]:80", "2001:db8::7", "2001:db8::7"),
        ("[::ffff:127.0.0.1]:80", "192.0.2.9", "192.0.2.9"),
        ("[2001:db8::1]:80", "192.0.2.9", "2001:db8::1"),
        ("127.0.0.1:80", "not an address", "127.0.0.1"),
        ("127.0.0.1:80", "192.0.2.9:4711", "192.0.2.9"),
        ("127.0.0.1:80", "[2001:db8::7]:4711", "2001:db8::7"),
        ("127.0.0.1:80", "198.51.100.7, 192.0.2.9, 10.1.2.3", "192.0.2.9"),
        ("10.1.2.3:80", "198.51.100.7,192.0.2.9, 10.9.9.9 ,10.1.2.3", "192.0.2.9"),
        ("10.1.2.3:80", "10.0.0.5, 10.0.0.6", "10.0.0.5"),
        ("11.1.2.3:80", "198.51.100.7", "11.1.2.3"),
    ],
)
def test_who_the_client_is(peer: str, forwarded: str, client: str) -> None:
    proxies = TrustedProxies(("127.0.0.0/8", "::1", "10.0.0.0/8"))
    assert proxies.client(address_of(peer), forwarded) == client


@pytest.mark.parametrize(
    ("prefix", "expected"),
    [
        *(("/kg", "/kg"), ("/kg/", "/kg"), ("/a/b.c-d~%C3%A9", "/a/b.c-d~%C3%A9"), ("/", "")),
        *(("kg", ""), ("//evil.example", ""), ("/a//b", ""), ("/..", ""), ("/a/../b", "")),
        *(("/a b", ""), ('/a"><script>', ""), ("http://evil.example/", ""), ("/a, /b", "/b")),
        *(("/a?b", ""), ("/a#b", ""), ("/a\\b", ""), ("/é", "")),
    ],
)
def test_the_path_of_a_proxy(prefix: str, expected: str) -> None:
    values = {PROTO: [], FOR: [], PREFIX: [prefix]}
    assert TrustedProxies().approach(STRANGER, "http", values.__getitem__).prefix == expected


@pytest.mark.parametrize(
    ("schemes", "expected"),
    [
        *((["https"], "https"), (["HTTPS"], "https"), (["http"], "http"), ([], "http")),
        *((["http", "https"], "https"), (["https, http"], "http"), (["javascript"], "http")),
    ],
)
def test_the_scheme_of_a_proxy(schemes: list[str], expected: str) -> None:
    values = {PROTO: schemes, FOR: [], PREFIX: []}
    assert TrustedProxies().approach(STRANGER, "http", values.__getitem__).scheme == expected


def test_a_header_that_comes_twice_is_one_list() -> None:
    """A proxy that adds a header of its own leaves that of the client before it."""
    values = {FOR: ["198.51.100.7", "192.0.2.9"], PROTO: [], PREFIX: []}
    assert TrustedProxies().approach(STRANGER, "http", values.__getitem__).client == "192.0.2.9"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    file: Path = tmp_path_factory.mktemp("data") / "a.ttl"
    label = "<http://www.w3.org/2000/01/rdf-schema#label>"
    file.write_text(f'<http://e.example/a> {label} "a" ; <http://e.example/p> <b> .')
    arguments = ("--trusted-proxy", PROXY, "--reasoning", "none", "--contact", "mailto:a@e.example")
    with running(str(file), *arguments) as address:
        yield address


def asked(address: str, peer: str, path: str, **headers: str) -> tuple[Message, str]:
    """Headers and body of an answer to a request that comes from an address of this machine."""
    target = urlsplit(address)
    connection = http.client.HTTPConnection(
        target.hostname or "", target.port, timeout=60, source_address=(peer, 0)
    )
    connection.request("GET", path, headers={"Accept": "text/html", **FORGED, **headers})
    answer = connection.getresponse()
    body = answer.read().decode()
    connection.close()
    return answer.headers, body


@pytest.mark.parametrize(
    "path", ["/", "/doc?iri=http%3A%2F%2Fe.example%2Fa", "/things", "/nothing"]
)
def test_links_are_below_the_path_of_a_named_proxy_alone(address: str, path: str) -> None:
    for _ in range(2):  # what one is answered is kept for others like it
        for peer, prefix in ((PROXY, "/kg/"), (STRANGER, "/")):
            headers, body = asked(address, peer, path)
            links = re.findall(r'(?:href|src|action)="(/[^"]*)"', body)
            assert links
            assert all(link.startswith(prefix) for link in links), peer
            assert any(link.startswith("/kg/") for link in links) == (peer == PROXY)
            told = re.findall(r"<(/[^>]*)>", headers.get("Link") or "")
            assert all(link.startswith("/kg/") == (peer == PROXY) for link in told)
            assert "evil.example" not in f"{headers}{body}"


@pytest.mark.parametrize("path", ["/robots.txt", "/.well-known/void", "/dcat", "/openapi.json"])
def test_whole_addresses_are_those_of_a_named_proxy_alone(address: str, path: str) -> None:
    host = urlsplit(address).netloc
    for peer in (PROXY, STRANGER, PROXY):
        _, body = asked(address, peer, path, Accept="*/*")
        assert (f"https://{host}/kg" in body) == (peer == PROXY)
        assert "evil.example" not in body


def test_redirections_and_relative_iris_of_queries_follow_it(address: str) -> None:
    host = urlsplit(address).netloc
    for peer, root in ((PROXY, f"https://{host}/kg"), (STRANGER, f"http://{host}")):
        query = "/sparql?query=SELECT%20(%3Cx%3E%20AS%20%3Fx)%20%7B%7D"
        _, body = asked(address, peer, query, Accept="text/csv")
        assert body.split() == ["x", f"{root}/x"]
        headers, _ = asked(address, peer, "/reconcile/view?id=http%3A%2F%2Fe.example%2Fa")
        assert headers["Location"].startswith(f"{root}/doc?iri=")


def test_what_is_canonical_does_not_follow_the_host(address: str) -> None:
    port = urlsplit(address).port
    for peer in (PROXY, STRANGER):
        _, body = asked(address, peer, "/.well-known/security.txt", Host=f"localhost:{port}")
        assert f"Canonical: http://127.0.0.1:{port}/.well-known/security.txt\n" in body

"""Requests that nobody meant to send: no 500, no crash, no hang, every error in problem+json.

EAKG_FUZZ is how many are sent, 250 where it is not set; `make soak` sends 20,000.
"""

import json
import os
import socket
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from helpers.serving import BEARER, Answer, plain_store, send

REQUESTS = int(os.environ.get("EAKG_FUZZ", "250"))
PROBLEM = "application/problem+json"
TEXTS = (
    "application/sparql-query",
    "application/sparql-update",
    "text/turtle",
    "application/n-triples",
    "application/ld+json",
    "application/rdf+xml",
)
QUERIES = (
    "SELECT * WHERE { ?s ?p ?o . OPTIONAL { ?o ?q ?r } FILTER(?o != 1) } ORDER BY ?s LIMIT 3",
    "PREFIX a: <http://a.example/> CONSTRUCT { ?s a:b [ a:c ?o ] } { GRAPH ?g { ?s a:p+ ?o } }",
    "ASK FROM <http://a.example/g> { ?s ?p 'x'@en , 1.5e3 ; a ?c }",
    "SELECT (COUNT(DISTINCT ?s) AS ?n) ?g { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g HAVING (?n > 1)",
    "DESCRIBE <http://a.example/x>",
    "SELECT ?x { VALUES (?x ?y) { (1 UNDEF) ('a' <http://a.example/>) } BIND(STR(?x) AS ?z) }",
)
UPDATES = (
    "PREFIX a: <http://a.example/> INSERT DATA { a:s a:p 1 . GRAPH a:g { a:s a:p 'x' } }",
    "WITH <http://a.example/g> DELETE { ?s ?p ?o } INSERT { ?s ?p 2 } WHERE { ?s ?p ?o }",
    "CREATE SILENT GRAPH <http://a.example/h> ; COPY DEFAULT TO <http://a.example/h> ; CLEAR ALL",
)
TURTLE = "@prefix a: <http://a.example/> . a:s a:p [ a:q ( 1 2.5 true ) ] , 'x'@en ."
NASTY = (
    *("\x00", "\ufeff", "😀", "\u202e", "\\u0000", "\\ud800", "\\", '"""', "'", "#", "%", "\r\n"),
    *(
        "{" * 300,
        "(" * 300,
        "[" * 300,
        "}",
        ")",
        "]",
        ";",
        ".",
        "^^",
        "@",
        "_:a",
        "<",
        ">",
        "<a b>",
    ),
    "SERVICE SILENT <http://127.0.0.1:9/> { ?a ?b ?c }",
    "FROM <file:///etc/passwd> ",
    "FROM NAMED <http://127.0.0.1:9/> ",
    "LOAD <http://127.0.0.1:9/> ;",
    "BASE <x> ",
    "PREFIX : <> ",
    "LIMIT 99999999999999999999 ",
    "OFFSET -1 ",
    "1e999999999",
    "REGEX('aaaaaaaaaaaaaaaaaaaaaaaa', '(a+)+$')",
    "(RAND() AS ?r) ",
    "<< ?s ?p ?o >> ",
)
VALUES = (
    *("", "*/*", "text/csv;q=0.5, */*;q=0", ";;;,,,q", "a/b;q=nan", "application/json;q=1.0000000"),
    *("application/sparql-results+xml", "text/turtle; charset=utf-16", "x" * 5000, "é", "\xff"),
    *(*TEXTS, "application/x-www-form-urlencoded", "multipart/form-data", "text/plain"),
    *("multipart/form-data; boundary=a", "multipart/form-data; boundary=", "gzip", "br, gzip"),
    *("Bearer", "Bearer x", "Basic eDp4", 'W/"x"', '"', "*", '"a", "b"', "bytes=0-", "chunked"),
)
HEADERS = (
    *("Accept", "Accept-Charset", "Accept-Encoding", "Accept-Language", "Authorization"),
    *("Content-Encoding", "Content-Type", "Cookie", "If-Match", "If-None-Match", "Range"),
    *("If-Modified-Since", "Origin", "X-Forwarded-For", "X-HTTP-Method-Override", "Expect-CT"),
)
PATHS = (
    *("/sparql", "/sparql/", "/update", "/graphs", "/graphs/a/b", "/graph/a", "/.well-known/void"),
    *("/", "/ontology", "/explain", "/id/asean", "/doc/asean.ttl", "/health", "/openapi.json"),
    *("/nowhere", "//sparql", "/doc/%00", "/doc/%FF", "/id/..%2f..%2fetc", "/static/../x", "/%"),
)
NAMES = (
    *("query", "update", "format", "closure", "timeout", "default-graph-uri", "named-graph-uri"),
    *("using-graph-uri", "using-named-graph-uri", "graph", "default", "s", "p", "o", "x", ""),
)
GIVEN = (
    *("json", "html", "1", "-1", "1e400", "nan", "full", "", "<a:b>", "http://a.example/g"),
    *("a b", "file:///etc/passwd", "urn:x", *NASTY),
)
METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "QUERY", "x")


@schemathesis.serializer(*TEXTS)
def as_text(context: object, value: object) -> bytes:
    """A body of one of these types is the text itself."""
    return value if isinstance(value, bytes) else str(value).encode()


@pytest.fixture(scope="module")
def service() -> Iterator[str]:
    with plain_store() as address:
        yield address
        assert send(address, "GET", "/health").status == 200


def often(examples: int) -> Any:
    """Settings for so many examples, the same at each run."""
    return settings(
        max_examples=max(1, examples),
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )


def is_sound(answer: Answer, method: str, accept: str = "") -> None:
    assert answer.status != 500, answer
    assert answer.headers["access-control-allow-origin"] == "*"
    if answer.status < 400 or method == "HEAD" or "html" in accept:
        return
    assert answer.media_type == PROBLEM
    said = json.loads(answer.body)
    assert said["status"] == answer.status
    assert said["detail"]
    for secret in ("Traceback", "/src/", "site-packages", "pyoxigraph", "/tmp/"):  # noqa: S108 - looked for only
        assert secret not in answer.body.decode()


def test_what_the_description_describes(service: str) -> None:
    """Requests made from the description, half of them against it, get what it says."""
    described = schemathesis.openapi.from_url(f"{service}/openapi.json")
    operations = [found.ok() for found in described.get_all_operations()]
    assert len(operations) > 20
    for operation in operations:
        for mode in schemathesis.GenerationMode:
            if mode is schemathesis.GenerationMode.NEGATIVE and not takes(operation):
                continue

            @often(REQUESTS // 4 // len(operations))
            @given(operation.as_strategy(generation_mode=mode))
            def check(case: schemathesis.Case) -> None:
                response = case.call(headers=BEARER, timeout=60)
                case.validate_response(
                    response,
                    checks=[
                        not_a_server_error,
                        status_code_conformance,
                        content_type_conformance,
                        response_schema_conformance,
                    ],
                )

            check()


def takes(operation: Any) -> bool:
    """Whether there is anything that a request can be wrong in."""
    return bool(operation.query or operation.body)


@st.composite
def mutated(draw: st.DrawFn, texts: tuple[str, ...]) -> str:
    """One of the texts after a few edits: cut, doubled, or something nasty put in."""
    text = draw(st.sampled_from(texts))
    for _ in range(draw(st.integers(0, 3))):
        start = draw(st.integers(0, len(text)))
        stop = min(len(text), start + draw(st.integers(0, 12)))
        middle = draw(st.sampled_from(("", text[start:stop] * 2, *NASTY)))
        text = text[:start] + middle + text[stop:]
    return text


@st.composite
def bodies(draw: st.DrawFn) -> tuple[str, bytes]:
    """A media type, and what may be a body of it."""
    query, update = draw(mutated(QUERIES)), draw(mutated(UPDATES))
    data = draw(mutated((TURTLE,)))
    kind, body = draw(
        st.sampled_from(
            (
                ("application/sparql-query", query),
                ("application/sparql-update", update),
                ("application/x-www-form-urlencoded", f"query={quote(query)}"),
                ("application/x-www-form-urlencoded", f"update={quote(update)}&update=x"),
                ("application/x-www-form-urlencoded", f"update={quote(update)}"),
                ("application/x-www-form-urlencoded", f"query={query}&&=&a"),
                ("text/turtle", data),
                (
                    "multipart/form-data; boundary=a",
                    f"--a\r\nContent-Type: text/turtle\r\n\r\n{data}",
                ),
                (
                    "multipart/form-data; boundary=a",
                    '--a\r\nContent-Disposition: form-data; name="x"; filename="x"\r\n'
                    f"Content-Type: text/turtle\r\n\r\n{data}\r\n--a--\r\n",
                ),
            )
        )
    )
    raw = body.encode(draw(st.sampled_from(("utf-8", "utf-8", "utf-8", "utf-16"))))
    place = draw(st.integers(0, len(raw)))
    return kind, raw[:place] + draw(st.sampled_from((b"", b"", b"", b"\xff", b"\xc3"))) + raw[
        place:
    ]


@st.composite
def addresses(draw: st.DrawFn) -> str:
    """A path with parameters, some of them coded wrongly."""
    path = draw(st.sampled_from(PATHS))
    pairs = draw(
        st.lists(st.tuples(st.sampled_from(NAMES), mutated(QUERIES) | st.sampled_from(GIVEN)))
    )[:3]
    query = "&".join(f"{name}={quote(value)}" for name, value in pairs)
    query += draw(st.sampled_from(("", "", "", "&x=%FF", "&%", "&=&", "&a" * 1100)))
    return f"{path}?{query}" if query else path


@often(REQUESTS // 2)
@given(
    method=st.sampled_from(METHODS + ("GET", "POST") * 5),
    address=addresses(),
    body=bodies(),
    bearer=st.booleans(),
    odd=st.dictionaries(st.sampled_from(HEADERS), st.sampled_from(VALUES), max_size=2),
)
def test_what_nobody_describes(
    service: str,
    method: str,
    address: str,
    body: tuple[str, bytes],
    bearer: bool,
    odd: dict[str, str],
) -> None:
    headers = {"Content-Type": body[0], **(BEARER if bearer else {}), **odd}
    sent = body[1] if method in {"POST", "PUT", "PATCH", "QUERY"} else None
    answer = send(service, method, address, headers, sent)
    is_sound(answer, method, headers.get("Accept", ""))


@often(REQUESTS // 10)
@given(
    st.lists(
        st.sampled_from(
            (
                *(b"GET /sparql?query=ASK{} HTTP/1.1\r\n", b"POST /sparql HTTP/1.1\r\n"),
                *(b"GET / HTTP/9.9\r\n", b"GET", b"\r\n", b"\r\n\r\n", b"\x16\x03\x01\x00\xa5"),
                *(
                    b"Host: a\r\n",
                    b"Host: \r\n",
                    b"Content-Length: -1\r\n",
                    b"Content-Length: 9\r\n",
                ),
                *(b"Content-Length: 99999999999999\r\n", b"Transfer-Encoding: chunked\r\n"),
                *(b"ffffffffffffffff\r\n", b"4\r\nASK{\r\n", b"0\r\n\r\n", b"query=ASK{}"),
                *(b"Content-Type: application/sparql-query\r\n", b"A: " + b"x" * 70000 + b"\r\n"),
                *(b"Connection: upgrade\r\nUpgrade: h2c\r\n", b"Expect: 100-continue\r\n"),
                b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            )
        ),
        max_size=8,
    )
)
def test_what_is_no_request(service: str, pieces: list[bytes]) -> None:
    """The service outlives it, and answers the next one."""
    parts = urlsplit(service)
    with socket.create_connection((parts.hostname, parts.port)) as connection:
        connection.sendall(b"".join(pieces))
    assert send(service, "GET", "/health").status == 200

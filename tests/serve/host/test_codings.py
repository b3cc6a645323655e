"""Content codings: RFC 9110 sections 8.4 and 12.5.3, over every kind of response."""

import gzip
import importlib
import random
import zlib
from collections.abc import Iterator
from itertools import chain
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from eakg.serve.app.codings import CODINGS, choose_coding, encode
from eakg.serve.app.etags import CODING_NAMES
from helpers.serving import BEARER, writable_client
from helpers.tries import tries

ALL = "SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o"
NAMES = tuple(coding.name for coding in CODINGS)
FIRST = NAMES[0]


def decoded(name: str, body: bytes) -> bytes:
    """What is in a coding, by a reader of the library."""
    if name == "gzip":
        return gzip.decompress(body)
    library: Any = importlib.import_module({"br": "brotli", "zstd": "zstandard"}[name])
    if name == "br":
        plain: bytes = library.decompress(body)
        return plain
    return b"".join(library.ZstdDecompressor().read_to_iter(body))


def get(client: FlaskClient, path: str, **headers: str) -> TestResponse:
    """The answer, whole, with its file closed."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    response = client.get(path, headers=given)
    response.get_data()
    response.close()
    return response


@pytest.fixture(scope="module")
def client() -> Iterator[FlaskClient]:
    yield writable_client()


@pytest.mark.parametrize(
    ("field", "name", "required"),
    [
        ("", None, False),
        ("identity", None, False),
        ("gzip", "gzip", False),
        ("x-gzip", "gzip", False),
        ("GZip;Q=0.3", "gzip", False),
        ("gzip;q=0.2, br;q=0", "gzip", False),
        ("gzip;q=0", None, False),
        ("*", FIRST, False),
        ("*;q=0", None, True),
        ("identity;q=0", None, True),
        ("identity;q=0, *", FIRST, True),
        ("gzip, *;q=0", "gzip", True),
        ("gzip, identity, *;q=0", "gzip", False),
        ("gzip;q=0.5, identity;q=0.6", None, False),
        ("gzip;q=0.5, identity;q=0.5", "gzip", False),
        ("gzip;q=1.0, *;q=0.5", "gzip", False),
        ("gzip;q=0, *;q=0.5", next((one for one in NAMES if one != "gzip"), None), False),
        ("compress, deflate", None, False),
        ("gzip, deflate, br, zstd", FIRST, False),
    ],
)
def test_which_coding(field: str, name: str | None, required: bool) -> None:
    choice = choose_coding(field)
    assert (choice.coding.name if choice.coding else None, choice.required) == (name, required)


@given(st.lists(st.binary(max_size=4000), max_size=8), st.sampled_from(CODINGS))
@settings(deadline=None, max_examples=tries(60))
def test_what_is_coded_is_read_back(pieces: list[bytes], coding: Any) -> None:
    body, size = encode(coding, pieces, sum(map(len, pieces)))
    assert isinstance(body, bytes)
    assert len(body) == size
    assert decoded(coding.name, body) == b"".join(pieces)
    assert encode(coding, pieces, 0)[0] == body, "one tag, the same bytes"


@pytest.mark.slow
@pytest.mark.parametrize("coding", CODINGS, ids=NAMES)
def test_what_is_large_is_coded_in_a_file(coding: Any) -> None:
    """40 MB, of which never more than a piece is in memory."""
    piece = b"".join(b"%d,line\n" % number for number in range(10_000))
    count = 40_000_000 // len(piece)
    noise = [random.Random(number).randbytes(1 << 16) for number in range(32)]
    pieces = chain(noise, (piece for _ in range(count)))
    file, size = encode(coding, pieces, count * len(piece))
    assert not isinstance(file, bytes)
    with file:
        body = file.read()
    assert len(body) == size < 15_000_000
    plain = decoded(coding.name, body)
    whole = b"".join(noise) + piece * count
    assert (len(plain), zlib.crc32(plain)) == (len(whole), zlib.crc32(whole))


def test_every_coding_may_be_in_a_tag() -> None:
    assert {*NAMES} <= {*CODING_NAMES}


PAGES = (
    *(
        "/",
        "/doc/viet-nam",
        "/doc/viet-nam.ttl",
        "/doc/viet-nam.jsonld",
        "/ontology",
        "/openapi.json",
    ),
    *("/static/eakg.css", "/metrics", f"/sparql?query={ALL}", "/graphs?default", "/queries"),
)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("path", PAGES)
def test_text_is_coded(client: FlaskClient, path: str, name: str) -> None:
    plain = get(client, path)
    assert "Content-Encoding" not in plain.headers
    assert len(plain.data) > 1024
    coded = get(client, path, Accept_Encoding=name)
    assert coded.headers["Content-Encoding"] == name
    assert int(coded.headers["Content-Length"]) == len(coded.data) < len(plain.data)
    assert coded.content_type == plain.content_type
    if path != "/metrics":
        assert decoded(name, coded.data) == plain.data
        assert (
            plain.headers["ETag"]
            != coded.headers["ETag"]
            == (plain.headers["ETag"][:-1] + f'-{name}"')
        )
    for response in (plain, coded):
        assert "Accept-Encoding" in response.headers["Vary"]
    head = client.head(path, headers={"Accept-Encoding": name})
    head.close()
    assert head.data == b""
    if path != "/metrics":
        for header in ("Content-Encoding", "Content-Length", "ETag", "Content-Type", "Vary"):
            assert head.headers[header] == coded.headers[header]
        for tag in (plain.headers["ETag"], coded.headers["ETag"]):
            for accepted in ("", name):
                unchanged = get(client, path, Accept_Encoding=accepted, If_None_Match=tag)
                assert (unchanged.status_code, unchanged.headers["ETag"]) == (304, tag)
                assert (unchanged.data, "Content-Encoding" in unchanged.headers) == (b"", False)


def test_what_is_small_is_not_coded(client: FlaskClient) -> None:
    small = client.get("/health", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in small.headers
    demanded = client.get("/health", headers={"Accept-Encoding": "gzip, identity;q=0"})
    assert gzip.decompress(demanded.data) == small.data


@pytest.mark.parametrize("path", ["/", "/sparql?query=ASK{}", "/nothing", "/dump.nq.gz"])
def test_nothing_to_send(client: FlaskClient, path: str) -> None:
    for field in ("identity;q=0", "*;q=0", "br;q=0, gzip;q=0, zstd;q=0, identity;q=0, *"):
        response = client.get(path, headers={"Accept-Encoding": field})
        assert response.status_code == 406
        assert response.json is not None
        assert response.json["available"] == [*NAMES, "identity"]


def test_parts_of_a_dump_are_of_the_dump(client: FlaskClient) -> None:
    dump = get(client, "/dump.nq.gz", Accept_Encoding="gzip")
    assert "Content-Encoding" not in dump.headers
    part = get(client, "/dump.nq.gz", Accept_Encoding="gzip", Range="bytes=10-2000")
    assert (part.status_code, part.data) == (206, dump.data[10:2001])
    assert part.headers["ETag"] == dump.headers["ETag"]
    part = get(client, "/static/eakg.css", Accept_Encoding="gzip", Range="bytes=10-2000")
    assert part.status_code == 206
    assert part.data == get(client, "/static/eakg.css").data[10:2001]


@pytest.mark.slow
def test_a_graph_is_written_by_the_tag_of_what_was_read_in_a_coding() -> None:
    client = writable_client()
    path = "/graphs?graph=urn:g"
    data = "".join(f"<urn:s> <urn:p> {number} .\n" for number in range(300))
    headers = {**BEARER, "Content-Type": "text/turtle"}
    assert client.put(path, data=data, headers=headers).status_code == 201
    read = client.get(path, headers={"Accept-Encoding": "gzip"})
    tag = read.headers["ETag"]
    assert tag.endswith('-gzip"')
    assert (
        client.put(
            path,
            data=data + "<urn:s> <urn:p> 300 .",
            headers={
                **headers,
                "If-Match": tag,
            },
        ).status_code
        == 204
    )
    late = client.put(path, data=data, headers={**headers, "If-Match": tag})
    assert late.status_code == 412

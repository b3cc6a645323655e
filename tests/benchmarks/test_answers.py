"""What stands for an answer is the same for the same rows, in whatever form they come."""

import json
from http.client import HTTPException

import pytest

from comparison.answers import body_of, sign

XSD = "http://www.w3.org/2001/XMLSchema#"
HEAD = b"HTTP/1.1 200 OK\r\n"


def whole(body: bytes) -> bytes:
    return HEAD + f"Content-Length: {len(body)}\r\n\r\n".encode() + body


def in_chunks(body: bytes) -> bytes:
    pieces = [body[place : place + 7] for place in range(0, len(body), 7)]
    parts = b"".join(f"{len(piece):x}\r\n".encode() + piece + b"\r\n" for piece in pieces)
    return HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + parts + b"0\r\n\r\n"


def rows(*rows: dict[str, dict[str, str]]) -> bytes:
    return json.dumps({"head": {"vars": ["x"]}, "results": {"bindings": list(rows)}}).encode()


def literal(value: str, kind: str = "literal", **more: str) -> dict[str, dict[str, str]]:
    names = {name.replace("_", ":"): text for name, text in more.items()}
    return {"x": {"type": kind, "value": value, **names}}


def test_a_body_is_read_whole_or_in_chunks() -> None:
    body = rows(literal("a"), literal("b"))
    assert body_of(whole(body)) == body_of(in_chunks(body)) == body
    assert sign(whole(body)) == sign(in_chunks(body))


def test_the_order_of_rows_does_not_matter_and_their_number_does() -> None:
    a, b = literal("a"), literal("b")
    assert sign(whole(rows(a, b))) == sign(whole(rows(b, a)))
    assert len({sign(whole(rows(*some))) for some in ((a, b), (a,), (a, a), (a, a, b), ())}) == 5
    assert sign(whole(rows(a, b)), is_sample=True) == sign(whole(rows(a, a)), is_sample=True) == "2"


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (literal("1", datatype=f"{XSD}integer"), literal("01", datatype=f"{XSD}integer")),
        (literal("1.0", datatype=f"{XSD}decimal"), literal("1", datatype=f"{XSD}integer")),
        (literal("100", datatype=f"{XSD}integer"), literal("1e2", datatype=f"{XSD}double")),
        (literal("a", datatype=f"{XSD}string"), literal("a")),
        (
            literal("1", "typed-literal", datatype=f"{XSD}integer"),
            literal("1", datatype=f"{XSD}int"),
        ),
        (literal("a", xml_lang="EN"), literal("a", xml_lang="en")),
        (literal("b0", "bnode"), literal("nodeID://7", "bnode")),
        (literal("b0", "bnode"), literal("https://example.org/.well-known/genid/7", "uri")),
    ],
)
def test_terms_of_the_same_value_are_the_same(
    left: dict[str, dict[str, str]], right: dict[str, dict[str, str]]
) -> None:
    assert sign(whole(rows(left))) == sign(whole(rows(right)))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (literal("a"), literal("a", "uri")),
        (literal("a"), literal("a", xml_lang="en")),
        (literal("1"), literal("1", datatype=f"{XSD}integer")),
        (literal("a", "bnode"), literal("a", "uri")),
        (literal("a"), {"y": {"type": "literal", "value": "a"}}),
        (literal("a"), {}),
    ],
)
def test_other_terms_are_not(
    left: dict[str, dict[str, str]], right: dict[str, dict[str, str]]
) -> None:
    assert sign(whole(rows(left))) != sign(whole(rows(right)))


def test_a_truth_value_stands_for_itself() -> None:
    assert sign(whole(b'{"head": {}, "boolean": true}')) == "true"
    assert sign(whole(b'{"head": {}, "boolean": false}')) == "false"


@pytest.mark.parametrize(("value", "word"), [("1", "true"), ("0", "false")])
def test_a_truth_value_of_virtuoso_is_one(value: str, word: str) -> None:
    """Virtuoso 7 answers ASK by a row of a variable of its own."""
    row = {"__ASK_RETVAL": {"type": "literal", "value": value}}
    record = {"head": {"vars": ["__ASK_RETVAL"]}, "results": {"bindings": [row]}}
    assert sign(whole(json.dumps(record).encode())) == word


@pytest.mark.parametrize(
    "body", [b"<html>", b"[]", b"{}", b'{"results": {"bindings": [{"x": 1}]}}']
)
def test_what_is_no_result_is_unreadable(body: bytes) -> None:
    assert sign(whole(body)) == "unreadable"


def test_what_is_no_response_is_refused() -> None:
    with pytest.raises(HTTPException):
        body_of(b"nothing of HTTP\r\n\r\n")
    assert sign(b"nothing of HTTP\r\n\r\n") == "unreadable"

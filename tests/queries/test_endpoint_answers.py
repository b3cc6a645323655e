"""What an endpoint sends is read before it is passed on, whatever its status and type promise."""

import gzip
import json
from pathlib import Path

import pytest

from helpers.endpoints import JSON, Reply, scripted_endpoint
from helpers.saved_query_files import run

SELECT = "SELECT ?x ?y { ?x ?p ?y }\n"
CONSTRUCT = "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }\n"
XML = "application/sparql-results+xml"
ROWS = json.dumps(
    {
        "head": {"vars": ["x", "y"]},
        "results": {
            "bindings": [
                {"x": {"type": "uri", "value": "http://e/x"}, "y": {"type": "bnode", "value": "b"}}
            ]
        },
    }
).encode()
ROWS_IN_XML = (
    b'<?xml version="1.0"?><sparql xmlns="http://www.w3.org/2005/sparql-results#"><head>'
    b'<variable name="x"/><variable name="y"/></head><results><result>'
    b'<binding name="x"><uri>http://e/x</uri></binding>'
    b'<binding name="y"><bnode>b</bnode></binding></result></results></sparql>'
)
CSV = b"x,y\r\nhttp://e/x,_:b\r\n"
TSV = b"?x\t?y\n<http://e/x>\t_:b\n"
TURTLE = b"<http://e/x> <http://e/p> 'a' , 'b' .\n"
WHOLE = [
    (SELECT, "json", JSON, ROWS),
    (SELECT, "json", f"{JSON};charset=utf-8", ROWS),
    (SELECT, "json", "application/json", b"\xef\xbb\xbf" + ROWS),
    (SELECT, "xml", XML, ROWS_IN_XML),
    (SELECT, "xml", "text/xml", ROWS_IN_XML),
    (SELECT, "csv", "text/csv; charset=utf-8", CSV),
    (SELECT, "csv", "text/csv", b"x,y\r\n"),
    (SELECT, "csv", "text/csv", b'x,y\r\n"a ""b""\r\nc",1\r\n'),
    (SELECT, "tsv", "text/tab-separated-values", TSV),
    (CONSTRUCT, "turtle", "text/turtle", TURTLE),
    (CONSTRUCT, "turtle", "text/turtle", b""),
    (CONSTRUCT, "ntriples", "application/n-triples", b'<http://e/x> <http://e/p> "a" .\n'),
]


def query(folder: Path, text: str, format_: str | None, reply: Reply) -> tuple[int, bytes, str]:
    """The status, the output and what is told, of a query at an endpoint."""
    path = folder / "q.rq"
    path.write_text(text, "utf-8")
    options = ("--format", format_) if format_ else ()
    with scripted_endpoint(reply) as server:
        result = run("query", str(path), "--endpoint", server.address, *options)
    return result.exit_code, result.stdout_bytes, result.stderr


@pytest.mark.parametrize(("text", "format_", "media_type", "body"), WHOLE)
def test_what_is_whole_is_passed_on_as_it_is(
    tmp_path: Path, text: str, format_: str, media_type: str, body: bytes
) -> None:
    reply = Reply(body=body, content_type=media_type)
    assert query(tmp_path, text, format_, reply) == (0, body, "")


BROKEN = [
    (text, format_, media_type, content)
    for text, format_, media_type, body in WHOLE
    if body
    for content in (
        b"<html>login</html>",
        gzip.compress(body, mtime=0),
        body[: len(body) // 2].rstrip(b"\r\n,\t"),
        *([b""] if text is SELECT else []),
    )
    if content not in (b"x", b"x,y")  # a header and no row is a whole table
]


@pytest.mark.parametrize(("text", "format_", "media_type", "body"), BROKEN)
def test_what_is_broken_is_not_passed_on(
    tmp_path: Path, text: str, format_: str, media_type: str, body: bytes
) -> None:
    status, output, words = query(
        tmp_path, text, format_, Reply(body=body, content_type=media_type)
    )
    assert (status, output) == (4, b"")
    assert "does not answer in SPARQL results" in words


@pytest.mark.parametrize("media_type", ["text/html", XML, "text/csv", "application/octet-stream"])
def test_a_format_that_was_not_asked_for_is_named(tmp_path: Path, media_type: str) -> None:
    reply = Reply(body=ROWS, content_type=media_type)
    status, output, words = query(tmp_path, SELECT, "json", reply)
    assert (status, output) == (4, b"")
    assert f"answers in {media_type}, which nobody asked for" in words


def test_the_answer_to_another_question_is_none(tmp_path: Path) -> None:
    reply = Reply(body=b'{"head": {}, "boolean": true}')
    status, output, words = query(tmp_path, SELECT, None, reply)
    assert (status, output) == (4, b"")
    assert "SELECT was asked" in words


def test_without_a_format_xml_is_written_in_json(tmp_path: Path) -> None:
    reply = Reply(body=ROWS_IN_XML, content_type=XML)
    status, output, _ = query(tmp_path, SELECT, None, reply)
    assert status == 0
    assert json.loads(output) == json.loads(ROWS)


@pytest.mark.parametrize(
    ("format_", "media_type", "body"),
    [(one, type_, body) for text, one, type_, body in WHOLE if text is SELECT and body is not ROWS],
)
def test_a_table_that_the_endpoint_cut_is_not_passed_on(
    tmp_path: Path, format_: str, media_type: str, body: bytes
) -> None:
    rows = 0 if body == b"x,y\r\n" else 1
    reply = Reply(body=body, content_type=media_type, headers={"X-SPARQL-MaxRows": str(rows)})
    status, output, words = query(tmp_path, SELECT, format_, reply)
    assert (status, output) == (6, b"")
    assert f"no more than {rows} rows" in words


@pytest.mark.parametrize("media_type", [XML, "text/xml", "application/xml; charset=UTF-8"])
def test_a_contract_is_checked_of_xml(tmp_path: Path, media_type: str) -> None:
    (tmp_path / "rows.tsv").write_text("?x\t?y\n<http://e/x>\t_:any\n", "utf-8")
    path = tmp_path / "q.rq"
    path.write_text(f"#+ expect: {{rows: rows.tsv}}\n{SELECT}", "utf-8")
    with scripted_endpoint(Reply(body=ROWS_IN_XML, content_type=media_type)) as server:
        result = run("test", str(path), "--endpoint", server.address)
    assert (result.exit_code, result.stdout) == (0, "1 of 1 queries passed.\n")


def test_retries_are_as_many_as_are_given(tmp_path: Path) -> None:
    path = tmp_path / "q.rq"
    path.write_text(SELECT, "utf-8")
    with scripted_endpoint(Reply(status=502, body=b""), Reply(status=502), Reply()) as server:
        arguments = ("test", str(path), "--endpoint", server.address)
        assert run(*arguments).exit_code == 4
        assert run(*arguments, "--retries", "1").exit_code == 0
        assert len(server.requests) == 3
    result = run(*arguments, "--retries", "0")
    assert result.exit_code == 4
    assert "times" not in result.stdout

"""`parse_rdf`: what each syntax gives, and how errors read."""

import gzip
import re
from collections import deque
from pathlib import Path

import pytest
from rdflib import Graph, Literal, Namespace, URIRef
from rdflib.namespace import RDF, XSD

from eakg.problems import ProblemsError
from eakg.rdf.documents import DocumentError, syntax_of
from eakg.rdf.parsing import document_quads, file_quads, file_triples, parse_rdf, parse_union
from eakg.rdf.syntaxes import EXTENSIONS

EX = Namespace("http://example.org/")
TURTLE = "@prefix : <http://example.org/> .\n:a :p :b .\n"
SYNTAXES = {
    ".ttl": TURTLE,
    ".nt": "<http://example.org/a> <http://example.org/p> <http://example.org/b> .\n",
    ".rdf": '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    'xmlns="http://example.org/">\n<rdf:Description rdf:about="http://example.org/a">'
    '<p rdf:resource="http://example.org/b"/></rdf:Description></rdf:RDF>\n',
    ".jsonld": '{"@id": "http://example.org/a",\n "http://example.org/p": '
    '{"@id": "http://example.org/b"}}\n',
    ".nq": "<http://example.org/a> <http://example.org/p> <http://example.org/b> "
    "<http://example.org/g> .\n",
    ".trig": "@prefix : <http://example.org/> .\n:g { :a :p :b }\n",
}
SYNTAXES[".xml"] = SYNTAXES[".owl"] = SYNTAXES[".rdf"]
SYNTAXES[".turtle"] = SYNTAXES[".n3"] = SYNTAXES[".ttl"]
SYNTAXES[".json"] = SYNTAXES[".jsonld"]


@pytest.fixture
def write(tmp_path: Path):
    def _write(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return _write


def problem(path: Path) -> tuple[int, str]:
    with pytest.raises(ProblemsError) as error:
        parse_rdf(path)
    (found,) = error.value.problems
    assert found.file == str(path)
    assert "\n" not in found.message
    return found.line, found.message


@pytest.mark.parametrize("extension", EXTENSIONS)
def test_each_syntax_plain_and_compressed(write, extension: str) -> None:
    text = SYNTAXES[extension]
    expected = {(EX.a, EX.p, EX.b)}
    assert set(parse_rdf(write("x" + extension, text))) == expected
    assert (
        set(parse_rdf(write(f"x{extension}.gz", gzip.compress(text.encode(), mtime=0)))) == expected
    )


def test_an_extension_in_capitals(write) -> None:
    assert len(parse_rdf(write("X.TTL", TURTLE))) == 1


def test_a_byte_order_mark_is_no_content(write) -> None:
    assert len(parse_rdf(write("x.ttl", b"\xef\xbb\xbf" + TURTLE.encode()))) == 1


def test_an_empty_file_is_an_empty_graph(write) -> None:
    assert len(parse_rdf(write("x.ttl", ""))) == 0


def test_prefixes_are_kept(write) -> None:
    graph = parse_rdf(write("x.ttl", "@prefix eg: <http://example.org/> . eg:a eg:p eg:b ."))
    assert ("eg", URIRef(EX)) in set(graph.namespaces())


def test_relative_iris_are_resolved_against_the_file(write) -> None:
    path = write("x.ttl", "<#a> <http://example.org/p> <y.ttl> .")
    (triple,) = parse_rdf(path)
    assert triple[0] == URIRef(path.as_uri() + "#a")
    assert triple[2] == URIRef(path.with_name("y.ttl").as_uri())


def test_blank_nodes_of_two_files_are_never_the_same(write) -> None:
    text = "_:b <http://example.org/p> _:b ."
    graph = parse_rdf(write("x.ttl", text)) + parse_rdf(write("y.ttl", text))
    assert len(graph) == 2


LITERALS = {
    '"01"^^xsd:integer': Literal("01", datatype=XSD.integer, normalize=False),
    "01": Literal("01", datatype=XSD.integer, normalize=False),
    "+5": Literal("+5", datatype=XSD.integer, normalize=False),
    "1.50": Literal("1.50", datatype=XSD.decimal, normalize=False),
    "1E0": Literal("1E0", datatype=XSD.double, normalize=False),
    '"1"^^xsd:boolean': Literal("1", datatype=XSD.boolean, normalize=False),
    '"5"^^xsd:byte': Literal("5", datatype=XSD.byte, normalize=False),
    '" 1 "^^xsd:int': Literal(" 1 ", datatype=XSD.int, normalize=False),
    '"2020-07-20T24:00:00Z"^^xsd:dateTime': Literal(
        "2020-07-20T24:00:00Z", datatype=XSD.dateTime, normalize=False
    ),
    '"colour"@en-GB': Literal("colour", lang="en-GB"),
    '"東亞"@zh-Hant': Literal("東亞", lang="zh-Hant"),
    '"color"@en-us': Literal("color", lang="en-us"),
    '"a"^^xsd:string': Literal("a"),
    '"e\\u0301"': Literal("e\u0301"),
    '"\\u00e9"': Literal("\u00e9"),
}


@pytest.mark.parametrize(
    ("written", "extension"),
    [
        (written, extension)
        for written in LITERALS
        for extension in (".ttl", ".nt", ".trig")
        if written.startswith('"') or extension != ".nt"
    ],
)
def test_literals_are_kept_as_written(write, written: str, extension: str) -> None:
    full = re.sub(r"xsd:(\w+)", rf"<{XSD}\1>", written)
    text = f"<{EX.a}> <{EX.p}> {full} ."
    (found,) = parse_rdf(write("x" + extension, text)).objects()
    assert (str(found), found.datatype, found.language) == (
        str(LITERALS[written]),
        LITERALS[written].datatype,
        LITERALS[written].language,
    )


def test_language_tags_in_xml_and_json(write) -> None:
    xml = SYNTAXES[".rdf"].replace(
        '<p rdf:resource="http://example.org/b"/>', '<p xml:lang="en-GB">a</p>'
    )
    json = SYNTAXES[".jsonld"].replace(
        '{"@id": "http://example.org/b"}', '{"@value": "a", "@language": "en-GB"}'
    )
    for name, text in (("x.rdf", xml), ("x.jsonld", json)):
        (found,) = parse_rdf(write(name, text)).objects()
        assert found.language == "en-GB"


def test_an_ill_typed_literal_is_no_syntax_error(write, caplog: pytest.LogCaptureFixture) -> None:
    text = f'<{EX.a}> <{EX.p}> "one"^^<{XSD.integer}>, "<b>"^^<{RDF.XMLLiteral}> .'
    assert len(parse_rdf(write("x.ttl", text))) == 2
    assert caplog.records == []


@pytest.mark.parametrize(
    ("name", "text", "line", "words"),
    [
        ("x.ttl", TURTLE + ":c :p .\n", 3, "is not valid Turtle: column 7: . is not a valid RDF"),
        ("x.ttl", TURTLE + "eg:c :p :d .", 3, "declare it: @prefix eg: <...> ."),
        ("x.ttl", TURTLE + ":c :p 'open .\n", 3, "is not valid Turtle"),
        ("x.ttl", TURTLE + ":c :p <http://a b> .", 3, "is not valid Turtle"),
        ("x.nt", SYNTAXES[".nt"] + "<http://example.org/c> .", 2, "is not valid N-Triples"),
        ("x.nq", SYNTAXES[".nq"] + "oops", 2, "is not valid N-Quads"),
        ("x.trig", TURTLE + ":g { :a :p }", 3, "is not valid TriG"),
        ("x.rdf", "<rdf:RDF\nxmlns:rdf='x'>\n<a></b>\n</rdf:RDF>", 3, "is not valid RDF/XML"),
        ("x.rdf", "<a/>", 1, "is not valid RDF/XML"),
        ("x.jsonld", '{"@id": "http://e/a",\n "x": oops}', 2, "is not valid JSON-LD"),
        ("x.jsonld", '{"@context": "https://schema.org"}', 1, "write the context into the file"),
        ("x.ttl", b"\n<http://e/a> <http://e/p> '\xe9' .", 2, "is not UTF-8"),
        ("x.ttl", "<http://e/a> <http://e/p> <<( <x:a> <x:b> <x:c> )>> .", 0, "triple term"),
        ("x.ttl", "<http://e/a> <http://e/p> 'a'@ar--rtl .", 0, "base direction"),
        ("x.ttl.gz", TURTLE, 0, "is not a whole gzip file"),
        ("x.ttl.gz", gzip.compress(TURTLE.encode(), mtime=0)[:-9], 0, "is not a whole gzip file"),
        (
            "x.csv",
            "a,b",
            0,
            "unknown extension .csv; name the file with one of .ttl, .turtle",
        ),
        ("x", "", 0, "unknown extension (none)"),
    ],
)
def test_problems(write, name: str, text: str | bytes, line: int, words: str) -> None:
    found, message = problem(write(name, text))
    assert words in message
    assert found == line


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    assert problem(tmp_path / "none.ttl") == (0, "no such file; check the path")
    (tmp_path / "folder.ttl").mkdir()
    assert problem(tmp_path / "folder.ttl") == (0, "is a folder; name the files in it")


def test_a_file_that_may_not_be_read(write, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    path = write("x.ttl", TURTLE)
    monkeypatch.setattr(Path, "open", refuse)
    assert problem(path)[1] == "cannot be read (Permission denied); check its permissions"


def test_named_graphs_are_united_with_the_default_graph(write) -> None:
    text = "@prefix : <http://example.org/> . :a :p :b . :g { :a :p :b, :c } :h { :a :q :b }"
    graph = parse_rdf(write("x.trig", text))
    assert isinstance(graph, Graph)
    assert set(graph) == {(EX.a, EX.p, EX.b), (EX.a, EX.p, EX.c), (EX.a, EX.q, EX.b)}


@pytest.mark.parametrize("suffix", [".ttl", ".nt", ".nq", ".trig"])
@pytest.mark.parametrize(
    "text", [b"\\q", b"\\", b"\\u12", b"\\UFFFFFFFF", b"\\U00110000", b"\\ud800", b"\x84"]
)
@pytest.mark.parametrize("tag", ["en-GB", "en"])
def test_a_text_that_is_none_behind_a_tag_with_capitals(
    write, suffix: str, text: bytes, tag: str
) -> None:
    """The tags are sought in the text itself, which may be no document of its syntax."""
    before = SYNTAXES[suffix].replace("}", "").encode()
    line = len(before.splitlines()) + 1
    data = before + b'<x:a> <x:b> "' + text + b'"@' + tag.encode() + b" .\n"
    path = write(f"a{suffix}", data)
    for reader in (parse_rdf, lambda path: deque(file_quads(path, "x:y"), 0)):
        with pytest.raises(ProblemsError) as caught:
            reader(path)
        assert caught.value.problems[0].line == line
    with pytest.raises(DocumentError) as refused:
        deque(document_quads(data, syntax_of(path), "x:y"), 0)
    assert refused.value.line == line


def test_files_are_united_with_their_literals_as_they_are_written(write) -> None:
    one = write("one.ttl", f'{TURTLE} :a :q "x"@en-GB, 01 ; :r [] .')
    union = parse_union([one, write("two.nt", SYNTAXES[".nt"])])
    assert union.isomorphic(parse_rdf(one))
    assert set(union.objects(EX.a, EX.q)) == {
        Literal("x", lang="en-GB"),
        Literal("01", datatype=XSD.integer, normalize=False),
    }
    assert len(list(file_triples(one))) == len(union)


def test_of_files_that_are_united_all_that_are_wrong_are_told(write) -> None:
    paths = [write(f"{name}.nt", "<x:a> <x:b>\n") for name in ("one", "two")]
    with pytest.raises(ProblemsError) as caught:
        parse_union(paths)
    assert [item.file for item in caught.value.problems] == list(map(str, paths))

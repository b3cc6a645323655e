"""Documents as others write them: encodings, XML as it is defined, and what is refused."""

import io
import json
import logging
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from urllib.request import OpenerDirector
from xml.sax.saxutils import escape

import pyoxigraph
import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st
from owlrl.DatatypeHandling import (
    use_Alt_lexical_conversions,
    use_RDFLib_lexical_conversions,
)

from eakg.check.shapes import check_shapes
from eakg.problems import ProblemsError
from eakg.rdf.documents.encodings import utf8_xml
from eakg.rdf.documents.faults import LARGEST_LITERAL, DocumentError, OversizeError
from eakg.rdf.documents.plain import NotPlainError, PlainXml
from eakg.rdf.documents.quads import read_quads
from eakg.rdf.parsing import document_quads, file_quads
from eakg.rdf.syntaxes import (
    JSON_LD_SYNTAX,
    N_QUADS_SYNTAX,
    N_TRIPLES_SYNTAX,
    RDF_XML_SYNTAX,
    SYNTAXES,
    TRIG_SYNTAX,
    TURTLE_SYNTAX,
    Syntax,
)
from eakg.rdf.terms import literal
from helpers.tries import tries

BASE = "http://base/dir/file"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XML_LITERAL = f"{RDF}XMLLiteral"
OPEN = (
    f'<rdf:RDF xmlns:rdf="{RDF}" xmlns:e="http://e/">\n<rdf:Description rdf:about="http://e/a">\n'
)
CLOSE = "\n</rdf:Description></rdf:RDF>"


def document(content: str, before: str = "") -> str:
    return before + OPEN + content + CLOSE


def triples(data: bytes | str, syntax: Syntax = RDF_XML_SYNTAX) -> list[str]:
    data = data.encode() if isinstance(data, str) else data
    return [str(quad.triple) for quad in read_quads(data, syntax, BASE)]


def objects(content: str, before: str = "") -> list[str]:
    """The objects, in N-Triples, of the triples of <http://e/a> by <http://e/p>."""
    quads = read_quads(document(content, before).encode(), RDF_XML_SYNTAX, BASE)
    return [str(quad.object) for quad in quads if quad.predicate.value == "http://e/p"]


def refusal(data: bytes | str, syntax: Syntax = RDF_XML_SYNTAX) -> DocumentError:
    with pytest.raises(DocumentError) as raised:
        triples(data, syntax)
    assert "\n" not in str(raised.value)
    return raised.value


DOCTYPE = "<!DOCTYPE rdf:RDF [{}]>"


@pytest.mark.parametrize(
    ("content", "declarations", "expected"),
    [
        # XML 1.0 rule 9: either quotes; section 4.2: the first declaration of a name binds.
        ("<e:p>&x;</e:p>", "<!ENTITY x 'y'>", '"y"'),
        ("<e:p>&x;</e:p>", '<!ENTITY x "1"><!ENTITY x "2">', '"1"'),
        ("<e:p>&x;</e:p>", '<!-- <!ENTITY x "1"> --><!ENTITY x "2">', '"2"'),
        ("<e:p>&x;</e:p>", '<!ENTITY y "b"><!ENTITY x "a&y;c">', '"abc"'),
        ("<e:p>&x;</e:p>", '<!ENTITY x "&#38;lt;">', '"<"'),
        ("<e:p>&x;</e:p>", "<!ENTITY % d \"<!ENTITY x 'z'>\"> %d;", '"z"'),
        ("&x;", '<!ENTITY x "<e:p>a</e:p>">', '"a"'),
        ("<e:p rdf:resource='&x;b'/>", "<!ENTITY x 'http://e/'>", "<http://e/b>"),
        ("<e:p rdf:resource='&x;b'/>", '<!ENTITY x "http://e/">', "<http://e/b>"),
        ("<e:p rdf:datatype='&x;t'>a</e:p>", "<!ENTITY x 'http://e/'>", '"a"^^<http://e/t>'),
        # 3.3: attributes by default
        ("<e:p/>", "<!ATTLIST e:p rdf:resource CDATA 'http://e/d'>", "<http://e/d>"),
    ],
)
def test_entities_and_defaults(content: str, declarations: str, expected: str) -> None:
    assert objects(content, DOCTYPE.format(declarations)) == [expected]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("<e:p>a\r\nb\rc</e:p>", r'"a\nb\nc"'),  # 2.11: line ends
        ("<e:p>a&#13;b</e:p>", r'"a\rb"'),
        ("<e:p>a<![CDATA[<b>&amp;]]>c</e:p>", '"a<b>&amp;c"'),
        ("<e:p>a<!-- b -->c<?d e?>f</e:p>", '"acf"'),
        ('<e:p xml:lang="en">a</e:p>', '"a"@en'),
        ('<e:p xml:lang="">a</e:p>', '"a"'),
        ('<e:p rdf:parseType="Literal"></e:p>', f'""^^<{XML_LITERAL}>'),
        ('<e:p rdf:parseType="other"><b/></e:p>', f'"<b></b>"^^<{XML_LITERAL}>'),
        ('<e:p xml:base="sub/" rdf:resource="x"/>', "<http://base/dir/sub/x>"),
        ('<e:p xml:base="http://b/" rdf:resource="x"/>', "<http://b/x>"),
        ('<e:p resource="x"/>', "<http://base/dir/x>"),  # RDF/XML 6.1.4
    ],
)
def test_what_xml_and_rdf_xml_say(content: str, expected: str) -> None:
    assert objects(content) == [expected]


def test_a_language_taken_back_within_one() -> None:
    text = document('<e:p xml:lang="">a</e:p><e:p>b</e:p>').replace(
        "<rdf:RDF", '<rdf:RDF xml:lang="fr"'
    )
    assert triples(text) == [
        '<http://e/a> <http://e/p> "a"',
        '<http://e/a> <http://e/p> "b"@fr',
    ]
    nodes = document('<e:p xml:lang=""> <e:X> <e:p>c</e:p> </e:X> </e:p>').replace(
        "<rdf:RDF", '<rdf:RDF xml:lang="fr"'
    )
    assert [line.split(" ", 2)[2] for line in triples(nodes)][1:2] == ['"c"']


def test_properties_that_are_attributes_in_no_language() -> None:
    node = '<e:p><e:X xml:lang="" e:q="a" rdf:value="b"/></e:p>'
    text = document(node).replace("<rdf:RDF", '<rdf:RDF xml:lang="fr"')
    assert canonical(list(read_quads(text.encode(), RDF_XML_SYNTAX, BASE))) == canonical(
        by_rdflib(text.encode())
    )
    text = text.replace(node, '<e:p xml:lang="" e:q="a"/>')
    assert "write these as elements" in str(refusal(text))


def test_white_space_of_attributes_is_blanks() -> None:
    assert '"a b c"' in triples(document('<e:p e:q="a\nb\tc"/>'))[0]


@pytest.mark.parametrize(
    ("literal", "expected"),
    [
        ("<b xmlns='u:u' c='d'><e:x/></b>", '<b xmlns="u:u" c="d"><e:x xmlns:e="http://e/"></e:x></b>'),
        ("<e:x e:b='1' a='2'/>", '<e:x xmlns:e="http://e/" a="2" e:b="1"></e:x>'),
        ("<e:x><e:y/></e:x>", '<e:x xmlns:e="http://e/"><e:y></e:y></e:x>'),
        ("a &amp; b &gt;", "a &amp; b &gt;"),
        ("<b a='&lt;&#10;\"'/>", '<b a="&lt;&#xA;&quot;"></b>'),
        ("<b xmlns='u:'><c xmlns=''/></b>", '<b xmlns="u:"><c xmlns=""></c></b>'),
        ("<!-- c --><?p i?>", "<!-- c --><?p i?>"),
    ],
)  # fmt: skip
def test_xml_literals_are_canonical(literal: str, expected: str) -> None:
    (found,) = read_quads(
        document(f'<e:p rdf:parseType="Literal">{literal}</e:p>').encode(), RDF_XML_SYNTAX, BASE
    )
    assert isinstance(found.object, pyoxigraph.Literal)
    assert found.object.value == expected
    assert found.object.datatype.value == XML_LITERAL
    whole = ElementTree.canonicalize(f"<r>{expected}</r>", with_comments=True)
    assert whole == f"<r>{expected}</r>"


ENCODINGS = (
    *("utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32"),
    *("iso-8859-1", "iso-8859-5", "windows-1252", "us-ascii"),
    *("euc-jp", "shift_jis", "gb18030", "gbk", "big5", "euc-kr", "koi8-r"),
)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_encoding_that_xml_declares(encoding: str) -> None:
    letters = "aé日ж한"
    words = "".join(
        letter for letter in letters if letter.encode(encoding, "ignore") or letter == "a"
    )
    label = "utf-16" if encoding.startswith("utf-16") else encoding
    text = f"<?xml version='1.0' encoding='{label}'?>\n" + document(f"<e:p>{words}</e:p>")
    data = text.encode(encoding)
    assert triples(data) == [f'<http://e/a> <http://e/p> "{words}"']
    assert utf8_xml(data).decode("utf-8-sig").count("\n") == text.count("\n")
    assert triples(utf8_xml(data)) == triples(data)


MARKS = ("utf-8-sig", "utf-16", "utf-32", "utf-16-le", "utf-16-be")
PLAIN = {
    TURTLE_SYNTAX: '<http://e/a> <http://e/p> "é" .',
    N_TRIPLES_SYNTAX: '<http://e/a> <http://e/p> "é" .',
    N_QUADS_SYNTAX: '<http://e/a> <http://e/p> "é" .',
    TRIG_SYNTAX: '<http://e/a> <http://e/p> "é" .',
    JSON_LD_SYNTAX: '{"@id": "http://e/a", "http://e/p": "é"}',
    RDF_XML_SYNTAX: document("<e:p>é</e:p>"),
}


@pytest.mark.parametrize("encoding", MARKS)
@pytest.mark.parametrize("syntax", SYNTAXES, ids=lambda one: one.name)
def test_a_byte_order_mark_in_every_syntax(syntax: Syntax, encoding: str) -> None:
    assert triples(PLAIN[syntax].encode(encoding), syntax) == ['<http://e/a> <http://e/p> "é"']


@pytest.mark.parametrize(
    ("data", "line", "words"),
    [
        (document("<e:p rdf:resource='http://e/a b'/>"), 3, "<http://e/a b> has a blank (U+0020)"),
        (document("\n<e:p\nrdf:resource='http://e/a '/>"), 4, "write %20 for it, or take it away"),
        (document("<e:p>&nbsp;</e:p>"), 3, "undefined entity"),
        (document("<e:p>a\x0bb</e:p>"), 3, "not well-formed"),
        (document("<e:p>&#11;</e:p>"), 3, "invalid character number"),
        (document("<z:p>a</z:p>"), 3, "the prefix z: is not declared"),
        (document("<e:p rdf:parseType='Literal'><z:b/></e:p>"), 3, "the prefix z: is not declared"),
        (document("<e:p xml:lang='en_US'>a</e:p>"), 3, "no language tag"),
        (document("a<e:p/>"), 3, "text stands where only elements may"),
        (document("<e:p>&x;</e:p>", '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
         3, "nothing beside the document is read"),
        (document("<e:p>&x;</e:p>", '<!DOCTYPE r SYSTEM "http://127.0.0.1:9/x.dtd">'),
         3, "the entity &x; is not declared in the document"),
        (document("<e:p e:q='&x;'/>", '<!DOCTYPE r SYSTEM "http://127.0.0.1:9/x.dtd">'),
         3, "the entity &x; is not declared in the document"),
        ("", 1, "no element found"),
        (document("<e:p>a</e:p>") * 2, 4, "junk after document element"),
        (b"<?xml version='1.0' encoding='nonsense'?>\n<a/>", 1, "encoding 'nonsense' is unknown"),
        (b"<?xml version='1.0' encoding='unicode_escape'?>\n<a/>", 1, "is unknown"),
        (b"<?xml version='1.0' encoding='hex'?>\n<a/>", 1, "is unknown"),
        (b"<?xml version='1.0' encoding='UTF-16'?>\n<a/>", 1, "but is in UTF-8"),
        ("<?xml version='1.0' encoding='UTF-8'?>\n<a/>".encode("utf-16"), 1, "but is in UTF-16"),
        (document("\n<e:p>é</e:p>").encode("latin-1"), 4, "is not UTF-8: byte 0xE9"),
    ],
)  # fmt: skip
def test_what_is_no_rdf_xml(data: str | bytes, line: int, words: str) -> None:
    error = refusal(data)
    assert words in str(error)
    assert error.line == line


@pytest.mark.parametrize(
    ("syntax", "data", "line", "words"),
    [
        (TURTLE_SYNTAX, b"<u:a> <u:b>\n '\xe9' .", 2, "is not UTF-8: byte 0xE9"),
        (TURTLE_SYNTAX, "\ufeff\n\n<u:a> <u:b> .", 3, "is not valid Turtle"),
        (TURTLE_SYNTAX, "\n\n<u:a> <u:b> .".encode("utf-16"), 3, "is not valid Turtle"),
        (TURTLE_SYNTAX, "<u:a> <u:b> <u:c d> .", 1, "a blank (U+0020)"),
        (TURTLE_SYNTAX, "<u:a> <u:b> <u:c^d> .", 1, "circumflex accent (U+005E)"),
        (TURTLE_SYNTAX, "\n{<u:a> <u:b> 1} => {} .", 2, "rules and paths of N3 are not read"),
        (N_QUADS_SYNTAX, "<u:a> <u:b> <u:c> .\noops", 2, "is not valid N-Quads"),
        (JSON_LD_SYNTAX, '{\n"@context": "https://schema.org/"}', 2, "(https://schema.org/)"),
        (JSON_LD_SYNTAX, '{"@context": [{}, "c.json"]}', 1, "(c.json); remote contexts are not"),
        (JSON_LD_SYNTAX, '{"a": {"@context":\n{"@import": "i"}}}', 2, "write the context into"),
    ],
)  # fmt: skip
def test_what_is_refused_in_other_syntaxes(
    syntax: Syntax, data: str | bytes, line: int, words: str
) -> None:
    error = refusal(data, syntax)
    assert words in str(error)
    assert error.line == line


def test_no_context_is_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor by rdflib, which tells how the tags of a document are written."""
    fetched: list[object] = []
    monkeypatch.setattr(OpenerDirector, "open", lambda _, request, *__: fetched.append(request))
    data = b'{"@context": "http://127.0.0.1:9/c", "@type": "Person", "@language": "en-GB"}'
    with pytest.raises(DocumentError):
        list(document_quads(data, JSON_LD_SYNTAX, BASE))
    path = tmp_path / "d.jsonld"
    path.write_bytes(data)
    with pytest.raises(ProblemsError):
        list(file_quads(path, BASE))
    assert not fetched


def nested(levels: int, width: int) -> str:
    """Entities each of which has the one before several times."""
    declarations = ['<!ENTITY e0 "aaaaaaaaaaaaaaaaaaaa">']
    declarations += [f'<!ENTITY e{n} "{f"&e{n - 1};" * width}">' for n in range(1, levels)]
    return document(f"<e:p>&e{levels - 1};</e:p>", DOCTYPE.format("".join(declarations)))


def repeated(element: str, times: int, size: int) -> str:
    """An entity of a size that stands many times in an element."""
    declaration = f'<!ENTITY x "{"a" * size}">'
    return document(element.format("&x;" * times), DOCTYPE.format(declaration))


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        nested(10, 20),
        repeated("<e:p>{}</e:p>", 90_000, 9000),
        repeated("<e:p e:q='{}'/>", 90_000, 900),
        repeated("<e:p>{}</e:p>", 900_000, 90),
    ],
    ids=["exponential", "quadratic", "in an attribute", "many short ones"],
)
def test_bombs_of_entities_are_refused(text: str) -> None:
    refusal(text)


@pytest.mark.slow
@pytest.mark.parametrize("syntax", SYNTAXES, ids=lambda one: one.name)
def test_a_literal_that_is_too_large(syntax: Syntax) -> None:
    text = PLAIN[syntax].replace("é", "a" * (LARGEST_LITERAL + 10))
    error = refusal("\n" * (syntax is not RDF_XML_SYNTAX) + text, syntax)
    assert isinstance(error, OversizeError)
    assert "16 MiB" in str(error)
    assert error.line == (3 if syntax is RDF_XML_SYNTAX else 2)


@pytest.mark.slow
def test_nodes_keep_their_names_where_the_way_of_reading_changes() -> None:
    before = "".join(f'<e:p rdf:nodeID="n{n}"/><e:p e:q="{n}"/>\n' for n in range(3000))
    after = "".join(f'<e:r rdf:nodeID="n{n}"/>\n' for n in range(3000))
    text = document(f"{before}<e:p>a<!-- b -->c</e:p>{after}")
    quads = list(read_quads(text.encode(), RDF_XML_SYNTAX, BASE, rename_blank_nodes=True))
    expected = list(
        read_quads(text.replace("<!-- b -->", "").encode(), RDF_XML_SYNTAX, BASE)
    )  # read in one way
    assert canonical(quads) == canonical(expected)
    assert len(quads) == len(set(quads)) == 3000 * 3 + 3000 + 1


@pytest.mark.parametrize(
    ("text", "is_plain"),
    [
        (document("<e:p>a</e:p>"), True),
        (document("<e:p>&x;</e:p>", DOCTYPE.format('\n<!ENTITY x "http://x/">\n')), True),
        (document("<e:p>&x;</e:p>", DOCTYPE.format("<!ENTITY x 'http://x/'>")), False),
        (document("<!-- a\tcomment -->\n<e:p>a</e:p>"), True),
        (document("<e:p\n e:q='1'/>"), True),
        (document("<e:p rdf:parseType='Resource'/>"), True),
        (document("<e:p rdf:parseType='Literal'/>"), False),
        (document("<e:p>a\r\n</e:p>"), False),
        (document("<e:p>" + "long " * 100_000 + "</e:p>"), True),
    ],
)
def test_which_documents_are_read_as_they_are(text: str, is_plain: bool) -> None:
    def read() -> bytes:
        return b"".join(iter(lambda: PlainXml.read(plain, 2048), b""))

    try:
        plain = PlainXml(io.BytesIO(text.encode()))
        assert read() == text.encode()
    except NotPlainError:
        assert not is_plain
    else:
        assert is_plain


@pytest.mark.parametrize("datatype", [one for one in rdflib.term.XSDToPython if one])
def test_nothing_is_logged_of_literals_without_a_value(
    datatype: rdflib.URIRef, caplog: pytest.LogCaptureFixture
) -> None:
    """Nor is a warning given, which is an error in tests."""
    texts = ("abc", "", "<svg onload=alert(1)>", "<!DOCTYPE a><b", "{", "9" * 5000, "TRUE", "-")
    with caplog.at_level(logging.WARNING):
        for text in texts:
            assert str(literal(text, datatype=datatype)) == text
            rdflib.Literal(text, datatype=datatype)
    assert caplog.records == []


def test_only_what_is_a_boolean_has_the_value_of_one() -> None:
    """XML Schema 1.1 part 2, section 3.3.2.2."""
    values = {
        text: literal(text, datatype=rdflib.XSD.boolean).value for text in ("1", "no", "TRUE")
    }
    assert values == {"1": True, "no": None, "TRUE": None}
    assert literal("false", datatype=rdflib.XSD.boolean).value is False
    # owlrl and pyshacl put the conversions of rdflib back.
    use_Alt_lexical_conversions()
    use_RDFLib_lexical_conversions()
    assert literal("TRUE", datatype=rdflib.XSD.boolean).value is None
    check_shapes(rdflib.Graph(), rdflib.Graph())
    assert literal("TRUE", datatype=rdflib.XSD.boolean).value is None
    assert str(rdflib.Literal(True)) == "true"


# Against rdflib, which reads XML by expat


def canonical(quads: list[pyoxigraph.Quad]) -> set[str]:
    dataset = pyoxigraph.Dataset(quads)
    dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.UNSTABLE)
    return {str(quad) for quad in dataset}


def by_rdflib(data: bytes) -> list[pyoxigraph.Quad]:
    graph = rdflib.Graph()
    normal = rdflib.NORMALIZE_LITERALS
    rdflib.NORMALIZE_LITERALS = False
    try:
        graph.parse(io.BytesIO(data), format="xml", publicID=BASE)
    finally:
        rdflib.NORMALIZE_LITERALS = normal
    lines = graph.serialize(format="nt", encoding="utf-8")
    return list(pyoxigraph.parse(lines, pyoxigraph.RdfFormat.N_TRIPLES))


LETTERS = st.text(st.sampled_from("abcé日\n\t <&>'\"]-"), max_size=12)
NAMES = st.sampled_from(["a", "b", "c"])


@st.composite
def properties(draw: st.DrawFn, depth: int = 2) -> str:
    name = f"e:{draw(NAMES)}"
    quote = draw(st.sampled_from("'\""))
    language = draw(st.sampled_from(["", "", f" xml:lang={quote}en{quote}", " xml:lang=''"]))
    kind = draw(st.integers(0, 6 if depth else 3))
    text = draw(LETTERS)
    match kind:
        case 0:
            return f"<{name}{language}>{escape(text)}</{name}>"
        case 1:
            pieces = text.replace("]]>", "").partition("b")
            inside = draw(st.sampled_from(["<!-- x -->", "<?x y?>", "&ent;", "&#x65;"]))
            return f"<{name}><![CDATA[{pieces[0]}]]>{inside}{escape(pieces[2])}</{name}>"
        case 2:
            value = escape(text, {"'": "&apos;", '"': "&quot;"})
            return f"<{name} {name}={quote}{value}{quote}/>"
        case 3:
            return f"<{name} rdf:resource={quote}&ns;{draw(NAMES)}{quote}/>"
        case 4:
            return f"<{name} rdf:parseType='Resource'>{draw(properties(depth - 1))}</{name}>"
        case 5:
            items = "".join(f"<rdf:Description rdf:nodeID='{draw(NAMES)}'/>" for _ in range(2))
            return f"<{name} rdf:parseType={quote}Collection{quote}>{items}</{name}>"
    node = draw(st.sampled_from(["rdf:Description", "e:Class"]))
    return f"<{name}>\n<{node}{language}>{draw(properties(depth - 1))}</{node}>\n</{name}>"


@st.composite
def documents(draw: st.DrawFn) -> bytes:
    """RDF/XML in an encoding, with entities in either quotes, and line ends of either kind."""
    encoding = draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "iso-8859-1", "ascii"]))
    quote = draw(st.sampled_from("'\""))
    label = encoding.removesuffix("-sig")
    order = [f"<!ENTITY ns {quote}http://e/{quote}>", f"<!ENTITY ent {quote}f{quote}>"]
    doctype = DOCTYPE.format("".join(draw(st.permutations(order))))
    content = "\n".join(draw(st.lists(properties(), min_size=1, max_size=4)))
    text = document(content, f"<?xml version='1.0' encoding={quote}{label}{quote}?>\n{doctype}\n")
    text = text.replace("\n", draw(st.sampled_from(["\n", "\r\n"])))
    return text.encode(encoding, "xmlcharrefreplace")


@pytest.mark.slow
@settings(deadline=None, max_examples=tries(400))
@given(documents())
def test_the_same_triples_as_rdflib(data: bytes) -> None:
    try:
        quads = list(read_quads(data, RDF_XML_SYNTAX, BASE))
    except DocumentError as error:
        # The one thing that is refused by name (docs/limits.md).
        assert "xml:lang" in str(error)
        assert b"xml:lang=''" in data
        return
    assert canonical(quads) == canonical(by_rdflib(data))


@settings(deadline=None, max_examples=tries(200))
@given(st.text(st.sampled_from('aé日😀\n"\\{}'), max_size=30), st.sampled_from(MARKS))
def test_literals_in_every_encoding(words: str, encoding: str) -> None:
    term = pyoxigraph.Literal(words)
    line = f"<http://e/a> <http://e/p> {term} .\n"
    assert triples(line.encode(encoding), N_TRIPLES_SYNTAX) == [f"<http://e/a> <http://e/p> {term}"]
    value = json.dumps({"@id": "http://e/a", "http://e/p": words}, ensure_ascii=False)
    assert triples(value.encode(encoding), JSON_LD_SYNTAX) == [f"<http://e/a> <http://e/p> {term}"]

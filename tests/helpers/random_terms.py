"""Terms of RDF 1.2 made at random, as the engine has them: whatever a term may be."""

import pyoxigraph
from hypothesis import strategies as st

from eakg.rdf.engine_terms import is_iri

XSD = "http://www.w3.org/2001/XMLSchema#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_CHARACTERS = st.characters(exclude_categories=("Cs",))
_AWKWARD_TEXTS = (
    *("", " ", "\t", "\n", "\r", "\r\n", " a ", "\ta\n", '"', '"""', "'", "\\", "\\u0041", "a\\"),
    *("\x00", "\x0b", "\x0c", "\x1c", "\x1f", "\x7f", "\x85", "\u2028", "\u2029", "\ufeff", "\xa0"),
    *("\ufffd", "\ufffe", "\uffff", "\U0001fffe", "\U0010ffff", "𝄞", "e\u0301", "國", "\u202e"),
    *(
        "]]>",
        "<a/>",
        "<&>",
        "&amp;",
        "&#13;",
        "<![CDATA[",
        "a,b",
        ";",
        "a\tb",
        "#",
        "@en",
        "^^",
        ".",
    ),
    *('\n\\"', '"\n"', "_:a", "<u:a>", "?x", "=1+1", "http://example.org/a", "<<( ", " )>>", "%20"),
)
_NUMBERS = (
    *(
        "0",
        "5",
        "05",
        "+5",
        "-5",
        "-0",
        "5.",
        "5.0",
        ".5",
        "+.5",
        "-.5",
        "1.50",
        "1E5",
        "1e5",
        "1.e5",
    ),
    *(
        ".5e3",
        "1E+5",
        "1.2e-3",
        "1.23456789012E0",
        "1e400",
        "INF",
        "-INF",
        "NaN",
        " 5",
        "5 ",
        "٣",
        "",
    ),
    *("true", "false", "TRUE", "1", "0", "yes", "5\n", "123456789012345678901234567890"),
)
TEXTS = st.one_of(
    st.text(_CHARACTERS, max_size=12),
    st.sampled_from(_AWKWARD_TEXTS),
    st.lists(st.sampled_from(_AWKWARD_TEXTS), max_size=6).map("".join),
    st.lists(st.sampled_from(("a", "\r", "\n", "\t", " ", '"', "\\", "<", "é")), max_size=9).map(
        "".join
    ),
)
_STARTS = (
    *(
        "http://example.org/",
        "http://example.org/a#",
        "urn:x:",
        "u:",
        "http://é.example/",
        XSD,
        RDF,
    ),
    *("http://www.w3.org/2000/xmlns/", "http://www.w3.org/XML/1998/namespace", "mailto:a@"),
    *("http://example.org/a?b=", "http://[::1]:80/", "tag:a.b,2020:"),
)
_ENDS = (
    *(
        "",
        "a",
        "1",
        "1a",
        "a1",
        "-",
        "-a",
        "a-",
        ".",
        "a.",
        ".a",
        "_",
        "_1",
        "li",
        "Description",
        "type",
    ),
    *(
        "nil",
        "RDF",
        "about",
        "xml",
        "xmlFoo",
        "xmlns",
        "a/b",
        "a//b",
        "//a",
        "a:b",
        ":",
        "a#b",
        "a/",
    ),
    *(
        "%20",
        "a%41",
        "%41a",
        "a'b",
        "a&b",
        "(a)",
        "a,b;c",
        "a=b",
        "@a",
        "*",
        "$",
        "!",
        "~a",
        "+1",
        "a+b",
    ),
    *(
        "名",
        "é",
        "ʻa",
        "a·",
        "·a",
        "\u2028",
        "\xa0",
        "\U00010000",
        "a\U00020000",
        "e\u0301",
        "\u0301a",
    ),
    *(
        "\u203fa",
        "a\u203f",
        "\u037ea",
        "Ω",
        "Ⅷ",
        "٣",
        "a٣",
        "ℵ",
        "a" * 3000,
        "x/" * 400,
        "true",
        "a.",
    ),
)
_WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc", "Co")), max_size=6)


def _iri(start: str, word: str, end: str) -> str:
    iri = f"{start}{word}{end}"
    return iri if is_iri(iri) else f"{start}{end}" if is_iri(start + end) else start + "a"


@st.composite
def _iris(draw: st.DrawFn) -> pyoxigraph.NamedNode:
    word = draw(st.one_of(st.just(""), _WORDS))
    return pyoxigraph.NamedNode(
        _iri(draw(st.sampled_from(_STARTS)), word, draw(st.sampled_from(_ENDS)))
    )


IRIS = _iris()
LABELS = (*("a", "b", "1", "1a", "a1", "_", "_x", "a.b", "a..b", "a-b", "b.1", "b_", "B", "xml"),)
BLANK_NODES = st.sampled_from(LABELS).map(pyoxigraph.BlankNode)
_TAGS = st.sampled_from(("en", "en-GB", "zh-Hant-TW", "x-a-1", "de-1996", "ja"))
_DATATYPES = st.one_of(
    st.sampled_from(
        (
            *(
                "string",
                "integer",
                "int",
                "decimal",
                "double",
                "float",
                "boolean",
                "date",
                "anyURI",
            ),
            *("dateTime", "byte", "nonNegativeInteger", "duration", "base64Binary"),
        )
    ).map(lambda name: pyoxigraph.NamedNode(XSD + name)),
    st.sampled_from(("XMLLiteral", "HTML", "JSON", "PlainLiteral")).map(
        lambda name: pyoxigraph.NamedNode(RDF + name)
    ),
    IRIS.filter(lambda iri: not iri.value.startswith(RDF)),
)
_DIRECTIONS = st.sampled_from((pyoxigraph.BaseDirection.LTR, pyoxigraph.BaseDirection.RTL))
LITERALS = st.one_of(
    TEXTS.map(pyoxigraph.Literal),
    st.builds(lambda text, tag: pyoxigraph.Literal(text, language=tag), TEXTS, _TAGS),
    st.builds(
        lambda text, datatype: pyoxigraph.Literal(text, datatype=datatype),
        st.one_of(TEXTS, st.sampled_from(_NUMBERS)),
        _DATATYPES,
    ),
)
DIRECTED = st.builds(
    lambda text, tag, direction: pyoxigraph.Literal(text, language=tag, direction=direction),
    TEXTS,
    _TAGS,
    _DIRECTIONS,
)
SUBJECTS = st.one_of(IRIS, BLANK_NODES)
PLAIN_TERMS = st.one_of(IRIS, BLANK_NODES, LITERALS)
"""Terms of RDF 1.1."""


@st.composite
def _terms(draw: st.DrawFn) -> object:
    term = draw(st.one_of(PLAIN_TERMS, DIRECTED))
    for _ in range(draw(st.sampled_from((0, 0, 0, 0, 1, 2, 3)))):
        term = pyoxigraph.Triple(draw(SUBJECTS), draw(IRIS), term)
    return term


TERMS = _terms()
"""Terms of RDF 1.2."""

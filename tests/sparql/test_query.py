"""What a query asks for: the tokenizer and the inspection, also against the engine itself."""

import pyoxigraph
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eakg.rdf.formats import ResultKind
from eakg.sparql.calls import calls_service
from eakg.sparql.head import query_tokens
from eakg.sparql.iris import resolve_iri, unescape_codepoints
from eakg.sparql.lexer import TokenKind, TokenReader, TokenSpan, tokens
from eakg.sparql.query import inspect_query
from helpers.tries import tries

CALLS = [
    "SELECT * { SERVICE <http://x/> { ?s ?p ?o } }",
    "SELECT * { service silent ?x { ?s ?p ?o } }",
    "SELECT * { SERVICE\n# a comment\n<http://x/>{ ?s ?p ?o } }",
    "SELECT * { ?s ?p ?o FILTER EXISTS { SERVICE :x { ?a ?b ?c } } }",
    "SELECT * { SERVICE service:x { ?a ?b ?c } }",
    # The engine's grammar is looser than the specification's.
    "SELECT * { SERVICE:x { ?a ?b ?c } }",
    "SELECT * { SERVICESILENT<http://x/> { ?a ?b ?c } }",
    "SELECT * { ?s ?p trueSERVICE<http://x/> { ?a ?b ?c } }",
    "SELECT * { ?s ?p ?o. service:x { ?a ?b ?c } }",
    # A comparison and a comment to the engine, an IRI by longest match.
    "SELECT * { ?s ?p ?o FILTER(?a<?q)SERVICE#>\n?x { ?a ?b ?c } }",
    "SELECT * { ?s ?p ?o FILTER(1<2#>'''\n)SERVICE <http://x/> { ?a ?b ?c } #'''\n }",
    "SELECT * { ?s ?p ?o FILTER(1<'x>')SERVICE <http://x/> { ?a ?b ?c } #'\n }",
    "SELECT * { ?s ?p ?o FILTER(1<<x'>)SERVICE <http://x/> { ?a ?b ?c } #'\n }",
    # To the engine a name has one run of dots, and where it is no IRI its prefix is the name.
    "SELECT * { ?s ?p :a.b.SERVICE<http://x/> { ?a ?b ?c } }",
    "PREFIX x: <http://x/#> SELECT * { ?s ?p x:SERVICE:x\\# { ?a ?b ?c } }",
    "PREFIX x: <http://x:1> SELECT * { ?s ?p x:SERVICE ?y { ?a ?b ?c } }",
    # A string with an escape that there is not is none, but an empty one and another.
    "SELECT * { VALUES ?v {'''a'#\\x\n} SERVICE <http://x/> {?a ?b ?c} #'''\n }",
]
NO_CALLS = [
    "SELECT ?service { ?service ?p ?o }",
    "SELECT $service { $service ?p ?o }",
    "PREFIX service: <http://x/> SELECT * { service:a service:service ?o }",
    "PREFIX service: <http://x/> SELECT * { GRAPH service:g { ?s ?p ?o } }",
    "PREFIX service: <http://x/> SELECT * FROM service:g { ?s ?p ?o }",
    "PREFIX s: <http://x/service#> SELECT * { ?s s:p ?o }",
    "SELECT * { ?s <http://x/#service> ?o . ?a <http://x/service> ?b }",
    "SELECT * { ?s ?p 'SERVICE <http://x/> {' }",
    'SELECT * { ?s ?p "a \\" SERVICE <http://x/> {" }',
    "SELECT * { ?s ?p '''a ' SERVICE <http://x/> {''' }",
    "SELECT * { ?s ?p ?o } # SERVICE <http://x/> { }",
    "SELECT * { ?s ?p 'x'@service }",
    "SELECT * { _:service ?p ?o }",
    "SELECT * { ?s a <http://www.w3.org/ns/sparql-service-description#Service> }",
    "PREFIX x: <http://x/> SELECT * { ?s x:service ?o { ?a ?b ?c } }",
    "PREFIX service: <http://x/> SELECT * { GRAPHservice:g { ?s ?p ?o } }",
    "SELECT * { ?s <http://x/#o> '''\nSERVICE <http://x/> {''' }",
    "SELECT * { VALUES ?x { <o'k> 'SERVICE <http://x/> {' } }",
]


@pytest.mark.parametrize("text", CALLS)
def test_calls_are_seen(text: str) -> None:
    assert calls_service(text)
    assert inspect_query(text).service


@pytest.mark.parametrize("text", NO_CALLS)
def test_the_word_alone_is_no_call(text: str) -> None:
    assert not inspect_query(text).service


# Port 1 is one that the engine refuses to call before anything is sent.
ENDPOINT = "http://localhost:1/"
PIECES = [
    *(
        "SELECT * {",
        "}",
        "{",
        "(",
        ")",
        ".",
        "<",
        ">",
        "#",
        "\n",
        " ",
        "'",
        "'''",
        '"',
        '"""',
        "\\",
    ),
    *(
        "?a",
        "?s ?p ?o",
        "true",
        "1",
        "'x'",
        "FILTER(",
        "FILTER EXISTS {",
        "UNION",
        "OPTIONAL",
        "&&",
    ),
    *(
        "SERVICE",
        "service",
        "SILENT",
        f"<{ENDPOINT}>",
        ":x",
        "service:x",
        "SERVICE:x",
        "{ ?a ?b ?c }",
    ),
    *("BIND(1 AS ?z)", "\\u0053ERVICE", "<?b", "@en", "^^", "a", "_:b", "<'x>", "'#"),
    *("VALUES ?v {", "\\x", ":a.b.", "x:", ":x\\#", "x:SERVICE:x\\#", "GRAPH", "<<", "<#>"),
]


@pytest.mark.slow
@settings(max_examples=tries(400), deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=14), st.sampled_from(["", " "]))
def test_no_call_gets_past(pieces: list[str], glue: str) -> None:
    prologue = f"PREFIX : <{ENDPOINT}> PREFIX service: <{ENDPOINT}> PREFIX x: <{ENDPOINT}#> "
    text = prologue + "SELECT * { ?s ?p ?o " + glue.join(pieces) + " }"
    if inspect_query(text).service:
        return
    store = pyoxigraph.Store()
    name = pyoxigraph.NamedNode("http://x/s")
    store.add(pyoxigraph.Quad(name, name, pyoxigraph.Literal(True)))
    try:
        list(store.query(text))  # type: ignore[arg-type]  # no ASK
    except OSError as error:
        pytest.fail(f"{text!r} called: {error}")
    except (SyntaxError, RuntimeError, ValueError):
        pass


@given(st.text(max_size=200))
def test_any_text_can_be_inspected(text: str) -> None:
    inspect_query(text, "http://x/")
    assert all(text.startswith(token.text, token.start) for token in tokens(text))


TRAPS = ["a.", '\\"', "<a", "'", "service ", "#", ":a.", "(", "?"]


@settings(max_examples=tries(50), deadline=None)
@given(st.lists(st.sampled_from(TRAPS), max_size=40))
def test_repetition_is_no_trap(pieces: list[str]) -> None:
    inspect_query("".join(pieces) * 500)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("?a<?b", [TokenKind.VARIABLE, TokenKind.PUNCTUATION, TokenKind.VARIABLE]),
        ("<http://x/#y> # z", [TokenKind.IRIREF, TokenKind.COMMENT]),
        ("'#'", [TokenKind.STRING]),
        ('"""a""b"""', [TokenKind.STRING]),
        ("a:b.c.", [TokenKind.PREFIXED_NAME, TokenKind.PUNCTUATION]),
        ("a:%41\\-b", [TokenKind.PREFIXED_NAME]),
        ("'x'@en-GB", [TokenKind.STRING, TokenKind.LANGUAGE_TAG]),
        ("_:b1 1.5e3", [TokenKind.BLANK_NODE, TokenKind.NUMBER]),
        ("a 'never closed", [TokenKind.KEYWORD]),
    ],
)
def test_terminals(text: str, kinds: list[TokenKind]) -> None:
    assert [token.kind for token in tokens(text)] == kinds


def test_codepoint_escapes() -> None:
    assert unescape_codepoints(r"\u0041\U0001F600\UFFFFFFFF") == "A\U0001f600\\UFFFFFFFF"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("select ?x {}", ResultKind.SOLUTIONS),
        ("PREFIX ask: <http://x/> # SELECT\nASK {}", ResultKind.BOOLEAN),
        ("BASE <http://x/SELECT> CONSTRUCT WHERE {}", ResultKind.GRAPH),
        ("DESCRIBE <http://x/>", ResultKind.GRAPH),
        ("INSERT DATA {}", None),
    ],
)
def test_form(text: str, kind: ResultKind | None) -> None:
    assert inspect_query(text).kind is kind


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * FROM <http://x/g> FROM NAMED <http://x/h> {}",
        "BASE <http://x/> SELECT * FROM <g> FROM NAMED <h> {}",
        "PREFIX : <http://x/> SELECT * FROM :g FROM NAMED :h {}",
        "PREFIX:<http://x/>SELECT * FROM:g FROM NAMED:h {}",
        "prefix:<http://x/>select*from:g from named:h{}",
        "PrefixP:<http://x/>SELECT*fromP:g FROMNamedP:h{}",
        "PREFIX g:<http://x/>SELECT DISTINCT*FROMg:g FROMNAMED<http://x/h>{}",
        "PREFIX from:<http://x/>PREFIX:<http://y/>SELECT * from<http://x/g>from named from:h{}",
        "PREFIX from:<http://y/>PREFIX:<http://x/>SELECT * from:g from named:h{}",
        "PREFIX g:<http://x/>ASKFROMg:g FROMNAMEDg:h{}",
        "PREFIX g:<http://x/>CONSTRUCT{?s?p?o}FROMg:g FROMNAMEDg:h{?s?p?o}",
        "PREFIX g:<http://x/>DESCRIBEg:x g:y FROMg:g FROMNAMEDg:h",
        "PREFIX:<http://x/>SELECT(1<2#>\nAS?x)FROM:g FROM NAMED:h{}",
        "PREFIX:<http://x/>SELECT(EXISTS{?s<#FROM>?o}AS?x)FROM:g FROM NAMED:h{}",
        f"PREFIX {'p' * 300}:<http://x/>ASK FROM {'p' * 300}:g FROM NAMED {'p' * 300}:h{{}}",
        "BASE <http://x/y/> PREFIX p: <../> select * from p:g from named p:h {}",
        r"SELECT * FROM <http://x/\u0067> FROM NAMED <http://x/h> {}",
    ],
)
def test_dataset(text: str) -> None:
    found = inspect_query(text, "http://base/")
    assert found.default_graphs == ("http://x/g",)
    assert found.named_graphs == ("http://x/h",)


@pytest.mark.parametrize("iri", ["http://[", "http://[x", "http://[1]/", "//["])
@pytest.mark.parametrize("base", ["", "http://base/", "http://["])
def test_an_iri_that_cannot_be_resolved_is_left_to_the_engine(iri: str, base: str) -> None:
    text = f"BASE <{base}> PREFIX p: <{iri}> ASK FROM <{iri}> FROM p:g {{}}"
    assert inspect_query(text, "http://service/sparql").default_graphs


@pytest.mark.parametrize(
    ("text", "volatile"),
    [
        ("SELECT (RAND() AS ?x) {}", True),
        ("SELECT (now ( ) AS ?x) {}", True),
        ("SELECT (STRUUID() AS ?x) {}", True),
        ("CONSTRUCT { [] ?p ?o } { ?s ?p ?o }", True),
        ("SELECT ?now { ?now ?p 'RAND()' }", False),
        ("SELECT * { ?s ?p (1 2) }", False),
        ("DESCRIBE <http://x/NOW()>", False),
    ],
)
def test_volatility(text: str, volatile: bool) -> None:
    assert inspect_query(text).volatile is volatile


@pytest.mark.parametrize("base", ["http://x/a/b", "http://x/a/b?q#f", "http://x/"])
@pytest.mark.parametrize(
    "reference",
    [
        *("http://y/g#", "http://y/g?", "http://y/a/../b", "urn:x:y#", "g#", "g?", "g?#", "#", ""),
        *("#f", "../g#", "/g?a=b#", "//z/g#", "./g/./h", "?", "?a#", "a/b:c"),
    ],
)
def test_iris_are_resolved_as_the_engine_does(base: str, reference: str) -> None:
    (row,) = pyoxigraph.Store().query(f"SELECT (<{reference}> AS ?x) {{}}", base_iri=base)
    assert resolve_iri(base, reference) == row["x"].value


def test_an_empty_fragment_is_a_part_of_a_name() -> None:
    found = inspect_query("PREFIX x: <http://x/g#> ASK FROM x: FROM x:a FROM <http://y/#> {}", "")
    assert found.default_graphs == ("http://x/g#", "http://x/g#a", "http://y/#")


def test_a_prefix_is_the_name_where_the_whole_is_no_iri() -> None:
    found = inspect_query(r"PREFIX d:<http://x/#>PREFIX a:<http://x/>ASK FROM d:FROMa:x\#f{}", "")
    assert found.default_graphs == ("http://x/#", "http://x/x#f")


def visited(monkeypatch: pytest.MonkeyPatch, text: str) -> int:
    """How many characters the tokens have that are read of a text."""
    count = 0
    read = TokenReader.next

    def counted(reader: TokenReader, position: int, *, compares: bool = False) -> TokenSpan | None:
        nonlocal count
        span = read(reader, position, compares=compares)
        if span and span.kind is not TokenKind.COMMENT:  # the end of a line is looked for once
            count += span.stop - position
        return span

    with monkeypatch.context() as patch:
        patch.setattr(TokenReader, "next", counted)
        query_tokens(text)
        calls_service(text)
        inspect_query(text)
    return count


@pytest.mark.parametrize(
    "unit",
    [
        *("a.a.", "(<a>", "(?a<b'>'", "(1<#>", "service:", "x:a\\# service:y ", "'''x"),
        *(
            "?x <a#> service:x { ",
            "VALUES ?x { 1 } ",
            "SELECT ?x { ",
            "a:b.c.",
            "<<1<<#>",
            "(1<(1<(#>",
        ),
    ],
)
def test_time_is_linear_in_the_length(monkeypatch: pytest.MonkeyPatch, unit: str) -> None:
    once, twice = (visited(monkeypatch, "CONSTRUCT {" + unit * times) for times in (500, 1000))
    assert twice < 2.1 * once

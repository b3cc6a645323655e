"""Literals come out of a store as they are written where they came from."""

import re
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp

import pyoxigraph
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import XSD

from eakg.rdf import TURTLE_SYNTAX
from eakg.store.changes import GraphWrite, UpdateRequest
from eakg.store.embedded import EmbeddedStore
from eakg.store.graph_files import GraphFile, read_contents
from eakg.store.graphs import ingest, merge_documents
from eakg.store.graphs.forms import source_term, stored_term
from eakg.store.options import StoreOptions
from eakg.store.request import QueryRequest
from helpers.independent import rdflib_as_written
from helpers.rdf12 import ODD_LITERALS, Term, Triples, graphs, read, same, written
from helpers.tries import tries

EVERY = "CONSTRUCT { ?s ?p ?o } WHERE { GRAPH <http://e/g> { ?s ?p ?o } }"
WRITABLE = StoreOptions(writable=True, on_contradiction="report")
PLAIN = StoreOptions(reasoning="none", writable=True)


def empty(options: StoreOptions = PLAIN) -> EmbeddedStore:
    return EmbeddedStore(read_contents([]), options)


def triples_of(store: EmbeddedStore, text: str = EVERY) -> Triples:
    return read(store.query(QueryRequest(text, "ntriples")).read().decode())


def one_case(triples: Triples) -> bool:
    """Whether no two literals differ in nothing but capitals of a tag, which are then one (RDF 1.2
    Concepts section 3.4)."""
    literals = set(re.findall(r'("[^"]*")@([A-Za-z-]+)', written(triples)))
    return len({(text, tag.lower()) for text, tag in literals}) == len(literals)


def stored(triples: Triples, folder: str, extension: str) -> EmbeddedStore:
    path = Path(mkdtemp(dir=folder)) / f"d.{extension}"
    path.write_text(written(triples))
    return EmbeddedStore(read_contents([GraphFile(URIRef("http://e/g"), path)]), WRITABLE)


def ingested(triples: Triples, folder: str, extension: str) -> EmbeddedStore:
    path = Path(mkdtemp(dir=folder)) / f"d.{extension}"
    path.write_text(written(triples))
    output = Path(mkdtemp(dir=folder))
    return EmbeddedStore(ingest([path], output).contents)


def put(triples: Triples, options: StoreOptions = PLAIN) -> EmbeddedStore:
    store = empty(options)
    store.update(GraphWrite("http://e/g", "put", written(triples).encode(), "ntriples"))
    return store


def merged(triples: Triples) -> EmbeddedStore:
    store = empty()
    data = merge_documents([(written(triples).encode(), TURTLE_SYNTAX)], "http://e/")
    store.update(GraphWrite("http://e/g", "post", data, "ntriples"))
    return store


def updated(text: str) -> EmbeddedStore:
    store = empty()
    store.update(UpdateRequest(text))
    return store


def restarted(triples: Triples, folder: str) -> EmbeddedStore:
    options = StoreOptions("none", writable=True, directory=Path(mkdtemp(dir=folder)) / "s")
    store = EmbeddedStore(read_contents([]), options)
    store.update(GraphWrite("http://e/g", "put", written(triples).encode(), "ntriples"))
    store.close()
    return EmbeddedStore(read_contents([]), options)


@pytest.mark.slow
@settings(max_examples=tries(25))
@given(graphs(ODD_LITERALS))
def test_a_graph_comes_out_of_every_way_as_it_went_in(triples: Triples) -> None:
    assume(one_case(triples))
    block = f"GRAPH <http://e/g> {{ {written(triples)} }}"
    with TemporaryDirectory() as folder:
        ways = {
            "query --data .nt": stored(triples, folder, "nt"),
            "query --data .ttl": stored(triples, folder, "ttl"),
            "put": put(triples),
            "put of a store that reasons": put(triples, WRITABLE),
            "post of several": merged(triples),
            "INSERT DATA": updated(f"INSERT DATA {{ {block} }}"),
            "INSERT by a template": updated(f"INSERT {{ {block} }} WHERE {{}}"),
            "after a restart": restarted(triples, folder),
        }
        for way, store in ways.items():
            assert same(triples, triples_of(store)), way
            store.close()
        served = ingested(triples, folder, "ttl")
        asserted = "GRAPH ?g { ?s ?p ?o } FILTER(!CONTAINS(STR(?g), 'inferred'))"
        text = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {asserted} }}"
        assert same(triples, triples_of(served, text))


NODE = pyoxigraph.NamedNode("http://e/a")
DATATYPES = [f"{XSD}{name}" for name in XSD.__annotations__] + [
    "http://e/datatype",
    "http://www.w3.org/2001/XMLSchema#x",
]
LEXICAL = st.one_of(
    st.from_regex(r"[+-]?[0-9]{0,20}\.?[0-9]{0,20}([eE][+-]?[0-9]{1,3})?", fullmatch=True),
    st.from_regex(
        r"-?[0-9]{4,5}(-[0-9]{2}){0,2}(T[0-9]{2}(:[0-9]{2}){2}(\.[0-9]{1,3})?)?"
        r"(Z|[+-][0-9]{2}:[0-9]{2})?",
        fullmatch=True,
    ),
    st.from_regex(r"-?P([0-9]{1,3}[YMD]){0,3}(T([0-9]{1,3}[HMS]){1,3})?", fullmatch=True),
    st.sampled_from(["true", "false", "0", "1", "INF", "-INF", "NaN", " 1 ", "--01-02", "---31"]),
    st.text(max_size=4),
)


@pytest.mark.slow
@settings(max_examples=tries(800))
@given(LEXICAL, st.sampled_from(DATATYPES))
def test_the_engine_gives_back_what_a_store_has(lexical: str, datatype: str) -> None:
    """Whatever the engine would change is coded, nothing else, and what is coded can be told."""
    literal = pyoxigraph.Literal(lexical, datatype=pyoxigraph.NamedNode(datatype))
    stored = stored_term(literal)
    assert engine_form(stored) == stored
    assert (stored == literal) == (engine_form(literal) == literal)
    assert source_term(stored) == literal


def engine_form(literal: pyoxigraph.Literal) -> pyoxigraph.Literal:
    store = pyoxigraph.Store()
    store.add(pyoxigraph.Quad(NODE, NODE, literal))
    (quad,) = store
    assert isinstance(quad.object, pyoxigraph.Literal)
    return quad.object


def test_a_datatype_with_the_mark_of_the_code_is_a_datatype_like_others() -> None:
    literal = stored_term(pyoxigraph.Literal("01", datatype=pyoxigraph.NamedNode(f"{XSD}integer")))
    twice = stored_term(literal)
    assert twice != literal
    assert source_term(twice) == literal


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("syntax", ["turtle", "rdfxml", "jsonld"])
def test_every_format_has_the_forms_of_the_source(syntax: str) -> None:
    data = (
        "<http://e/a> <http://e/p> "
        + ("01" if syntax == "turtle" else f'"01"^^<{XSD.integer}>')
        + ', 1, 1.50, "x-\\"@en-GB" , "x"@en-GB, "y"@zh-Hant-TW,'
        ' "PT60M"^^<http://www.w3.org/2001/XMLSchema#duration> ;'
        ' <http://e/q> "5"^^<http://www.w3.org/2001/XMLSchema#int> .'
    )
    store = empty()
    store.update(GraphWrite("http://e/g", "put", data.encode(), "turtle"))
    answer = store.query(QueryRequest(EVERY, syntax)).read()
    name = {"turtle": "turtle", "rdfxml": "xml", "jsonld": "json-ld"}[syntax]
    found = {one.n3() for one in _graph(answer, name).objects()}
    assert found == {one.n3() for one in _graph(data, "turtle").objects()}


def _graph(data: bytes | str, name: str) -> Graph:
    with rdflib_as_written():
        return Graph().parse(data=data, format=name)


XSD_ = "PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> PREFIX : <http://e/> "
TURTLE = "@prefix : <http://e/> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> . "


def filled(turtle: str, options: StoreOptions = PLAIN) -> EmbeddedStore:
    store = empty(options)
    store.update(GraphWrite("http://e/g", "put", (TURTLE + turtle).encode(), "turtle"))
    return store


def column(store: EmbeddedStore, text: str, syntax: str = "tsv") -> list[str]:
    answer = store.query(QueryRequest(XSD_ + text, syntax)).read().decode()
    return sorted(answer.splitlines()[1:])


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("SELECT ?o { :a :p ?o }", ["01"]),
        ("SELECT ?o { :a :p ?o FILTER(?o = 1) }", ["01"]),
        ("SELECT DISTINCT ?o { ?s :p ?o } ORDER BY ?o", ["01"]),
        ("SELECT (?o AS ?x) { :a :p ?o }", ["01"]),
        ("SELECT ?x { :a :p ?o BIND(?o + 0 AS ?x) }", ["1"]),
        ("SELECT ?o { VALUES ?o { 1 } }", ["1"]),
        ("SELECT ?o { VALUES (?s ?o) { (:a 1) } }", ["1"]),
        ("SELECT (SUM(?o) AS ?x) { :a :p ?o }", ["1"]),
        ("SELECT ?o (COUNT(*) AS ?n) { ?s :p ?o } GROUP BY ?o", ["01\t1"]),
        ("SELECT ?o { :a :q ?o }", ["1.50"]),
        ("SELECT ?o { :b :q ?o }", ["1.5"]),
        ("SELECT ?o { :a :l ?o }", ['"x"@en-GB']),
        ("SELECT ?o { <<( :a :p ?x )>> ?y ?o }", []),
    ],
)
def test_rows_have_the_form_of_the_source(text: str, wanted: list[str]) -> None:
    store = filled(':a :p 01 ; :l "x"@en-GB ; :q 1.50 . :b :q 1.5 .')
    assert column(store, text) == wanted


@pytest.mark.parametrize("syntax", ["json", "xml", "csv", "tsv"])
def test_rows_in_every_format(syntax: str) -> None:
    store = filled(':a :p 1.50 ; :l "<é\\n>"@en-GB .')
    answer = store.query(QueryRequest("SELECT * { ?s ?p ?o }", syntax)).read()
    assert b"1.50" in answer
    assert (b"en-GB" in answer) == (syntax != "csv")
    assert b"eakg" not in answer


def test_rows_of_a_triple_have_each_of_its_forms() -> None:
    store = filled(":a :p 01 , 1 , 2 . :b :p 1 .")
    request = QueryRequest(
        "SELECT ?s ?o ?g { GRAPH ?g { ?s <http://e/p> ?o } }",
        "tsv",
        row_triple=("s", "<http://e/p>", "o", "g"),
    )
    rows = store.query(request).read().decode().splitlines()[1:]
    assert sorted(row.split("\t")[1] for row in rows) == ["01", "1", "1", "2"]


def test_a_computed_graph_has_what_is_computed() -> None:
    store = filled(":a :p 1.50 .")
    made = triples_of(store, XSD_ + "CONSTRUCT { ?s :p ?x } WHERE { ?s :p ?o BIND(?o + 0 AS ?x) }")
    assert [triple[2] for triple in made] == [f'"1.5"^^<{XSD.decimal}>']
    for form in ("1.5", "1.50"):
        made = triples_of(store, XSD_ + f"CONSTRUCT {{ :a :p {form} }} WHERE {{}}")
        assert [triple[2] for triple in made] == [f'"{form}"^^<{XSD.decimal}>']
    for text in ("CONSTRUCT { ?s :q ?o } WHERE { ?s :p ?o }", "DESCRIBE :a"):
        made = triples_of(store, XSD_ + text)
        assert [triple[2] for triple in made] == [f'"1.50"^^<{XSD.decimal}>']


@pytest.mark.parametrize("options", [PLAIN, WRITABLE])
@pytest.mark.parametrize(
    ("update", "wanted"),
    [
        ("DELETE DATA { GRAPH :g { :a :p 1.50 } }", {"2.50"}),
        ("DELETE DATA { GRAPH :g { :a :p 1.5 } }", {"1.50", "2.50"}),
        ("INSERT DATA { GRAPH :g { :a :p 1.5 } }", {"1.50", "1.5", "2.50"}),
        ("INSERT DATA { GRAPH :g { :a :p 1.50 } }", {"1.50", "2.50"}),
        (
            "DELETE DATA { GRAPH :g { :a :p 1.50 } } ; INSERT DATA { GRAPH :g { :a :p 1.5 } }",
            {"1.5", "2.50"},
        ),
        ("CLEAR GRAPH :g", set()),
        ("DROP GRAPH :g ; INSERT DATA { GRAPH :g { :a :p 1.5 } }", {"1.5"}),
        ("WITH :g DELETE { ?s :p ?o } INSERT { ?s :q ?o } WHERE { ?s :p ?o }", {"1.50", "2.50"}),
        ("WITH :g DELETE { ?s :p ?o } INSERT { ?s :p ?o } WHERE { ?s :p ?o }", {"1.50", "2.50"}),
        (
            "WITH :g DELETE { ?s :p ?o } INSERT { ?s :p ?x } WHERE { ?s :p ?o BIND(?o + 0 AS ?x) }",
            {"1.5", "2.5"},
        ),
        ("COPY :g TO :h ; DROP GRAPH :g ; MOVE :h TO :g", {"1.50", "2.50"}),
    ],
)
def test_updates_keep_the_forms_right(
    update: str, wanted: set[str], options: StoreOptions, tmp_path: Path
) -> None:
    kept = replace(options, directory=tmp_path / "s")
    store = filled(":a :p 1.50, 2.50 .", kept)
    before = store.version
    store.update(UpdateRequest(XSD_ + update))
    found = {triple[2] for triple in triples_of(store)}
    assert found == {f'"{text}"^^<{XSD.decimal}>' for text in wanted}
    store.close()
    again = EmbeddedStore(read_contents([]), kept)
    assert {triple[2] for triple in triples_of(again)} == found
    unchanged = wanted == {"1.50", "2.50"} and ":q" not in update
    assert (before == again.version) == unchanged
    again.close()


def test_a_write_of_other_forms_is_a_change() -> None:
    store = filled(":a :p 1.50 .")
    before = store.version
    store.update(GraphWrite("http://e/g", "put", (TURTLE + ":a :p 1.5 .").encode(), "turtle"))
    assert store.version != before
    assert [triple[2] for triple in triples_of(store)] == [f'"1.5"^^<{XSD.decimal}>']


RULES = ":p <http://www.w3.org/2000/01/rdf-schema#subPropertyOf> :q . "


def test_what_follows_and_its_proof_have_the_forms_of_the_source() -> None:
    store = filled(RULES + ':a :p 1.50 ; :l "x"@en-GB .', WRITABLE)
    text = (
        "CONSTRUCT { ?s ?p ?o } WHERE { GRAPH <https://w3id.org/eakg/graph/inferred> {?s ?p ?o} }"
    )
    assert '"1.50"' in str(triples_of(store, text))
    value = Literal("1.50", datatype=XSD.decimal, normalize=False)
    proof = store.explain((URIRef("http://e/a"), URIRef("http://e/q"), value))
    leaves = {str(leaf.triple[2]) for leaf in proof.proof.leaves()}
    assert "1.50" in leaves
    assert all(support.homes for support in proof.supports.values())
    for tag in ("en-GB", "en-gb"):
        proof = store.explain((URIRef("http://e/a"), URIRef("http://e/l"), Literal("x", lang=tag)))
        assert str(proof.proof.triple[2].language) == "en-GB"  # type: ignore[attr-defined]
    store.update(UpdateRequest(XSD_ + "INSERT DATA { GRAPH :g { :a :p 1.5 } }"))
    values = {str(triple[2]).split('"')[1] for triple in triples_of(store, text)}
    assert values == {"1.5", "1.50"}
    store.update(UpdateRequest(XSD_ + "DELETE DATA { GRAPH :g { :a :p 1.5 , 1.50 } }"))
    assert not triples_of(store, text)


@pytest.mark.slow
@settings(max_examples=tries(25))
@given(st.lists(st.tuples(st.sampled_from("ghk"), ODD_LITERALS, st.booleans()), max_size=12))
def test_a_store_that_reasons_has_what_one_of_its_graphs_has(
    steps: list[tuple[str, str, bool]],
) -> None:
    """The closure is that of what is there, whatever was there before."""
    store = empty(WRITABLE)
    store.update(GraphWrite("http://e/rules", "put", (TURTLE + RULES).encode(), "turtle"))
    for graph, literal, adds in steps:
        verb = "INSERT" if adds else "DELETE"
        data = f"GRAPH <http://e/{graph}> {{ <http://e/a> <http://e/p> {literal} }}"
        store.update(UpdateRequest(f"{verb} DATA {{ {data} }}"))
    every = triples_of(store, "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")
    asserted = {triple[2] for triple in every if triple[1] == "<http://e/p>"}
    inferred = {triple[2] for triple in every if triple[1] == "<http://e/q>"}
    assert case_free(asserted) == case_free(inferred)


def case_free(literals: set[Term]) -> set[str]:
    """The literals with their language tags in lower case."""
    return {re.sub(r"@[A-Za-z-]+$", lambda tag: tag[0].lower(), str(one)) for one in literals}


def test_the_quads_of_a_file_have_their_forms(tmp_path: Path) -> None:
    path = tmp_path / "d.trig"
    path.write_text(TURTLE + ':g { :a :p 01, 1, "x"@en-GB } :h { :a :p 1 } :a :p 1.50 .')
    store = EmbeddedStore(read_contents([GraphFile(URIRef("http://e/f"), path)]), PLAIN)
    text = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"

    def values(*graphs: str) -> set[str]:
        names = tuple(f"http://e/{graph}" for graph in graphs)
        answer = store.query(QueryRequest(text, "ntriples", default_graphs=names)).read()
        return {str(triple[2]).split('"')[1] for triple in read(answer.decode())}

    assert values("g") == {"01", "1", "x"}
    assert values("h") == {"1"}
    assert values("f") == {"1.50"}
    assert values() == {"01", "1", "1.50", "x"}
    assert {str(triple[2]).split('"')[1] for triple in triples_of(store)} == {"01", "1", "x"}


def test_the_proof_of_a_contradiction_may_speak_of_a_literal_as_a_subject() -> None:
    owl = "http://www.w3.org/2002/07/owl#"
    store = filled(
        f":p <{owl}propertyDisjointWith> :q . :c :p 1.0 ; :q 1.0 . :d <{owl}sameAs> 1.50 .",
        WRITABLE,
    )
    report = store.contradictions(9)
    assert [one.inconsistency.rule for one in report.inconsistencies] == ["prp-pdw"]
    (proof, *_) = report.inconsistencies[0].proofs
    assert str(proof.triple[2]) == "1.0"


PREFIXES = """PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
PREFIX e: <http://e/>
"""
"""What a document begins with that is plain, whatever follows."""


@pytest.mark.parametrize(
    "body",
    [
        "e:a e:p 1 , -20 , 0 , 1.5 , true , false .",
        "e:a a e:A ; e:p e:b , <http://e/c> .",
        'e:a e:p "2020-01-01"^^xsd:date , "7"^^xsd:integer , "x"^^e:kind , "x"@en , "x"@zh-hant .',
        r'e:a e:p "" , "a \"quoted\" word" , "tab\t" , "# no comment" , "[ ] ( ) _:b << >>" .',
        "e:a e:p 01 , +1 , -0 , 1.0 , 1.50 , 1e0 , 10000000000000000000 , .5 .",
        'e:a e:p "01"^^xsd:integer , "1"^^xsd:boolean , "2020-01-01Z"^^xsd:date , "16"^^xsd:int .',
        'e:a e:p "01"^^<http://www.w3.org/2001/XMLSchema#integer> .',
        'PREFIX x: <http://www.w3.org/2001/XMLSchema#>\ne:a e:p "01"^^x:integer .',
        'PREFIX x: <http://www.w3.org/2001/x/../XMLSchema#>\ne:a e:p "01"^^x:integer .',
        'PREFIX xsd: <http://e/>\ne:a e:p "01"^^xsd:integer .',
        'e:a e:p "x"@en-GB , "x"@EN , "x"@en , "x"@en-x-eakgcase-8 .',
        "e:a e:p [ e:q e:b ] , ( 1 01 ) , _:b .\n_:b e:p e:c .",
        "e:a e:p '01' , '''x''' , \"\"\"x\"y\nz\"\"\" .",
        "# e:a e:p 01 .\ne:a e:p <b> , <../c> , <http://e/a/../b> .",
        "BASE <http://other/>\ne:a e:p <b> .",
        r"e:a e:p e:b\,c , e:b%2Cc , e:é , e: .",
    ],
)
def test_turtle_that_the_engine_reads_by_itself(tmp_path: Path, body: str) -> None:
    """Turtle is TriG (RDF 1.1 TriG section 1), whose files are read quad by quad."""
    text = PREFIXES + body
    stores = []
    for extension in ("ttl", "trig"):
        path = tmp_path / f"d.{extension}"
        path.write_text(text, encoding="utf-8")
        stores.append(EmbeddedStore(read_contents([GraphFile(URIRef("http://e/g"), path)])))
    turtle, trig = map(triples_of, stores)
    assert turtle == trig
    asked = "SELECT ?o (DATATYPE(?o) AS ?d) (LANG(?o) AS ?l) { GRAPH ?g { ?s ?p ?o } } ORDER BY ?o"
    one, other = (store.query(QueryRequest(asked, "csv")).read() for store in stores)
    assert one == other

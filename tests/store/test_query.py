"""Answers: the dataset of a query, its formats, its errors. In this process and in another."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.compare import isomorphic

from eakg.names import GRAPH, ID, INFERRED_GRAPH
from eakg.problems import ProblemsError
from eakg.rdf.formats import GRAPH_FORMATS
from eakg.rdf.serialization import serialize
from eakg.sparql.failures import (
    EvaluationError,
    FormatMismatchError,
    QueryRefusedError,
    QuerySyntaxError,
    StoreError,
    from_message,
    to_message,
)
from eakg.store.embedded import EmbeddedStore
from eakg.store.graph_files import GraphFile, read_contents
from eakg.store.request import QueryRequest, QueryService, select
from eakg.store.workers.keeper_process import KeeperProcess
from helpers.holdings import small_contents

COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
SOURCE, EVIDENCE = str(GRAPH["source/record"]), str(GRAPH["evidence/record"])
BACKGROUND = str(GRAPH["background/states"])


@pytest.fixture(scope="module")
def keeper() -> Iterator[KeeperProcess]:
    with KeeperProcess(small_contents()) as process:
        yield process


@pytest.fixture(scope="module", params=["embedded", "held"])
def store(request: pytest.FixtureRequest, keeper: KeeperProcess) -> QueryService:
    return EmbeddedStore(small_contents()) if request.param == "embedded" else keeper.client()


def number(store: QueryService, request: QueryRequest) -> int:
    return int(str(select(store, request)[0]["n"]))


def test_a_triple_of_two_graphs_counts_once(store: QueryService) -> None:
    # Viet Nam's type and label stand in the source and in the background.
    text = f"SELECT (COUNT(*) AS ?n) {{ <{ID['viet-nam']}> ?p ?o FILTER(isLiteral(?o)) }}"
    assert number(store, QueryRequest(text)) == 1
    both = QueryRequest(text, default_graphs=(SOURCE, BACKGROUND))
    assert number(store, both) == 1
    own = text.replace("{", f"FROM <{SOURCE}> FROM <{BACKGROUND}> {{", 1)
    assert number(store, QueryRequest(own)) == 1


def test_default_graph_is_without_evidence(store: QueryService) -> None:
    text = "ASK { ?x a <http://www.w3.org/1999/02/22-rdf-syntax-ns#Statement> }"
    assert json.loads(store.query(QueryRequest(text)).read())["boolean"] is False
    named = text.replace("{ ?x", "{ GRAPH ?g { ?x").replace("> }", "> } }")
    assert json.loads(store.query(QueryRequest(named)).read())["boolean"] is True


def test_asserted_closure_is_without_inferred(store: QueryService) -> None:
    everything, asserted = QueryRequest(COUNT), QueryRequest(COUNT, closure="asserted")
    inferred = QueryRequest(COUNT, default_graphs=(str(INFERRED_GRAPH),))
    assert number(store, everything) == number(store, asserted) + number(store, inferred)
    graphs = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }"
    names = {row["g"] for row in select(store, QueryRequest(graphs))}
    assert names - {
        row["g"] for row in select(store, QueryRequest(graphs, closure="asserted"))
    } == {INFERRED_GRAPH}
    only = QueryRequest(COUNT, closure="asserted", default_graphs=(str(INFERRED_GRAPH),))
    assert number(store, only) == 0


def test_protocol_dataset_goes_before_the_query(store: QueryService) -> None:
    text = f"SELECT (COUNT(*) AS ?n) FROM <{SOURCE}> {{ ?s ?p ?o }}"  # noqa: S608 - a name of ours
    from_source = number(store, QueryRequest(text))
    from_evidence = number(store, QueryRequest(text, default_graphs=(EVIDENCE,)))
    assert (from_source, from_evidence) == (11, 9)


def test_named_graphs_alone_leave_the_default_graph_empty(store: QueryService) -> None:
    named = QueryRequest(COUNT, named_graphs=(SOURCE,))
    assert number(store, named) == 0
    inside = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
    assert number(store, QueryRequest(inside, named_graphs=(SOURCE,))) == 11
    assert number(store, QueryRequest(inside, default_graphs=(SOURCE,))) == 0


@pytest.mark.parametrize(
    "text",
    [
        "ASK FROM <http://127.0.0.1/x> {}",
        "ASK FROM NAMED <file:///etc/passwd> {}",
        "SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }",
    ],
)
def test_refused(store: QueryService, text: str) -> None:
    with pytest.raises(QueryRefusedError):
        store.query(QueryRequest(text))


def test_unknown_graph_of_the_protocol_is_refused(store: QueryService) -> None:
    with pytest.raises(QueryRefusedError, match="there is no graph <urn:nowhere> here"):
        store.query(QueryRequest("ASK {}", default_graphs=("urn:nowhere",)))


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ("SELECT * { ?s ?p", 1, 17, "ends too early"),
        ("SELECT *\n{ ?s ?p ?o ?oops }", 2, 12, r"unexpected \?oops"),
        ("SELECT * {\n ?s ?p }", 2, 8, "unexpected }"),
        ("SELECT * { ?s ?p ?o FILTER(?s && && 1) }", 1, 34, "unexpected &"),
        ("ASK { <a> <b> <c> . <d> }", 1, 25, "unexpected }"),
        ("ASK { ?s ?p 'never closed }", 1, 13, "never closed"),
        ("ASK { ?s x:y ?o }", 1, 10, "the prefix x: is not declared"),
        ("ASK { ?s ?p ?o } } # SERVICE", 1, 18, "unexpected }"),
        ("", 1, 1, "ends too early"),
        ("SELEC * {}", 1, 1, "unexpected SELEC"),
        ("INSERT DATA { <urn:a> <urn:b> <urn:c> }", 1, 1, "INSERT is an update"),
        ("LOAD <http://127.0.0.1/>", 1, 1, "LOAD is an update"),
        ("ASK { \\u0053ERVICE <http://x/> {} }", 1, 7, "unexpected"),
        ("SELECT (COUNT(*) AS ?n) ?s { ?s ?p ?o }", 1, 25, r"\?s is .*; add GROUP BY \?s"),
    ],
)
def test_syntax_errors(store: QueryService, text: str, line: int, column: int, words: str) -> None:
    with pytest.raises(QuerySyntaxError, match=words) as caught:
        store.query(QueryRequest(text, base_iri="http://x/"))
    assert (caught.value.line, caught.value.column) == (line, column)


def test_unknown_function(store: QueryService) -> None:
    with pytest.raises(EvaluationError):
        store.query(QueryRequest("SELECT (<urn:f>(1) AS ?x) {}"))


@pytest.mark.parametrize(
    ("text", "format_"),
    [("ASK {}", "csv"), ("ASK {}", "turtle"), ("SELECT * {}", "nt"), ("DESCRIBE <urn:x>", "json")],
)
def test_format_that_cannot_carry(store: QueryService, text: str, format_: str) -> None:
    with pytest.raises(FormatMismatchError, match="there is"):
        store.query(QueryRequest(text, format_))


def test_rows_keep_terms(store: QueryService) -> None:
    text = """SELECT * { VALUES ?x { <urn:a> "a" "b"@en "2020-07-20T00:00:00Z"^^
      <http://www.w3.org/2001/XMLSchema#dateTime> UNDEF } }"""
    rows = select(store, QueryRequest(text))
    assert [row.get("x") for row in rows][:3] == [URIRef("urn:a"), Literal("a"), Literal("b", "en")]
    assert str(rows[3]["x"]) == "2020-07-20T00:00:00Z"
    assert rows[4] == {}


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")  # rdflib's own
@pytest.mark.filterwarnings("ignore:Dataset.default_context:DeprecationWarning")  # rdflib's own
def test_graph_formats_carry_the_same_triples(store: QueryService) -> None:
    text = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
    graphs = [
        Graph().parse(data=store.query(QueryRequest(text, one.name)).read(), format=one.media_type)
        for one in GRAPH_FORMATS
    ]
    assert len(graphs[0]) == 52
    assert all(isomorphic(graphs[0], other) for other in graphs[1:])


def test_both_ways_give_the_same_bytes(keeper: KeeperProcess) -> None:
    request = QueryRequest("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", "turtle")
    embedded = EmbeddedStore(small_contents()).query(request).read()
    assert embedded == keeper.client().query(request).read()


def test_version_follows_the_bytes(tmp_path: Path) -> None:
    file = tmp_path / "a.ttl"
    file.write_text("<urn:a> <urn:b> 1 .")
    before = read_contents([GraphFile(INFERRED_GRAPH, file)]).version
    assert read_contents([GraphFile(INFERRED_GRAPH, file)]).version == before
    file.write_text("<urn:a> <urn:b> 2 .")
    assert read_contents([GraphFile(INFERRED_GRAPH, file)]).version != before


def test_broken_files_are_all_reported(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text("<urn:a> <urn:b>\n oops .")
    (tmp_path / "b.docx").write_text("")
    files = [GraphFile(GRAPH[name], tmp_path / name) for name in ("a.ttl", "b.docx")]
    for start in (EmbeddedStore, KeeperProcess):
        with pytest.raises(ProblemsError) as caught:
            start(read_contents(files))
        assert [(Path(one.file).name, one.line) for one in caught.value.problems] == [
            ("a.ttl", 2),
            ("b.docx", 0),
        ]
    with pytest.raises(ProblemsError, match="cannot be read"):
        read_contents([GraphFile(INFERRED_GRAPH, tmp_path / "none.ttl")])


@given(
    st.sampled_from([QuerySyntaxError("m", 1, 2), QuerySyntaxError("m"), QueryRefusedError("m")])
)
def test_failures_travel(error: StoreError) -> None:
    again = from_message(json.loads(json.dumps(to_message(error))))
    assert (type(again), str(again), again.details()) == (type(error), "m", error.details())


def test_serialization_is_ordered_and_strict() -> None:
    triples = [(URIRef("urn:b"), URIRef("urn:p"), Literal("x", "en"))] * 2
    triples += [(BNode("a"), URIRef("urn:p"), Literal("01", datatype=URIRef("urn:d")))]
    data = serialize(triples, GRAPH_FORMATS[1], {})
    assert data.splitlines() == [b'<urn:b> <urn:p> "x"@en .', b'_:a <urn:p> "01"^^<urn:d> .']
    with pytest.raises(TypeError):
        serialize([(Literal("x"), URIRef("urn:p"), Literal("y"))], GRAPH_FORMATS[0], {})

"""Updates and writes of graphs: what they change, what is refused, and that the closure and the
default graphs stay in step."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eakg.sparql.failures import (
    ContradictionError,
    EvaluationError,
    GraphExistsError,
    GraphNotFoundError,
    NotWritableError,
    QuerySyntaxError,
    StoreError,
    TimeLimitExceededError,
    UpdateRefusedError,
)
from eakg.store.changes.requests import GraphWrite, UpdateRequest
from eakg.store.client.client import StoreClient
from eakg.store.embedded import EmbeddedStore
from eakg.store.graphs.dataset import INFERRED_NAME
from eakg.store.graphs.loaded import Wear
from eakg.store.options import StoreOptions
from eakg.store.request import Limits, QueryRequest
from eakg.store.workers.keeper_process import KeeperProcess
from helpers.tries import tries
from helpers.writing import (
    EMPTY,
    PLAIN,
    PREFIXES,
    WRITABLE,
    assert_closed,
    default_graph,
    dump,
    embedded_store,
    ontology,
    rdf_merge,
    update,
    values,
)


@pytest.fixture
def store(tmp_path: Path) -> EmbeddedStore:
    return embedded_store(tmp_path)


@pytest.fixture
def plain() -> EmbeddedStore:
    return EmbeddedStore(EMPTY, PLAIN)


def test_what_follows_comes_and_goes_with_an_update(store: EmbeddedStore) -> None:
    applied = update(store, "INSERT DATA { GRAPH g:a { :tom a :Cat . :tom :knows :rex } }")
    assert (applied.added, applied.removed, applied.version) == (2, 0, store.version)
    assert values(store, "SELECT ?c { :tom a ?c }") == ["Animal", "Cat"]
    assert values(store, "SELECT ?x { :rex :knows ?x }") == ["tom"]
    update(store, "DELETE DATA { GRAPH g:a { :tom :knows :rex } }")
    assert values(store, "SELECT ?x { :rex :knows ?x }") == []


def test_an_axiom_is_data_too(store: EmbeddedStore) -> None:
    update(store, "INSERT DATA { :tom a :Cat }")
    update(store, "INSERT DATA { :Animal rdfs:subClassOf :Being }")
    assert values(store, "SELECT ?c { :tom a ?c }") == ["Animal", "Being", "Cat"]
    update(store, "DELETE WHERE { :Animal rdfs:subClassOf ?c }")
    assert values(store, "SELECT ?c { :tom a ?c }") == ["Animal", "Cat"]


def test_a_triple_of_two_graphs_stays_while_one_has_it(store: EmbeddedStore) -> None:
    update(store, "INSERT DATA { :tom a :Cat . GRAPH g:a { :tom a :Cat } }")
    assert values(store, "SELECT (COUNT(*) AS ?n) { :tom a :Cat }") == ["1"]
    update(store, "DELETE DATA { GRAPH g:a { :tom a :Cat } }")
    assert values(store, "SELECT ?c { :tom a ?c }") == ["Animal", "Cat"]
    update(store, "DELETE DATA { :tom a :Cat }")
    assert values(store, "SELECT ?c { :tom a ?c }") == []


def test_evidence_is_not_reasoned_over(store: EmbeddedStore) -> None:
    evidence = "<https://w3id.org/eakg/graph/evidence/x>"
    update(store, f"INSERT DATA {{ GRAPH {evidence} {{ :tom a :Cat }} }}")
    assert values(store, "SELECT ?c { :tom a ?c }") == []
    assert values(store, f"SELECT ?c {{ GRAPH {evidence} {{ :tom a ?c }} }}") == ["Cat"]


def test_an_update_finds_what_a_query_finds(store: EmbeddedStore) -> None:
    """Also what was inferred, and what is in named graphs."""
    update(store, "INSERT DATA { GRAPH g:a { :tom a :Cat } }")
    assert update(store, "INSERT { ?x :seen true } WHERE { ?x a :Animal }").added == 1


def test_a_dataset_of_its_own(plain: EmbeddedStore) -> None:
    update(plain, "INSERT DATA { :a :p :b . GRAPH g:a { :c :p :d } GRAPH g:b { :e :p :f } }")
    copy = "INSERT { GRAPH g:out { ?s ?p ?o } } "
    update(plain, copy + "WHERE { ?s ?p ?o }")
    update(plain, copy + "USING g:a WHERE { ?s ?p ?o }")
    update(plain, copy + "USING NAMED g:b WHERE { ?s ?p ?o }")
    assert values(plain, "SELECT ?s { GRAPH g:out { ?s ?p ?o } }") == ["a", "c"]
    update(plain, "WITH g:b DELETE { ?s ?p ?o } INSERT { ?o ?p ?s } WHERE { ?s ?p ?o }")
    assert values(plain, "SELECT ?s { GRAPH g:b { ?s ?p ?o } }") == ["f"]


def test_the_dataset_of_the_protocol(plain: EmbeddedStore) -> None:
    update(plain, "INSERT DATA { GRAPH g:a { :c :p :d } GRAPH g:b { :e :p :f } }")
    graphs = ("http://example.org/g/a", "http://example.org/g/b")
    text = PREFIXES + "INSERT { ?s :seen true } WHERE { ?s ?p ?o }"
    assert plain.update(UpdateRequest(text, using_graphs=graphs)).added == 2
    text = PREFIXES + "INSERT { ?s :found ?g } WHERE { GRAPH ?g { ?s ?p ?o } }"
    assert plain.update(UpdateRequest(text, using_named_graphs=graphs[:1])).added == 1
    for own in ("WITH g:a INSERT { :x :y :z } WHERE {}", "INSERT { :x :y :z } USING g:a WHERE {}"):
        with pytest.raises(UpdateRefusedError):
            plain.update(UpdateRequest(PREFIXES + own, using_graphs=graphs))


@pytest.mark.parametrize(
    ("operation", "left"),
    [("CLEAR GRAPH h:", ["c"]), ("WITH h: DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }", ["c"])],
)
def test_an_empty_fragment_tells_graphs_apart(
    plain: EmbeddedStore, operation: str, left: list[str]
) -> None:
    hashed = "PREFIX h: <http://example.org/h#> "
    update(plain, hashed + "INSERT DATA { GRAPH h: { :a :p :b } }")
    update(plain, "INSERT DATA { GRAPH <http://example.org/h> { :c :p :d } }")
    assert values(plain, "SELECT ?s FROM <http://example.org/h#> { ?s ?p ?o }") == ["a"]
    update(plain, hashed + operation)
    assert values(plain, "SELECT ?s { GRAPH ?g { ?s ?p ?o } }") == left


def test_operations_see_those_before_them(plain: EmbeddedStore) -> None:
    update(
        plain,
        "INSERT DATA { :a :p 1 } ; INSERT { :b :p ?x } WHERE { :a :p ?x } ;"
        " PREFIX x: <http://example.org/> DELETE WHERE { x:a ?p ?o } ; MOVE DEFAULT TO g:a ;",
    )
    assert values(plain, "SELECT ?s { GRAPH g:a { ?s ?p ?o } }") == ["b"]
    assert values(plain, "SELECT ?s { ?s ?p ?o }") == []


def test_all_operations_or_none(store: EmbeddedStore) -> None:
    version, before = store.version, dump(store)
    for failing in ("DROP GRAPH g:none", "INSERT DATA { GRAPH inferred:inferred { :x a :y } }"):
        with pytest.raises(StoreError):
            update(store, f"INSERT DATA {{ GRAPH g:a {{ :a :p :b }} }} ; CLEAR ALL ; {failing}")
    assert (store.version, dump(store)) == (version, before)


def test_blank_nodes_are_new_for_each_solution(plain: EmbeddedStore) -> None:
    update(plain, "INSERT DATA { :a :p 1, 2 }")
    update(plain, "INSERT { ?s :q [ :r ?x ; :s _:same ] . _:same :t ?x } WHERE { ?s :p ?x }")
    assert values(plain, "SELECT (COUNT(DISTINCT ?b) AS ?n) { :a :q ?b }") == ["2"]
    assert values(plain, "SELECT ?x { :a :q ?b . ?b :r ?x ; :s ?c . ?c :t ?x }") == ["1", "2"]


def test_what_is_no_triple_is_left_out(plain: EmbeddedStore) -> None:
    update(plain, 'INSERT DATA { :a :p "x" . :a :q :b }')
    applied = update(plain, "INSERT { ?o :back ?s } WHERE { ?s ?p ?o }")
    assert applied.added == 1
    assert update(plain, "INSERT { ?s :lost ?unbound } WHERE { ?s ?p ?o }").added == 0


def test_another_spelling_of_a_literal(store: EmbeddedStore) -> None:
    """A literal is another where it is written otherwise."""
    update(store, "INSERT DATA { GRAPH g:a { :is rdfs:domain :Thing . :a :is 01, 1.50 } }")
    typed = 'STRDT("{}", <http://www.w3.org/2001/XMLSchema#{}>)'
    other, same = typed.format("1", "integer"), typed.format("01", "integer")
    for number, removed in ((other, 0), (same, 1), ("1.5", 0), ("1.50", 1)):
        assert_closed(dump(store))
        assert values(store, "SELECT ?c { :a a ?c }") == ["Thing"]
        text = f"WITH g:a DELETE {{ :a :is ?x }} WHERE {{ BIND({number} AS ?x) }}"
        assert update(store, text).removed == removed
    assert values(store, "SELECT ?c { :a a ?c }") == []


def test_an_update_that_changes_nothing_makes_no_version(store: EmbeddedStore) -> None:
    update(store, "INSERT DATA { :a :p :b }")
    version = store.version
    for text in ("INSERT DATA { :a :p :b }", "DELETE DATA { :a :p :c }", "CLEAR SILENT GRAPH g:x"):
        assert update(store, text).version == version


def test_the_same_history_gives_the_same_versions(tmp_path: Path) -> None:
    one, other = embedded_store(tmp_path), embedded_store(tmp_path)
    for text in ("INSERT DATA { :a :p :b }", "DELETE DATA { :a :p :b }"):
        assert update(one, text).version == update(other, text).version
    assert len({one.version, embedded_store(tmp_path).version}) == 2


def test_graphs_that_are_empty(plain: EmbeddedStore) -> None:
    update(plain, "CREATE GRAPH g:a")
    assert plain.graphs == ("http://example.org/g/a",)
    with pytest.raises(GraphExistsError):
        update(plain, "CREATE GRAPH g:a")
    update(plain, "CREATE SILENT GRAPH g:a ; DROP GRAPH g:a")
    assert plain.graphs == ()
    for text in ("DROP GRAPH g:a", "CLEAR GRAPH g:a", "COPY g:a TO g:b", "ADD g:a TO g:b"):
        with pytest.raises(GraphNotFoundError):
            update(plain, text)
        update(plain, text.replace(" ", " SILENT ", 1))


@pytest.mark.parametrize(
    "text",
    [
        "INSERT DATA { GRAPH inferred:inferred { :a a :Cat } }",
        "DELETE WHERE { GRAPH inferred:inferred { ?s ?p ?o } }",
        "DELETE { GRAPH ?g { ?s ?p ?o } } WHERE { GRAPH ?g { ?s ?p ?o } }",
        "CLEAR GRAPH inferred:inferred",
        "DROP SILENT GRAPH inferred:inferred",
        "CREATE GRAPH inferred:inferred",
        "COPY g:ontology TO inferred:inferred",
        "MOVE inferred:inferred TO g:a",
        "INSERT DATA { GRAPH <urn:x-eakg-merge:0> { :a a :Cat } }",
        "LOAD <http://127.0.0.1:9/x>",
        "LOAD <file:///etc/passwd> INTO GRAPH g:a",
        "INSERT { ?s ?p ?o } WHERE { SERVICE <http://127.0.0.1:9/x> { ?s ?p ?o } }",
    ],
)
def test_what_is_refused(store: EmbeddedStore, text: str) -> None:
    update(store, "INSERT DATA { GRAPH g:a { :tom a :Cat } }")
    before = dump(store)
    with pytest.raises(UpdateRefusedError):
        update(store, text)
    assert dump(store) == before


def test_inferred_triples_may_be_copied_from(store: EmbeddedStore) -> None:
    update(store, "INSERT DATA { :tom a :Cat } ; COPY g:ontology TO g:b")
    update(store, "COPY inferred:inferred TO g:a")
    assert values(store, "SELECT ?c { GRAPH g:a { :tom a ?c } }") == ["Animal"]
    assert_closed(dump(store))


@pytest.mark.parametrize("verb", ["CLEAR", "DROP"])
def test_clearing_everything_clears_what_followed(store: EmbeddedStore, verb: str) -> None:
    update(store, "INSERT DATA { :tom a :Cat }")
    update(store, f"{verb} ALL")
    assert values(store, "SELECT ?s { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }") == []


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("INSERT DATA { <a:a> <a:p> ", (1, 27), "ends too early"),
        ("INSERT DATA { <a:a> <a:p> }", (1, 27), "}"),
        ("INSERT DATA { <a:a> <a:p> 1 }\nINSERT DATA { <a:a> <a:p> 2 }", (2, 1), "INSERT"),
        ("CLEAR ALL ;\n  DELETE { ?s ?p _:b } WHERE { ?s ?p ?o }", (2, 22), "}"),
        ("SELECT * { ?s ?p ?o }", (1, 1), "SELECT"),
        ("INSERT { :a :b :c } WHERE {}", (1, 10), "prefix : is not declared"),
        ("INSERT DATA { _:b <a:p> 1 } ; INSERT DATA { _:b <a:p> 2 }", (1, 45), "blank node"),
    ],
)
def test_syntax_errors_have_a_place(
    store: EmbeddedStore, text: str, place: tuple[int, int], words: str
) -> None:
    with pytest.raises(QuerySyntaxError, match=words) as caught:
        store.update(UpdateRequest(text))
    assert (caught.value.line, caught.value.column) == place


def test_an_unknown_function(store: EmbeddedStore) -> None:
    with pytest.raises(EvaluationError):
        update(store, "INSERT { ?s :p ?x } WHERE { ?s ?p ?o BIND(:none(?o) AS ?x) }")


def test_a_contradiction_is_refused_and_explained(store: EmbeddedStore) -> None:
    update(store, "INSERT DATA { GRAPH g:a { :tom a :Cat } }")
    before, version = dump(store), store.version
    with pytest.raises(ContradictionError) as caught:
        update(store, "INSERT DATA { GRAPH g:b { :tom a :Dog } }")
    assert (dump(store), store.version) == (before, version)
    (one,) = caught.value.explanation
    assert one["rule"] == "cax-dw"
    leaves = {proof["graph"] for proof in one["triples"] if proof["by"] == "asserted"}
    assert leaves == {f"http://example.org/g/{name}" for name in ("a", "b", "ontology")}
    update(store, "INSERT DATA { GRAPH g:b { :tim a :Dog } }")


def test_a_contradiction_may_be_allowed_and_left(tmp_path: Path) -> None:
    careless = embedded_store(tmp_path, replace(WRITABLE, on_contradiction="report"))
    update(careless, "INSERT DATA { :tom a :Cat, :Dog }")
    assert values(careless, "SELECT ?c { :tom a ?c }") == ["Animal", "Cat", "Dog"]
    update(careless, "INSERT DATA { :tim a :Cat }")
    update(careless, "DELETE DATA { :tom a :Dog }")


def test_reading_only(tmp_path: Path) -> None:
    with pytest.raises(NotWritableError):
        update(embedded_store(tmp_path, StoreOptions()), "CLEAR ALL")


def test_a_plain_store_reasons_not_and_has_its_own_default_graph(plain: EmbeddedStore) -> None:
    update(plain, "INSERT DATA { :Cat rdfs:subClassOf :Animal . GRAPH g:a { :tom a :Cat } }")
    assert values(plain, "SELECT ?s { ?s ?p ?o }") == ["Cat"]
    assert values(plain, "SELECT ?s { GRAPH ?g { ?s ?p ?o } }") == ["tom"]
    update(plain, "INSERT DATA { GRAPH inferred:inferred { :a a :b } }")


TURTLE = b"<> <http://example.org/p> <x>, [] ."


def test_writing_graphs(store: EmbeddedStore) -> None:
    name = "http://example.org/g/a"
    put = GraphWrite(name, "put", TURTLE, "turtle", name)
    first = store.update(put)
    assert (first.created, first.added, first.removed) == (True, 2, 0)
    again = store.update(put)
    assert (again.created, again.added, again.removed) == (False, 1, 1)  # another blank node
    assert store.update(replace(put, action="post")).added == 1
    assert values(store, "SELECT ?x { GRAPH g:a { g:a :p ?x FILTER(ISIRI(?x)) } }") == ["g/x"]
    assert store.update(GraphWrite(name, "delete")).removed == 3
    with pytest.raises(GraphNotFoundError) as caught:
        store.update(GraphWrite(name, "delete"))
    assert caught.value.graph == name


def test_writing_the_default_graph(store: EmbeddedStore) -> None:
    cat = b"<http://example.org/tom> a <http://example.org/Cat> ."
    applied = store.update(GraphWrite(None, "put", cat, "turtle"))
    assert (applied.created, applied.added) == (False, 1)
    assert values(store, "SELECT ?c { :tom a ?c }") == ["Animal", "Cat"]
    store.update(GraphWrite(None, "delete"))
    assert values(store, "SELECT ?c { :tom a ?c }") == []


def test_an_empty_graph_is_there(plain: EmbeddedStore) -> None:
    assert plain.update(GraphWrite("http://example.org/g/a", "put", b"", "ntriples")).created
    assert plain.graphs == ("http://example.org/g/a",)
    assert not plain.update(GraphWrite("http://example.org/g/a", "put", b"", "ntriples")).created


def test_data_that_is_no_rdf(store: EmbeddedStore) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        store.update(GraphWrite("http://example.org/g/a", "put", b"<a:a>\n  a .", "turtle"))
    assert caught.value.line == 2
    named = b'{"@id": "http://x/g", "@graph": [{"@id": "http://x/a", "http://x/p": 1}]}'
    for bad in (
        GraphWrite("http://example.org/g/a", "put", named, "jsonld"),
        GraphWrite("http://example.org/g/a", "put", b"", "none"),
        GraphWrite("no iri", "put", b"", "turtle"),
        GraphWrite(INFERRED_NAME, "put", b"", "turtle"),
        GraphWrite(INFERRED_NAME, "delete"),
    ):
        with pytest.raises(UpdateRefusedError):
            store.update(bad)


# The closure and the default graphs stay in step

NAMES = st.sampled_from(["a", "b", "c"])
TRIPLES = st.one_of(
    st.builds(":{} a :{}".format, NAMES, st.sampled_from(["Cat", "Dog", "Animal", "Lion"])),
    st.builds(":{} :{} :{}".format, NAMES, st.sampled_from(["within", "likes", "knows"]), NAMES),
    st.builds(":{} owl:sameAs :{}".format, NAMES, NAMES),
    st.sampled_from([":Lion rdfs:subClassOf :Cat", ":likes rdfs:domain :Animal"]),
)
PLACES = st.sampled_from(
    ["", "GRAPH g:a", "GRAPH g:b", "GRAPH <https://w3id.org/eakg/graph/evidence/x>"]
)
BLOCKS = st.builds(
    lambda triples, place: (
        f"{{ {place} {{ {' . '.join(triples)} }} }}" if place else f"{{ {' . '.join(triples)} }}"
    ),
    st.lists(TRIPLES, min_size=1, max_size=4),
    PLACES,
)
OPERATIONS = st.one_of(
    st.builds("INSERT DATA {}".format, BLOCKS),
    st.builds("DELETE DATA {}".format, BLOCKS),
    st.builds("DELETE WHERE {{ GRAPH g:a {{ :{} ?p ?o }} }}".format, NAMES),
    st.builds("INSERT {{ GRAPH g:b {{ ?s :likes ?o }} }} WHERE {{ ?s :within ?o }}".format),
    st.sampled_from(
        ["CLEAR DEFAULT", "DROP SILENT GRAPH g:a", "COPY SILENT g:a TO g:b", "MOVE DEFAULT TO g:a"]
    ),
)
UPDATES = st.lists(OPERATIONS, min_size=1, max_size=3).map(" ; ".join)


@pytest.mark.parametrize("is_worn", [False, True], ids=["as it was made", "made anew each time"])
@settings(max_examples=tries(40), deadline=None, suppress_health_check=list(HealthCheck))
@given(updates=st.lists(UPDATES, min_size=1, max_size=6), careless=st.booleans())
def test_random_updates(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    updates: list[str],
    careless: bool,
    is_worn: bool,
) -> None:
    monkeypatch.setattr(Wear, "add", lambda *_: is_worn)
    store = embedded_store(
        tmp_path, replace(WRITABLE, on_contradiction="report" if careless else "stop")
    )
    for text in updates:
        before, version = dump(store), store.version
        try:
            update(store, text)
        except ContradictionError:
            assert (dump(store), store.version) == (before, version)
        update(store, "COPY DEFAULT TO g:own")  # so that its triples can be asked for by name
        quads = dump(store)
        assert_closed(quads)
        assert default_graph(store) == rdf_merge(quads)
        assert (before == quads) or (store.version != version)


# In the process of the keeper


@pytest.fixture(scope="module")
def keeper(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KeeperProcess]:
    contents = ontology(tmp_path_factory.mktemp("keeper"))
    with KeeperProcess(contents, Limits(timeout=20.0), WRITABLE) as process:
        yield process


@pytest.fixture
def client(keeper: KeeperProcess) -> Iterator[StoreClient]:
    client = keeper.client()
    update(client, "DROP SILENT GRAPH g:a ; DROP SILENT GRAPH g:b ; CLEAR DEFAULT")
    yield client
    client.close()


def test_the_keeper_does_the_same(client: StoreClient) -> None:
    applied = update(client, "INSERT DATA { GRAPH g:a { :tom a :Cat } }")
    assert (applied.added, applied.version) == (1, client.version)
    result = client.query(QueryRequest("ASK {}"))
    assert (result.version, bool(result.read())) == (applied.version, True)
    assert values(client, "SELECT ?c { :tom a ?c }") == ["Animal", "Cat"]
    with pytest.raises(ContradictionError) as caught:
        update(client, "INSERT DATA { :tom a :Dog }")
    assert caught.value.explanation[0]["rule"] == "cax-dw"
    with pytest.raises(QuerySyntaxError) as error:
        update(client, "INSERT")
    assert error.value.line == PREFIXES.count("\n") + 1
    with pytest.raises(GraphNotFoundError):
        client.update(GraphWrite("http://example.org/g/b", "delete"))
    assert_closed(dump(client))


def test_blank_nodes_are_new_in_each_update(client: StoreClient) -> None:
    """Though each is drafted in a process forked from the same one."""
    data = b"[] <http://example.org/p> [] ."
    for _ in range(3):
        update(client, "INSERT DATA { GRAPH g:a { _:x :p [] } }")
        update(client, "INSERT { GRAPH g:a { _:x :p [] } } WHERE {}")
        client.update(GraphWrite("http://example.org/g/a", "post", data, "turtle"))
    assert values(client, "SELECT (COUNT(*) AS ?n) { ?s :p ?o }") == ["9"]
    assert values(client, "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s :p ?o }") == ["9"]


XML = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns="http://example.org/"><rdf:Description rdf:about="http://example.org/s">
<p xml:lang="en-GB">x</p></rdf:Description></rdf:RDF>"""
JSON = """{"@id": "http://example.org/s",
"http://example.org/p": {"@value": "x", "@language": "en-GB"}}"""
TRIPLE = '<http://example.org/s> <http://example.org/p> "x"@en-GB .'


@pytest.mark.parametrize(
    ("form", "document", "wrong"),
    [
        ("turtle", TRIPLE, TRIPLE[:-1]),
        ("ntriples", TRIPLE, TRIPLE[:-1]),
        ("rdfxml", XML, XML.replace("</p>", "</q>")),
        ("jsonld", JSON, '{"@context": "https://schema.org/", "@type": "Person"}'),
    ],
)
def test_documents_of_each_syntax_are_read_by_a_worker(
    client: StoreClient, form: str, document: str, wrong: str
) -> None:
    """Which may open no files, and so import nothing."""
    name = "http://example.org/g/a"
    with pytest.raises(QuerySyntaxError):
        client.update(GraphWrite(name, "put", wrong.encode(), form))
    assert client.update(GraphWrite(name, "put", document.encode(), form)).added == 1
    request = QueryRequest("SELECT ?o { <http://example.org/s> ?p ?o }", "tsv")
    assert client.query(request).read() == b'?o\n"x"@en-GB\n'


def test_a_large_change(client: StoreClient) -> None:
    lines = "".join(f"<http://x/s{n}> <http://x/p> <http://x/o{n}> .\n" for n in range(20_000))
    write = GraphWrite("http://example.org/g/a", "put", lines.encode(), "ntriples")
    assert client.update(write).added == 20_000
    assert client.update(GraphWrite("http://example.org/g/a", "delete")).removed == 20_000


def test_an_update_is_ended_at_its_time(client: StoreClient) -> None:
    update(client, "INSERT DATA { " + " ".join(f":n{n} :p {n} ." for n in range(60)) + " }")
    text = (
        "INSERT { ?a :q ?d } WHERE { ?a ?a1 ?a2 . ?b ?b1 ?b2 . ?c ?c1 ?c2 . ?d ?d1 ?d2 . ?e ?e1 ?e2"
        " FILTER(CONCAT(STR(?a), STR(?b), STR(?c), STR(?d), STR(?e)) = 'never') }"
    )
    with pytest.raises(TimeLimitExceededError) as caught:
        client.update(UpdateRequest(PREFIXES + text, timeout=0.5))
    assert caught.value.seconds == 0.5
    assert update(client, "INSERT DATA { :a :p :b }").added == 1


def test_reasoning_that_takes_too_long(tmp_path: Path) -> None:
    """Nothing is changed, and the reasoner takes the next change."""
    limits = Limits(timeout=60.0, change_seconds=4.0, change_inferred=10**9, change_memory=1 << 33)
    with KeeperProcess(ontology(tmp_path), limits, WRITABLE) as process:
        client = process.client()
        update(client, "INSERT DATA { :tom a :Cat }")
        before = client.version
        many = " ".join(f":n{n} owl:sameAs :n{n + 1} ; :within :n{n} ." for n in range(4000))
        with pytest.raises(TimeLimitExceededError, match="what follows"):
            client.update(GraphWrite("http://example.org/g/a", "put", _turtle(many), "turtle"))
        assert client.version == before
        assert update(client, "INSERT DATA { :tim a :Cat }").added == 1
        assert values(client, "SELECT ?x { ?x a :Animal }") == ["tim", "tom"]
        client.close()


def _turtle(text: str) -> bytes:
    return (PREFIXES + text).encode()


def test_many_writers_and_readers_see_whole_versions(client: StoreClient) -> None:
    """Each update replaces both triples; a reader finds the two of one update."""
    update(client, "INSERT DATA { GRAPH g:a { :left :is 0 } GRAPH g:b { :right :is 0 } }")
    failures: list[object] = []
    done = threading.Event()

    def write(first: int) -> None:
        for number in range(first, first + 5):
            update(
                client,
                "DELETE { GRAPH g:a { :left :is ?l } GRAPH g:b { :right :is ?r } }"
                f" INSERT {{ GRAPH g:a {{ :left :is {number} }}"
                f" GRAPH g:b {{ :right :is {number} }} }}"
                " WHERE { :left :is ?l . :right :is ?r }",
            )

    def read() -> None:
        while not done.is_set():
            found = values(client, "SELECT ?n { ?side :is ?n }")
            if len(found) != 2 or len(set(found)) != 1:
                failures.append(found)

    writers = [threading.Thread(target=write, args=(100 * n,)) for n in (1, 2, 3)]
    readers = [threading.Thread(target=read) for _ in range(3)]
    for thread in (*writers, *readers):
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    for thread in readers:
        thread.join()
    assert not failures


def test_the_keeper_writes_only_where_it_may(tmp_path: Path) -> None:
    with KeeperProcess(ontology(tmp_path)) as process:
        client = process.client()
        with pytest.raises(NotWritableError):
            update(client, "CLEAR ALL")
        client.close()

"""The graph of reifiers: there for those who name it, and always what the evidence says now."""

from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import URIRef

from eakg.names import is_evidence
from eakg.sparql import GraphNotFoundError, QueryRefusedError, UpdateRefusedError
from eakg.store.changes import GraphWrite, UpdateRequest
from eakg.store.embedded import EmbeddedStore
from eakg.store.graph_files import GraphFile, read_contents
from eakg.store.options import StoreOptions
from eakg.store.request import QueryRequest
from eakg.store.workers.keeper_process import KeeperProcess
from helpers.reifiers import REIFIERS, REIFIES, reifier_lines
from helpers.tries import tries

WRITABLE = StoreOptions(writable=True)
GRAPH = "https://w3id.org/eakg/graph/"
NAME = f"{GRAPH}reifiers"
PREFIXES = f"""PREFIX : <http://e/> PREFIX g: <{GRAPH}> PREFIX ev: <{GRAPH}evidence/>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
"""
STATEMENT = "{} a rdf:Statement ; rdf:subject {} ; rdf:predicate {} ; rdf:object {} ."
ONE = STATEMENT.format(":r", ":s", ":p", '"01"^^<http://www.w3.org/2001/XMLSchema#integer>')
EVERY = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"


def store_of(*updates: str) -> EmbeddedStore:
    store = EmbeddedStore(read_contents([]), WRITABLE)
    for text in updates:
        update(store, text)
    return store


def update(store: EmbeddedStore, text: str) -> None:
    store.update(UpdateRequest(PREFIXES + text))


def asks(store: EmbeddedStore, text: str) -> bool:
    return b"true" in store.query(QueryRequest(text)).read()


def lines(store: EmbeddedStore, graph: str = NAME) -> set[str]:
    request = QueryRequest(EVERY, "ntriples", default_graphs=(graph,))
    return set(store.query(request).read().decode().splitlines())


def expected(store: EmbeddedStore) -> set[str]:
    """What the evidence says, by a reader that is not the store's."""
    quads = []
    for graph in store.graphs:
        request = QueryRequest(EVERY, "ntriples", default_graphs=(graph,))
        data = store.query(request).read()
        quads += [
            ox.Quad(*triple.triple, ox.NamedNode(graph))
            for triple in ox.parse(data, format=ox.RdfFormat.N_TRIPLES)
        ]
    return {line.replace(f" {REIFIERS} .\n", " .") for line in reifier_lines(quads)}


NAMINGS = {
    "an IRI": f"ASK {{ GRAPH <{NAME}> {{ ?s ?p ?o }} }}",
    "a prefixed name": f"PREFIX g: <{GRAPH}> ASK {{ GRAPH g:reifiers {{ ?s ?p ?o }} }}",
    "a split name": f"PREFIX g: <{GRAPH}rei> ASK {{ GRAPH g:fiers {{ ?s ?p ?o }} }}",
    "a prefix alone": f"PREFIX g: <{NAME}> ASK {{ GRAPH g: {{ ?s ?p ?o }} }}",
    "a relative IRI": f"BASE <{GRAPH}> ASK {{ GRAPH <reifiers> {{ ?s ?p ?o }} }}",
    "an escape": f"ASK {{ GRAPH <{GRAPH}\\u0072eifiers> {{ ?s ?p ?o }} }}",
    "FROM": f"ASK FROM <{NAME}> {{ ?s ?p ?o }}",
    "FROM NAMED": f"ASK FROM NAMED <{NAME}> {{ GRAPH ?g {{ ?s ?p ?o }} }}",
    "VALUES": f"ASK {{ VALUES ?g {{ <{NAME}> }} GRAPH ?g {{ ?s ?p ?o }} }}",
    "a filter": f"ASK {{ GRAPH ?g {{ ?s ?p ?o }} FILTER (?g = <{NAME}>) }}",
    "a small word": f"ask {{ graph <{NAME}> {{ ?s ?p ?o }} }}",
}


@pytest.mark.parametrize("case", NAMINGS)
def test_it_is_there_for_those_who_name_it(case: str) -> None:
    assert asks(store_of(f"INSERT DATA {{ GRAPH ev:x {{ {ONE} }} }}"), NAMINGS[case])
    if not case.startswith("FROM"):
        assert not asks(store_of(), NAMINGS[case])


def test_it_is_there_for_a_protocol_that_names_it() -> None:
    store = store_of(f"INSERT DATA {{ GRAPH ev:x {{ {ONE} }} }}")
    assert len(lines(store)) == 1
    request = QueryRequest("ASK { GRAPH ?g { ?s ?p ?o } }", named_graphs=(NAME,))
    assert b"true" in store.query(request).read()
    with pytest.raises(QueryRefusedError, match="there is no graph"):
        lines(store_of())


@pytest.mark.parametrize("default_graph", ["union", "strict"])
def test_nobody_else_sees_it(default_graph: str) -> None:
    options = StoreOptions(writable=True, default_graph=default_graph)  # type: ignore[arg-type]
    store = EmbeddedStore(read_contents([]), options)
    update(store, f"INSERT DATA {{ GRAPH ev:x {{ {ONE} }} }}")
    assert asks(store, NAMINGS["an IRI"])
    named_version, graphs = store.version, store.graphs
    assert not asks(
        store, f"ASK {{ {{ ?s {REIFIES} ?o }} UNION {{ GRAPH ?g {{ ?s {REIFIES} ?o }} }} }}"
    )
    assert NAME not in graphs
    assert store.version == named_version


def test_terms_stay_what_they_are() -> None:
    store = store_of(f"INSERT DATA {{ GRAPH ev:x {{ {ONE} }} }}")
    integer = '"01"^^<http://www.w3.org/2001/XMLSchema#integer>'
    reified = f"<<( <http://e/s> <http://e/p> {integer} )>>"
    assert lines(store) == {f"<http://e/r> {REIFIES} {reified} ."}


def test_what_states_no_triple_has_no_reifier() -> None:
    store = store_of(
        'INSERT DATA { GRAPH ev:x { :a rdf:subject "s" ; rdf:predicate :p ; rdf:object :o .'
        ' :b rdf:subject :s ; rdf:predicate "p" ; rdf:object :o .'
        " :c rdf:subject :s ; rdf:object :o . :d rdf:subject :s ; rdf:predicate :p } }"
    )
    assert lines(store) == set()


def test_a_statement_of_several_triples_reifies_each() -> None:
    store = store_of(
        "INSERT DATA { GRAPH ev:x { :r rdf:subject :s ; rdf:predicate :p ; rdf:object :a, :b } }"
    )
    assert lines(store) == {
        f"<http://e/r> {REIFIES} <<( <http://e/s> <http://e/p> <http://e/{name}> )>> ."
        for name in "ab"
    }


def test_parts_in_two_graphs_are_no_statement() -> None:
    store = store_of(
        "INSERT DATA { GRAPH ev:x { :r rdf:subject :s ; rdf:predicate :p }"
        " GRAPH ev:y { :r rdf:object :o } }"
    )
    assert lines(store) == set()


def test_a_blank_node_has_one_name_in_and_beside_triple_terms(tmp_path: Path) -> None:
    path = tmp_path / "x.ttl"
    path.write_text(PREFIXES + STATEMENT.format("_:r", "_:s", ":p", "_:o") + " _:s :q _:o .")
    contents = read_contents([GraphFile(URIRef(f"{GRAPH}evidence/x"), path)])
    assert asks(
        EmbeddedStore(contents),
        f"{PREFIXES} ASK {{ GRAPH g:reifiers {{ ?r rdf:reifies <<( ?s :p ?o )>> }}"
        " GRAPH ev:x { ?r rdf:subject ?s . ?s :q ?o } }",
    )


CHANGES = st.lists(
    st.tuples(
        st.sampled_from(["INSERT", "DELETE"]),
        st.sampled_from(["x", "y"]),
        *(st.integers(0, 2) for _ in range(2)),
    ),
    min_size=1,
    max_size=6,
)


@given(CHANGES)
@settings(deadline=None, max_examples=tries(40))
def test_it_says_what_the_evidence_says_after_each_change(
    changes: list[tuple[str, str, int, int]],
) -> None:
    store = store_of("CREATE GRAPH ev:x")
    merge = QueryRequest(
        f"CONSTRUCT FROM <{NAME}> FROM <{GRAPH}evidence/x> WHERE {{ ?s {REIFIES} ?o }}", "ntriples"
    )
    for verb, graph, node, object_ in changes:
        # Of a node the object says all, so that it has one of each part.
        statement = STATEMENT.format(f":r{graph}{node}{object_}", ":s", ":p", f"0{object_}")
        update(store, f"{verb} DATA {{ GRAPH ev:{graph} {{ {statement} }} }}")
        assert lines(store) == expected(store)
        assert set(store.query(merge).read().decode().splitlines()) == lines(store)


def test_an_update_sees_it_and_does_not_write_it() -> None:
    store = store_of(
        f"INSERT DATA {{ GRAPH ev:x {{ {ONE} }} }}",
        "INSERT { GRAPH :g { ?r :is ?t } } WHERE { GRAPH g:reifiers { ?r rdf:reifies ?t } }",
        "COPY g:reifiers TO :copy",
    )
    assert asks(store, "ASK { GRAPH <http://e/g> { ?r <http://e/is> ?t } }")
    assert lines(store, "http://e/copy") == lines(store)
    refusals = (
        "INSERT DATA { GRAPH g:reifiers { :a :b :c } }",
        "DELETE WHERE { GRAPH g:reifiers { ?s ?p ?o } }",
        *("CLEAR GRAPH g:reifiers", "DROP GRAPH g:reifiers", "CREATE GRAPH g:reifiers"),
        *("MOVE g:reifiers TO :x", "ADD :g TO g:reifiers"),
    )
    for text in refusals:
        with pytest.raises(UpdateRefusedError, match="made of the graphs of evidence"):
            update(store, text)
    for action in ("put", "post", "delete"):
        with pytest.raises(UpdateRefusedError, match="made of the graphs of evidence"):
            store.update(GraphWrite(NAME, action, b"", "ntriples"))  # type: ignore[arg-type]
    with pytest.raises(GraphNotFoundError):
        update(store_of(), "COPY g:reifiers TO :copy")


def test_one_that_the_data_bring_is_theirs_and_not_reasoned_over(tmp_path: Path) -> None:
    path = tmp_path / "x.nt"
    path.write_text(f'<http://e/r> {REIFIES} <<( <http://e/s> <http://e/p> "1" )>> .')
    contents = read_contents([GraphFile(URIRef(NAME), path)])
    store = EmbeddedStore(contents)
    assert store.graphs == (NAME,)
    assert len(lines(store)) == 1
    assert not asks(store, "ASK { ?s ?p ?o }")
    assert asks(store, "ASK { GRAPH ?g { ?s ?p ?o } }")


def test_workers_see_it_in_step_with_the_evidence() -> None:
    with KeeperProcess(read_contents([]), options=WRITABLE) as keeper:
        store = keeper.client()
        for number in range(3):
            statement = STATEMENT.format(f":r{number}", ":s", ":p", str(number))
            store.update(
                UpdateRequest(f"{PREFIXES} INSERT DATA {{ GRAPH ev:x {{ {statement} }} }}")
            )
            for _ in range(2):
                request = QueryRequest(EVERY, "ntriples", default_graphs=(NAME,))
                assert store.query(request).read().count(b"<<(") == number + 1


def test_its_name_is_that_of_evidence_however_it_is_held() -> None:
    assert is_evidence(NAME)
    assert is_evidence(URIRef(NAME))
    assert not is_evidence(f"{NAME}/x")

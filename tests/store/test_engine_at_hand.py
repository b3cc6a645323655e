"""What the process of a client answers itself is what a worker answers, and surely short."""

import re
from collections.abc import Iterator
from contextlib import closing
from io import BytesIO
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eakg.names import GRAPH
from eakg.rdf.formats import FORMATS
from eakg.sparql.failures import FormatMismatchError
from eakg.sparql.query import point_pattern
from eakg.sparql.syntax.queries import parse_query
from eakg.sparql.syntax.tree import Triples
from eakg.store.client.client import StoreClient
from eakg.store.client.engine_at_hand import EngineAtHand
from eakg.store.graph_files import Contents, GraphFile, read_contents
from eakg.store.graphs import LoadedStore, evaluate, split_by_graph
from eakg.store.options import StoreOptions
from eakg.store.prepared.layout import read_layout, write_layout
from eakg.store.request import MEBIBYTE, Limits, QueryRequest
from eakg.store.workers.keeper_process import KeeperProcess
from helpers.holdings import small_contents
from helpers.layouts import LITERALS
from helpers.processes import eventually
from helpers.tries import tries

MANY = 2000
NODES = ("<urn:a>", "<urn:b>", "<urn:c>", "<urn:nothing>")
PLAIN = ('"plain"', '"x"@en', '"y"@en', '"z"@en-gb')
SUBJECTS = (*NODES, "?s", "$x")
PREDICATES = ("<urn:p>", " a ", "?p", "$x")
OBJECTS = (*NODES, *PLAIN, "?o", "$x", "<urn:many>")
HEADS = ("SELECT *", "select ?s", "SELECT?o$p", "SELECT DISTINCT ?p", "ASK", "SELECT ?s ?s")
TAILS = ("", "LIMIT 2", "# more", "OFFSET 1", "LIMIT 0")
OTHERS = (
    "SELECT * { ?s ?p ?o }",
    "SELECT * { ?s <urn:p> ?o }",
    "SELECT * { <urn:a> ?x ?x }",
    "SELECT * { ?x ?p <urn:a> . ?x ?q ?o }",
    "SELECT DISTINCT ?p { ?s ?p <urn:a> }",
    "SELECT REDUCED ?p { ?s ?p <urn:a> }",
    "SELECT * { <urn:a> ?p ?o } OFFSET 1",
    "SELECT (COUNT(*) AS ?n) { <urn:a> ?p ?o }",
    "SELECT * { <urn:a> ?p ?o , ?o }",
    "SELECT * { <urn:a> ?p+ ?o }",
    "ASK { <urn:a> ?p ?o }",
)


def prepared(contents: Contents, folder: Path) -> Contents:
    """The same as a folder that was made ready."""
    (folder / "graphs").mkdir()
    split = read_contents(split_by_graph(contents.files, folder / "graphs"))
    write_layout(split, folder, lambda _: None)
    return Contents(split.files, split.version, folder)


def source(folder: Path, rows: list[str]) -> Contents:
    """A graph of these lines, and one of what follows."""
    files = []
    for name, lines in (("file/a", rows), ("inferred", ["<urn:a> a:follows <urn:b> ."])):
        path = folder / f"{name.replace('/', '-')}.nt"
        path.write_text("\n".join(lines).replace("a:follows", "<urn:follows>") + "\n", "utf-8")
        files.append(GraphFile(GRAPH[name], path))
    return Contents(tuple(files), "1")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One that has something of everything."""
    folder = tmp_path_factory.mktemp("prepared")
    nodes = [node for node in NODES if node != "<urn:nothing>"]
    rows = [
        f"{subject} <urn:{predicate}> {object_} ."
        for number, object_ in enumerate((*LITERALS, *nodes))
        for subject in nodes[: 1 + number % 3]
        for predicate in ("p", "q")
    ]
    rows += [f"<urn:n{number}> <urn:p> <urn:many> ." for number in range(MANY)]
    rows += [
        f"<urn:a> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> {node} ." for node in nodes
    ]
    prepared(source(folder, rows), folder)
    return folder


@pytest.fixture(scope="module")
def engine(folder: Path) -> EngineAtHand:
    engine = EngineAtHand(folder, "1", MEBIBYTE)
    engine.open()
    return engine


@pytest.fixture(scope="module")
def loaded_store(folder: Path) -> LoadedStore:
    loaded_store = read_layout(folder, "1")
    loaded_store.open()
    return loaded_store


@settings(deadline=None, max_examples=tries(400))
@given(
    *map(st.sampled_from, (HEADS, SUBJECTS, PREDICATES, OBJECTS, TAILS)),
    st.sampled_from([one.name for one in FORMATS if one.solutions]),
)
def test_answers_are_those_of_a_worker(
    engine: EngineAtHand,
    loaded_store: LoadedStore,
    head: str,
    subject: str,
    predicate: str,
    object_: str,
    tail: str,
    name: str,
) -> None:
    text = f"{head} {{ {subject} {predicate} {object_} }} {tail}"
    request = QueryRequest(text, name, base_iri="http://e/")
    output = BytesIO()
    try:
        result = engine.result(request)
    except FormatMismatchError as refusal:
        with pytest.raises(FormatMismatchError, match=f"^{re.escape(str(refusal))}$"):
            evaluate(loaded_store, request, output)
        return
    if result is None:
        return
    evaluate(loaded_store, request, output)
    assert result.version == "1"
    assert result.read() == output.getvalue()


@pytest.mark.parametrize("seed", range(300))
def test_a_point_is_one_pattern_in_the_tree_too(seed: int) -> None:
    random = Random(seed)
    parts = [random.choice(among) for among in (HEADS, SUBJECTS, PREDICATES, OBJECTS, TAILS)]
    text = "{} {{ {} {} {} }} {}".format(*parts)
    pattern = point_pattern(text)
    if pattern is None:
        return
    where = parse_query(text, "http://e/").where
    assert where is not None
    (triples,) = where.elements
    assert isinstance(triples, Triples)
    (part,) = triples.properties
    ends = [triples.subject, part.path, part.object]
    assert [text[end.start : end.stop] for end in ends] == [*pattern]


@pytest.mark.parametrize("text", OTHERS)
def test_what_may_take_long_is_for_a_worker(engine: EngineAtHand, text: str) -> None:
    assert engine.result(QueryRequest(text)) is None


@pytest.mark.parametrize(
    "request_",
    [
        QueryRequest("SELECT * { <urn:a> ?p ?o }", closure="asserted"),
        QueryRequest("SELECT * { <urn:a> ?p ?o }", default_graphs=(str(GRAPH["file/a"]),)),
        QueryRequest("SELECT * { <urn:a> ?p ?o }", named_graphs=(str(GRAPH["file/a"]),)),
        QueryRequest("SELECT * { <urn:a> ?p ?o }", row_triple=("<urn:a>", "p", "o", "<urn:g>")),
    ],
)
def test_other_graphs_are_for_a_worker(engine: EngineAtHand, request_: QueryRequest) -> None:
    assert engine.result(request_) is None


def test_what_is_long_is_for_a_worker(engine: EngineAtHand, folder: Path) -> None:
    text = "SELECT * { ?s ?p <urn:many> }"
    assert engine.result(QueryRequest(text)) is None
    narrow = EngineAtHand(folder, "1", 100)
    narrow.open()
    assert narrow.result(QueryRequest("SELECT * { <urn:a> ?p ?o }")) is None


def test_nothing_is_answered_before_it_is_open(folder: Path) -> None:
    engine = EngineAtHand(folder, "1", MEBIBYTE)
    assert engine.result(QueryRequest("SELECT * { <urn:a> ?p ?o }")) is None
    missing = EngineAtHand(folder / "nowhere", "1", MEBIBYTE)
    missing.open()
    assert missing.result(QueryRequest("SELECT * { <urn:a> ?p ?o }")) is None


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StoreClient]:
    contents = prepared(small_contents(), tmp_path_factory.mktemp("small"))
    limits = Limits()
    with (
        KeeperProcess(contents, limits, StoreOptions()) as keeper,
        closing(StoreClient(keeper.address, limits)) as client,
    ):
        yield client


def test_a_client_has_it_at_hand_once_it_has_had_a_worker(client: StoreClient) -> None:
    request = QueryRequest(
        "SELECT ?s { ?s a <http://www.w3.org/2004/02/skos/core#Concept> } LIMIT 3"
    )
    assert client.query(request).read()

    def is_at_hand() -> bool:
        return client.result_at_hand(request) is not None

    assert eventually(is_at_hand)
    result = client.result_at_hand(request)
    running = client.begin_at_once(request)
    assert result is not None
    assert running is not None
    by_worker = running.finish()
    assert (result.read(), result.version) == (by_worker.read(), by_worker.version)
    assert result.version == client.version

"""RDF 1.2 on every way into a store and out of it: one node has one name, inside of triple terms
as outside, and nothing is left out."""

import gzip
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp

import pytest
from hypothesis import given, settings
from rdflib import URIRef

from eakg.names import INFERRED_GRAPH
from eakg.problems import ProblemsError
from eakg.rdf import TURTLE_SYNTAX
from eakg.sparql import BadAnswerError, values_of
from eakg.store.changes import GraphWrite, UpdateRequest
from eakg.store.elsewhere import Filler
from eakg.store.embedded import EmbeddedStore
from eakg.store.graph_files import GraphFile, read_contents
from eakg.store.graphs import ingest, merge_documents
from eakg.store.options import StoreOptions
from eakg.store.request import QueryRequest
from helpers.rdf12 import Triples, graphs, read, same, written
from helpers.tries import tries

NESTED = read(
    '_:x <http://e/age> "23" .\n'
    '<http://e/r> <http://e/says> <<( _:y <http://e/says> <<( _:x <http://e/age> "23" )>> )>> .\n'
    "_:y <http://e/says> _:x .\n"
)
EVERY = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
WRITABLE = StoreOptions(writable=True)
REIFIES = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#reifies>"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"


def triples_of(store: EmbeddedStore) -> Triples:
    return read(store.query(QueryRequest(EVERY, "ntriples")).read().decode())


def stored(triples: Triples, options: StoreOptions, folder: Path, extension: str) -> EmbeddedStore:
    """A store of the triples as a file, as `eakg query --data` has it."""
    path = folder / f"d.{extension}"
    path.write_text(written(triples))
    return EmbeddedStore(read_contents([GraphFile(URIRef("http://e/g"), path)]), options)


def ingested(triples: Triples, folder: Path, extension: str) -> EmbeddedStore:
    """A store of the triples as `eakg serve` prepares a file."""
    path = folder / f"d.{extension}"
    path.write_text(written(triples))
    output = folder / "out"
    output.mkdir()
    return EmbeddedStore(ingest([path], output).contents)


def put(triples: Triples) -> EmbeddedStore:
    store = EmbeddedStore(read_contents([]), WRITABLE)
    store.update(GraphWrite("http://e/g", "put", written(triples).encode(), "ntriples"))
    return store


def merged(triples: Triples) -> EmbeddedStore:
    store = EmbeddedStore(read_contents([]), WRITABLE)
    data = merge_documents([(written(triples).encode(), TURTLE_SYNTAX)], "http://e/")
    store.update(GraphWrite("http://e/g", "post", data, "ntriples"))
    return store


def inserted(triples: Triples) -> EmbeddedStore:
    store = EmbeddedStore(read_contents([]), WRITABLE)
    store.update(UpdateRequest(f"INSERT DATA {{ GRAPH <http://e/g> {{ {written(triples)} }} }}"))
    return store


def filled_in(triples: Triples) -> EmbeddedStore:
    store = EmbeddedStore(read_contents([]), WRITABLE)
    template = f"GRAPH <http://e/g> {{ {written(triples)} }}"
    store.update(UpdateRequest(f"INSERT {{ {template} }} WHERE {{}}"))
    return store


@pytest.mark.slow
@settings(max_examples=tries(25))
@given(graphs())
def test_a_graph_comes_out_of_every_way_as_it_went_in(triples: Triples) -> None:
    with TemporaryDirectory() as folder:
        ways = {
            "query --data .nt": stored(triples, StoreOptions(), _new(folder), "nt"),
            "query --data .ttl": stored(triples, StoreOptions(), _new(folder), "ttl"),
            "serve .nt": ingested(triples, _new(folder), "nt"),
            "serve .ttl": ingested(triples, _new(folder), "ttl"),
            "writable": stored(triples, WRITABLE, _new(folder), "ttl"),
            "put": put(triples),
            "post of several": merged(triples),
            "INSERT DATA": inserted(triples),
            "INSERT by a template": filled_in(triples),
        }
        for way, store in ways.items():
            assert same(triples, triples_of(store)), way


def _new(folder: str) -> Path:
    return Path(mkdtemp(dir=folder))


def test_a_graph_of_the_copy_is_the_same(tmp_path: Path) -> None:
    store = put(NESTED)
    store.update(UpdateRequest("COPY <http://e/g> TO <http://e/h>"))
    text = "CONSTRUCT { ?s ?p ?o } WHERE { GRAPH <http://e/h> { ?s ?p ?o } }"
    assert same(NESTED, read(store.query(QueryRequest(text, "ntriples")).read().decode()))


def test_solutions_in_a_template_keep_their_names() -> None:
    store = put(NESTED)
    store.update(UpdateRequest("INSERT { GRAPH <http://e/h> { ?s ?p ?o } } WHERE { ?s ?p ?o }"))
    assert same(NESTED, triples_of(store))


@pytest.mark.parametrize("reasoning", ["owl-rl", "none"])
def test_a_store_of_a_folder_has_it_after_a_restart(tmp_path: Path, reasoning: str) -> None:
    options = StoreOptions(reasoning=reasoning, writable=True, directory=tmp_path / "s")  # type: ignore[arg-type]  # one of the two
    store = EmbeddedStore(read_contents([]), options)
    store.update(GraphWrite("http://e/g", "put", written(NESTED).encode(), "ntriples"))
    store.close()
    again = EmbeddedStore(read_contents([]), options)
    assert same(NESTED, triples_of(again))
    again.close()


class Writer(Filler):
    """Sends its updates to a store of this process."""

    def __init__(self, engine: EmbeddedStore) -> None:
        super().__init__(engine, "http://e/update")  # type: ignore[arg-type]  # it answers queries

    def _update(self, text: str) -> None:
        self.store.update(UpdateRequest(text))  # type: ignore[attr-defined]  # that of above


def test_an_engine_elsewhere_is_given_the_same_node(tmp_path: Path) -> None:
    path = tmp_path / "d.ttl"
    path.write_text(written(NESTED))
    (tmp_path / "out").mkdir()
    contents = ingest([path], tmp_path / "out").contents
    plain = StoreOptions(reasoning="none", default_graph="strict", writable=True)
    engine = EmbeddedStore(read_contents([]), plain)
    Writer(engine).fill(contents, 2)
    text = "CONSTRUCT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }"
    answer = engine.query(QueryRequest(text, "ntriples")).read().decode()
    assert same(NESTED, read(answer))


def test_a_node_of_another_endpoint_has_no_name_here() -> None:
    result = (
        '{"head": {"vars": ["t"]}, "results": {"bindings": [{"t": {"type": "triple", "value": {'
        '"subject": {"type": "bnode", "value": "x"}, "predicate": {"type": "uri", "value": "u:p"},'
        ' "object": {"type": "bnode", "value": "x"}}}}]}}'
    )
    with pytest.raises(BadAnswerError, match="triple term"):
        values_of(result.encode())


def test_the_rules_take_such_terms_for_objects_that_they_do_not_look_into(tmp_path: Path) -> None:
    ontology = (
        f"<http://e/p> <{RDFS}subPropertyOf> <http://e/q> .\n"
        f"<http://e/p> <{RDFS}domain> <http://e/C> .\n"
    )
    data = (
        '<http://e/a> <http://e/p> <<( <http://e/a> <http://e/p> "x"@ar--rtl )>> .\n'
        '<http://e/b> <http://e/p> "x"@ar--rtl .\n'
    )
    path = tmp_path / "d.nt.gz"
    path.write_bytes(gzip.compress((ontology + data).encode()))
    (tmp_path / "out").mkdir()
    contents = ingest([path], tmp_path / "out").contents
    (inferred,) = (file.path for file in contents.files if file.name == INFERRED_GRAPH)
    type_ = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
    wanted = {
        *read(data.replace("p> <<", "q> <<").replace('p> "x"@ar--rtl .', 'q> "x"@ar--rtl .')),
        *read(f"<http://e/a> {type_} <http://e/C> .\n<http://e/b> {type_} <http://e/C> .\n"),
    }
    assert read(inferred.read_text()) == wanted
    writable = EmbeddedStore(read_contents([]), WRITABLE)
    writable.update(GraphWrite("http://e/g", "put", (ontology + data).encode(), "ntriples"))
    text = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{INFERRED_GRAPH}> {{ ?s ?p ?o }} }}"
    assert read(writable.query(QueryRequest(text, "ntriples")).read().decode()) == wanted


def test_a_message_names_the_file_of_the_user(tmp_path: Path) -> None:
    path = tmp_path / "d.ttl"
    path.write_text('<http://e/a> <http://e/p> "x"@ar--rtl .\n<http://e/a> <http://e/p> <<( ?x\n')
    (tmp_path / "out").mkdir()
    with pytest.raises(ProblemsError) as raised:
        ingest([path], tmp_path / "out")
    assert str(raised.value).startswith(f"{path}:2: is not valid Turtle")


def test_a_contradiction_beside_such_terms_is_found(tmp_path: Path) -> None:
    owl = "http://www.w3.org/2002/07/owl#"
    path = tmp_path / "d.ttl"
    path.write_text(
        f"<http://e/a> <{owl}differentFrom> <http://e/a> .\n"
        f"<http://e/r> {REIFIES} <<( <http://e/a> <http://e/p> _:x )>> .\n"
    )
    (tmp_path / "out").mkdir()
    (problem,) = ingest([path], tmp_path / "out").contradictions
    assert str(problem).startswith(f"{path}:1: contradiction (eq-diff1)")

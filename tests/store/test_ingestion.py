"""RDF files of anyone, ready to be loaded."""

import gzip
from pathlib import Path

import pytest
from rdflib import Graph, URIRef
from rdflib.compare import isomorphic

from eakg.names import GRAPH, INFERRED_GRAPH, evidence_graph
from eakg.problems import ProblemsError
from eakg.store.changes.requests import UpdateRequest
from eakg.store.embedded import EmbeddedStore
from eakg.store.graphs.ingestion import Ingestion, ingest
from eakg.store.options import StoreOptions
from eakg.store.request import QueryRequest, Row, select

TURTLE = "@prefix : <http://x/> . :a :p [ :q :b ] , [ :q '01' ] ; :r 01 ."
JSONLD = '{"@id": "http://x/a", "http://x/p": [{"http://x/q": {"@id": "http://x/b"}}]}'
XML = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://x/">
<rdf:Description rdf:about="http://x/a"><p rdf:parseType="Resource"><q rdf:resource="http://x/b"/>
</p></rdf:Description></rdf:RDF>"""
TRIPLES = "<http://x/a> <http://x/p> _:x .\n_:x <http://x/q> <http://x/b> .\n"
QUADS = "<http://x/a> <http://x/p> _:x <http://x/g> .\n_:x <http://x/q> <http://x/b> .\n"
TRIG = "@prefix : <http://x/> . :g { :a :p _:x } _:x :q :b ."


def prepared(folder: Path, *paths: Path, reasoning: str = "none") -> dict[str, str]:
    return graphs(made(folder, *paths, reasoning=reasoning))


def made(folder: Path, *paths: Path, reasoning: str = "none") -> Ingestion:
    folder.mkdir()
    return ingest(paths, folder, reasoning)  # type: ignore[arg-type]  # one of the two


def graphs(of: Ingestion) -> dict[str, str]:
    return {str(file.name): file.path.read_text("utf-8") for file in of.contents.files}


def written(path: Path, text: str) -> Path:
    path.parent.mkdir(exist_ok=True)
    data = text.encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("d.jsonld", JSONLD),
        ("d.rdf", XML),
        ("d.owl", XML),
        ("d.nt", TRIPLES),
        ("d.nt.gz", TRIPLES),
        ("d.ttl", "@prefix : <http://x/> . :a :p [ :q :b ] ."),
    ],
)
def test_the_same_graph_in_every_syntax(tmp_path: Path, name: str, text: str) -> None:
    found = prepared(tmp_path / "out", written(tmp_path / name, text))
    genid = "<https://w3id.org/eakg/.well-known/genid/file/d/0>"
    assert set(found) == {str(GRAPH["file/d"])}
    assert sorted(found[str(GRAPH["file/d"])].splitlines()) == sorted(
        [f"<http://x/a> <http://x/p> {genid} .", f"{genid} <http://x/q> <http://x/b> ."]
    )


@pytest.mark.parametrize(("name", "text"), [("d.nq", QUADS), ("d.trig.gz", TRIG)])
def test_graphs_of_the_file_and_its_own(tmp_path: Path, name: str, text: str) -> None:
    found = prepared(tmp_path / "out", written(tmp_path / name, text))
    assert set(found) == {"http://x/g", str(GRAPH["file/d"])}
    node = found["http://x/g"].split()[2]
    assert found[str(GRAPH["file/d"])].startswith(f"{node} <http://x/q>")


def test_the_same_at_every_start(tmp_path: Path) -> None:
    path = written(tmp_path / "d.ttl", TURTLE)
    runs = [made(tmp_path / str(n), path, reasoning="owl-rl") for n in range(2)]
    assert graphs(runs[0]) == graphs(runs[1])
    assert runs[0].contents.version == runs[1].contents.version
    text = graphs(runs[0])[str(GRAPH["file/d"])]
    assert '"01"^^<http://www.w3.org/2001/XMLSchema#integer>' in text
    assert len(Graph().parse(data=text, format="nt")) == len(Graph().parse(data=TURTLE)) == 5
    assert not isomorphic(Graph().parse(data=text, format="nt"), Graph().parse(data=TURTLE))


def test_files_of_one_name_are_told_apart(tmp_path: Path) -> None:
    paths = [written(tmp_path / folder / "d.nt", TRIPLES) for folder in ("a", "b")]
    found = prepared(tmp_path / "out", *paths)
    assert set(found) == {str(GRAPH["file/d"]), str(GRAPH["file/d-2"])}
    nodes = {text.split()[2] for text in found.values()}
    assert len(nodes) == 2
    assert not any(str(tmp_path) in text for text in found.values())


def test_a_name_that_is_no_iri(tmp_path: Path) -> None:
    (name,) = prepared(tmp_path / "out", written(tmp_path / "<my> dätä.v1.nt", TRIPLES))
    assert name == str(GRAPH["file/%3Cmy%3E%20d%C3%A4t%C3%A4.v1"])
    assert URIRef(name).n3()


def test_what_follows_is_made_anew_and_evidence_left_alone(tmp_path: Path) -> None:
    sub = "<http://www.w3.org/2000/01/rdf-schema#subClassOf>"
    type_ = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
    evidence = evidence_graph("d")
    quads = (
        f"<u:A> {sub} <u:B> .\n<u:x> {type_} <u:A> .\n"
        f"<u:y> {type_} <u:A> <{evidence}> .\n<u:old> {type_} <u:B> <{INFERRED_GRAPH}> .\n"
    )
    path = written(tmp_path / "d.nq", quads)
    found = prepared(tmp_path / "out", path, reasoning="owl-rl")
    assert found[str(INFERRED_GRAPH)] == f"<u:x> {type_} <u:B> .\n"
    assert set(found) == {str(GRAPH["file/d"]), str(evidence), str(INFERRED_GRAPH)}
    kept = prepared(tmp_path / "kept", path)
    assert kept[str(INFERRED_GRAPH)] == f"<u:old> {type_} <u:B> .\n"


@pytest.mark.parametrize(
    ("name", "data", "problem"),
    [
        ("d.nt.gz", b"\x1f\x8b\x08broken", "d.nt.gz: is not a whole gzip file"),
        ("d.ttl", b"<u:a> <u:b>\n\n ; .", "d.ttl:3: is not valid Turtle"),
        ("d.rdf", b"<rdf:RDF>", "d.rdf:1: is not valid RDF/XML"),
        ("d.nt", b"<u:a> <u:b> '\xff' .", "d.nt:1: is not UTF-8"),
        ("d.xls", b"{}", "d.xls: unknown extension"),
        ("d.jsonld", b'{"@context": "http://x/"}', "d.jsonld:1: refers to a remote @context"),
    ],
)
def test_what_cannot_be_read(tmp_path: Path, name: str, data: bytes, problem: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(ProblemsError) as raised:
        prepared(tmp_path / "out", path)
    assert len(raised.value.problems) == 1
    assert str(raised.value).startswith(str(tmp_path / problem))


@pytest.mark.parametrize(("name", "text"), [("d.nq", QUADS), ("d.trig", TRIG), ("d.trig.gz", TRIG)])
@pytest.mark.parametrize("reasoning", ["none", "owl-rl"])
def test_the_default_graph_of_a_dataset_is_that_of_a_strict_store(
    tmp_path: Path, name: str, text: str, reasoning: str
) -> None:
    (tmp_path / "out").mkdir()
    paths = [written(tmp_path / name, text), written(tmp_path / "e.ttl", TURTLE)]
    ingestion = ingest(paths, tmp_path / "out", reasoning, default_graph="strict")
    options = StoreOptions(reasoning, "strict", writable=True)
    store = EmbeddedStore(ingestion.contents, options)
    node = "https://w3id.org/eakg/.well-known/genid/file/d/0"
    found = {tuple(str(row[one]) for one in "spo") for row in rows(store, "?s ?p ?o")}
    assert found == {(node, "http://x/q", "http://x/b")}
    names = {str(row["g"]) for row in rows(store, "GRAPH ?g {}")}
    derived = {str(INFERRED_GRAPH)} if reasoning == "owl-rl" else set()
    assert names == {"http://x/g", str(GRAPH["file/e"]), *derived}
    store.update(UpdateRequest("DELETE WHERE { ?s ?p ?o }"))
    assert not rows(store, "?s ?p ?o")
    assert rows(store, "GRAPH <http://x/g> { ?s ?p ?o }")


def rows(store: EmbeddedStore, pattern: str) -> list[Row]:
    return select(store, QueryRequest(f"SELECT * {{ {pattern} }}"))

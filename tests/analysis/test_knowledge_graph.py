"""A graph that is open in Python."""

import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from rdflib import RDF, RDFS, BNode, Graph, Literal, URIRef

import eakg
from eakg.analysis.knowledge_graph import KnowledgeGraph
from eakg.analysis.table import TabularAnswer
from eakg.problems import ProblemsError
from eakg.serve.agents.service import ServiceRefusalError
from helpers.absent import absent
from helpers.serving import running_small

PORTS = """@prefix : <http://ships.example/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
:Port rdfs:subClassOf :Place . :malacca a :Port ; rdfs:label "Malacca"@en ; :ships 18 ;
  :fell "1511-08-24"^^xsd:date .
:calicut a :Port ; rdfs:label "Calicut"@en ; :ships 20 ; :near [ a :Place ] .
"""
E = "http://ships.example/"


@pytest.fixture(scope="module")
def ports(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeGraph]:
    path = tmp_path_factory.mktemp("ports") / "ports.ttl"
    path.write_text(PORTS, encoding="utf-8")
    with eakg.open(path) as graph:
        yield graph


def rows(graph: KnowledgeGraph, text: str) -> TabularAnswer:
    answer = graph.query(text)
    assert isinstance(answer, TabularAnswer)
    return answer


def test_rows_have_values(ports: KnowledgeGraph) -> None:
    answer = rows(
        ports,
        f"SELECT ?port ?ships ?day {{ ?port <{E}ships> ?ships"
        f" OPTIONAL {{ ?port <{E}fell> ?day }} }} ORDER BY ?ships",
    )
    assert answer.columns == ("port", "ships", "day")
    assert list(answer) == [
        {"port": f"{E}malacca", "ships": 18, "day": date(1511, 8, 24)},
        {"port": f"{E}calicut", "ships": 20, "day": None},
    ]
    assert (answer[1]["ships"], answer["ships"], len(answer)) == (20, [18, 20], 2)
    assert answer.terms(0)["day"] == Literal(date(1511, 8, 24))
    assert "day" not in answer.terms(1)
    assert answer.version == ports.version
    assert "<td>18</td>" in answer._repr_html_()


def test_rows_lead_to_their_evidence(ports: KnowledgeGraph) -> None:
    answer = rows(ports, f"SELECT ?port {{ ?port a <{E}Place> ; <{E}ships> 18 }}")
    by = {citation.words[1]: citation.by for citation in answer.evidence(0)}
    assert set(by.values()) == {"asserted", "inferred"}
    with pytest.raises(IndexError):
        answer.evidence(1)


def test_truth_and_triples(ports: KnowledgeGraph) -> None:
    assert ports.query(f"ASK {{ <{E}malacca> a <{E}Place> }}") is True
    assert ports.query(f"ASK {{ <{E}malacca> a <{E}Place> }}", closure="asserted") is False
    graph = ports.query(f"CONSTRUCT WHERE {{ ?s <{E}ships> ?n }}")
    assert isinstance(graph, Graph)
    assert len(graph) == 2


def test_why(ports: KnowledgeGraph) -> None:
    proof = ports.why(URIRef(f"{E}malacca"), RDF.type, URIRef(f"{E}Place"))
    assert proof.steps[0]["by"] == "cax-sco"
    assert str(proof).startswith("1. ")
    assert ports.why(f"<{E}malacca>", "a", f"<{E}Ship>").steps == ()


def test_what_is_refused_is_told(ports: KnowledgeGraph) -> None:
    with pytest.raises(ServiceRefusalError, match="line 1, column"):
        ports.query("SELECT {")
    with pytest.raises(ServiceRefusalError, match="no question 'ships'"):
        ports.ask("ships")
    with pytest.raises(ValueError, match="opened alone"):
        eakg.open("http://127.0.0.1:9/", "x.ttl")
    with pytest.raises(ProblemsError, match=r"nothing\.ttl"):
        eakg.open(Path("nothing.ttl"))


def test_frames_of_others(ports: KnowledgeGraph) -> None:
    answer = rows(ports, f"SELECT ?port ?ships {{ ?port <{E}ships> ?ships }} ORDER BY ?ships")
    assert answer.to_polars()["ships"].to_list() == [18, 20]
    arrow = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    assert answer.to_arrow().schema.field("ships").type == arrow.int64()
    pytest.importorskip("pandas", reason="pandas is not installed")
    assert answer.to_pandas()["ships"].tolist() == [18, 20]


def test_a_frame_that_cannot_be_made_is_refused_by_name(
    ports: KnowledgeGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = rows(ports, f"SELECT ?port {{ ?port <{E}ships> ?ships }}")
    for library, make in (("pyarrow", answer.to_arrow), ("pandas", answer.to_pandas)):
        monkeypatch.setitem(sys.modules, library, None)
        with pytest.raises(ProblemsError, match="is not installed; `pip install"):
            make()


def test_without_polars_an_answer_has_terms_and_no_values(ports: KnowledgeGraph) -> None:
    answer = rows(ports, f"SELECT ?port ?ships {{ ?port <{E}ships> ?ships }} ORDER BY ?ships")
    with absent("polars"):
        assert answer.columns == ("port", "ships")
        assert answer.terms(0)["ships"] == Literal(18)
        assert (len(answer), repr(answer)) == (2, "<2 rows of port, ships>")
        assert "<td>18</td>" in answer._repr_html_()
        with pytest.raises(ProblemsError, match=r"`pip install 'eakg\[frames\]'`"):
            list(answer)


def test_rows_without_a_value_are_rows(ports: KnowledgeGraph) -> None:
    answer = rows(ports, "SELECT ?x { VALUES ?x { 1 UNDEF UNDEF } } ORDER BY DESC(?x)")
    assert len(answer) == len(answer.to_polars()) == 3
    assert [answer.terms(place) for place in range(3)] == [{"x": Literal(1)}, {}, {}]


def test_rdflib_asks_the_graph(ports: KnowledgeGraph) -> None:
    graph = ports.graph
    assert set(graph.subjects(RDF.type, URIRef(f"{E}Place"))) >= {URIRef(f"{E}malacca")}
    assert graph.value(URIRef(f"{E}calicut"), RDFS.label) == Literal("Calicut", lang="en")
    assert (URIRef(f"{E}calicut"), URIRef(f"{E}ships"), Literal(20)) in graph
    assert len(graph) == len(list(graph))
    assert list(graph.triples((BNode(), None, None))) == []
    found = graph.query(f"SELECT ?p {{ ?p <{E}ships> ?n FILTER(?n > 18) }}")
    assert [str(row[0]) for row in found] == [f"{E}calicut"]
    with pytest.raises(TypeError, match="read-only"):
        graph.add((URIRef(E), RDF.type, URIRef(E)))


def test_a_running_service_is_opened_by_its_address() -> None:
    with running_small(60.0) as (_, address), eakg.open(address) as graph:
        answer = graph.query("SELECT ?s { ?s a <https://w3id.org/eakg/ontology#Meeting> }")
        assert len(answer) == 1
        assert graph.version == answer.version

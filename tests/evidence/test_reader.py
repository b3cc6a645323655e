"""The reader of what supports a triple, over graphs, quads and a store: small cases."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pyoxigraph
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import OWL, RDF, RDFS, SKOS

from eakg.evidence.anchors import anchor_of, row_number
from eakg.evidence.axioms import is_axiom
from eakg.evidence.forms import support_json, support_lines
from eakg.evidence.named_graphs import NamedGraphs
from eakg.evidence.reader import EvidenceSource, attestations_of, support_of
from eakg.evidence.statement import AssertedTriple, Statement, reified_triples, statement_triples
from eakg.evidence.support import Axiom, Passage, Support, TableRow, place_key
from eakg.names import EAKG, GRAPH, ID, ONTOLOGY_GRAPH, PREFIXES, evidence_graph
from eakg.rdf.engine_terms import quad
from eakg.rdf.terms import Triple
from eakg.reason.proofs.proof import Proof
from eakg.reason.proofs.prov import to_prov
from eakg.reason.proofs.step import ASSERTED
from eakg.serve.content.evidence import StoreEvidence
from eakg.store.embedded import EmbeddedStore
from eakg.store.graph_files import GraphFile, read_contents
from eakg.store.graphs.spellings import Spellings
from eakg.store.options import StoreOptions
from eakg.store.quad_evidence import QuadEvidence
from helpers.tries import tries

GIFT = (ID.gift, EAKG.recipient, ID.laos)
DATA = GRAPH["source/note"]
HEAD = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())
HEAD += f"PREFIX note: <{ID}note/>\nPREFIX p1: <{ID}note/p1/>\nPREFIX span: <{ID}note/T4/span/>\n"
STATEMENT = "a rdf:Statement; rdf:subject id:gift; rdf:predicate eakg:recipient; rdf:object id:laos"
ROW = f"""
id:row dcterms:isPartOf <{GRAPH}background/acts> ; csvw:url <{GRAPH}background/acts.csv#row=7> ;
    dcterms:source <https://example.org/a>, <https://example.org/b> ; eakg:verification "verified" .
id:row-statement {STATEMENT} ; eakg:inGraph <{GRAPH}background/acts> ;
    prov:wasDerivedFrom id:row ; eakg:evidence id:row .
"""
TEXT = f"""
note:statement {STATEMENT} ; eakg:inGraph <{GRAPH}source/note> ;
    prov:wasDerivedFrom note:E1 ; eakg:evidence <{ID}note/T4/span> ;
    eakg:inSentence p1:s10, p1:s9 .
note:E1 dcterms:identifier "E1" .
<{ID}note/T4/span> oa:hasSource id:note ; rdf:value "masks for Laos" ;
    oa:hasSelector span:position-1, span:position-2 .
span:position-1 oa:start 40 ; oa:end 48 .
span:position-2 oa:start 5 ; oa:end 10 .
p1:s9 eakg:number 9 ; rdf:value "Japan gave masks."@en ; dcterms:isPartOf note:p1 .
p1:s10 eakg:number 10 ; rdf:value "They were for Laos."@en ; dcterms:isPartOf note:p1 .
note:p1 eakg:number 1 ; prov:hadPrimarySource id:article-p2, id:article-p3 .
"""


def graph_of(turtle: str) -> Graph:
    return Graph(bind_namespaces="none").parse(data=HEAD + turtle)


def data(*triples: Triple) -> Graph:
    graph = Graph(bind_namespaces="none")
    for triple in triples:
        graph.add(triple)
    return graph


def sources_of(graphs: dict[URIRef, Graph], folder: Path) -> Iterator[EvidenceSource]:
    """The same graphs as each kind of source."""
    yield NamedGraphs((name, None, graph) for name, graph in graphs.items())
    engine = pyoxigraph.Store()
    files = []
    for number, (name, graph) in enumerate(graphs.items()):
        engine.extend(quad(triple, pyoxigraph.NamedNode(str(name))) for triple in graph)
        path = folder / f"{number}.nt"
        graph.serialize(path, format="nt", encoding="utf-8")
        files.append(GraphFile(name, path))
    yield QuadEvidence(engine, Spellings())
    yield StoreEvidence(EmbeddedStore(read_contents(files), StoreOptions(reasoning="none")))


def support(evidence: str, folder: Path, triple: Triple = GIFT) -> Support:
    """What supports a triple, which each kind of source tells alike."""
    graphs = {DATA: data(triple), evidence_graph("note"): graph_of(evidence)}
    first, *others = (support_of(source, [triple])[triple] for source in sources_of(graphs, folder))
    assert all(_unordered(other) == _unordered(first) for other in others)
    return first


def _unordered(found: Support) -> tuple[object, ...]:
    attestations = [replace(one, triples=()) for one in found.attestations]
    return found.homes, attestations, [set(one.triples) for one in found.attestations]


def test_a_row_that_cites_two_pages(tmp_path: Path) -> None:
    found = support(ROW, tmp_path)
    (row,) = found.evidence
    assert isinstance(row, TableRow)
    assert [str(source) for source in row.sources] == [
        "https://example.org/a",
        "https://example.org/b",
    ]
    table = str(GRAPH["background/acts"])
    assert support_json(found) == {
        "graph": str(DATA),
        "evidence": [
            {"table": table, "row": 7, "source": "https://example.org/a"},
            {"table": table, "row": 7, "source": "https://example.org/b"},
        ],
    }
    assert support_lines(found) == [
        f"row 7 of {table}, from https://example.org/a, https://example.org/b"
    ]


def test_a_discontinuous_span_in_two_sentences_that_retell_two_paragraphs(tmp_path: Path) -> None:
    found = support(TEXT, tmp_path)
    (passage,) = found.evidence
    assert isinstance(passage, Passage)
    assert passage.fragments == ((5, 10), (40, 48))
    assert (passage.anchor, passage.identifier, passage.is_annotator_value) == ("T4", "E1", False)
    item = {
        "document": str(ID.note),
        "annotation": str(ID["note/E1"]),
        "start": 5,
        "end": 48,
        "exact": "masks for Laos",
        "sentence": "Japan gave masks. They were for Laos.",
    }
    assert support_json(found)["evidence"] == [
        item | {"primarySource": str(ID["article-p2"])},
        item | {"primarySource": str(ID["article-p3"])},
    ]
    assert support_lines(found) == [
        f'{ID["note/E1"]}: "Japan gave masks. They were for Laos." ("masks for Laos")'
    ]


def test_a_triple_that_a_row_and_a_sentence_state(tmp_path: Path) -> None:
    found = support(ROW + TEXT, tmp_path)
    assert [type(item) for item in found.evidence] == [Passage, TableRow]
    assert len({place_key(item) for item in found.evidence}) == 2
    prov = to_prov(Proof(GIFT, ASSERTED), {GIFT: found})
    (read,) = support_of(
        NamedGraphs([(DATA, None, data(GIFT)), (evidence_graph("x"), None, prov)]), [GIFT]
    ).values()
    assert read.evidence == found.evidence
    assert {triple for _, triple in reified_triples(prov)} == {GIFT}


@pytest.mark.parametrize(
    ("evidence", "expected"),
    [
        (f"id:s {STATEMENT} .", []),
        (f"id:s {STATEMENT} ; eakg:evidence id:gone .", []),
        (f'id:s {STATEMENT} ; eakg:evidence "words" .', []),
        (
            f"id:s {STATEMENT} ; eakg:evidence id:gone ; eakg:inSentence id:q ."
            ' id:q rdf:value "So." .',
            [{"document": "", "annotation": "", "sentence": "So."}],
        ),
        (
            f"id:s {STATEMENT} ; eakg:evidence id:row . id:row dcterms:isPartOf id:t ;"
            " csvw:url <http://x/t.csv#row=2> .",
            [{"table": str(ID.t), "row": 2}],
        ),
        (f"id:s {STATEMENT} ; eakg:evidence id:row . id:row csvw:url <http://x/t.csv> .", None),
        ("id:s rdf:subject id:gift ; rdf:predicate eakg:recipient .", []),
        ("", []),
    ],
)
def test_evidence_that_is_missing(
    evidence: str, expected: list[dict[str, object]] | None, tmp_path: Path
) -> None:
    items = support_json(support(evidence, tmp_path))["evidence"]
    if expected is None:
        assert not any("table" in item for item in items)
    else:
        assert items == expected


def test_what_no_graph_asserts_has_no_support(tmp_path: Path) -> None:
    graphs = {DATA: data(), evidence_graph("note"): graph_of(ROW)}
    for source in sources_of(graphs, tmp_path):
        assert support_of(source, [GIFT]) == {}
        assert [one.statement for one in attestations_of(source, [GIFT])[GIFT]] == [
            ID["row-statement"]
        ]


def test_only_graphs_of_evidence_are_evidence(tmp_path: Path) -> None:
    graphs = {DATA: data(GIFT), GRAPH["source/other"]: graph_of(ROW)}
    for source in sources_of(graphs, tmp_path):
        assert support_of(source, [GIFT])[GIFT].evidence == ()


def test_triples_that_no_graph_can_hold_are_left_out(tmp_path: Path) -> None:
    strange = (Literal("x"), RDF.type, OWL.Thing)
    nameless = (BNode("b"), RDF.type, OWL.Thing)
    for source in sources_of({DATA: data(GIFT)}, tmp_path):
        assert support_of(source, [strange, nameless]) == {}


def test_people_s_own_axiom_is_its_own_evidence() -> None:
    axiom = (URIRef("http://x/A"), RDFS.subClassOf, URIRef("http://x/B"))
    path = Path("own.ttl")
    source = NamedGraphs([(URIRef("file:///own.ttl"), path, data(axiom))])
    found = support_of(source, [axiom])[axiom]
    assert found.evidence == (Axiom(URIRef("file:///own.ttl"), path),)
    assert support_json(found)["evidence"] == [{"ontology": "own.ttl"}]


X = URIRef("http://x/x")


@pytest.mark.parametrize(
    ("triple", "graphs", "axiom"),
    [
        ((X, RDFS.subClassOf, X), ["http://x/own"], True),
        ((X, RDFS.subClassOf, X), [], True),
        ((X, RDF.type, OWL.Class), [], True),
        ((X, RDF.type, RDF.Property), [], True),
        ((BNode(), RDF.first, X), [], True),
        ((BNode(), OWL.onProperty, X), [], True),
        ((X, RDF.type, OWL.NamedIndividual), [], False),
        ((X, OWL.sameAs, X), [], False),
        ((X, OWL.differentFrom, X), [], False),
        ((X, RDFS.label, Literal("x")), [], False),
        ((X, RDFS.comment, Literal("x")), [], False),
        ((X, RDF.value, Literal("x")), [], False),
        ((X, RDF.type, X), [], False),
        ((X, SKOS.broader, X), ["http://x/own"], False),
        ((X, SKOS.broader, X), [str(ONTOLOGY_GRAPH)], True),
        ((X, SKOS.broader, X), [ONTOLOGY_GRAPH], True),
        ((X, SKOS.broader, X), [str(ONTOLOGY_GRAPH), "http://x/own"], False),
    ],
)
def test_what_is_an_axiom(triple: Triple, graphs: list[str], axiom: bool) -> None:
    assert is_axiom(triple, graphs) == axiom


@pytest.mark.parametrize(
    ("address", "number"),
    [("x.csv#row=1", 1), ("x.csv#row=12", 12), ("x.csv#row=0", None), ("x.csv#row=5-7", None)],
)
def test_the_row_that_an_address_names(address: str, number: int | None) -> None:
    assert row_number(address) == number


def test_anchors() -> None:
    document = str(ID["record/2020"])
    assert anchor_of(f"{document}/T43/span", document) == "T43"
    assert anchor_of(f"{document}/p4/s1", document) == "p4.s1"


_NODES = st.sampled_from([ID[f"n{number}"] for number in range(4)])
_TRIPLES = st.sampled_from(
    [(ID.a, EAKG.about, ID.b), (ID.a, EAKG.about, Literal("b", lang="en")), GIFT]
)


@given(triple=_TRIPLES, derived_from=_NODES, evidence=st.lists(_NODES), sentences=st.lists(_NODES))
@settings(deadline=None)
def test_a_statement_is_read_as_it_was_written(
    triple: AssertedTriple, derived_from: URIRef, evidence: list[URIRef], sentences: list[URIRef]
) -> None:
    statement = Statement(ID.s, triple, derived_from, tuple(evidence), tuple(sentences), "f", 1)
    assert list(reified_triples(data(*statement_triples(statement, DATA)))) == [(ID.s, triple)]


_WORDS = st.sampled_from([Literal("x"), Literal("y", lang="en"), Literal(3), ID.n1, ID.n2])
_PROPERTIES = st.sampled_from(
    [
        *(RDF.subject, RDF.predicate, RDF.object, RDF.value),
        *(URIRef(PREFIXES["dcterms"] + name) for name in ("source", "isPartOf", "identifier")),
        *(URIRef(PREFIXES["oa"] + name) for name in ("hasSource", "hasSelector", "start", "end")),
        *(URIRef(PREFIXES["prov"] + name) for name in ("wasDerivedFrom", "hadPrimarySource")),
        *(EAKG.evidence, EAKG.inSentence, EAKG.inGraph, EAKG.number),
        URIRef(PREFIXES["csvw"] + "url"),
    ]
)
_EVIDENCE = st.lists(st.tuples(_NODES, _PROPERTIES, _WORDS | _NODES), max_size=30)


@pytest.mark.slow
@given(triples=_EVIDENCE)
@settings(deadline=None, max_examples=tries(40), suppress_health_check=list(HealthCheck))
def test_every_source_tells_alike_whatever_the_evidence_says(triples: list[Triple]) -> None:
    with TemporaryDirectory() as folder:
        graph = data(*triples, *graph_of(f"id:n0 {STATEMENT} ; eakg:evidence id:n1 ."))
        graphs = {DATA: data(GIFT), evidence_graph("note"): graph}
        first, *others = (
            support_of(source, [GIFT])[GIFT] for source in sources_of(graphs, Path(folder))
        )
    assert all(_unordered(other) == _unordered(first) for other in others)
    support_json(first)
    support_lines(first)
    to_prov(Proof(GIFT, ASSERTED), {GIFT: first})

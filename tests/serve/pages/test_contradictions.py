"""Contradictions as a page: the facts that clash, side by side, with what says so."""

import re
from collections import Counter
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import pyoxigraph
import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from rdflib import BNode, Graph, URIRef

from eakg.names import EAKG, ID, ONTOLOGY_GRAPH, evidence_graph, source_graph
from eakg.rdf.engine_terms import triples
from eakg.rdf.terms import Triple
from eakg.reason.closure import materialize
from eakg.reason.coherence.report import heading
from eakg.reason.contradictions.inconsistency import Inconsistency
from eakg.reason.scope.report import ontology_warnings
from eakg.serve.app.settings import Settings
from eakg.serve.application import create_app
from eakg.serve.pages.contradictions import LIMIT
from eakg.sparql.failures import NotReasonedError
from eakg.store.answers import ConsistencyReport
from eakg.store.embedded import EmbeddedStore
from eakg.store.graph_files import GraphFile, read_contents
from eakg.store.options import StoreOptions
from eakg.store.request import QueryRequest, QueryService, Result
from eakg.store.workers.keeper_process import KeeperProcess
from helpers.holdings import FOLDER
from helpers.owl_suite import suite_cases, suite_graph
from helpers.patience import PATIENT
from helpers.random_ontologies import ONTOLOGIES, graph_of
from helpers.tries import SOAK, sample, tries

PREFIXES = f"""@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix eakg: <{EAKG}> . @prefix id: <{ID}> .
"""


def files_of(folder: Path, facts: str, evidence: str = "") -> list[GraphFile]:
    files = [GraphFile(ONTOLOGY_GRAPH, FOLDER / "ontology.ttl")]
    for name, text in ((source_graph("record"), facts), (evidence_graph("record"), evidence)):
        file = folder / f"{len(files)}.ttl"
        file.write_text(PREFIXES + text)
        files.append(GraphFile(name, file))
    return files


def client_of(folder: Path, facts: str, evidence: str = "") -> FlaskClient:
    store = EmbeddedStore(read_contents(files_of(folder, facts, evidence)))
    return create_app(Settings("", PATIENT), store).test_client()


def page_with(folder: Path, facts: str, evidence: str = "") -> str:
    return page_of(EmbeddedStore(read_contents(files_of(folder, facts, evidence))))


def test_there_are_none(tmp_path: Path) -> None:
    assert "There are none" in page_with(tmp_path, "id:japan a eakg:State .")


def test_two_sentences_that_clash(tmp_path: Path) -> None:
    facts = """eakg:State owl:disjointWith eakg:Meeting .
        id:asean a eakg:State , eakg:Meeting ; rdfs:label "ASEAN"@en ."""
    evidence = "".join(
        f"""id:r/{n} a rdf:Statement ; rdf:subject id:asean ; rdf:predicate rdf:type ;
            rdf:object eakg:{kind} ; eakg:evidence <{ID}r/T{n}/span> ;
            eakg:inSentence <{ID}r/s{n}> .
            <{ID}r/s{n}> a eakg:Sentence ; rdf:value "{words}" .
            <{ID}r/T{n}/span> rdf:value "ASEAN" .\n""".replace(f"id:r/{n}", f"<{ID}r/{n}>")
        for n, kind, words in (
            (1, "State", "The state of ASEAN was glad."),
            (2, "Meeting", "A meeting, ASEAN, was held."),
        )
    )
    page = page_with(tmp_path, facts, evidence)
    assert page.count("<h2>") == 1
    assert "The two classes have nothing in common." in page
    assert 'href="/rules#cax-dw"' in page
    plain = re.sub(r"\s+", " ", re.sub("<[^>]*>", "", page))
    for words in ("The state of ASEAN was glad.", "A meeting, ASEAN, was held."):
        assert words in plain


@pytest.mark.parametrize(
    ("rule", "facts"),
    [
        ("eq-diff1", "id:a owl:sameAs id:b ; owl:differentFrom id:b ."),
        ("eq-diff2", "[] a owl:AllDifferent ; owl:members (id:a id:b) . id:a owl:sameAs id:b ."),
        ("prp-irp", "eakg:p a owl:IrreflexiveProperty . id:a eakg:p id:a ."),
        ("prp-asyp", "eakg:p a owl:AsymmetricProperty . id:a eakg:p id:b . id:b eakg:p id:a ."),
        ("prp-pdw", "eakg:p owl:propertyDisjointWith eakg:q . id:a eakg:p id:b ; eakg:q id:b ."),
        (
            "prp-adp",
            "[] a owl:AllDisjointProperties ; owl:members (eakg:p eakg:q) ."
            " id:a eakg:p id:b ; eakg:q id:b .",
        ),
        (
            "prp-npa1",
            "[] owl:sourceIndividual id:a ; owl:assertionProperty eakg:p ;"
            " owl:targetIndividual id:b . id:a eakg:p id:b .",
        ),
        ("cls-nothing2", "id:a a owl:Nothing ."),
        ("cls-com", "eakg:C owl:complementOf eakg:D . id:a a eakg:C , eakg:D ."),
        (
            "cls-maxc1",
            'eakg:C owl:maxCardinality "0"^^xsd:nonNegativeInteger ; owl:onProperty eakg:p .'
            " id:a a eakg:C ; eakg:p id:b .",
        ),
        ("cax-dw", "eakg:C owl:disjointWith eakg:D . id:a a eakg:C , eakg:D ."),
        (
            "cax-adc",
            "[] a owl:AllDisjointClasses ; owl:members (eakg:C eakg:D eakg:E) ."
            " id:a a eakg:C , eakg:E .",
        ),
    ],
)
def test_each_rule_is_told(tmp_path: Path, rule: str, facts: str) -> None:
    page = page_with(tmp_path, facts)
    assert rules_on(page) == [rule]


def test_a_value_that_is_none(tmp_path: Path) -> None:
    page = page_with(tmp_path, 'id:a eakg:p "abc"^^xsd:integer .')
    assert rules_on(page) == ["dt-not-type"]
    assert "There are none" not in page


def test_of_many_the_number_is_told(tmp_path: Path) -> None:
    facts = "eakg:p a owl:FunctionalProperty ."
    facts += "".join(f'id:a{number} eakg:p "a{number}", "b{number}" .' for number in range(120))
    page = page_with(tmp_path, facts)
    assert "There are 120, of which the first 100 are shown." in page
    assert len(rules_on(page)) == 100


def test_many_values_are_one_contradiction(tmp_path: Path) -> None:
    values = " , ".join(f'"value-{number}"' for number in range(20))
    facts = f"eakg:p a owl:FunctionalProperty . id:a eakg:p {values} ."
    page = page_with(tmp_path, facts)
    assert rules_on(page) == ["eq-diff1"]
    assert {f"value-{number}" for number in range(20)} <= set(re.findall(r"value-\d+", page))


def test_without_a_reasoner_nothing_is_denied(tmp_path: Path) -> None:
    facts = "id:a a owl:Nothing ."
    for options, server in (
        (StoreOptions(reasoning="none"), "without reasoning (--reasoning none)"),
        (None, "an engine elsewhere"),
    ):
        store: QueryService = EmbeddedStore(read_contents(files_of(tmp_path, facts)), options)
        if options is None:
            store = Elsewhere(store)
        page = create_app(Settings("", PATIENT), store).test_client().get("/contradictions")
        assert page.status_code == 200
        assert "There are none" not in page.text
        assert "Nobody looked for any" in page.text
        assert server in page.text


class Elsewhere:
    """A store that answers queries, and nothing else."""

    def __init__(self, store: QueryService) -> None:
        self.query = store.query
        self.version = store.version


def test_in_another_process(tmp_path: Path) -> None:
    files = read_contents(files_of(tmp_path, 'id:a a owl:Nothing ; eakg:p "abc"^^xsd:integer .'))
    with KeeperProcess(files) as keeper:
        report = keeper.client().contradictions(1)
        own = EmbeddedStore(files).contradictions(1)
        assert report == own
        assert (report.total, len(report.inconsistencies)) == (2, 1)
    with (
        KeeperProcess(files, options=StoreOptions(reasoning="none")) as keeper,
        pytest.raises(NotReasonedError, match="--reasoning none"),
    ):
        keeper.client().contradictions(1)


class Behind:
    """One store after another behind one application, whose templates are compiled once."""

    store: EmbeddedStore

    @property
    def version(self) -> str:
        return self.store.version

    def query(self, request: QueryRequest) -> Result:
        return self.store.query(request)

    def contradictions(self, limit: int) -> ConsistencyReport:
        return self.store.contradictions(limit)


@cache
def behind() -> tuple[Behind, FlaskClient]:
    store = Behind()
    return store, create_app(Settings("", PATIENT), store).test_client()


def page_of(store: EmbeddedStore) -> str:
    front, client = behind()
    front.store = store
    page = client.get("/contradictions")
    assert page.status_code == 200
    return page.text


def assert_as_the_closure_says(graph: Graph, folder: Path) -> int:
    """That the page has just the contradictions of the closure, in their order, and that each is
    shown with its facts and its axioms. Result: how many there are."""
    file = folder / "graph.nt"
    graph.serialize(file, format="nt", encoding="utf-8")
    store = EmbeddedStore(read_contents([GraphFile(URIRef("http://x/g"), file)]))
    found = materialize(as_written(file)).inconsistencies
    text = page_of(store).partition('<h2 id="empty-')[0]
    assert sorted(rules_on(text)) == sorted(one.rule for one in found[:LIMIT])
    assert ("There are none" in text) == (not found)
    assert (f"There are {len(found)}, of" in text) == (len(found) > LIMIT)
    report = store.contradictions(LIMIT)
    if len(found) <= LIMIT:
        shown = [told(one.inconsistency) for one in report.inconsistencies]
        assert Counter(shown) == Counter(map(told, found))
    sections = text.split("<h2>")[1:]
    for one, section in zip(report.inconsistencies, sections, strict=True):
        assert section.count("<h3>") == len(one.inconsistency.facts)
        assert rules_on(f"<h2>{section}") == [one.inconsistency.rule]
    return len(found)


def as_written(file: Path) -> Graph:
    """The graph of a file with its literals as they are written, which rdflib would change."""
    graph = Graph()
    for triple in triples(pyoxigraph.parse(path=file, format=pyoxigraph.RdfFormat.N_TRIPLES)):
        graph.add(triple)
    return graph


def told(one: Inconsistency) -> tuple[object, ...]:
    """A contradiction, whatever the labels of blank nodes are."""
    return one.rule, tuple(
        tuple("_" if isinstance(term, BNode) else term for term in triple) for triple in one.triples
    )


def test_the_page_is_that_of_the_closure(tmp_path: Path) -> None:
    """Random ontologies, 500 with EAKG_SOAK."""
    folders = count()

    @settings(
        max_examples=500 if SOAK else tries(60),
        deadline=None,
        database=None,
        derandomize=not SOAK,
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(ONTOLOGIES)
    def test(parts: tuple[list[Triple], list[Triple]]) -> None:
        folder = tmp_path / str(next(folders))
        folder.mkdir()
        assert_as_the_closure_says(graph_of(*parts), folder)

    test()


SUITE = [case for case in suite_cases() if "Entailment" not in case.values[1]]


@pytest.mark.parametrize(("name", "type_"), sample(SUITE, 60))
def test_the_page_of_the_w3c_tests(tmp_path: Path, name: str, type_: str) -> None:
    """Of sixty of them, and of all with EAKG_SOAK."""
    found = assert_as_the_closure_says(suite_graph(name), tmp_path)
    assert (found > 0) == (type_ == "InconsistencyTest")


def rules_on(page: str) -> list[str]:
    """The rule that each clash on a page names first, under its heading."""
    links = (re.search(r'href="/rules#([\w-]+)"', part) for part in page.split("<h2>")[1:])
    return [link[1] for link in links if link]


INCOHERENT = f"""{PREFIXES}@prefix : <http://ex.org/> .
:Cat a owl:Class ; rdfs:subClassOf :Animal ; owl:disjointWith :Dog .
:Dog a owl:Class ; rdfs:subClassOf :Animal .
:CatDog a owl:Class ; rdfs:subClassOf :Cat, :Dog .
:SmallCatDog a owl:Class ; rdfs:subClassOf :CatDog .
:Owner a owl:Class ; rdfs:subClassOf [ owl:onProperty :has ; owl:someValuesFrom :CatDog ] .
:petsBoth a owl:ObjectProperty ; rdfs:range :Cat, :Dog .
:has a owl:ObjectProperty . :felix a :Cat ; :has :felix ."""


def incoherent_client(folder: Path) -> FlaskClient:
    file = folder / "incoherent.ttl"
    file.write_text(INCOHERENT)
    store = EmbeddedStore(read_contents([GraphFile(source_graph("record"), file)]))
    return create_app(Settings("", PATIENT), store).test_client()


def test_classes_and_properties_of_which_nothing_can_be(tmp_path: Path) -> None:
    """They are those that `eakg reason` warns of, each with proofs from what is stated."""
    document = incoherent_client(tmp_path).get("/contradictions?format=json").get_json()
    assert (document["total"], document["contradictions"]) == (0, [])
    found = document["incoherent"]
    file = tmp_path / "incoherent.ttl"
    closure = materialize(Graph().parse(file, format="turtle"))
    warnings = {
        (kind, term)
        for warning in ontology_warnings(closure, [file])
        for kind in ("class", "property")
        if warning.warning.kind == heading(kind == "property")
        for term in warning.terms
    }
    assert found["total"] == len(found["terms"]) == 4
    assert {(entry["kind"], entry["term"]) for entry in found["terms"]} == warnings
    below = {entry["term"]: entry["below"] for entry in found["terms"] if "below" in entry}
    assert below == {"http://ex.org/SmallCatDog": "http://ex.org/CatDog"}
    graph = Graph().parse(data=INCOHERENT, format="turtle")
    for entry in found["terms"]:
        leaves = [leaf for proof in entry.get("triples", ()) for leaf in leaves_of(proof)]
        assert {leaf["by"] for leaf in leaves} <= {"asserted", "imagined", "empty"}
        assert leaves or "below" in entry
        for leaf in leaves:
            words = [leaf["triple"][place] for place in "spo"]
            if not any(word.startswith("_:") for word in words):
                (triple,) = Graph().parse(data=" ".join(words) + " .", format="nt")
                assert (triple in graph) == (leaf["by"] == "asserted")
            elif leaf["by"] == "imagined":
                assert "graph" not in leaf


def leaves_of(proof: dict[str, Any]) -> list[dict[str, Any]]:
    premises = proof.get("premises")
    return [leaf for one in premises for leaf in leaves_of(one)] if premises else [proof]


def test_a_page_of_what_nothing_can_be(tmp_path: Path) -> None:
    page = incoherent_client(tmp_path).get("/contradictions").text
    assert "There are none: what is stated" in page
    assert "Classes that nothing can be in: 3" in page
    assert "Properties that nothing can have: 1" in page
    assert "of which the same is said" in page
    assert "This is imagined" in page
    assert "(no name)" not in page


def test_coherence_of_a_large_ontology_is_not_looked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("eakg.store.reasoning.consistency._MOST_AXIOMS", 3)
    client = incoherent_client(tmp_path)
    document = client.get("/contradictions?format=json").get_json()
    assert document["incoherent"] == {
        "reason": "the ontology has more than 3 axioms; eakg reason looks for them"
    }
    assert "Nobody looked for classes and properties" in client.get("/contradictions").text


def test_contradictions_as_json(tmp_path: Path) -> None:
    client = client_of(tmp_path, "eakg:State owl:disjointWith id:C . id:x a eakg:State , id:C .")
    document = client.get("/contradictions", headers={"Accept": "application/json"}).get_json()
    (clash,) = document["contradictions"]
    assert (document["total"], clash["rule"]) == (1, "cax-dw")
    assert {proof["by"] for proof in clash["triples"]} == {"asserted"}
    assert {proof["triple"]["s"] for proof in clash["triples"]} == {f"<{ID}x>"}
    assert len(clash["axioms"]) == 1


def test_where_nobody_reasons_nothing_is_said_of_coherence(tmp_path: Path) -> None:
    file = tmp_path / "incoherent.ttl"
    file.write_text(INCOHERENT)
    options = StoreOptions(reasoning="none")
    store = EmbeddedStore(read_contents([GraphFile(source_graph("record"), file)]), options)
    client = create_app(Settings("", PATIENT), store).test_client()
    assert client.get("/contradictions?format=json").get_json().keys() == {"reason"}

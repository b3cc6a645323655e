"""Proofs of what a closure on disk has, from its files: each is accepted by the checker.

Some of what follows is proved, and more of it with EAKG_SOAK, where each text is closed alone too.
"""

import json
import os
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rdflib import OWL, RDF, Graph, URIRef

from eakg.cli import main
from eakg.problems import ProblemsError
from eakg.rdf.notation import read_term
from eakg.rdf.terms import Triple
from eakg.reason.closure import Closure, materialize
from eakg.reason.disk.closure import DiskOptions
from eakg.reason.disk.support import SupportSearch, TripleSupport, support_of_triple, support_search
from eakg.reason.proofs.search import NotInClosureError
from eakg.reason.rules.sets import RuleSet, rule_set
from helpers.disk_closures import alone_too, disk_closure, written
from helpers.proof_checker import check
from helpers.random_ontologies import ONTOLOGIES, graph_of
from helpers.tries import SOAK

pytestmark = pytest.mark.slow
MORE = int(os.environ.get("EAKG_SOAK", "1"))
MANY = 20 * MORE
PREFIXES = """
@prefix : <http://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
"""
TEXTS = [
    # Classes and properties: rows of the map.
    ":C rdfs:subClassOf :D . :D owl:equivalentClass :E . :p rdfs:subPropertyOf :q ; rdfs:domain :C"
    " ; rdfs:range :F . :q owl:inverseOf :r . :s a owl:SymmetricProperty . :a :p :b . :a :s :c .",
    # Joins: transitive, a chain, an intersection, restrictions.
    ":t a owl:TransitiveProperty . :a :t :b . :b :t :c . :c :t :d . :d :t :e .",
    ":p owl:propertyChainAxiom ( :q :r :q ) . :a :q :b . :b :r :c . :c :q :d .",
    ":C owl:intersectionOf ( :D :E ) . :D owl:unionOf ( :F :G ) . :a a :F, :E .",
    ":R owl:onProperty :p ; owl:someValuesFrom :C . :S owl:onProperty :p ; owl:allValuesFrom :D ."
    " :a :p :b . :b a :C . :x a :S ; :p :y .",
    ":R owl:onProperty :p ; owl:hasValue :v . :C rdfs:subClassOf :R . :a a :C . :b :p :v .",
    # What is in all of many classes, which are counted.
    ":C owl:intersectionOf ( :c1 :c2 :c3 :c4 :c5 :c6 :c7 :c8 :c9 ) ."
    " :a a :c1, :c2, :c3, :c4, :c5, :c6, :c7, :c8 . :b rdfs:subClassOf :c9 . :a a :b .",
    # Axioms that follow from data.
    ":isA rdfs:subPropertyOf rdfs:subClassOf . :C :isA :D . :D :isA :E . :a a :C .",
    # rdf:type as one relation.
    "rdf:type rdfs:subPropertyOf :kind . :kind rdfs:domain :Thing . :a a :C .",
]


def _check_all(graph: Graph, folder: Path, rules: RuleSet) -> None:
    """Check the proofs of all that follows, or where it is much, of some of it."""
    file = written(graph, folder / "in.nt")
    with disk_closure([file], folder / "work", DiskOptions(rules)):
        pass
    triples = sorted(materialize(graph, rules=rules).inferred)
    closures: dict[frozenset[Triple], Closure] = {}
    with support_search(folder / "work") as search:
        for triple in triples[:: 1 + len(triples) // MANY]:
            support = search.support(triple)
            assert set(support.graph) <= set(graph)
            assert support.rules is rules
            parts = frozenset(support.graph)
            if parts not in closures:
                closures[parts] = materialize(support.graph, rules=rules)
            check(closures[parts].explain(triple), graph, rules)


@pytest.mark.parametrize("text", alone_too(TEXTS))
def test_all_that_follows_is_proved(text: str, tmp_path: Path) -> None:
    graph = Graph().parse(data=PREFIXES + text, format="turtle")
    _check_all(graph, tmp_path, rule_set())


@settings(
    max_examples=4 * MORE,
    deadline=None,
    derandomize=not SOAK,
    suppress_health_check=list(HealthCheck),
)
@given(ONTOLOGIES, st.sampled_from(["owl-rl", "owl-rl-without-equality"]))
def test_what_follows_from_random_ontologies_is_proved(
    ontology: tuple[list[Triple], list[Triple]], name: str
) -> None:
    graph = graph_of(*ontology)
    rules = rule_set(name)
    with TemporaryDirectory() as folder:
        try:
            _check_all(graph, Path(folder), rules)
        except ProblemsError as error:
            assert "only --engine memory" in str(error)


NAMES = [
    ":a owl:sameAs :b . :C rdfs:subClassOf :D . :a a :C . :c a :C .",
    # By a key, by a functional property, by a key of two properties, by a bound.
    ":k a owl:InverseFunctionalProperty . :j rdfs:subPropertyOf :k . :a :j 1 . :b :k 1 ; :p :c ."
    " :p rdfs:domain :C .",
    ":f a owl:FunctionalProperty . :a :f :b, :c . :b :p :d . :c a :C . :C rdfs:subClassOf :D .",
    ":C owl:hasKey ( :k :l ) . :a a :C ; :k 1 ; :l :m . :b a :B ; :k 1 ; :l :m ; :p :c ."
    " :B rdfs:subClassOf :C .",
    ":R owl:onProperty :p ; owl:maxCardinality 1 . :R owl:maxCardinality"
    ' "1"^^<http://www.w3.org/2001/XMLSchema#nonNegativeInteger> . :a a :R ; :p :b, :c . :c a :C .',
    # One equality that follows from another, and one that an axiom follows from.
    ":f a owl:FunctionalProperty . :a owl:sameAs :b . :a :f :c . :b :f :d . :d :p :e . :c a :C .",
    ":C owl:sameAs :D . :D rdfs:subClassOf :E . :a a :C .",
    ":p owl:sameAs :q . :p rdfs:range :C . :a :q :b .",
    # Literals of one value, of which a proof has to speak.
    ":b :r 1.0 ; owl:differentFrom 1 ; owl:sameAs :c .",
]


@pytest.mark.parametrize("text", alone_too(NAMES))
def test_what_follows_from_equalities_is_proved(text: str, tmp_path: Path) -> None:
    graph = Graph().parse(data=PREFIXES + text, format="turtle")
    _check_all(graph, tmp_path, rule_set())


def explain(*words: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(main, ["explain", *words])
    return result.exit_code, result.stdout, result.stderr


def test_a_proof_is_told_as_that_of_files(tmp_path: Path) -> None:
    graph = Graph().parse(data=PREFIXES + TEXTS[0], format="turtle")
    file = written(graph, tmp_path / "in.nt")
    folder = str(tmp_path / "work")
    with disk_closure([file], tmp_path / "work", DiskOptions(rule_set())):
        pass
    words = ["<http://example.org/a>", "a", "<http://example.org/E>"]
    told = [
        json.loads(explain(*words, "--format", "json", *source)[1])
        for source in (["--closure-dir", folder], ["--data", str(file)])
    ]
    assert [proof["triple"] for proof in told] == [told[0]["triple"]] * 2
    assert told[0]["by"] == told[1]["by"] != "asserted"
    status, _, line = explain("<http://example.org/b>", "a", words[2], "--closure-dir", folder)
    assert (status, "it is not in the closure" in line) == (1, True)
    status, _, line = explain("<http://example.org/none>", "a", words[2], "--closure-dir", folder)
    assert (status, "it says nothing of <http://example.org/none>" in line) == (1, True)


def test_a_folder_that_has_no_closure_is_told_in_one_line(tmp_path: Path) -> None:
    words = ["id:x", "a", "owl:Thing", "--closure-dir"]
    assert explain(*words, str(tmp_path / "none"))[0] == 2
    assert not (tmp_path / "none").exists()
    status, _, line = explain(*words, str(tmp_path))
    assert status == 2
    advice = "name the folder of `eakg reason --engine duckdb --work`"
    assert line == f"{tmp_path}: has no manifest.json; {advice}\n"
    assert explain(*words, str(tmp_path), "--all", "2")[0] == 2


def test_a_term_that_is_not_there_is_not_in_the_closure(tmp_path: Path) -> None:
    file = written(Graph().parse(data=PREFIXES + TEXTS[0], format="turtle"), tmp_path / "in.nt")
    with disk_closure([file], tmp_path / "work", DiskOptions(rule_set())):
        pass
    stranger = read_term("<http://example.org/none>")
    assert isinstance(stranger, URIRef)
    with pytest.raises(NotInClosureError, match="it says nothing of"):
        support_of_triple(tmp_path / "work", (stranger, RDF.type, OWL.Thing))


def test_what_follows_is_not_said_not_to_where_its_proof_is_not_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = written(Graph().parse(data=PREFIXES + TEXTS[0], format="turtle"), tmp_path / "in.nt")
    with disk_closure([file], tmp_path / "work", DiskOptions(rule_set())):
        pass
    nothing = TripleSupport(Graph(), rule_set(), True)
    monkeypatch.setattr(SupportSearch, "support", lambda *_: nothing)
    words = ["<http://example.org/a>", "a", "<http://example.org/E>"]
    status, _, line = explain(*words, "--closure-dir", str(tmp_path / "work"))
    assert status == 6
    assert line.endswith("it follows, but no proof was found; `eakg explain --data` looks at all\n")

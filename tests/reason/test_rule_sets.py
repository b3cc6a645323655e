"""Sets of rules: which rules run, with equality and values among them."""

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import Graph, Literal, Namespace, URIRef
from rdflib.namespace import OWL, RDF, RDFS, XSD
from rdflib.term import Node

from eakg.commands.reason import reason
from eakg.rdf.terms import Triple
from eakg.reason.closure import materialize
from eakg.reason.entailment import simply_entails
from eakg.reason.proofs.prov import to_prov
from eakg.reason.rules.grammar import parse_rules
from eakg.reason.rules.names import RULE_SETS
from eakg.reason.rules.sets import EQUALITY, RuleSet, rule_set
from eakg.reason.rules.words import WORDS
from helpers.proof_checker import check
from helpers.random_ontologies import EX as EXAMPLE
from helpers.random_ontologies import FACTS, ONTOLOGIES, PROPERTIES, WILD_ONTOLOGIES, graph_of
from helpers.slow_reading import assert_as_the_rules_say
from helpers.tries import tries

pytestmark = pytest.mark.slow

EX = Namespace("http://example.org/")
PREFIXES = f"""
@prefix : <{EX}> . @prefix owl: <{OWL}> . @prefix rdf: <{RDF}> .
@prefix rdfs: <{RDFS}> . @prefix xsd: <{XSD}> .
"""
RDFS_RULES = rule_set("rdfs")
WITHOUT_EQUALITY = rule_set("owl-rl-without-equality")


def turtle(text: str) -> Graph:
    return Graph().parse(data=PREFIXES + text, format="turtle")


_THINGS: list[Node] = [
    *(EXAMPLE.C, EXAMPLE.D, EXAMPLE.p, EXAMPLE.q, EXAMPLE.a),
    *(RDFS.Class, RDFS.Datatype, RDFS.Resource, RDF.Property, RDFS.subClassOf, RDF.type),
    *(RDFS.ContainerMembershipProperty, RDFS.member, RDFS.subPropertyOf, XSD.integer),
]
_PREDICATES: list[Node] = [
    RDF.type,
    RDF["_1"],
    RDFS.subClassOf,
    RDFS.subPropertyOf,
    RDFS.domain,
    RDFS.range,
]
SCHEMAS = st.tuples(
    st.lists(FACTS, min_size=1, max_size=6),
    st.lists(
        st.tuples(
            st.sampled_from(_THINGS),
            st.sampled_from(_PREDICATES * 3 + PROPERTIES),
            st.sampled_from(_THINGS),
        ),
        min_size=1,
        max_size=6,
    ),
)
Parts = tuple[list[Triple], list[Triple]]


@settings(max_examples=tries(60), deadline=None)
@given(SCHEMAS)
def test_rdfs_closes_as_its_rules_say(parts: Parts) -> None:
    graph = graph_of(*parts)
    assert_as_the_rules_say(graph, RDFS_RULES)
    closure = materialize(graph, rules=RDFS_RULES)
    assert closure.inconsistencies == []
    for triple in closure.inferred:
        check(closure.explain(triple), graph, RDFS_RULES)


@settings(max_examples=tries(60), deadline=None)
@given(st.one_of(ONTOLOGIES, WILD_ONTOLOGIES))
def test_without_equality_it_closes_as_its_rules_say(parts: Parts) -> None:
    graph = graph_of(*parts)
    assert_as_the_rules_say(graph, WITHOUT_EQUALITY)
    closure = materialize(graph, rules=WITHOUT_EQUALITY)
    for triple in closure.inferred:
        check(closure.explain(triple), graph, WITHOUT_EQUALITY)


@settings(max_examples=tries(60), deadline=None)
@given(st.sampled_from((RDFS_RULES, WITHOUT_EQUALITY)), SCHEMAS | ONTOLOGIES, st.data())
def test_a_change_is_what_the_changed_graph_closes_to(
    rules: RuleSet, parts: Parts, data: st.DataObject
) -> None:
    graph = graph_of(*parts)
    removed = data.draw(st.lists(st.sampled_from(sorted(graph)), max_size=3))
    closure = materialize(graph, rules=rules).update(removed=removed)
    for triple in removed:
        graph.remove(triple)
    fresh = materialize(graph, rules=rules)
    assert set(closure.inferred) == set(fresh.inferred)
    assert closure.inconsistencies == fresh.inconsistencies
    again = closure.update(added=removed)
    assert set(again.inferred) == set(materialize(graph_of(*parts), rules=rules).inferred)


@pytest.mark.parametrize("rules", [RDFS_RULES, WITHOUT_EQUALITY])
def test_nothing_merges(rules: RuleSet) -> None:
    graph = turtle(
        ":a owl:sameAs :b . :a :p :c . :x :q 1 , 01 . :q a owl:FunctionalProperty ."
        ":C a rdfs:Class ; owl:hasKey ( :q ) . :x a :C . :y a :C ; :q 1.0 ."
    )
    closure = materialize(graph, rules=rules)
    assert (EX.b, EX.p, EX.c) not in closure.inferred
    assert (EX.b, OWL.sameAs, EX.a) not in closure.inferred
    assert (EX.x, OWL.sameAs, EX.y) not in closure.inferred
    assert (EX.b, EX.p, EX.c) in materialize(graph).inferred


def test_without_equality_owl_same_as_follows_and_leads_nowhere() -> None:
    closure = materialize(
        turtle(":p a owl:FunctionalProperty . :x :p :a , :b , :c . :a :q :d ."),
        rules=WITHOUT_EQUALITY,
    )
    names = (EX.a, EX.b, EX.c)
    pairs = {(x, OWL.sameAs, y) for x in names for y in names if x != y}
    assert set(closure.inferred.triples((None, OWL.sameAs, None))) == pairs
    assert closure.inconsistencies == []


def test_no_clash_is_told_that_a_set_does_not_have() -> None:
    text = """:s :p "abc"^^xsd:integer . :q rdfs:range xsd:byte . :s :q 300 . :x a owl:Nothing .
        :f a owl:FunctionalProperty . :s :f 1 , 2 . :a owl:sameAs :b ; owl:differentFrom :b ."""
    rules = {one.rule for one in materialize(turtle(text)).inconsistencies}
    assert rules == {"dt-not-type", "cls-nothing2", "eq-diff1"}
    assert materialize(turtle(text), rules=RDFS_RULES).inconsistencies == []
    rest = materialize(turtle(text), rules=WITHOUT_EQUALITY).inconsistencies
    assert {one.rule for one in rest} == {"dt-not-type", "cls-nothing2"}


RDFS_ENTAILMENTS = [
    # RDF 1.1 Semantics section 9.2.1, the example of two patterns; then one for each pattern.
    (":p rdfs:domain :C . :a :p :b .", ":a a :C .", "rdfs2"),
    (":p rdfs:range :C . :a :p :b .", ":b a :C .", "rdfs3"),
    (
        ":p rdfs:subPropertyOf :q . :q rdfs:subPropertyOf :r .",
        ":p rdfs:subPropertyOf :r .",
        "rdfs5",
    ),
    (":p rdfs:subPropertyOf :q . :a :p :b .", ":a :q :b .", "rdfs7"),
    (":C rdfs:subClassOf :D . :a a :C .", ":a a :D .", "rdfs9"),
    (":C rdfs:subClassOf :D . :D rdfs:subClassOf :E .", ":C rdfs:subClassOf :E .", "rdfs11"),
    (
        ":p a rdfs:ContainerMembershipProperty .",
        ":p rdfs:subPropertyOf rdfs:member .",
        "rdfs12",
    ),
    (":d a rdfs:Datatype .", ":d rdfs:subClassOf rdfs:Literal .", "rdfs13"),
    (":a :p :b .", ":p a rdf:Property .", "rdfD2"),
    (":a a :C .", ":C a rdfs:Class .", "rdfs3"),
    (":p rdfs:range :C .", ":C a rdfs:Class . :p a rdf:Property .", "rdfs3"),
]


@pytest.mark.parametrize(("text", "conclusion", "rule"), RDFS_ENTAILMENTS)
def test_rdfs_entails(text: str, conclusion: str, rule: str) -> None:
    graph = turtle(text)
    closure = materialize(graph, rules=RDFS_RULES)
    assert simply_entails(closure.inferred, turtle(conclusion))
    triple = min(turtle(conclusion))
    proof = closure.explain(triple)
    assert proof.by == rule
    check(proof, graph, RDFS_RULES)
    plans = set(to_prov(proof).objects(None, RDFS.seeAlso))
    assert plans == {URIRef("https://www.w3.org/TR/rdf11-mt/")}


@pytest.mark.parametrize(("triple", "rule"), [("s", "rdfs4a"), ("o", "rdfs4b")])
def test_everything_is_a_resource_where_that_is_wanted(triple: str, rule: str) -> None:
    graph = turtle(":s :p :o .")
    closure = materialize(graph, rules=RDFS_RULES, trivial=True)
    assert (EX[triple], RDF.type, RDFS.Resource) in closure.inferred
    assert closure.explain((EX[triple], RDF.type, RDFS.Resource)).by == rule


def test_a_term_that_nothing_mentions_is_not_the_same_as_itself() -> None:
    same = (OWL.differentFrom, OWL.sameAs, OWL.differentFrom)
    rules = rule_set("owl-rl").without("undiffering", frozenset({"dt-diff"}))
    graph = turtle(":a :p :b .")
    assert same in materialize(graph, trivial=True).inferred
    assert same not in materialize(graph, rules=rules, trivial=True).inferred


def test_a_set_has_all_of_equality_or_none() -> None:
    owl = rule_set("owl-rl")
    with pytest.raises(ValueError, match="have equality without eq-sym"):
        owl.without("half", frozenset({"eq-sym"}))
    with pytest.raises(ValueError, match=r"eq-diff1, .*no equality"):
        owl.without("none", EQUALITY)


def test_rules_of_ones_own() -> None:
    rules = RuleSet("own", parse_rules("own: T(?x rdfs:seeAlso ?y) -> T(?y rdfs:seeAlso ?x)"), "x")
    closure = materialize(turtle(":a rdfs:seeAlso :b ."), rules=rules)
    assert set(closure.inferred) == {(EX.b, RDFS.seeAlso, EX.a)}


@pytest.mark.parametrize("name", RULE_SETS)
def test_each_rule_of_a_set_is_told_in_words(name: str) -> None:
    assert set(rule_set(name).order) <= set(WORDS)


def test_the_command_takes_a_set(tmp_path_factory: pytest.TempPathFactory) -> None:
    file = tmp_path_factory.mktemp("rules") / "in.ttl"
    file.write_text(
        PREFIXES + ':a owl:sameAs :b ; :p "x"^^xsd:integer . :p rdfs:subPropertyOf :q .'
    )
    run = CliRunner().invoke(reason, [str(file), "--only-inferred", "--rules", "rdfs"])
    assert run.exit_code == 0
    found = Graph().parse(data=run.stdout, format="nt")
    assert (EX.a, EX.q, Literal("x", datatype=XSD.integer, normalize=False)) in found
    assert not list(found.triples((EX.b, None, None)))
    refused = CliRunner().invoke(reason, [str(file), "--engine", "owlrl", "--rules", "rdfs"])
    assert refused.exit_code == 2
    assert "--engine owlrl runs --rules owl-rl alone, not rdfs" in refused.stderr


def test_what_a_container_has_is_its_member() -> None:
    graph = turtle(":bag rdf:_12 :x ; rdf:_0 :y ; rdf:_1x :z .")
    closure = materialize(graph, rules=RDFS_RULES)
    assert set(closure.inferred) == {(EX.bag, RDFS.member, EX.x)}
    proof = closure.explain((EX.bag, RDFS.member, EX.x))
    check(proof, graph, RDFS_RULES)
    changed = closure.update([(EX.bag, RDF["_2"], EX.y)], [(EX.bag, RDF["_12"], EX.x)])
    assert set(changed.inferred) == {(EX.bag, RDFS.member, EX.y)}
    full = materialize(graph, rules=RDFS_RULES, trivial=True).inferred
    about = set(full.subjects(RDF.type, RDFS.ContainerMembershipProperty))
    assert about == {RDF["_12"]}
    assert (XSD.string, RDFS.subClassOf, RDFS.Literal) in full


def test_rdfs_plus_has_equality_and_no_class_expressions() -> None:
    rules = rule_set("rdfs-plus")
    text = """:a :p :b , :c . :p a owl:FunctionalProperty ; owl:inverseOf :q .
    :b a :C . :C owl:equivalentClass [ owl:unionOf ( :D ) ] . :D owl:disjointWith :C . :c a :D ."""
    closure = materialize(turtle(text), rules=rules)
    assert {(EX.b, OWL.sameAs, EX.c), (EX.c, EX.q, EX.a)} <= set(closure.inferred)
    assert closure.inconsistencies == []
    assert materialize(turtle(text)).inconsistencies
    two = materialize(turtle(':a :p "1", "2" . :p a owl:FunctionalProperty .'), rules=rules)
    assert [clash.rule for clash in two.inconsistencies] == ["eq-diff1"]

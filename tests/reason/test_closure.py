"""`materialize`: what follows from a graph, by which rules, and what stays out."""

import owlrl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from rdflib import BNode, Dataset, Graph, Literal, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.namespace import OWL, RDF, RDFS, SKOS, XSD

from eakg.rdf.terms import Triple
from eakg.reason.closure import closure_of, materialize, without_blank_nodes
from eakg.reason.literals.datatypes import DATATYPES
from eakg.reason.trivial import is_trivial
from helpers.tries import tries

EX = Namespace("http://example.org/")
PREFIXES = """
@prefix : <http://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


def turtle(text: str) -> Graph:
    return Graph().parse(data=PREFIXES + text, format="turtle")


def follows(text: str, *, trivial: bool = False) -> set[Triple]:
    return set(materialize(turtle(text), trivial=trivial).inferred)


@pytest.mark.parametrize(
    ("rule", "premises", "conclusion"),
    [
        ("eq-sym", ":a owl:sameAs :b .", (EX.b, OWL.sameAs, EX.a)),
        ("eq-trans", ":a owl:sameAs :b . :b owl:sameAs :c .", (EX.a, OWL.sameAs, EX.c)),
        ("eq-rep-s", ":a owl:sameAs :b ; rdfs:label 'a' .", (EX.b, RDFS.label, Literal("a"))),
        ("eq-rep-p", ":p owl:sameAs :q . :a :p :b .", (EX.a, EX.q, EX.b)),
        ("eq-rep-o", ":b owl:sameAs :c . :a :p :b .", (EX.a, EX.p, EX.c)),
        ("prp-dom", ":p rdfs:domain :C . :a :p :b .", (EX.a, RDF.type, EX.C)),
        ("prp-rng", ":p rdfs:range :C . :a :p :b .", (EX.b, RDF.type, EX.C)),
        (
            "prp-fp",
            ":p a owl:FunctionalProperty . :a :p :b, :c .",
            (EX.b, OWL.sameAs, EX.c),
        ),
        (
            "prp-ifp",
            ":p a owl:InverseFunctionalProperty . :a :p :c . :b :p :c .",
            (EX.a, OWL.sameAs, EX.b),
        ),
        ("prp-symp", ":p a owl:SymmetricProperty . :a :p :b .", (EX.b, EX.p, EX.a)),
        ("prp-trp", ":p a owl:TransitiveProperty . :a :p :b . :b :p :c .", (EX.a, EX.p, EX.c)),
        ("prp-spo1", ":p rdfs:subPropertyOf :q . :a :p :b .", (EX.a, EX.q, EX.b)),
        (
            "prp-spo2",
            ":r owl:propertyChainAxiom ( :p :q :p ) . :a :p :b . :b :q :c . :c :p :d .",
            (EX.a, EX.r, EX.d),
        ),
        ("prp-eqp2", ":p owl:equivalentProperty :q . :a :q :b .", (EX.a, EX.p, EX.b)),
        ("prp-inv2", ":p owl:inverseOf :q . :a :q :b .", (EX.b, EX.p, EX.a)),
        (
            "cls-int1",
            ":C owl:intersectionOf ( :A :B ) . :x a :A, :B .",
            (EX.x, RDF.type, EX.C),
        ),
        ("cls-int2", ":C owl:intersectionOf ( :A :B ) . :x a :C .", (EX.x, RDF.type, EX.B)),
        ("cls-uni", ":C owl:unionOf ( :A :B ) . :x a :B .", (EX.x, RDF.type, EX.C)),
        (
            "cls-svf1",
            "[] owl:someValuesFrom :B ; owl:onProperty :p ; rdfs:subClassOf :C ."
            ":x :p :y . :y a :B .",
            (EX.x, RDF.type, EX.C),
        ),
        (
            "cls-avf",
            ":C rdfs:subClassOf [ owl:allValuesFrom :B ; owl:onProperty :p ] . :x a :C ; :p :y .",
            (EX.y, RDF.type, EX.B),
        ),
        (
            "cls-hv1",
            ":C rdfs:subClassOf [ owl:hasValue :b ; owl:onProperty :p ] . :x a :C .",
            (EX.x, EX.p, EX.b),
        ),
        (
            "cls-maxc2",
            ":C rdfs:subClassOf [ owl:onProperty :p ;"
            "  owl:maxCardinality '1'^^xsd:nonNegativeInteger ] . :x a :C ; :p :y, :z .",
            (EX.y, OWL.sameAs, EX.z),
        ),
        ("cls-oo", ":C owl:oneOf ( :a :b ) .", (EX.b, RDF.type, EX.C)),
        ("cax-sco", ":C rdfs:subClassOf :D . :x a :C .", (EX.x, RDF.type, EX.D)),
        ("cax-eqc2", ":C owl:equivalentClass :D . :x a :D .", (EX.x, RDF.type, EX.C)),
        (
            "scm-sco",
            ":C rdfs:subClassOf :D . :D rdfs:subClassOf :E .",
            (EX.C, RDFS.subClassOf, EX.E),
        ),
        (
            "scm-eqc2",
            ":C rdfs:subClassOf :D . :D rdfs:subClassOf :C .",
            (EX.C, OWL.equivalentClass, EX.D),
        ),
        (
            "scm-dom1",
            ":p rdfs:domain :C . :C rdfs:subClassOf :D .",
            (EX.p, RDFS.domain, EX.D),
        ),
    ],
)
def test_rule(rule: str, premises: str, conclusion: Triple) -> None:
    assert conclusion in follows(premises), rule


@pytest.mark.parametrize("keys", [(":k",), (":k", ":m"), (":k", ":m", ":n")])
def test_prp_key_needs_every_key_property(keys: tuple[str, ...]) -> None:
    def instances(last: str) -> str:
        same = "".join(f" ; {key} 'v'" for key in keys[:-1])
        return (
            f":C owl:hasKey ( {' '.join(keys)} ) ."
            f":x a :C ; {keys[-1]} 'v'{same} . :y a :C ; {keys[-1]} '{last}'{same} ."
        )

    assert (EX.x, OWL.sameAs, EX.y) in follows(instances("v"))
    assert follows(instances("w")) == set()


def test_prp_key_matches_over_several_values_and_equal_ones() -> None:
    assert (EX.x, OWL.sameAs, EX.y) in follows(
        ":C owl:hasKey ( :k ) . :x a :C ; :k :b, :c . :y a :C ; :k :d . :d owl:sameAs :c ."
    )


@pytest.mark.parametrize(
    ("datatype", "literal", "belongs"),
    [
        ("xsd:string", "'a'", True),
        ("xsd:byte", "5", True),
        ("xsd:byte", "300", False),
        ("xsd:integer", "'5.0'^^xsd:decimal", True),
        ("xsd:float", "5", False),
        ("rdfs:Literal", "'a'@en", True),
        ("rdf:PlainLiteral", "'a'@en", True),
        ("xsd:string", "'a'@en", False),
        ("xsd:dateTimeStamp", "'2020-07-20T09:00:00Z'^^xsd:dateTime", True),
        ("xsd:dateTimeStamp", "'2020-07-20T09:00:00'^^xsd:dateTime", False),
    ],
)
def test_dt_type2_by_value(datatype: str, literal: str, belongs: bool) -> None:
    inferred = follows(
        f"[] owl:someValuesFrom {datatype} ; owl:onProperty :p ; rdfs:subClassOf :C ."
        f":x :p {literal} ."
    )
    assert ((EX.x, RDF.type, EX.C) in inferred) == belongs


def test_inferred_holds_nothing_of_the_input_and_leaves_it_alone() -> None:
    graph = turtle(":p rdfs:subPropertyOf :q . :a :p :b ; :q :b .")
    before = set(graph)
    assert set(materialize(graph).inferred) == set()
    assert set(graph) == before


def test_a_consistent_graph_has_no_inconsistencies() -> None:
    assert materialize(turtle(":C owl:disjointWith :D . :x a :C . :y a :D .")).inconsistencies == []


def test_an_empty_graph() -> None:
    closure = materialize(Graph())
    assert len(closure.inferred) == 0
    assert closure.inconsistencies == []


TRIVIAL = [
    (EX.C, RDFS.subClassOf, EX.C),
    (EX.C, OWL.equivalentClass, EX.C),
    (EX.C, RDFS.subClassOf, OWL.Thing),
    (OWL.Nothing, RDFS.subClassOf, EX.C),
    (EX.p, RDFS.subPropertyOf, EX.p),
    (EX.p, OWL.equivalentProperty, EX.p),
    (EX.p, RDFS.domain, OWL.Thing),
    (EX.x, OWL.sameAs, EX.x),
    (EX.p, OWL.sameAs, EX.p),
    (EX.x, RDF.type, OWL.Thing),
    (OWL.Thing, RDF.type, OWL.Class),
    (XSD.integer, RDF.type, RDFS.Datatype),
    (RDFS.label, RDF.type, OWL.AnnotationProperty),
]


@pytest.mark.parametrize("triple", TRIVIAL, ids=lambda triple: " ".join(t.n3() for t in triple))
def test_trivial_triples_come_only_when_asked_for(triple: Triple) -> None:
    text = ":C a owl:Class . :p a owl:ObjectProperty ; rdfs:domain :C . :x :p :y ."
    assert triple in follows(text, trivial=True)
    assert triple not in follows(text)
    assert (EX.x, RDF.type, EX.C) in follows(text)


def test_what_follows_from_trivial_triples_does_not_depend_on_asking_for_them() -> None:
    text = ":C a owl:Class ; rdfs:subClassOf owl:Nothing . :E owl:equivalentClass owl:Thing ."
    shown = follows(text)
    assert (EX.C, OWL.equivalentClass, OWL.Nothing) in shown
    assert (EX.C, RDFS.subClassOf, EX.E) in shown
    everything = follows(text, trivial=True)
    assert {triple for triple in everything if not is_trivial(triple)} == shown


def test_an_axiom_about_sameas_sees_reflexive_equalities() -> None:
    inferred = follows("owl:sameAs rdfs:subPropertyOf :like . :a :p :b .")
    assert (EX.a, EX.like, EX.a) in inferred
    assert (EX.a, OWL.sameAs, EX.a) not in inferred


@pytest.mark.parametrize("trivial", [False, True])
def test_inferred_is_rdf(trivial: bool) -> None:
    inferred = follows(
        ":p a owl:SymmetricProperty ; rdfs:range xsd:integer . :a :p 1 . :p owl:inverseOf [ ] .",
        trivial=trivial,
    )
    assert all(isinstance(s, URIRef | BNode) and isinstance(p, URIRef) for s, p, _ in inferred)


@pytest.mark.parametrize(
    "literal",
    [
        Literal("01", datatype=XSD.integer, normalize=False),
        Literal("1.0E0", datatype=XSD.double, normalize=False),
        Literal("TRUE", datatype=EX.truth, normalize=False),
        Literal("+1.50", datatype=XSD.decimal, normalize=False),
        Literal("2020-07-20T24:00:00Z", datatype=XSD.dateTime, normalize=False),
        Literal("東アジア", lang="ja"),
        Literal("colour", lang="en-GB"),
        Literal("a", datatype=XSD.string),
        Literal("e\u0301 and \u00e9"),
    ],
)
def test_literals_come_back_as_they_went_in(literal: Literal) -> None:
    graph = turtle(":p rdfs:subPropertyOf :q .")
    graph.add((EX.a, EX.p, literal))
    (inferred,) = materialize(graph).inferred.objects(EX.a, EX.q)
    assert isinstance(inferred, Literal)
    assert inferred.n3() == literal.n3()


def test_dt_eq_makes_equal_values_the_same_under_any_spelling() -> None:
    graph = turtle(":a :p 1 . :C owl:hasKey ( :p ) . :a a :C . :b a :C . :c :p 2 ; a :C .")
    padded = Literal("01", datatype=XSD.integer, normalize=False)
    graph.add((EX.b, EX.p, padded))
    assert set(materialize(graph).inferred) == {
        (EX.a, OWL.sameAs, EX.b),
        (EX.b, OWL.sameAs, EX.a),
        (EX.a, EX.p, padded),
        (EX.b, EX.p, Literal(1)),
    }


def decimal(form: str) -> Literal:
    return Literal(form, datatype=XSD.decimal, normalize=False)


def test_a_value_may_be_told_once_in_the_form_that_its_subject_has() -> None:
    graph = turtle(":p rdfs:subPropertyOf :q . :part owl:propertyChainAxiom ( :has :p ) .")
    one, other = decimal("1.50"), decimal("1.5")
    graph += [(EX.a, EX.p, one), (EX.b, EX.p, other), (EX.c, EX.has, EX.a), (EX.d, EX.q, one)]
    graph += [(EX.d, EX.p, other), (EX.e, EX.p, one), (EX.e, EX.p, other)]
    every = set(closure_of(graph).inferred)
    assert {(EX.a, EX.p, other), (EX.a, EX.q, one), (EX.a, EX.q, other)} <= every
    assert set(closure_of(graph, restated=False).inferred) == {
        (EX.a, EX.q, one),
        (EX.b, EX.q, other),
        (EX.c, EX.part, other),  # it has neither: the first
        (EX.e, EX.q, one),
        (EX.e, EX.q, other),
    }


def test_what_is_told_once_is_told_of_a_changed_graph_too() -> None:
    closure = closure_of(turtle(":p rdfs:subPropertyOf :q ."), restated=False)
    changed = closure.update([(EX.a, EX.p, decimal("1.50")), (EX.b, EX.r, decimal("1.5"))])
    assert set(changed.inferred) == {(EX.a, EX.q, decimal("1.50"))}
    added, removed = changed.difference(closure)
    assert set(added) == set(changed.inferred)
    assert not removed


def test_anonymous_class_expressions_stay_out_of_other_files() -> None:
    graph = turtle(
        "[] a owl:Restriction ; owl:someValuesFrom :B ; owl:onProperty :p ; rdfs:subClassOf :C ."
        ":x :p :y . :y a :B ."
    )
    (restriction,) = graph.subjects(RDF.type, OWL.Restriction)
    inferred = materialize(graph).inferred
    assert (EX.x, RDF.type, restriction) in inferred
    assert set(without_blank_nodes(inferred)) == {(EX.x, RDF.type, EX.C)}


def test_inferred_graph_has_the_prefixes_of_the_input() -> None:
    graph = turtle(":p rdfs:subPropertyOf :q . :a :p :b .")
    assert ("", URIRef(EX)) in set(materialize(graph).inferred.namespaces())


@pytest.mark.parametrize(
    "text",
    [
        ":l rdf:first :p ; rdf:rest :l . :r owl:propertyChainAxiom :l . :a :p :b .",
        ":r owl:propertyChainAxiom :nowhere . :C owl:hasKey :nowhere . :a a :C .",
        ":C owl:maxCardinality :many ; owl:onProperty :p . :a a :C ; :p :b, :c .",
        ":a :p ''^^xsd:dateTime, 'x'^^xsd:decimal, ''^^xsd:hexBinary .",
    ],
)
def test_malformed_axioms_and_literals_do_no_harm(
    text: str, caplog: pytest.LogCaptureFixture
) -> None:
    materialize(turtle(text))


CLASSES = [EX.C, EX.D, EX.E, OWL.Thing, OWL.Nothing]
PROPERTIES = [EX.p, EX.q, EX.r]
INDIVIDUALS = [EX.a, EX.b, EX.c, Literal("l")]
WILD = [
    *CLASSES,
    *PROPERTIES,
    EX.a,
    OWL.sameAs,
    RDF.type,
    RDFS.subClassOf,
    OWL.FunctionalProperty,
    OWL.SymmetricProperty,
]


def _triples(subjects: list[URIRef], predicates: list[URIRef], objects: list[URIRef]):
    return st.tuples(*(st.sampled_from(terms) for terms in (subjects, predicates, objects)))


FACTS = _triples(INDIVIDUALS[:3], PROPERTIES, INDIVIDUALS) | _triples(
    INDIVIDUALS[:3], [RDF.type], CLASSES
)
AXIOMS = (
    _triples(CLASSES, [RDFS.subClassOf, OWL.equivalentClass], CLASSES)
    | _triples(PROPERTIES, [RDFS.subPropertyOf, OWL.inverseOf], PROPERTIES)
    | _triples(PROPERTIES, [RDFS.domain, RDFS.range], CLASSES)
    | _triples(
        PROPERTIES,
        [RDF.type],
        [
            OWL.FunctionalProperty,
            OWL.InverseFunctionalProperty,
            OWL.SymmetricProperty,
            OWL.TransitiveProperty,
            OWL.ObjectProperty,
        ],
    )
    | _triples(CLASSES[:3], [RDF.type], [OWL.Class])
    | _triples(INDIVIDUALS[:3], [OWL.sameAs], INDIVIDUALS)
    | _triples([EX.R, EX.S], [OWL.onProperty], PROPERTIES)
    | _triples(
        [EX.R, EX.S],
        [OWL.someValuesFrom, OWL.allValuesFrom, RDFS.subClassOf],
        CLASSES,
    )
    | _triples([EX.R, EX.S], [OWL.hasValue], INDIVIDUALS)
    | _triples([EX.p], [OWL.propertyChainAxiom], [EX.chain])
    | _triples([EX.C], [OWL.intersectionOf, OWL.unionOf], [EX.list])
    | _triples(INDIVIDUALS[:3], [RDFS.label, SKOS.note], [Literal("l"), Literal("l", lang="en")])
)


def _says_something_new(triple: Triple, graph: Graph) -> bool:
    """Typings with a datatype and differences are left out: owlrl types a literal by its datatype
    and not by its value, and does not tell values apart."""
    subject, predicate, _ = triple
    return (
        isinstance(predicate, URIRef)
        and not isinstance(subject, Literal)
        and not str(subject).startswith((str(XSD), str(RDF)))
        and triple not in graph
        and not is_trivial(triple)
        and triple[2] not in DATATYPES
        and triple[1] != OWL.differentFrom
    )


def _assert_same_closure_as_plain_owlrl(triples: list[Triple]) -> None:
    graph = Graph()
    for triple in triples:
        graph.add(triple)
    Collection(graph, EX.chain, [EX.q, EX.r])
    Collection(graph, EX.list, [EX.D, EX.E])
    plain = Graph()
    for triple in graph:
        plain.add(triple)
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(plain)
    expected = {
        triple
        for triple in plain
        if _says_something_new(triple, graph) and "agent-ont#" not in triple[2] + triple[1]
    }
    closure = materialize(graph)
    assert {t for t in closure.inferred if _says_something_new(t, graph)} == expected
    if (
        None,
        RDF.type,
        URIRef("http://www.daml.org/2002/03/agents/agent-ont#ErrorMessage"),
    ) in plain:
        assert closure.inconsistencies


@pytest.mark.slow
@settings(max_examples=tries(60), deadline=None, derandomize=True)
@given(st.lists(FACTS, min_size=2, max_size=8), st.lists(AXIOMS, min_size=1, max_size=8))
def test_same_closure_as_plain_owlrl(facts: list[Triple], axioms: list[Triple]) -> None:
    _assert_same_closure_as_plain_owlrl(facts + axioms)


@pytest.mark.slow
@settings(max_examples=tries(40), deadline=None, derandomize=True)
@given(st.lists(_triples(WILD, WILD, WILD), min_size=1, max_size=5))
def test_same_closure_as_plain_owlrl_for_axioms_about_the_vocabulary(triples: list[Triple]) -> None:
    # owlrl knows no differences of values, nor what these are under another name of owl:sameAs.
    assume(all(OWL.sameAs not in (subject, object_) for subject, _, object_ in triples))
    _assert_same_closure_as_plain_owlrl(triples)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("default_union", [False, True])
def test_the_graphs_of_a_dataset_are_merged(default_union: bool) -> None:
    dataset = Dataset(default_union=default_union)
    dataset.parse(
        data=PREFIXES + ":x a :D . :g { :a a :C } :h { :C rdfs:subClassOf :D . :a a :C }",
        format="trig",
    )
    closure = materialize(dataset)
    assert set(closure.inferred) == {(EX.a, RDF.type, EX.D)}
    assert len(closure.asserted) == 3

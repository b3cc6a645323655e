"""Rules of one's own: the closure under them is that of a literal reading, whatever they are."""

import re

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from rdflib import OWL, RDF, RDFS, XSD, Graph, Literal, Namespace

from eakg.rdf.terms import Triple
from eakg.reason.closure import materialize
from eakg.reason.rulebooks.safety import objection
from eakg.reason.rules.grammar import Rule, TripleAtom, Variable, parse_rules
from eakg.reason.rules.sets import EQUALITY, RuleSet, rule_set
from helpers.proof_checker import check
from helpers.slow_reading import assert_as_the_rules_say
from helpers.tries import tries

EX = Namespace("http://example.org/")
NAMES = [EX.a, EX.b, EX.c]
PROPERTIES = [EX.p, EX.q, EX.r]
CLASSES = [EX.C, EX.D]
VARIABLES = [Variable(name) for name in "xyz"]
VALUES = [Literal("one"), Literal(1), Literal("01", datatype=XSD.integer, normalize=False)]

things = st.sampled_from([*VARIABLES, *VARIABLES, *NAMES])
properties = st.sampled_from([*PROPERTIES, *PROPERTIES, Variable("x"), OWL.sameAs])
classes = st.sampled_from([*CLASSES, *CLASSES, Variable("y")])
objects = st.one_of(things, st.sampled_from(VALUES))
atoms = st.one_of(
    # What is said of a literal alone, as that it is the same as itself, is no triple of RDF,
    # and nothing that such an atom asks for.
    st.builds(TripleAtom, things, properties, objects).filter(
        lambda atom: (
            not (
                isinstance(atom.object, Literal)
                and (atom.predicate == OWL.sameAs or isinstance(atom.predicate, Variable))
            )
        )
    ),
    st.builds(TripleAtom, things, st.just(RDF.type), classes),
)


@st.composite
def own_rules(draw: st.DrawFn) -> Rule:
    body = draw(st.lists(atoms, min_size=1, max_size=3, unique=True))
    head = draw(st.lists(atoms, min_size=1, max_size=2, unique=True))
    return Rule("own.rules:r", 0, tuple(body), tuple(head))


SELF = Rule(
    "own.rules:r",
    0,
    (TripleAtom(VARIABLES[0], VARIABLES[0], VARIABLES[0]),),
    (TripleAtom(VARIABLES[0], EX.p, VARIABLES[0]),),
)
"""Of what is the same as itself, as all is, owl:sameAs is so by itself."""
ALL = Rule(
    "own.rules:r",
    0,
    (TripleAtom(VARIABLES[0], VARIABLES[1], VARIABLES[2]),),
    (TripleAtom(VARIABLES[0], RDF.type, EX.D),),
)
"""What is the same as itself is what some triple speaks of: owl:differentFrom by dt-diff alone."""
triples = st.one_of(
    st.tuples(
        st.sampled_from(NAMES),
        st.sampled_from([*PROPERTIES, OWL.sameAs, RDFS.subPropertyOf]),
        st.sampled_from([*NAMES, *PROPERTIES, *VALUES]),
    ),
    st.tuples(st.sampled_from([*NAMES, *PROPERTIES]), st.just(RDF.type), st.sampled_from(CLASSES)),
)
graphs = st.lists(triples, min_size=1, max_size=9)
bases = st.sampled_from(["", "equality", "rdfs", "owl-rl"])
MANY = 20_000
"""A rule may make all the same as all: more than is read literally, or proved one by one."""


def graph_of(found: list[Triple]) -> Graph:
    graph = Graph()
    for triple in found:
        graph.add(triple)
    return graph


def set_with(base: str, *rules: Rule) -> RuleSet:
    shipped = rule_set(base).rules if base in ("rdfs", "owl-rl") else ()
    if base == "equality":
        shipped = tuple(rule for rule in rule_set().rules if rule.name in EQUALITY)
    atoms = [atom for rule in rules for atom in rule.premises if isinstance(atom, TripleAtom)]
    if any(isinstance(atom.predicate, Variable) for atom in atoms):
        # That two literals differ is no triple of RDF, and no property's that such a rule is of.
        shipped = tuple(rule for rule in shipped if rule.name != "dt-diff")
    return RuleSet("own", (*shipped, *rules), "")


@pytest.mark.slow
@settings(deadline=None, max_examples=tries(150))
@given(own_rules(), own_rules(), graphs, bases)
@example(SELF, SELF, [(EX.a, RDF.type, EX.C)], "owl-rl")
@example(ALL, ALL, [(EX.a, EX.p, EX.c)], "owl-rl")
def test_the_closure_is_that_of_a_literal_reading(
    first: Rule, second: Rule, found: list[Triple], base: str
) -> None:
    second = Rule("own.rules:s", 0, second.premises, second.conclusions)
    rules = set_with(base, *(rule for rule in (first, second) if objection(rule) is None))
    graph = graph_of(found)
    assume(len(materialize(graph, rules=rules, trivial=True).inferred) < MANY)
    assert_as_the_rules_say(graph, rules)


@pytest.mark.slow
@settings(deadline=None, max_examples=tries(80))
@given(own_rules(), own_rules(), graphs, graphs, bases)
def test_an_update_is_the_closure_of_the_changed_graph(
    first: Rule, second: Rule, found: list[Triple], changed: list[Triple], base: str
) -> None:
    second = Rule("own.rules:s", 0, second.premises, second.conclusions)
    rules = set_with(base, *(rule for rule in (first, second) if objection(rule) is None))
    graph = graph_of(found)
    removed, added = found[::2], changed
    closure = materialize(graph, rules=rules).update(added, removed)
    for triple in set(removed) - set(added):
        graph.remove(triple)
    for triple in added:
        graph.add(triple)
    fresh = materialize(graph, rules=rules)
    assert set(closure.inferred) == set(fresh.inferred)
    assert closure.inconsistencies == fresh.inconsistencies


@pytest.mark.slow
@settings(deadline=None, max_examples=tries(60))
@given(own_rules(), graphs, bases)
@example(ALL, [(EX.a, EX.p, EX.c)], "owl-rl")
def test_each_conclusion_has_a_proof(rule: Rule, found: list[Triple], base: str) -> None:
    rules = set_with(base, *([rule] if objection(rule) is None else []))
    graph = graph_of(found)
    closure = materialize(graph, rules=rules)
    assume(len(closure.inferred) < MANY)
    for triple in closure.inferred:
        check(closure.explain(triple), graph, rules)


def own(text: str) -> Rule:
    (rule,) = parse_rules(f"PREFIX ex: <{EX}>\n{text}")
    return rule


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("r: VALUE-IN(?x ?d), T(?y ex:p ?x) -> T(?y ex:q ?x)", "condition on values"),
        ("r: T(?x ?p ?y), T(?y ?q ?z) -> T(?x ex:p ?z)", r"\?p and \?q stand for any property"),
        ('r: T(?x ex:p ?y) -> T("a" ex:q ?y)', 'the literal "a" is the subject'),
        ('r: T(?x ex:p ?y) -> T(?x "a" ?y)', 'the literal "a" is the property'),
        ("r: T(?x ?p ?x) -> false", r"\?p stands for any property in a rule that concludes false"),
        ("r: LIST(?l ?e), T(?x ex:p ?y) -> T(?x ex:q ?y)", "leads to the collection"),
        (
            "r: T(?x ex:p ?l), LIST(?l ?e), T(?x ex:q ?m), LIST(?m ?f) -> T(?x ex:r ?l)",
            "one collection at most",
        ),
        (
            "r: T(?k ex:kind ?q), T(?x ?q ?y), T(?y ?p ?x) -> T(?x ?p ?x)",
            r"\?p stands for any property beside",
        ),
    ],
)
def test_what_is_not_run(text: str, words: str) -> None:
    complaint = objection(own(text))
    assert complaint is not None
    assert re.search(words, complaint)


def test_a_rule_about_a_collection() -> None:
    rule = own("r: T(?x ex:all ?l), LIST(?l ?e) -> T(?e[i] ex:in ?x)")
    graph = Graph().parse(data=f"@prefix : <{EX}> . :a :all (:b :c) .", format="turtle")
    closure = materialize(graph, rules=set_with("", rule))
    assert set(closure.inferred) == {(EX.b, EX["in"], EX.a), (EX.c, EX["in"], EX.a)}


def test_a_rule_that_concludes_false() -> None:
    rule = Rule("family.rules:r", 0, own("r: T(?x ex:p ?x) -> false").premises, ())
    closure = materialize(graph_of([(EX.a, EX.p, EX.a)]), rules=set_with("owl-rl", rule))
    (clash,) = closure.inconsistencies
    assert clash.rule == "family.rules:r"
    assert clash.message == f"the rule family.rules:r is broken: x is <{EX.a}>"
    assert clash.facts == ((EX.a, EX.p, EX.a),)


def test_constants_that_become_the_same_as_others() -> None:
    rule = own("r: T(?x ex:p ?y) -> T(?x ex:q ex:b)")
    graph = graph_of([(EX.a, EX.old, EX.c), (EX.old, OWL.sameAs, EX.p), (EX.b, OWL.sameAs, EX.d)])
    closure = materialize(graph, rules=set_with("owl-rl", rule))
    assert {(EX.a, EX.q, EX.b), (EX.a, EX.q, EX.d)} <= set(closure.inferred)
    check(closure.explain((EX.a, EX.q, EX.d)), graph, set_with("owl-rl", rule))


def test_a_literal_of_a_rule_is_a_value() -> None:
    rule = own('r: T(?x ex:p "1"^^xsd:integer) -> T(?x ex:q "yes")')
    graph = graph_of([(EX.a, EX.p, Literal("01", datatype=XSD.integer, normalize=False))])
    inferred = materialize(graph, rules=set_with("owl-rl", rule)).inferred
    assert (EX.a, EX.q, Literal("yes")) in inferred
    assert (EX.a, EX.q, Literal("yes")) not in materialize(graph, rules=set_with("", rule)).inferred

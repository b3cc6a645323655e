"""Ways past contradictions: what is let pass, and what counts."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import OWL, RDF, RDFS, XSD
from rdflib.term import Node

from eakg.problems import ExitStatus, Problem, ProblemsError
from eakg.rdf.terms import Triple
from eakg.reason.closure import Closure, materialize
from eakg.reason.contradictions.policy import ContradictionOptions, Findings
from helpers.random_ontologies import EX, FACTS, ONTOLOGIES, WILD_ONTOLOGIES, graph_of
from helpers.tries import tries

UNKNOWN = "http://example.org/unknown/"
ILL_FORMED = [
    Literal(text, datatype=datatype, normalize=False)
    for text, datatype in (
        ("x", XSD.integer),
        ("300", XSD.byte),
        ("2025-10-6", XSD.date),
        ("12\n", XSD.decimal),
        ("yes", XSD.boolean),
    )
]


def renamed(term: Node) -> Node:
    """An ill-formed literal with a datatype that nobody knows in place of its own."""
    if term not in ILL_FORMED or not isinstance(term, Literal):
        return term
    name = str(term.datatype).rpartition("#")[2]
    return Literal(str(term), datatype=URIRef(UNKNOWN + name), normalize=False)


def renamed_triple(triple: Triple) -> Triple:
    return renamed(triple[0]), renamed(triple[1]), renamed(triple[2])


def clashes(closure: Closure) -> set[tuple[str, frozenset[Triple]]]:
    """The contradictions that count where ill-formed literals do not."""
    return {
        (one.rule, frozenset(map(renamed_triple, one.triples)))
        for one in closure.inconsistencies
        if not one.is_ill_formed_literal
    }


BAD_FACTS = st.lists(
    st.tuples(
        st.sampled_from([EX.a, EX.b, EX.c]),
        st.sampled_from([EX.p, EX.q, EX.r, RDFS.comment]),
        st.sampled_from(ILL_FORMED),
    ),
    min_size=1,
    max_size=4,
)


@pytest.mark.slow
@settings(deadline=None, max_examples=tries(150))
@given(ONTOLOGIES | WILD_ONTOLOGIES, BAD_FACTS, st.lists(FACTS, max_size=2))
def test_an_ill_formed_literal_is_as_one_of_an_unknown_datatype(
    parts: tuple[list[Triple], list[Triple]], bad: list[Triple], facts: list[Triple]
) -> None:
    """RDF 1.1 Semantics section 7: a datatype that is not recognized contradicts nothing. What
    follows, and what else contradicts, is the same with it in place of the literal's own."""
    graph = graph_of(*parts, bad, facts)
    twin = Graph()
    for triple in graph:
        twin.add(renamed_triple(triple))
    closure, other = materialize(graph), materialize(twin)
    assert set(map(renamed_triple, closure.inferred)) == set(other.inferred)
    assert clashes(closure) == clashes(other)
    ignored = [one for one in closure.inconsistencies if one.is_ill_formed_literal]
    assert not any(one.is_ill_formed_literal for one in other.inconsistencies)
    # Each triple that has such a literal is told, once.
    found = {one.triples for one in ignored}
    assert found == {(triple,) for triple in graph if triple[2] in ILL_FORMED}
    assert len(found) == len(ignored)


@pytest.mark.parametrize(
    ("text", "is_ill_formed"),
    [
        (":x :p 'five'^^xsd:integer .", True),
        (":p rdfs:range xsd:integer . :x :p 'five'^^xsd:integer .", True),
        (":p rdfs:range xsd:string . :x :p 'five'^^xsd:integer .", True),
        (":o a owl:Ontology ; rdfs:comment '2025-10-6'^^xsd:date .", True),
        # Well-formed, and no value of what it is used as.
        (":p rdfs:range xsd:byte . :x :p 300 .", False),
        (":p rdfs:range xsd:integer . :x :p 'five' .", False),
        (":p a owl:FunctionalProperty . :x :p 1, 2 .", False),
        (":x a owl:Nothing .", False),
    ],
)
def test_what_is_an_ill_formed_literal_and_nothing_else(text: str, is_ill_formed: bool) -> None:
    prefixes = f"@prefix : <{EX}> . @prefix owl: <{OWL}> . @prefix xsd: <{XSD}> ."
    prefixes += f" @prefix rdfs: <{RDFS}> . @prefix rdf: <{RDF}> . "
    (clash,) = materialize(Graph().parse(data=prefixes + text, format="turtle")).inconsistencies
    assert clash.is_ill_formed_literal == is_ill_formed


BAD, CLASH = Problem("a", 1, "an ill-formed literal"), Problem("b", 2, "two disjoint classes")


@pytest.mark.parametrize(
    ("policy", "problems", "withhold", "status", "warnings"),
    [
        ("stop", [], False, 0, []),
        ("stop", [BAD], True, 3, []),
        ("stop", [BAD, CLASH], True, 3, []),
        ("report", [], False, 0, []),
        ("report", [BAD], False, 3, [BAD]),
        ("report", [CLASH, BAD], False, 3, [CLASH, BAD]),
        ("ignore-literals", [BAD], False, 0, [BAD]),
        ("ignore-literals", [CLASH], True, 3, []),
        ("ignore-literals", [CLASH, BAD], True, 3, [BAD]),
    ],
)
def test_what_becomes_of_contradictions(
    policy: str, problems: list[Problem], withhold: bool, status: int, warnings: list[Problem]
) -> None:
    findings = Findings.of(problems, {BAD}, policy)  # type: ignore[arg-type]  # a parameter
    assert (findings.withhold, findings.status) == (withhold, status)
    assert [str(one) for one in findings.warnings] == [
        f"{one} (warning)" for one in sorted(warnings)
    ]
    if not withhold:
        findings.check()
        return
    with pytest.raises(ProblemsError) as caught:
        findings.check()
    assert caught.value.status == ExitStatus.INCONSISTENT
    told = {*problems} - {*warnings} | {*findings.warnings}
    assert set(caught.value.problems) == told


def test_two_words_for_one_policy() -> None:
    assert ContradictionOptions().policy == "stop"
    assert ContradictionOptions(allow_inconsistent=True).policy == "report"
    assert ContradictionOptions(on_contradiction="report", allow_inconsistent=True).policy
    both = ContradictionOptions(on_contradiction="ignore-literals", allow_inconsistent=True)
    with pytest.raises(ProblemsError, match="not both"):
        _ = both.policy

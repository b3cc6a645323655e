"""Contradictions in a closure: the rules of OWL 2 RL/RDF that conclude *false*.

Each finder reads a closed graph and yields what matches one rule of tables 4 to 8 in
https://www.w3.org/TR/owl2-profiles/ section 4.3.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations

from rdflib import Graph, Literal, URIRef
from rdflib.graph import _TripleType as Triple
from rdflib.namespace import OWL, RDF, RDFS
from rdflib.term import Node

from eakg.reason.datatypes import are_different, is_well_formed, out_of_value_space
from eakg.reason.lists import members
from eakg.reason.naming import Namer, spelling


@dataclass(frozen=True)
class Inconsistency:
    """One contradiction.

    `rule` is the name of an OWL 2 RL/RDF rule such as "cax-dw"; `message` one line for people;
    `triples` the premises that clash, facts first and then the axiom, each either a triple of the
    graph or one that follows from it. The cells of an axiom's list are not repeated there.
    """

    rule: str
    message: str
    triples: tuple[Triple, ...]


Finder = Callable[[Graph, Namer], Iterator[Inconsistency]]


def contradictions(closure: Graph, graph: Graph) -> list[Inconsistency]:
    """All contradictions, each once, in the order of the rule tables, then of their messages.

    Arguments: the closed graph, and the graph it is the closure of, whose prefixes and triples make
    the messages shorter. A pair that clashes both ways round is given once.
    """
    name = Namer(graph)
    return [
        inconsistency
        for finder in _FINDERS
        for inconsistency in sorted(set(finder(closure, name)), key=_order)
    ]


def _order(inconsistency: Inconsistency) -> tuple[str, str, list[list[tuple[str, ...]]]]:
    triples = [_spelling(triple) for triple in inconsistency.triples]
    return inconsistency.rule, inconsistency.message, triples


def _spelling(triple: Triple) -> list[tuple[str, ...]]:
    return [spelling(term) for term in triple]


def _different(graph: Graph, name: Namer) -> Iterator[Inconsistency]:
    for x, _, y in graph.triples((None, OWL.differentFrom, None)):
        fact = (x, OWL.differentFrom, y)
        if x == y:
            if not any(other != x for other in graph.objects(x, OWL.sameAs)):
                yield Inconsistency("eq-diff1", f"{name(x)} is said to differ from itself", (fact,))
        elif (x, OWL.sameAs, y) in graph and (
            spelling(x) < spelling(y) or (y, OWL.differentFrom, x) not in graph
        ):
            message = f"{name(x)} and {name(y)} are the same, but are said to be different"
            yield Inconsistency("eq-diff1", message, ((x, OWL.sameAs, y), fact))


def _all_different(graph: Graph, name: Namer) -> Iterator[Inconsistency]:
    for property_, rule in ((OWL.members, "eq-diff2"), (OWL.distinctMembers, "eq-diff3")):
        for axiom, listed in _axioms(graph, OWL.AllDifferent, property_):
            for x, y in combinations(listed, 2):
                if x == y or (x, OWL.sameAs, y) in graph:
                    message = f"{name(x)} and {name(y)} are the same, but are listed as different"
                    facts = () if x == y else ((x, OWL.sameAs, y),)
                    yield Inconsistency(rule, message, (*facts, *axiom))


def _unequal_literals(graph: Graph, name: Namer) -> Iterator[Inconsistency]:
    for x, _, y in graph.triples((None, OWL.sameAs, None)):
        if (
            isinstance(x, Literal)
            and isinstance(y, Literal)
            and spelling(x) < spelling(y)
            and are_different(x, y)
        ):
            causes = list(_functional_causes(graph, x, y)) or [((x, OWL.sameAs, y),)]
            for cause in causes:
                message = f"{name(x)} and {name(y)} follow to be the same, but differ in value"
                if len(cause) > 1:
                    holder, property_, _ = cause[0]
                    message = (
                        f"{name(holder)} has both {name(x)} and {name(y)} as {name(property_)}, "
                        "which is functional"
                    )
                yield Inconsistency("eq-diff1", message, cause)


def _functional_causes(graph: Graph, x: Node, y: Node) -> Iterator[tuple[Triple, ...]]:
    for property_ in graph.subjects(RDF.type, OWL.FunctionalProperty):
        for holder in graph.subjects(property_, x):
            if (holder, property_, y) in graph:
                axiom = (property_, RDF.type, OWL.FunctionalProperty)
                yield ((holder, property_, x), (holder, property_, y), axiom)


def _irreflexive(graph: Graph, name: Namer) -> Iterator[Inconsistency]:
    for property_ in graph.subjects(RDF.type, OWL.IrreflexiveProperty):
        for x, y in graph.subject_objects(property_):
            if x == y:
                message = f"{name(x)} has {name(property_)} to itself, which is irreflexive"
                axiom = (property_, RDF.type, OWL.IrreflexiveProperty)
                yield Inconsistency("prp-irp", message, ((x, property_, x), axiom))


def _asymmetric(graph: Graph, name: Namer) -> Iterator[Inconsistency]:
    for property_ in graph.subjects(RDF.type, OWL.AsymmetricProperty):
        for x, y in graph.subject_objects(property_):
            if spelling(x) <= spelling(y) and (y, property_, x) in graph:
                message = (
                    f"{name(x)} and {name(y)} have {name(property_)} to each other, "
                    "which is asymmetric"
                )
                facts = dict.fromkeys([(x, property_, y), (y, property_, x)])
                axiom = (property_, RDF.type, OWL.AsymmetricProperty)
                yield Inconsistency("prp-asyp", message, (*facts, axiom))


def _disjoint_properties(graph: Graph, name: Namer) -> Iterator[Inconsistency]:
    def shared(p: Node, q: Node, rule: str, axiom: tuple[Triple, ...]) -> Iterator[Inconsistency]:
        for x, y in graph.subject_objects(p):
            if (x, q, y) in graph:
                message = (
                    f"{name(x)} has both {name(p)} and {name(q)} to {name(y)}, which are disjoint"
                )
                facts = dict.fromkeys([(x, p, y), (x, q, y)])
                yield Inconsistency(rule, message, (*facts, *axiom))

    for p, _, q in graph.triples((None, OWL.propertyDisjointWith, None)):
        if _first_way_round(graph, p, OWL.propertyDisjointWith, q):
            yield from shared(p, q, "prp-pdw", ((p, OWL.propertyDisjointWith, q),))
    for axiom, listed in _axioms(graph, OWL.AllDisjointProperties, OWL.members):
        for p, q in combinations(listed, 2):
            yield from shared(p, q, "prp-adp", axiom)


def _negative_assertions(graph: Graph, name: Namer) -> Iterator[Inconsistency]:
    for target, rule in ((OWL.targetIndividual, "prp-npa1"), (OWL.targetValue, "prp-npa2")):
        for assertion, _, y in graph.triples((None, target, None)):
            for x in graph.objects(assertion, OWL.sourceIndividual):
                for property_ in graph.objects(assertion, OWL.assertionProperty):
                    if (x, property_, y) in graph:
                        message = (
                            f"{name(x)} has {name(property_)} to {name(y)}, "
                            "which a negative assertion denies"
                        )
                        axiom = (
                            (assertion, OWL.sourceIndividual, x),
                            (assertion, OWL.assertionProperty, property_),
                            (assertion, target, y),
                        )
                        yield Inconsistency(rule, message, ((x, property_, y), *axiom))


def _nothing(graph: Graph, name: Namer) -> Iterator[Inconsistency]:
    for x in graph.subjects(RDF.type, OWL.Nothing):
        message = f"{name(x)} is an instance of owl:Nothing"
        yield Inconsistency("cls-nothing2", message, ((x, RDF.type, OWL.Nothing),))


def _complement(graph: Graph, name: Namer) -> Iterator[Inconsistency]:
    for c, _, d in graph.triples((None, OWL.complementOf, None)):
        if _first_way_round(graph, c, OWL.complementOf, d):
            axiom = (c, OWL.complementOf, d)
            yield from _shared_instances(graph, name, "cls-com", c, d, (axiom,))


def _max_cardinality(graph: Graph, name: Namer) -> Iterator[Inconsistency]:
    for bound in (OWL.maxCardinality, OWL.maxQualifiedCardinality):
        for class_, _, limit in graph.triples((None, bound, None)):
            if not isinstance(limit, Literal) or limit.value != 0:
                continue
            for property_ in graph.objects(class_, OWL.onProperty):
                axiom = ((class_, bound, limit), (class_, OWL.onProperty, property_))
                if bound == OWL.maxCardinality:
                    yield from _excess(graph, name, "cls-maxc1", property_, None, axiom)
                    continue
                for filler in graph.objects(class_, OWL.onClass):
                    top = filler == OWL.Thing
                    rule = "cls-maxqc2" if top else "cls-maxqc1"
                    qualified = (*axiom, (class_, OWL.onClass, filler))
                    of = None if top else filler
                    yield from _excess(graph, name, rule, property_, of, qualified)


def _excess(
    graph: Graph,
    name: Namer,
    rule: str,
    property_: Node,
    filler: Node | None,
    axiom: tuple[Triple, ...],
) -> Iterator[Inconsistency]:
    class_ = axiom[0][0]
    for x in graph.subjects(RDF.type, class_):
        for y in graph.objects(x, property_):
            if filler is not None and (y, RDF.type, filler) not in graph:
                continue
            kind = "" if filler is None else f" of type {name(filler)}"
            message = (
                f"{name(x)} has {name(property_)} to {name(y)}, but as an instance of "
                f"{name(class_)} it may have none{kind}"
            )
            facts = ((x, RDF.type, class_), (x, property_, y))
            typing = () if filler is None else ((y, RDF.type, filler),)
            yield Inconsistency(rule, message, (*facts, *typing, *axiom))


def _disjoint_classes(graph: Graph, name: Namer) -> Iterator[Inconsistency]:
    for c, _, d in graph.triples((None, OWL.disjointWith, None)):
        if _first_way_round(graph, c, OWL.disjointWith, d):
            axiom = (c, OWL.disjointWith, d)
            yield from _shared_instances(graph, name, "cax-dw", c, d, (axiom,))
    for axioms, listed in _axioms(graph, OWL.AllDisjointClasses, OWL.members):
        for c, d in combinations(listed, 2):
            yield from _shared_instances(graph, name, "cax-adc", c, d, axioms)


def _ill_typed_literals(graph: Graph, name: Namer) -> Iterator[Inconsistency]:
    for literal in {term for term in graph.objects() if isinstance(term, Literal)}:
        if not is_well_formed(literal):
            for use in graph.triples((None, None, literal)):
                if isinstance(use[0], Literal):
                    continue
                message = f"{name(use[0])} has {name(literal)} as {name(use[1])}: no such value"
                yield Inconsistency("dt-not-type", message, (use,))
        for datatype in graph.objects(literal, RDF.type):
            if is_well_formed(literal) and out_of_value_space(literal, datatype):
                message = f"{name(literal)} is used as a value of {name(datatype)}, and is none"
                facts = [
                    premise
                    for use in sorted(graph.triples((None, None, literal)), key=_spelling)
                    for premise in (use, (use[1], RDFS.range, datatype))
                    if (use[1], RDFS.range, datatype) in graph
                ]
                triples = tuple(facts) or ((literal, RDF.type, datatype),)
                yield Inconsistency("dt-not-type", message, triples)


def _shared_instances(
    graph: Graph, name: Namer, rule: str, c: Node, d: Node, axiom: tuple[Triple, ...]
) -> Iterator[Inconsistency]:
    for x in graph.subjects(RDF.type, c):
        if (x, RDF.type, d) in graph:
            message = (
                f"{name(x)} is an instance of both {name(c)} and {name(d)}, which are disjoint"
            )
            facts = dict.fromkeys([(x, RDF.type, c), (x, RDF.type, d)])
            yield Inconsistency(rule, message, (*facts, *axiom))


def _axioms(
    graph: Graph, type_: URIRef, property_: URIRef
) -> Iterator[tuple[tuple[Triple, Triple], list[Node]]]:
    for axiom in graph.subjects(RDF.type, type_):
        for head in graph.objects(axiom, property_):
            yield ((axiom, RDF.type, type_), (axiom, property_, head)), members(graph, head)


def _first_way_round(graph: Graph, x: Node, property_: URIRef, y: Node) -> bool:
    return spelling(x) <= spelling(y) or (y, property_, x) not in graph


_FINDERS: tuple[Finder, ...] = (
    _different,
    _all_different,
    _unequal_literals,
    _irreflexive,
    _asymmetric,
    _disjoint_properties,
    _negative_assertions,
    _nothing,
    _complement,
    _max_cardinality,
    _disjoint_classes,
    _ill_typed_literals,
)

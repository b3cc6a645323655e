"""Small ontologies with data, at random: all rules, and axioms about the vocabulary itself."""

from hypothesis import strategies as st
from rdflib import Graph, Literal, Namespace, URIRef
from rdflib.namespace import OWL, RDF, RDFS, XSD
from rdflib.term import Node

from eakg.rdf.terms import Triple

EX = Namespace("http://example.org/")


def _literal(lexical: str, datatype: URIRef) -> Literal:
    return Literal(lexical, datatype=datatype, normalize=False)


CLASSES: list[Node] = [EX.C, EX.D, EX.E, OWL.Thing, OWL.Nothing]
RESTRICTIONS: list[Node] = [EX.R, EX.S]
PROPERTIES: list[Node] = [EX.p, EX.q, EX.r]
INDIVIDUALS: list[Node] = [EX.a, EX.b, EX.c]
LITERALS: list[Node] = [
    Literal("l"),
    _literal("1", XSD.integer),
    _literal("01", XSD.integer),
    _literal("1.0", XSD.decimal),
    _literal("l", XSD.token),
    _literal("x", XSD.integer),
]
BOUNDS: list[Node] = [
    _literal("0", XSD.nonNegativeInteger),
    _literal("1", XSD.nonNegativeInteger),
    LITERALS[1],
]
LISTS: dict[URIRef, list[Node]] = {
    EX.pair: [EX.p, EX.q],
    EX.chain: [EX.q, EX.r, EX.p],
    EX.classes: [EX.D, EX.E],
    EX.three: [EX.C, EX.R, EX.D],
    EX.things: [EX.a, EX.b],
}
PROPERTY_KINDS: list[Node] = [
    OWL.FunctionalProperty,
    OWL.InverseFunctionalProperty,
    OWL.SymmetricProperty,
    OWL.TransitiveProperty,
    OWL.AsymmetricProperty,
    OWL.IrreflexiveProperty,
    OWL.ObjectProperty,
    OWL.DatatypeProperty,
]
WILD: list[Node] = [
    *CLASSES,
    *PROPERTIES,
    EX.a,
    OWL.sameAs,
    OWL.differentFrom,
    RDF.type,
    RDF.first,
    RDF.rest,
    RDF.nil,
    RDFS.subClassOf,
    RDFS.subPropertyOf,
    RDFS.domain,
    OWL.inverseOf,
    OWL.equivalentProperty,
    OWL.FunctionalProperty,
    OWL.SymmetricProperty,
    OWL.TransitiveProperty,
    XSD.integer,
]


def _triples_of(
    subjects: list[Node], predicates: list[Node], objects: list[Node]
) -> st.SearchStrategy[Triple]:
    return st.tuples(*(st.sampled_from(terms) for terms in (subjects, predicates, objects)))


FACTS = _triples_of(INDIVIDUALS, PROPERTIES, INDIVIDUALS * 2 + LITERALS) | _triples_of(
    INDIVIDUALS, [RDF.type], CLASSES + RESTRICTIONS
)
_CLASS_LIKE = CLASSES + RESTRICTIONS
AXIOMS = st.one_of(
    _triples_of(
        _CLASS_LIKE,
        [RDFS.subClassOf, OWL.equivalentClass, OWL.disjointWith, OWL.complementOf],
        _CLASS_LIKE,
    ),
    _triples_of(
        PROPERTIES,
        [RDFS.subPropertyOf, OWL.inverseOf, OWL.equivalentProperty, OWL.propertyDisjointWith],
        PROPERTIES,
    ),
    _triples_of(PROPERTIES, [RDFS.domain, RDFS.range], [*_CLASS_LIKE, XSD.integer, XSD.byte]),
    _triples_of(PROPERTIES, [RDF.type], PROPERTY_KINDS),
    _triples_of(CLASSES, [RDF.type], [OWL.Class]),
    _triples_of(INDIVIDUALS, [OWL.sameAs, OWL.differentFrom], INDIVIDUALS * 2 + LITERALS),
    _triples_of(RESTRICTIONS, [OWL.onProperty], PROPERTIES),
    _triples_of(
        RESTRICTIONS,
        [OWL.someValuesFrom, OWL.allValuesFrom, OWL.onClass],
        [*CLASSES, XSD.integer],
    ),
    _triples_of(RESTRICTIONS, [OWL.hasValue], INDIVIDUALS + LITERALS),
    _triples_of(RESTRICTIONS, [OWL.maxCardinality, OWL.maxQualifiedCardinality], BOUNDS),
    _triples_of(PROPERTIES, [OWL.propertyChainAxiom], [EX.pair, EX.chain]),
    _triples_of(CLASSES, [OWL.intersectionOf, OWL.unionOf], [EX.classes, EX.three]),
    _triples_of(CLASSES, [OWL.hasKey], [EX.pair]),
    _triples_of(CLASSES, [OWL.oneOf], [EX.things]),
    _triples_of([EX.axiom], [OWL.members, OWL.distinctMembers], [EX.pair, EX.three, EX.things]),
    _triples_of(
        [EX.axiom],
        [RDF.type],
        [OWL.AllDifferent, OWL.AllDisjointClasses, OWL.AllDisjointProperties],
    ),
    _triples_of(
        [EX.denial],
        [OWL.sourceIndividual, OWL.assertionProperty, OWL.targetIndividual, OWL.targetValue],
        INDIVIDUALS + PROPERTIES + LITERALS,
    ),
    _triples_of(
        CLASSES + PROPERTIES + INDIVIDUALS,
        [OWL.sameAs],
        CLASSES + PROPERTIES + INDIVIDUALS,
    ),
)
ONTOLOGIES = st.tuples(
    st.lists(FACTS, min_size=2, max_size=7), st.lists(AXIOMS, min_size=1, max_size=9)
)
TAME_AXIOMS = AXIOMS.filter(lambda t: t[1] != OWL.sameAs or {t[0], t[2]} <= {*INDIVIDUALS})
"""Axioms that make no term of an ontology the same as another."""
WILD_ONTOLOGIES = st.tuples(
    st.lists(FACTS, min_size=1, max_size=5),
    st.lists(AXIOMS | _triples_of(WILD, WILD, WILD), min_size=1, max_size=7),
)


def graph_of(*parts: list[Triple]) -> Graph:
    """A graph of triples, with the cells of the lists that they speak of."""
    graph = Graph()
    for part in parts:
        for triple in part:
            graph.add(triple)
    for head, members in LISTS.items():
        if head not in set(graph.objects()):
            continue
        cells = [head, *(URIRef(f"{head}-{k}") for k in range(1, len(members))), RDF.nil]
        for place, member in enumerate(members):
            graph.add((cells[place], RDF.first, member))
            graph.add((cells[place], RDF.rest, cells[place + 1]))
    return graph

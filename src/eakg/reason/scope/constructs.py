"""All terms that OWL 2 ontologies are written with in RDF, and how the rules of OWL 2 RL read each.

They are those of https://www.w3.org/TR/owl2-mapping-to-rdf/ sections 2 and 3, with what OWL 1 had
beside them, and the rules of SWRL (https://www.w3.org/Submission/SWRL/), which ontologies hold.
"""

from dataclasses import dataclass
from enum import Enum

from rdflib import Namespace, URIRef
from rdflib.namespace import OWL, RDF, RDFS

from eakg.profile import CONSTRUCTORS

SWRL = Namespace("http://www.w3.org/2003/11/swrl#")


class Treatment(Enum):
    """How the rules read a term.

    READ: they speak of it, wherever it may stand. BY_POSITION: it makes a class expression, of
    which they see in each position what OWL 2 RL has there. OUTSIDE: nothing follows from it.
    NEUTRAL: nothing is to follow from it: declarations, annotations, and parts of axioms.
    ELSEWHERE: what it asks for is done before rules run.
    """

    READ = "read"
    BY_POSITION = "by position"
    OUTSIDE = "outside"
    NEUTRAL = "neutral"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True)
class Construct:
    """A term, how it is read, and, of one that is outside, what to do instead."""

    term: URIRef
    treatment: Treatment
    remedy: str = ""


def _all(treatment: Treatment, *terms: URIRef) -> tuple[Construct, ...]:
    return tuple(Construct(term, treatment) for term in terms)


def _outside(remedy: str, *terms: URIRef) -> tuple[Construct, ...]:
    return tuple(Construct(term, Treatment.OUTSIDE, remedy) for term in terms)


CONSTRUCTS: tuple[Construct, ...] = (
    *_all(
        Treatment.READ,
        OWL.Class,
        OWL.ObjectProperty,
        OWL.DatatypeProperty,
        OWL.AnnotationProperty,
        OWL.Thing,
        OWL.Nothing,
        OWL.equivalentClass,
        OWL.disjointWith,
        OWL.AllDisjointClasses,
        OWL.equivalentProperty,
        OWL.propertyDisjointWith,
        OWL.AllDisjointProperties,
        OWL.propertyChainAxiom,
        OWL.inverseOf,
        OWL.FunctionalProperty,
        OWL.InverseFunctionalProperty,
        OWL.IrreflexiveProperty,
        OWL.SymmetricProperty,
        OWL.AsymmetricProperty,
        OWL.TransitiveProperty,
        OWL.hasKey,
        OWL.sameAs,
        OWL.differentFrom,
        OWL.AllDifferent,
        OWL.members,
        OWL.distinctMembers,
        OWL.sourceIndividual,
        OWL.assertionProperty,
        OWL.targetIndividual,
        OWL.targetValue,
        OWL.onProperty,
        OWL.onClass,
        RDFS.subClassOf,
        RDFS.subPropertyOf,
        RDFS.domain,
        RDFS.range,
        RDFS.Datatype,
        RDF.type,
        RDF.first,
        RDF.rest,
        RDF.nil,
    ),
    *_all(
        Treatment.BY_POSITION,
        *CONSTRUCTORS,
    ),
    *_outside(
        "write the union as subclass axioms, and the rest as owl:disjointWith",
        OWL.disjointUnionOf,
    ),
    *_outside("leave it out, or assert the facts", OWL.ReflexiveProperty),
    *_outside("restrict one property only", OWL.onProperties),
    *_outside("use a datatype of OWL 2 RL", OWL.datatypeComplementOf),
    *_outside("leave facets to SHACL", OWL.onDatatype, OWL.withRestrictions),
    *_outside("count all values (owl:maxCardinality), or leave it to SHACL", OWL.onDataRange),
    *_outside(
        "leave it out: everything has it, which the rules do not say",
        OWL.topObjectProperty,
        OWL.topDataProperty,
    ),
    *_outside(
        "say that nothing has it: make it disjoint with itself (owl:propertyDisjointWith)",
        OWL.bottomObjectProperty,
        OWL.bottomDataProperty,
    ),
    *_outside("use xsd:decimal, or a datatype of OWL 2 RL", OWL.real, OWL.rational),
    *_outside("write the rule in OWL 2 RL, as by owl:propertyChainAxiom", SWRL.Imp),
    *_all(
        Treatment.NEUTRAL,
        OWL.Ontology,
        OWL.OntologyProperty,
        OWL.versionIRI,
        OWL.versionInfo,
        OWL.priorVersion,
        OWL.backwardCompatibleWith,
        OWL.incompatibleWith,
        OWL.deprecated,
        OWL.DeprecatedClass,
        OWL.DeprecatedProperty,
        OWL.NamedIndividual,
        OWL.NegativePropertyAssertion,
        OWL.Restriction,
        OWL.DataRange,
        OWL.Axiom,
        OWL.Annotation,
        OWL.annotatedSource,
        OWL.annotatedProperty,
        OWL.annotatedTarget,
        RDFS.label,
        RDFS.comment,
        RDFS.seeAlso,
        RDFS.isDefinedBy,
        RDFS.Class,
        RDFS.Literal,
        RDF.Property,
        RDF.List,
    ),
    *_all(Treatment.ELSEWHERE, OWL.imports),
)

"""Reflexive and axiomatic triples: true of every graph, or of every term of its kind.

They are left out of what is stored. A triple is trivial when it is one of

- `x owl:sameAs x`; `C rdfs:subClassOf C`, `C owl:equivalentClass C`; `p rdfs:subPropertyOf p`,
  `p owl:equivalentProperty p` (eq-ref, scm-cls, scm-op, scm-dp);
- `x rdf:type owl:Thing`, `x rdf:type rdfs:Resource`;
- `C rdfs:subClassOf owl:Thing` or `rdfs:Resource`, `owl:Nothing rdfs:subClassOf C` (scm-cls);
- `p rdfs:domain` or `rdfs:range owl:Thing` or `rdfs:Resource` (scm-dom1, scm-rng1 over those);
- a triple whose three terms all belong to the RDF, RDFS, OWL or XSD vocabulary: the declarations
  of datatypes, built-in classes and annotation properties (dt-type1, cls-thing, cls-nothing1,
  prp-ap) and what follows among them.

The typings of literals (dt-type2) have a literal as subject and are no RDF triples at all.
"""

from rdflib import URIRef
from rdflib.namespace import OWL, RDF, RDFS, XSD

from eakg.rdf import Triple

_REFLEXIVE = {
    OWL.sameAs,
    RDFS.subClassOf,
    OWL.equivalentClass,
    RDFS.subPropertyOf,
    OWL.equivalentProperty,
}
_ABOVE = {RDF.type, RDFS.subClassOf, RDFS.domain, RDFS.range}
_TOP = {OWL.Thing, RDFS.Resource}
_VOCABULARY = tuple(str(namespace) for namespace in (RDF, RDFS, OWL, XSD))


def is_trivial(triple: Triple) -> bool:
    """Whether a triple is reflexive or axiomatic."""
    subject, predicate, object_ = triple
    return (
        (subject == object_ and predicate in _REFLEXIVE)
        or (object_ in _TOP and predicate in _ABOVE)
        or (subject == OWL.Nothing and predicate == RDFS.subClassOf)
        or all(isinstance(term, URIRef) and str(term).startswith(_VOCABULARY) for term in triple)
    )

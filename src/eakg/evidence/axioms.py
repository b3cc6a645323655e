"""Axioms: triples of an ontology, told from those that speak of things."""

from collections.abc import Collection

from rdflib.namespace import OWL, RDF, RDFS

from eakg.names import ONTOLOGY_GRAPH
from eakg.rdf import Triple

_RESERVED = (str(RDF), str(RDFS), str(OWL))
_OF_THINGS = frozenset(
    (
        # annotations (OWL 2 Structural Specification, section 5.5)
        *(RDFS.label, RDFS.comment, RDFS.seeAlso, RDFS.isDefinedBy),
        *(OWL.deprecated, OWL.versionInfo, OWL.priorVersion),
        *(OWL.backwardCompatibleWith, OWL.incompatibleWith),
        # which things are the same (section 9.6)
        *(OWL.sameAs, OWL.differentFrom),
        # what is true of things by definition (sections 4.1 and 5.3 to 5.6)
        *(OWL.Thing, OWL.Nothing, OWL.NamedIndividual, RDFS.Resource),
        *(OWL.topObjectProperty, OWL.topDataProperty),
        *(OWL.bottomObjectProperty, OWL.bottomDataProperty),
        # values, statements and containers (RDF Schema 1.1, sections 5.1 and 5.3)
        *(RDF.value, RDF.Statement, RDF.subject, RDF.predicate, RDF.object),
        *(RDF.Bag, RDF.Seq, RDF.Alt, RDFS.Container, RDFS.member),
    )
)


def is_axiom(triple: Triple, graphs: Collection[str] = ()) -> bool:
    """Whether a triple is of an ontology, not a fact about things.

    Arguments: the triple; the names of the graphs that assert it, where they are known.

    Its words decide: it is an axiom if its property, or its class, is of the reserved vocabulary
    and is not one with which things are spoken of. People keep an ontology in whatever graph or
    file they like, often together with their data, and an axiom that follows is in none of its
    graphs. And the graph decides for what has no words of its own: our ontology states its schemes
    with the words of SKOS, so that a triple which its graph alone asserts is an axiom as well.

    Specification: OWL 2 Structural Specification, section 2.4 (the reserved vocabulary).
    """
    _, predicate, object_ = triple
    word = object_ if predicate == RDF.type else predicate
    if str(word).startswith(_RESERVED) and word not in _OF_THINGS:
        return True
    return bool(graphs) and all(str(graph) == str(ONTOLOGY_GRAPH) for graph in graphs)

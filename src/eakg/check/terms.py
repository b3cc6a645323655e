"""Terms: every term of the ontology is described, and every one used is defined."""

from difflib import get_close_matches

from rdflib import Graph, Node, URIRef
from rdflib.namespace import OWL, RDF, RDFS, SKOS

from eakg.names import EAKG
from eakg.problems import Problem

DESCRIPTION_PROPERTIES = {
    RDFS.label: "a label (rdfs:label)",
    SKOS.definition: "a definition (skos:definition)",
    SKOS.example: "an example (skos:example)",
}


def defined_terms(ontology: Graph) -> set[URIRef]:
    """The classes and properties that an ontology defines in the namespace of EAKG."""
    kinds = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
    return {
        term
        for kind in kinds
        for term in ontology.subjects(RDF.type, kind)
        if isinstance(term, URIRef) and term in EAKG
    }


def undescribed_terms(ontology: Graph, file: str) -> tuple[int, list[Problem]]:
    """The number of terms, and a problem for each without label, definition or example."""
    terms = sorted(defined_terms(ontology))
    problems = [
        Problem(file, 0, f"eakg:{_name(term)} has no {words.partition(' ')[2]}; add {words}")
        for term in terms
        for property_, words in DESCRIPTION_PROPERTIES.items()
        if (term, property_, None) not in ontology
    ]
    return len(terms), problems


def undefined_terms(graph: Graph, ontology: Graph) -> list[tuple[Node, str]]:
    """Every term of EAKG's namespace that a graph uses and the ontology does not define: the
    subject of a triple that uses it, and a message."""
    definitions = defined_terms(ontology)
    undefined = {
        term
        for term in {*graph.predicates(), *graph.objects(None, RDF.type)}
        if isinstance(term, URIRef) and term in EAKG and term not in definitions
    }
    uses = {
        term: min({*graph.subjects(RDF.type, term), *graph.subjects(term)}, key=str)
        for term in undefined
    }
    names = [_name(term) for term in definitions]
    messages = []
    for term, subject in sorted(uses.items()):
        matches = get_close_matches(_name(term), names, n=1, cutoff=0.7)
        hint = (
            f"; did you mean eakg:{matches[0]}?" if matches else "; define it in ontology/eakg.ttl"
        )
        messages.append((subject, f"eakg:{_name(term)} is not defined{hint}"))
    return messages


def _name(term: URIRef) -> str:
    return str(term).removeprefix(str(EAKG))

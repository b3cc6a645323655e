"""Terms: every term of the ontology is described, and every one used is defined."""

from collections.abc import Callable
from difflib import get_close_matches

from rdflib import Graph, Node, URIRef
from rdflib.namespace import OWL, RDF, RDFS, SKOS

from eakg.dataset import vocabularies_of
from eakg.names import PREFIXES
from eakg.problems import Problem

DESCRIPTION_PROPERTIES = {
    RDFS.label: "a label (rdfs:label)",
    SKOS.definition: "a definition (skos:definition)",
    SKOS.example: "an example (skos:example)",
}


def defined_terms(ontology: Graph) -> set[URIRef]:
    """The classes and properties that an ontology defines in its own vocabularies."""
    kinds = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
    spaces = vocabularies_of(ontology)
    return {
        term
        for kind in kinds
        for term in ontology.subjects(RDF.type, kind)
        if isinstance(term, URIRef) and str(term).startswith(spaces)
    }


def undescribed_terms(ontology: Graph, file: str) -> tuple[int, list[Problem]]:
    """The number of terms, and a problem for each without a label, and without a definition or an
    example where others have one."""
    terms = sorted(defined_terms(ontology))
    name_of = _naming(ontology)
    properties = {RDFS.label} | {
        property_
        for property_ in DESCRIPTION_PROPERTIES
        if any((term, property_, None) in ontology for term in terms)
    }
    problems = [
        Problem(file, 0, f"{name_of(term)} has no {words.partition(' ')[2]}; add {words}")
        for term in terms
        for property_, words in DESCRIPTION_PROPERTIES.items()
        if property_ in properties and (term, property_, None) not in ontology
    ]
    return len(terms), problems


def undefined_terms(graph: Graph, ontology: Graph, place: str) -> list[tuple[Node, str]]:
    """Every term of the ontology's own vocabularies that a graph uses and it does not define: the
    subject of a triple that uses it, and a message.

    Arguments: the graph; that of the ontology; the file in which terms are defined.
    """
    spaces = vocabularies_of(ontology)
    definitions = defined_terms(ontology)
    undefined = {
        term
        for term in {*graph.predicates(), *graph.objects(None, RDF.type)}
        if isinstance(term, URIRef) and str(term).startswith(spaces) and term not in definitions
    }
    uses = {
        term: min({*graph.subjects(RDF.type, term), *graph.subjects(term)}, key=str)
        for term in undefined
    }
    name_of = _naming(ontology)
    names = {name_of(term) for term in definitions}
    messages = []
    for term, subject in sorted(uses.items()):
        matches = get_close_matches(name_of(term), names, n=1, cutoff=0.8)
        hint = f"; did you mean {matches[0]}?" if matches else f"; define it in {place}"
        messages.append((subject, f"{name_of(term)} is not defined{hint}"))
    return messages


def _naming(ontology: Graph) -> Callable[[URIRef], str]:
    """What calls terms by the prefixes of the files of the ontology."""
    spaces = {str(space): prefix for prefix, space in ontology.namespaces()}
    spaces |= {space: prefix for prefix, space in PREFIXES.items()}

    def name(term: URIRef) -> str:
        same = [space for space in spaces if term.startswith(space)]
        space = max(same, key=len, default="")
        return f"{spaces[space]}:{term.removeprefix(space)}" if space else str(term)

    return name

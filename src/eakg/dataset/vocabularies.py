"""Vocabularies of an ontology: the namespaces whose terms it defines."""

from rdflib import Graph, URIRef
from rdflib.namespace import OWL, RDF


def vocabularies_of(ontology: Graph) -> tuple[str, ...]:
    """What the IRIs of an ontology's own terms begin with: the IRI of each `owl:Ontology` in it,
    with the sign behind which names stand. Terms of others it may speak of, and not define."""
    heads = (one for one in ontology.subjects(RDF.type, OWL.Ontology) if isinstance(one, URIRef))
    return tuple(
        space
        for head in sorted(map(str, heads))
        for space in ((head,) if head.endswith(("#", "/")) else (f"{head}#", f"{head}/"))
    )

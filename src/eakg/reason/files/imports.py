"""What facts import (`owl:imports`) that is not among them."""

from rdflib import OWL, URIRef

from eakg.reason.engine import Facts, Terms
from eakg.reason.relations import CLASS, second


def imported_iris(terms: Terms, facts: Facts) -> tuple[str, ...]:
    """The IRIs that are imported, but for those that an ontology among the facts has for a name or
    a version."""
    imports = _objects(terms, facts, OWL.imports)
    if not imports:
        return ()
    ontology = terms.number(OWL.Ontology)
    names: set[object] = set(_objects(terms, facts, OWL.versionIRI))
    if ontology is not None and CLASS + ontology in facts:
        names.update(terms.node(int(number)) for number in facts[CLASS + ontology])
    return tuple(str(iri) for iri in imports if isinstance(iri, URIRef) and iri not in names)


def _objects(terms: Terms, facts: Facts, predicate: URIRef) -> list[object]:
    number = terms.number(predicate)
    if number is None or number not in facts:
        return []
    return [terms.node(int(one)) for one in second(facts[number])]

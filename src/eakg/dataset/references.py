"""References between things: everything that a statement points to must be there."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from rdflib import Graph, URIRef
from rdflib.namespace import RDF

from eakg.lift.statement import Lifted
from eakg.names import EAKG, ID
from eakg.problems import Problem


def _slug(iri: URIRef) -> str:
    return str(iri).removeprefix(str(ID))


def _close(name: str, known: Iterable[str]) -> str:
    near = get_close_matches(name, list(known), n=1, cutoff=0.75)
    return f"; did you mean {near[0]}?" if near else ""


def unresolved_references(lifted: Sequence[Lifted], ontology: Graph) -> list[Problem]:
    """A problem for each statement about, or pointing to, a thing that nothing describes, and for
    each that uses a term that the ontology does not define.

    A thing is described when a statement, or the ontology, gives it a class.
    """
    described = {s.triple[0] for item in lifted for s in item.statements if s.triple[1] == RDF.type}
    described |= {URIRef(t[0]) for item in lifted for t in item.context if t[1] == RDF.type}
    described |= {node for node in ontology.subjects(RDF.type) if isinstance(node, URIRef)}
    # A quantity gets its class from the range of the property that leads to it.
    described |= {
        URIRef(s.triple[2])
        for item in lifted
        for s in item.statements
        if s.triple[1] == EAKG.quantity
    }
    slugs = {_slug(node) for node in described if node in ID}
    terms = {node for node in described if node in EAKG}
    problems: set[Problem] = set()
    for item in lifted:
        for statement in item.statements:
            for node in statement.triple:
                if not isinstance(node, URIRef) or node in described:
                    continue
                if node in ID:
                    message = (
                        f"unknown slug {_slug(node)}{_close(_slug(node), slugs)}; "
                        "correct it, or add a row for it to a table of graph/background"
                    )
                elif node in EAKG:
                    name = str(node).removeprefix(str(EAKG))
                    known = [str(term).removeprefix(str(EAKG)) for term in terms]
                    message = (
                        f"unknown term eakg:{name}{_close(name, known)}; "
                        "correct it, or define it in ontology/eakg.ttl"
                    )
                else:
                    continue
                problems.add(Problem(statement.file, statement.line, message))
    return sorted(problems)

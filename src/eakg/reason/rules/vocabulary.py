"""The terms that the rules themselves speak of."""

from itertools import chain

from rdflib import Literal, URIRef
from rdflib.namespace import OWL, RDF, RDFS, XSD
from rdflib.term import Node

from eakg.reason.literals import DATATYPES
from eakg.reason.rules.sets import RULE_SETS, rule_set

ANNOTATION_PROPERTIES: tuple[URIRef, ...] = (
    RDFS.label,
    RDFS.comment,
    RDFS.seeAlso,
    RDFS.isDefinedBy,
    OWL.deprecated,
    OWL.versionInfo,
    OWL.priorVersion,
    OWL.backwardCompatibleWith,
    OWL.incompatibleWith,
)
"""The built-in annotation properties of OWL 2 (prp-ap)."""

NAMESPACES = tuple(str(namespace) for namespace in (RDF, RDFS, OWL, XSD))
"""The namespaces whose terms together say nothing about any data."""


def _constants() -> set[Node]:
    rules = chain.from_iterable(rule_set(name).rules for name in RULE_SETS)
    atoms = chain.from_iterable((*rule.atoms, *rule.conclusions) for rule in rules)
    return {term for atom in atoms for term in atom.terms if isinstance(term, URIRef | Literal)}


VOCABULARY: tuple[Node, ...] = tuple(
    dict.fromkeys(
        (
            OWL.sameAs,
            RDF.type,
            *sorted(
                _constants() | {RDF.first, RDF.rest, RDF.nil, RDFS.Resource},
                key=lambda term: term.n3(),
            ),
            *sorted(DATATYPES, key=str),
            *ANNOTATION_PROPERTIES,
        )
    )
)
"""All of them; their places are their numbers in every engine."""

NUMBER: dict[Node, int] = {term: number for number, term in enumerate(VOCABULARY)}
SAME_AS, TYPE = 0, 1
CELL = (NUMBER[RDF.first], NUMBER[RDF.rest], NUMBER[RDF.nil])

"""The terms that the rules themselves speak of."""

from collections.abc import Iterable, Iterator
from functools import cache

from rdflib import Literal, URIRef
from rdflib.namespace import OWL, RDF, RDFS, XSD
from rdflib.term import Node

from eakg.profile import ANNOTATION_PROPERTIES
from eakg.reason.literals import DATATYPES
from eakg.reason.rules.grammar import Rule
from eakg.reason.rules.names import RULE_SETS
from eakg.reason.rules.sets import RuleSet, rule_set

NAMESPACES = tuple(str(namespace) for namespace in (RDF, RDFS, OWL, XSD))
"""The namespaces whose terms together say nothing about any data."""


def _constants(rules: Iterable[Rule]) -> Iterator[Node]:
    atoms = (atom for rule in rules for atom in (*rule.atoms, *rule.conclusions))
    return (term for atom in atoms for term in atom.terms if isinstance(term, URIRef | Literal))


_SHIPPED = (rule for name in RULE_SETS for rule in rule_set(name).rules)


VOCABULARY: tuple[Node, ...] = tuple(
    dict.fromkeys(
        (
            OWL.sameAs,
            RDF.type,
            *sorted(
                {*_constants(_SHIPPED)} | {RDF.first, RDF.rest, RDF.nil, RDFS.Resource},
                key=lambda term: term.n3(),
            ),
            *sorted(DATATYPES, key=str),
            *ANNOTATION_PROPERTIES,
        )
    )
)
"""Those of the shipped rules; their places are their numbers in every engine."""

NUMBER: dict[Node, int] = {term: number for number, term in enumerate(VOCABULARY)}
SAME_AS, TYPE = 0, 1
CELL = (NUMBER[RDF.first], NUMBER[RDF.rest], NUMBER[RDF.nil])


@cache
def vocabulary_of(rules: RuleSet) -> tuple[Node, ...]:
    """What every dictionary of terms begins with where a set of rules runs: `VOCABULARY`, and what
    the rules speak of beyond it."""
    terms = (term for term in _constants(rules.rules) if term not in NUMBER)
    return (*VOCABULARY, *dict.fromkeys(terms))


@cache
def numbers_of(rules: RuleSet) -> dict[Node, int]:
    """The numbers of these terms."""
    return {term: number for number, term in enumerate(vocabulary_of(rules))}

"""Lists and class expressions, which have no names, in the words of what they are made of."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from rdflib import RDF, BNode, Graph
from rdflib.namespace import OWL
from rdflib.term import Node

from eakg.rdf import Triple
from eakg.reason.proofs.step import ASSERTED, Step

_MEMBERS = 12
"""Members of a list that are named."""
_DEPTH = 4
"""Expressions within each other that are named."""
_CONNECTIVES = {OWL.intersectionOf: " and ", OWL.unionOf: " or "}
_RESTRICTIONS = {
    OWL.someValuesFrom: "some",
    OWL.allValuesFrom: "only",
    OWL.hasValue: "value",
    OWL.maxCardinality: "max",
    OWL.maxQualifiedCardinality: "max",
}
_SEPARATE = (OWL.onProperty, OWL.onClass, OWL.oneOf, OWL.complementOf)
PREDICATES = (RDF.first, RDF.rest, *_CONNECTIVES, *_RESTRICTIONS, *_SEPARATE)
"""Those of the triples that say what something without a name is."""
Name = Callable[[Node], str]
_Premise = TypeVar("_Premise", bound=Step)


class Expressions:
    """What lists and anonymous classes are made of, in the notation of the OWL 2 Manchester syntax:
    `(p some C)`, `(C and D)`, `{a, b}`; a list is `(a b)`.

    Argument: triples, of which those with `PREDICATES` are looked at.
    """

    def __init__(self, triples: Iterable[Triple]) -> None:
        self._values: dict[Node, dict[Node, set[Node]]] = defaultdict(lambda: defaultdict(set))
        for subject, predicate, object_ in triples:
            if predicate in PREDICATES and is_anonymous(subject):
                self._values[subject][predicate].add(object_)
        self._lists: dict[Node, list[Node] | None] = {}

    def members(self, head: Node) -> list[Node] | None:
        """The members of a list by its first cell; None where that begins none, or several."""
        if head not in self._lists:
            self._lists[head] = self._read_list(head)
        return self._lists[head]

    def _read_list(self, head: Node) -> list[Node] | None:
        members: list[Node] = []
        cells = self.cells(head)
        for cell in cells:
            member = self._value(cell, RDF.first)
            if member is None:
                return None
            members.append(member)
        is_whole = bool(cells) and self._value(cells[-1], RDF.rest) == RDF.nil
        return members if is_whole else None

    def cells(self, head: Node) -> list[Node]:
        """The cells of a list from one of them on, as far as they are known."""
        cells: dict[Node, None] = {}
        cell: Node | None = head
        while cell is not None and cell in self._values and cell not in cells:
            cells[cell] = None
            cell = self._value(cell, RDF.rest)
        return list(cells)

    def words(self, term: Node, name: Name, depth: int = 0) -> str | None:
        """What a term is made of, by the names of its parts; None where that is not known.

        Arguments: the term; how to name what has a name; how deep in another expression it is.
        """
        if depth > _DEPTH or term not in self._values:
            return None

        def part(node: Node) -> str:
            return self.words(node, name, depth + 1) or name(node)

        members = self.members(term)
        if members is not None:
            return f"({_joint(members, ' ', part)})"
        property_ = self._value(term, OWL.onProperty)
        for predicate, word in _RESTRICTIONS.items():
            value = self._value(term, predicate)
            if property_ is not None and value is not None:
                class_ = self._value(term, OWL.onClass)
                of_class = "" if class_ is None else f" {part(class_)}"
                return f"({part(property_)} {word} {part(value)}{of_class})"
        for predicate, word in _CONNECTIVES.items():
            members = self._members_of(term, predicate)
            if members is not None:
                return f"({_joint(members, word, part)})"
        members = self._members_of(term, OWL.oneOf)
        if members is not None:
            return f"{{{_joint(members, ', ', part)}}}"
        complement = self._value(term, OWL.complementOf)
        return None if complement is None else f"(not {part(complement)})"

    def _members_of(self, term: Node, predicate: Node) -> list[Node] | None:
        head = self._value(term, predicate)
        return None if head is None else self.members(head)

    def _value(self, term: Node, predicate: Node) -> Node | None:
        """The value of a property where there is one only."""
        values = self._values[term][predicate] if term in self._values else set()
        return next(iter(values)) if len(values) == 1 else None


def is_anonymous(term: Node) -> bool:
    """Whether a term is a blank node, or an IRI that stands for one (RDF 1.1 section 3.5)."""
    return isinstance(term, BNode) or "/.well-known/genid/" in str(term)


def premises_in(premises: Sequence[_Premise], expressions: Expressions) -> list[_Premise]:
    """The premises of a step without the cells of lists that others of them name."""
    cells: set[Node] = set()
    for premise in premises:
        head = premise.triple[2]
        if premise.triple[1] != RDF.rest and expressions.members(head) is not None:
            cells.update(expressions.cells(head))
    return [
        premise
        for premise in premises
        if premise.by != ASSERTED
        or premise.triple[1] not in (RDF.first, RDF.rest)
        or premise.triple[0] not in cells
    ]


def _joint(members: list[Node], separator: str, name: Name) -> str:
    words = [name(member) for member in members[:_MEMBERS]]
    rest = len(members) - len(words)
    return separator.join([*words, f"... {rest:,} more"] if rest else words)


def expressions_in(graph: Graph) -> Expressions:
    """The lists and class expressions of a graph."""
    return Expressions(
        triple for predicate in PREDICATES for triple in graph.triples((None, predicate, None))
    )

"""SWRL rules in RDF, as rules: those of Horn form over named classes and properties.

Specification: SWRL (https://www.w3.org/submissions/SWRL/) sections 2 and 5.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rdflib import OWL, RDF, RDFS, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

from eakg.rdf import members
from eakg.reason.rulebooks.origin import NodeRule, RuleRefusalError, local_name
from eakg.reason.rules import Rule, RuleTerm, TripleAtom, Variable

SWRL = Namespace("http://www.w3.org/2003/11/swrl#")
_EQUALITY = {
    SWRL.SameIndividualAtom: OWL.sameAs,
    SWRL.DifferentIndividualsAtom: OWL.differentFrom,
}
_PROPERTY_ATOMS = {SWRL.IndividualPropertyAtom, SWRL.DatavaluedPropertyAtom}


@dataclass(frozen=True)
class SwrlRules:
    """The SWRL rules of a graph that are read, and why the others are not."""

    rules: tuple[NodeRule, ...]
    refusals: tuple[RuleRefusalError, ...]


def swrl_rules(graph: Graph) -> SwrlRules:
    """The rules of a graph that are swrl:Imp.

    Read are class atoms of named classes, property atoms, and same and different individuals. A
    rule with another atom (a builtin, a data range, a class expression) is not read at all.
    """
    rules: list[NodeRule] = []
    refusals: list[RuleRefusalError] = []
    for node in graph.subjects(RDF.type, SWRL.Imp):
        try:
            rules.append(NodeRule(node, _Reader(graph, node).rule()))
        except RuleRefusalError as error:
            refusals.append(error)
    return SwrlRules(tuple(rules), tuple(refusals))


class _Reader:
    """Reads one rule."""

    def __init__(self, graph: Graph, node: Node) -> None:
        self._graph = graph
        self._node = node
        self._variables: dict[Node, str] = {}

    def rule(self) -> Rule:
        label = self._graph.value(self._node, RDFS.label)
        name = "-".join(str(label).split()) if label else local_name(self._node)
        return Rule(name, 0, tuple(self._atoms(SWRL.body)), tuple(self._atoms(SWRL.head)))

    def _refusal(self, complaint: str) -> RuleRefusalError:
        return RuleRefusalError(self._node, f"a SWRL rule {complaint}")

    def _atoms(self, part: URIRef) -> Iterator[TripleAtom]:
        start = self._graph.value(self._node, part)
        if start is None:
            raise self._refusal(f"has no {_word(part)}")
        atoms = members(self._graph, start)
        if start != RDF.nil and not atoms:
            raise self._refusal(f"has a {_word(part)} that is no list")
        return map(self._atom, atoms)

    def _atom(self, atom: Node) -> TripleAtom:
        kinds = self._graph.objects(atom, RDF.type)
        kind = next((URIRef(str(kind)) for kind in kinds if str(kind).startswith(str(SWRL))), None)
        if kind == SWRL.ClassAtom:
            class_ = self._name(atom, SWRL.classPredicate)
            return TripleAtom(self._argument(atom, SWRL.argument1), RDF.type, class_)
        if kind is None or kind not in (*_PROPERTY_ATOMS, *_EQUALITY):
            raise self._refusal(f"has a {_word(kind)}, which is not read")
        first, second = (self._argument(atom, SWRL[f"argument{n}"]) for n in (1, 2))
        property_ = _EQUALITY.get(kind) or self._name(atom, SWRL.propertyPredicate)
        return TripleAtom(first, property_, second)

    def _name(self, atom: Node, property_: URIRef) -> URIRef:
        value = self._graph.value(atom, property_)
        if isinstance(value, URIRef):
            return value
        raise self._refusal(f"has a {_word(property_)} that has no name")

    def _argument(self, atom: Node, property_: URIRef) -> RuleTerm:
        value = self._graph.value(atom, property_)
        if value is not None and (value, RDF.type, SWRL.Variable) in self._graph:
            return Variable(self._variable(value))
        if isinstance(value, URIRef | Literal):
            return value
        raise self._refusal(f"has a {_word(property_)} that has no name")

    def _variable(self, node: Node) -> str:
        """A name of the variable, which no other has."""
        if node not in self._variables:
            name = re.sub(r"\W", "_", local_name(node)) or "v"
            while name in self._variables.values():
                name += "_"
            self._variables[node] = name
        return self._variables[node]


def _word(node: Node | None) -> str:
    return f"swrl:{local_name(node)}" if node is not None else "atom of no kind"

"""A literal, slow reading of `owl2rl.rules`, for tests alone.

Every rule is matched against all triples, again and again, until nothing is new; equality is plain
triples, lists are their cells. Nothing here is shared with the engine but the text of the rules and
the values of literals.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from rdflib import Graph, Literal
from rdflib.graph import _TripleType as Triple
from rdflib.namespace import OWL, RDF, RDFS
from rdflib.term import Node

from eakg.reason import datatypes, materialize
from eakg.reason.rules import Condition, ListAtom, Premise, Rule, TripleAtom, Variable, owl2rl
from eakg.reason.trivial import is_trivial

Binding = dict[Variable, Node]
ANNOTATION_PROPERTIES = (
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
CONSTANTS = {
    term
    for rule in owl2rl()
    for atom in (*rule.atoms, *rule.conclusions)
    for term in atom.terms
    if isinstance(term, Literal)
}


@dataclass
class Triples:
    """Triples, found by predicate with or without subject or object."""

    all: set[Triple] = field(default_factory=set)
    index: dict[tuple[Node | None, ...], set[Triple]] = field(
        default_factory=lambda: defaultdict(set)
    )

    def add(self, triple: Triple) -> bool:
        if triple in self.all:
            return False
        self.all.add(triple)
        s, p, o = triple
        for key in ((None, p, None), (s, p, None), (None, p, o), (s, None, None)):
            self.index[key].add(triple)
        self.index[None, None, o].add(triple)
        return True

    def find(self, s: Node | None, p: Node | None, o: Node | None) -> Iterable[Triple]:
        if s is not None and p is not None and o is not None:
            return [(s, p, o)] if (s, p, o) in self.all else []
        if p is None and s is not None and o is not None:
            return [triple for triple in self.index[s, None, None] if triple[2] == o]
        if (s, p, o) == (None, None, None):
            return list(self.all)
        return list(self.index.get((s, p, o), ()))


def close(graph: Iterable[Triple]) -> tuple[set[Triple], set[str]]:
    """All generalised triples that follow, with those of the graph; and the names of the rules
    that conclude false."""
    triples = Triples()
    for triple in graph:
        triples.add(triple)
    literals = {t for triple in triples.all for t in triple if isinstance(t, Literal)} | CONSTANTS
    new = True
    while new:
        conclusions = [
            conclusion
            for rule in owl2rl()
            for binding in matches(rule, triples, literals)
            for conclusion in conclude(rule, binding)
        ]
        before = len(triples.all)
        for conclusion in conclusions:
            triples.add(conclusion)
        new = len(triples.all) > before
    false = {
        rule.name
        for rule in owl2rl()
        if not rule.conclusions and any(True for _ in matches(rule, triples, literals))
    }
    return triples.all, false


def assert_as_the_rules_say(graph: Graph) -> None:
    """That the engine closes a graph, with and without trivial triples, as this reading does."""
    triples, false = close(graph)
    expected = rdf(triples, graph) - set(graph)
    everything = materialize(graph, trivial=True)
    assert set(everything.inferred) == expected
    shown = materialize(graph)
    assert set(shown.inferred) == {triple for triple in expected if not is_trivial(triple)}
    assert shown.inconsistencies == everything.inconsistencies
    assert bool(shown.inconsistencies) == bool(false)


def rdf(triples: Iterable[Triple], graph: Iterable[Triple]) -> set[Triple]:
    """The RDF triples about literals of the graph alone: what an engine is asked for."""
    literals = {t for triple in graph for t in triple if isinstance(t, Literal)}
    return {
        triple
        for triple in triples
        if not isinstance(triple[0], Literal)
        and type(triple[1]).__name__ == "URIRef"
        and (not isinstance(triple[2], Literal) or triple[2] in literals)
    }


def conclude(rule: Rule, binding: Binding) -> Iterator[Triple]:
    for atom in rule.conclusions:
        s, p, o = (_value(term, binding) for term in atom.terms)
        assert s is not None
        assert p is not None
        assert o is not None
        yield s, p, o


def matches(rule: Rule, triples: Triples, literals: set[Literal]) -> Iterator[Binding]:
    """Every way in which the premises hold."""
    if rule.list is None:
        yield from _match(rule.premises, {}, triples, literals)
        return
    longest = len(triples.index[None, RDF.first, None])
    for length in range(1, longest + 1):
        found = False
        for premises, names in unfold(rule, length):
            for binding in _match(premises, {}, triples, literals):
                cells = [binding[Variable("cell", str(k))] for k in range(2, length + 1)]
                cells.append(binding[rule.list.head])
                if len(set(cells)) == len(cells):
                    found = True
                    yield {**binding, **{n: binding[v] for n, v in names.items() if v in binding}}
        if not found and length > 4:
            return


def unfold(rule: Rule, length: int) -> Iterator[tuple[list[Premise], dict[Variable, Variable]]]:
    """The premises for a list of a length, without LIST, EACH and indexes; and what the indexed
    variables of the conclusions have become."""
    used = {v.index for a in (*rule.atoms, *rule.conclusions) for v in _variables_of(a, rule)}
    pairs = [(i, j) for i in range(1, length + 1) for j in range(i + 1, length + 1)]
    choices = pairs if "j" in used else [(i, 0) for i in range(1, length + 1)]
    if "i" not in used:
        choices = [(0, 0)]
    for i, j in choices:
        index = {"i": str(i), "j": str(j), "n+1": str(length + 1), "1": "1"}
        premises: list[Premise] = []
        for premise in rule.premises:
            if isinstance(premise, ListAtom):
                premises += _cells(premise, length)
            elif isinstance(premise, TripleAtom) and premise.each:
                for k in range(1, length + 1):
                    premises.append(_indexed(premise, {"i": str(k), "i+1": str(k + 1)}))
            elif isinstance(premise, TripleAtom):
                premises.append(_indexed(premise, index))
        names = {
            v: Variable(v.name, index[v.index])
            for atom in rule.conclusions
            for v in atom.terms
            if isinstance(v, Variable) and v.index
        }
        yield premises, names


def _variables_of(atom: TripleAtom, rule: Rule) -> list[Variable]:
    return [] if atom.each else [t for t in atom.terms if isinstance(t, Variable)]


def _indexed(atom: TripleAtom, index: dict[str, str]) -> TripleAtom:
    terms = [
        Variable(t.name, index.get(t.index, t.index)) if isinstance(t, Variable) and t.index else t
        for t in atom.terms
    ]
    return TripleAtom(*terms)


def _cells(premise: ListAtom, length: int) -> list[Premise]:
    cells: list[Node | Variable] = [
        premise.head,
        *(Variable("cell", str(k)) for k in range(2, length + 1)),
        RDF.nil,
    ]
    atoms: list[Premise] = []
    for k in range(length):
        member = Variable(premise.members, str(k + 1))
        atoms.append(TripleAtom(cells[k], RDF.first, member))
        atoms.append(TripleAtom(cells[k], RDF.rest, cells[k + 1]))
    return atoms


def _match(
    premises: Iterable[Premise], binding: Binding, triples: Triples, literals: set[Literal]
) -> Iterator[Binding]:
    remaining = list(premises)
    if not remaining:
        yield binding
        return
    premise = remaining.pop(0)
    if isinstance(premise, Condition):
        found = _condition(premise, binding, literals)
    else:
        assert isinstance(premise, TripleAtom)
        found = _triple(premise, binding, triples)
    for extended in found:
        yield from _match(remaining, extended, triples, literals)


def _triple(atom: TripleAtom, binding: Binding, triples: Triples) -> Iterator[Binding]:
    s, p, o = (_value(term, binding) for term in atom.terms)
    for triple in triples.find(s, p, o):
        extended = dict(binding)
        if all(
            not isinstance(term, Variable) or extended.setdefault(term, value) == value
            for term, value in zip(atom.terms, triple, strict=True)
        ):
            yield extended


def _condition(condition: Condition, binding: Binding, literals: set[Literal]) -> Iterator[Binding]:
    domains = [
        [binding[variable]] if variable in binding else _domain(condition.name, place, literals)
        for place, variable in enumerate(condition.arguments)
    ]
    for first in domains[0]:
        for second in domains[1] if len(domains) > 1 else [None]:
            if holds(condition.name, first, second):
                values = (first, second)
                yield {
                    **binding,
                    **{
                        v: t
                        for v, t in zip(condition.arguments, values, strict=False)
                        if t is not None
                    },
                }


def _domain(name: str, place: int, literals: set[Literal]) -> Iterable[Node]:
    if name == "ANNOTATION-PROPERTY":
        return ANNOTATION_PROPERTIES
    if name == "DATATYPE" or (place == 1 and name.startswith("VALUE")):
        return datatypes.DATATYPES
    return literals


def holds(name: str, first: Node, second: Node | None = None) -> bool:
    """Whether a condition on values holds."""
    if name == "ANNOTATION-PROPERTY":
        return first in ANNOTATION_PROPERTIES
    if name == "DATATYPE":
        return first in datatypes.DATATYPES
    if not isinstance(first, Literal):
        return False
    if name == "ILL-FORMED":
        return not datatypes.is_well_formed(first)
    assert second is not None
    if name == "VALUE-IN":
        return datatypes.in_value_space(first, second)
    if name == "VALUE-NOT-IN":
        return datatypes.is_well_formed(first) and datatypes.out_of_value_space(first, second)
    if not isinstance(second, Literal):
        return False
    if name == "DIFFERENT-VALUE":
        return datatypes.are_different(first, second)
    value = datatypes.value_of(first)
    return value is not None and value == datatypes.value_of(second)


def _value(term: object, binding: Binding) -> Node | None:
    if isinstance(term, Variable):
        return binding.get(term)
    assert isinstance(term, Node)
    return term

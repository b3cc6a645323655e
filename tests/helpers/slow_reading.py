"""A literal, slow reading of the rules, for tests alone.

Rules are matched against triples, again and again, until nothing is new; equality is plain triples,
lists are their cells, and no rule is fitted to anything. Nothing here is shared with the engine but
the text of the rules and the values of literals. Triples are found by their terms, the premise with
the fewest matches comes first, and each match has a premise that was new in the last round. Of the
triples that say that two literals differ in value, one for each literal is noted; the others, of
which there are as many as pairs, are read off the values.
"""

import re
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence
from itertools import chain, combinations
from typing import NamedTuple

from rdflib import Graph, Literal
from rdflib.namespace import OWL, RDF, RDFS
from rdflib.term import Node

from eakg.rdf.terms import Triple
from eakg.reason.closure import materialize
from eakg.reason.literals import datatypes
from eakg.reason.rules.grammar import (
    Condition,
    ListAtom,
    Rule,
    RuleTerm,
    TripleAtom,
    Variable,
)
from eakg.reason.rules.sets import RuleSet, rule_set
from eakg.reason.trivial import is_trivial

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


def constants_of(rules: RuleSet) -> set[Literal]:
    """The literals that rules speak of."""
    return {
        term
        for rule in rules.rules
        for atom in (*rule.atoms, *rule.conclusions)
        for term in atom.terms
        if isinstance(term, Literal)
    }


CONSTANTS = constants_of(rule_set())
TripleNumbers = tuple[int, int, int]
Slot = int | str
"""The number of a term, or a variable."""
Binding = dict[str, int]
NEVER = 1 << 60


class Pattern(NamedTuple):
    """A triple with variables; `open` ones have indexes that wait for the length of a list."""

    subject: Slot
    predicate: Slot
    object: Slot
    each: bool = False
    open: bool = False

    def at(self, index: dict[str, str]) -> "Pattern":
        """The pattern with indexes in place of `i`, `j`, `i+1` and `n+1`."""
        return Pattern(*(_substitute_index(slot, index) for slot in self[:3]))


Premise = Pattern | ListAtom | Condition


class Reading:
    """Triples, and what the rules say of them.

    Arguments: the triples; the literals among which conditions on values are tried; the rules;
    those of the literals that are compared, but have no datatype by themselves.
    """

    def __init__(
        self,
        graph: Iterable[Triple],
        literals: Iterable[Literal],
        rules: RuleSet | None = None,
        untyped: Container[Literal] = (),
    ) -> None:
        self.rules = rules or rule_set()
        self.nodes: list[Node] = []
        self.numbers: dict[Node, int] = {}
        self.triples: set[TripleNumbers] = set()
        self.index: dict[tuple[int | None, ...], list[TripleNumbers]] = defaultdict(list)
        self.literals = [self.number(literal) for literal in sorted(literals, key=Literal.n3)]
        self.typed = [n for n in self.literals if self.nodes[n] not in untyped]
        self.differ = self.number(OWL.differentFrom)
        self.by_value = False
        self.cell = tuple(self.number(term) for term in (RDF.first, RDF.rest, RDF.nil))
        for triple in graph:
            self.add(self.encode(triple))

    def number(self, node: Node) -> int:
        if node not in self.numbers:
            self.numbers[node] = len(self.nodes)
            self.nodes.append(node)
        return self.numbers[node]

    def encode(self, triple: Triple) -> TripleNumbers:
        return self.number(triple[0]), self.number(triple[1]), self.number(triple[2])

    def triple(self, numbers: TripleNumbers) -> Triple:
        return self.nodes[numbers[0]], self.nodes[numbers[1]], self.nodes[numbers[2]]

    def add(self, triple: TripleNumbers) -> bool:
        """Note a triple; whether it is new."""
        if triple in self:
            return False
        self.triples.add(triple)
        s, p, o = triple
        for key in ((s, p, None), (None, p, o), (None, p, None), (s, None, None), (None, None, o)):
            self.index[key].append(triple)
        return True

    def __contains__(self, triple: TripleNumbers) -> bool:
        return triple in self.triples or (
            self.by_value and triple[1] == self.differ and self._differ(triple[0], triple[2])
        )

    def find(self, s: int | None, p: int | None, o: int | None) -> Iterable[TripleNumbers]:
        """The triples with some terms."""
        is_bound = s is not None, p is not None, o is not None
        if is_bound == (True, True, True):
            return [(s, p, o)] if (s, p, o) in self else []
        if not any(is_bound):
            return self.triples
        if is_bound == (True, False, True):
            matches = (t for t in self.index.get((s, None, None), ()) if t[2] == o)
        else:
            matches = iter(self.index.get((s, p, o), ()))
        if not self.by_value or p not in (None, self.differ):
            return matches
        lefts, rights = (self.literals if n is None else [n] for n in (s, o))
        pairs = ((x, self.differ, y) for x in lefts for y in rights if self._differ(x, y))
        return chain(matches, pairs)

    def _count(self, s: int | None, p: int | None, o: int | None) -> int:
        if s is not None and o is not None:
            return 1 if p is not None else len(self.index.get((s, None, None), ()))
        if s is p is o is None:
            return len(self.triples)
        extra = self.by_value and p in (None, self.differ)
        return len(self.index.get((s, p, o), ())) + extra * len(self.literals)

    def _differ(self, left: int, right: int) -> bool:
        return self.holds("DIFFERENT-VALUE", left, right)

    # Rounds

    def close(self) -> None:
        """Add all that follows."""
        rules = [rule for rule in self.rules.rules if rule.conclusions]
        starting = [rule for rule in rules if not rule.atoms]
        for rule in starting:
            if rule.name != "dt-diff":
                for conclusions in self.instances(rule):
                    for triple in conclusions:
                        self.add(triple)
        for left in self.literals if "dt-diff" in self.rules else ():
            right = next((n for n in self.literals if self._differ(left, n)), None)
            if right is not None:
                self.add((left, self.differ, right))
        self.by_value = "dt-diff" in self.rules
        fresh = list(self.triples)
        while fresh:
            by_predicate: dict[int, list[TripleNumbers]] = defaultdict(list)
            for triple in fresh:
                by_predicate[triple[1]].append(triple)
            conclusions_of_round: set[TripleNumbers] = set()
            for rule in rules:
                if rule.list is not None:
                    conclusions_of_round.update(chain.from_iterable(self.instances(rule)))
                elif rule.atoms:
                    conclusions_of_round.update(self._from(rule, fresh, by_predicate))
            fresh = [triple for triple in conclusions_of_round if self.add(triple)]

    def _from(
        self, rule: Rule, fresh: list[TripleNumbers], by_predicate: dict[int, list[TripleNumbers]]
    ) -> Iterator[TripleNumbers]:
        """What follows by a rule with one premise among fresh triples."""
        premises = self._premises(rule)
        conclusions = self._conclusions(rule)
        for place, pattern in enumerate(premises):
            if not isinstance(pattern, Pattern):
                continue
            remaining = premises[:place] + premises[place + 1 :]
            p = pattern.predicate
            for triple in fresh if isinstance(p, str) else by_predicate.get(p, ()):
                binding = _match(pattern, triple, {})
                if binding is None:
                    continue
                premise_triples = {_substitute(premise, binding) for premise in premises}
                if (
                    not {_substitute(conclusion, binding) for conclusion in conclusions}
                    <= premise_triples
                ):
                    yield from chain.from_iterable(self._solve(remaining, conclusions, binding))

    def contradictions(self) -> set[str]:
        """The names of the rules that conclude false."""
        return {
            rule.name
            for rule in self.rules.rules
            if not rule.conclusions and any(True for _ in self.instances(rule))
        }

    # Matches

    def instances(self, rule: Rule) -> Iterator[tuple[TripleNumbers, ...]]:
        """The conclusions of every way in which the premises hold."""
        return self._solve(self._premises(rule), self._conclusions(rule), {})

    def _premises(self, rule: Rule) -> list[Premise]:
        return [self._pattern(p) if isinstance(p, TripleAtom) else p for p in rule.premises]

    def _conclusions(self, rule: Rule) -> list[Pattern]:
        return [self._pattern(atom) for atom in rule.conclusions]

    def _pattern(self, atom: TripleAtom) -> Pattern:
        s, p, o = (self._slot(term) for term in atom.terms)
        is_open = any(isinstance(term, Variable) and term.index for term in atom.terms)
        return Pattern(s, p, o, atom.each, is_open)

    def _slot(self, term: RuleTerm) -> Slot:
        return str(term) if isinstance(term, Variable) else self.number(term)

    def _solve(
        self, premises: Sequence[Premise], conclusions: list[Pattern], binding: Binding
    ) -> Iterator[tuple[TripleNumbers, ...]]:
        if not premises:
            yield tuple(_substitute(conclusion, binding) for conclusion in conclusions)
            return
        place = 0
        if len(premises) > 1:
            costs = [self._cost(premise, binding) for premise in premises]
            place = costs.index(min(costs))
        premise = premises[place]
        remaining = [*premises[:place], *premises[place + 1 :]]
        if isinstance(premise, ListAtom):
            yield from self._solve_list(premise, remaining, conclusions, binding)
        elif isinstance(premise, Condition):
            for extension in self._solve_condition(premise, binding):
                yield from self._solve(remaining, conclusions, extension)
        else:
            for triple in self.find(*_bound_terms(premise, binding)):
                extension = _match(premise, triple, binding)
                if extension is not None:
                    yield from self._solve(remaining, conclusions, extension)

    def _cost(self, premise: Premise, binding: Binding) -> int:
        if isinstance(premise, Pattern):
            return NEVER if premise.open else self._count(*_bound_terms(premise, binding))
        if isinstance(premise, ListAtom):
            return 0 if str(premise.head) in binding else NEVER
        return 0 if all(str(variable) in binding for variable in premise.arguments) else NEVER

    def _solve_list(
        self, atom: ListAtom, remaining: list[Premise], conclusions: list[Pattern], binding: Binding
    ) -> Iterator[tuple[TripleNumbers, ...]]:
        """Go on with the premises for each list, without LIST, EACH and indexes."""
        patterns = [p for p in (*remaining, *conclusions) if isinstance(p, Pattern) and not p.each]
        names = {
            slot.partition("[")[2] for p in patterns for slot in p[:3] if isinstance(slot, str)
        }
        for members in self._collections(binding[str(atom.head)], ()):
            places = range(1, len(members) + 1)
            list_binding = binding | {f"?{atom.members}[{k}]": n for k, n in enumerate(members, 1)}
            choices: Iterable[tuple[int, ...]] = [()]
            if "j]" in names:
                choices = combinations(places, 2)
            elif "i]" in names:
                choices = ((k,) for k in places)
            for choice in choices:
                index = dict(zip("ij", map(str, choice), strict=False)) | {
                    "n+1": str(len(members) + 1)
                }
                expansion: list[Premise] = []
                for p in remaining:
                    if isinstance(p, Pattern) and p.each:
                        expansion += [p.at({"i": str(k), "i+1": str(k + 1)}) for k in places]
                    else:
                        expansion.append(p.at(index) if isinstance(p, Pattern) else p)
                yield from self._solve(expansion, [c.at(index) for c in conclusions], list_binding)

    def _collections(self, cell: int, path: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
        """The members of every collection that starts at a cell, none of which comes twice."""
        first, rest, nil = self.cell
        for _, _, member in self.find(cell, first, None):
            for _, _, next_cell in self.find(cell, rest, None):
                if next_cell == nil:
                    yield (member,)
                if next_cell not in (*path, cell):
                    for members in self._collections(next_cell, (*path, cell)):
                        yield (member, *members)

    # Values

    def _solve_condition(self, condition: Condition, binding: Binding) -> Iterator[Binding]:
        names = [str(variable) for variable in condition.arguments]
        if condition.name == "SAME-VALUE" and not binding:
            yield from ({names[0]: left, names[1]: right} for left, right in self._equal_pairs())
            return
        domains = [
            [binding[name]] if name in binding else self._domain(condition.name, place)
            for place, name in enumerate(names)
        ]
        for first in domains[0]:
            for tail in [(n,) for n in domains[1]] if len(domains) > 1 else [()]:
                if self.holds(condition.name, first, *tail):
                    yield binding | dict(zip(names, (first, *tail), strict=True))

    def _equal_pairs(self) -> Iterator[tuple[int, int]]:
        groups: dict[object, list[int]] = defaultdict(list)
        for number in self.literals:
            value = datatypes.value_of(self._literal(number))
            if value is not None:
                groups[value].append(number)
        return ((x, y) for group in groups.values() for x in group for y in group)

    def _domain(self, name: str, place: int) -> Iterable[int]:
        if name == "ANNOTATION-PROPERTY":
            return map(self.number, ANNOTATION_PROPERTIES)
        if name == "DATATYPE" or (place == 1 and name.startswith("VALUE")):
            return [self.number(datatype) for datatype in datatypes.DATATYPES]
        return self.typed if name == "VALUE-IN" else self.literals

    def _literal(self, number: int) -> Literal:
        node = self.nodes[number]
        assert isinstance(node, Literal)
        return node

    def holds(self, name: str, left: int, right: int = 0) -> bool:
        """Whether a condition on values holds."""
        first, second = self.nodes[left], self.nodes[right]
        if name == "ANNOTATION-PROPERTY":
            return first in ANNOTATION_PROPERTIES
        if name == "MEMBERSHIP":
            return re.fullmatch(r"_[1-9][0-9]*", str(first).removeprefix(str(RDF))) is not None
        if name == "DATATYPE":
            return first in datatypes.DATATYPES
        if not isinstance(first, Literal):
            return False
        if name == "ILL-FORMED":
            return not datatypes.is_well_formed(first)
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


def close(graph: Iterable[Triple], rules: RuleSet | None = None) -> tuple[set[Triple], set[str]]:
    """All generalised triples that follow, with those of the graph, but for differences of
    literals; and the names of the rules that conclude false."""
    triples = list(graph)
    literals = _literals(triples, rules)
    constants = CONSTANTS | constants_of(rules or rule_set())
    reading = Reading(triples, literals | constants, rules, constants - literals)
    reading.close()
    return {reading.triple(triple) for triple in reading.triples}, reading.contradictions()


def assert_as_the_rules_say(graph: Graph, rules: RuleSet | None = None) -> None:
    """That the engine closes a graph, with and without trivial triples, as this reading does."""
    triples, false = close(graph, rules)
    expected = rdf(triples, graph, rules) - set(graph)
    full_closure = materialize(graph, rules=rules, trivial=True)
    assert set(full_closure.inferred) == expected
    closure = materialize(graph, rules=rules)
    assert set(closure.inferred) == {triple for triple in expected if not is_trivial(triple)}
    assert closure.inconsistencies == full_closure.inconsistencies
    assert bool(closure.inconsistencies) == bool(false)


def rdf(
    triples: Iterable[Triple], graph: Iterable[Triple], rules: RuleSet | None = None
) -> set[Triple]:
    """The RDF triples about literals of the graph and of rules of one's own: what an engine
    is asked for."""
    literals = _literals(graph, rules)
    return {
        triple
        for triple in triples
        if not isinstance(triple[0], Literal)
        and type(triple[1]).__name__ == "URIRef"
        and (not isinstance(triple[2], Literal) or triple[2] in literals)
    }


def _literals(graph: Iterable[Triple], rules: RuleSet | None) -> set[Literal]:
    """The literals of a graph, and of rules of one's own."""
    own = constants_of(rules) - CONSTANTS if rules else set()
    return own | {term for triple in graph for term in triple if isinstance(term, Literal)}


def _substitute_index(slot: Slot, index: dict[str, str]) -> Slot:
    if isinstance(slot, int) or not slot.endswith("]"):
        return slot
    name, _, place = slot[:-1].partition("[")
    return f"{name}[{index.get(place, place)}]"


def _bound_terms(pattern: Pattern, binding: Binding) -> tuple[int | None, int | None, int | None]:
    s, p, o = (slot if isinstance(slot, int) else binding.get(slot) for slot in pattern[:3])
    return s, p, o


def _match(pattern: Pattern, triple: TripleNumbers, binding: Binding) -> Binding | None:
    extension = dict(binding)
    for slot, number in zip(pattern[:3], triple, strict=True):
        if isinstance(slot, str):
            if extension.setdefault(slot, number) != number:
                return None
        elif slot != number:
            return None
    return extension


def _substitute(premise: Premise, binding: Binding) -> object:
    """A pattern with values for variables; a triple where all have one."""
    if not isinstance(premise, Pattern):
        return premise
    return tuple(binding.get(slot, slot) if isinstance(slot, str) else slot for slot in premise[:3])

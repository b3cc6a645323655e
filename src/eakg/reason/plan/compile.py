"""Rules fitted to the axioms that are there.

A rule that speaks of any property or class, such as `T(?p rdfs:domain ?c), T(?x ?p ?y) ->
T(?x rdf:type ?c)`, becomes one instance for each axiom, in which the property and the class are
constants: the ontology is small and the data is large. Premises that name such properties, classes
or lists are the rule's axioms; the others are its body.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import combinations
from typing import NamedTuple, cast

from rdflib import Literal, URIRef

from eakg.reason.plan.instance import Coded, Instance
from eakg.reason.relations import CLASS, Atom, Bindings, Cells, Collection, Slot
from eakg.reason.rules import (
    CELL,
    EQUALITY,
    NUMBER,
    SAME_AS,
    TYPE,
    Rule,
    RuleSet,
    RuleTerm,
    TripleAtom,
    Variable,
)

Constant = Callable[[int], int]
"""From the number of a term of the vocabulary to the number that stands for it."""
Pairs = Callable[[Sequence[int]], Iterable[tuple[int, int]]]
"""From the members of a list to pairs of places, from 0, in it."""


def all_pairs(members: Sequence[int]) -> Iterable[tuple[int, int]]:
    """Every two places of a list."""
    return combinations(range(len(members)), 2)


class Parts(NamedTuple):
    """The premises and the conclusions of an instance, one for each of its rule."""

    axioms: tuple[Coded, ...]
    cells: tuple[Coded, ...]
    body: tuple[Atom, ...]
    heads: tuple[Atom, ...]


NO_LIST = Collection((), ())


class Template:
    """A rule, divided into axioms and body.

    Argument: a rule without conditions.
    """

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        axes = set(_axes(rule))
        self.axioms = [atom for atom in rule.atoms if not atom.each and _names(atom, axes)]
        grown = bool(self.axioms)
        while grown:
            bound = {term for atom in self.axioms for term in atom.terms if _free(term)}
            more = [
                atom
                for atom in rule.atoms
                if atom not in self.axioms and _fixed(atom) and bound & set(atom.terms)
            ]
            self.axioms += more
            grown = bool(more)
        self.axioms = [atom for atom in rule.atoms if atom in self.axioms]
        self.data = [atom for atom in rule.atoms if atom not in self.axioms]
        atoms = (*rule.atoms, *rule.conclusions)
        named = {t for atom in atoms for t in atom.terms if not isinstance(t, Variable)}
        self.numbers = {NUMBER[term] for term in named} | set(CELL if rule.list else ())

    @cached_property
    def open(self) -> Variable | None:
        """The property that no axiom names, so that the rule speaks of every one; None where there
        is none. No rule has two."""
        named = {term for atom in self.axioms for term in atom.terms}
        return next(
            (
                atom.predicate
                for atom in self.data
                if isinstance(atom.predicate, Variable)
                and atom.predicate not in named
                and not atom.predicate.index
            ),
            None,
        )

    @property
    def general(self) -> bool:
        """Whether the rule needs no axiom to run, and no property to be named."""
        return not self.axioms and self.open is None

    def axiom_atoms(self, constant: Constant) -> list[Atom]:
        """The axioms, as atoms to solve."""
        return [_atom(atom, {}, constant) for atom in self.axioms]

    def instances(
        self, table: Bindings, cells: Cells, constant: Constant, pairs: Pairs = all_pairs
    ) -> Iterator[Instance]:
        """The instances for rows of values for the variables of the axioms.

        Arguments: the rows; the collections; what stands for a term of the vocabulary; for rules
        about two members of a list, the pairs of places that are of interest.
        """
        names = [term for atom in self.axioms for term in atom.terms if isinstance(term, Variable)]
        names = list(dict.fromkeys(names))
        columns = [table.columns[_name(variable)].tolist() for variable in names]
        for row in zip(*columns, strict=True):
            values = dict(zip(names, row, strict=True))
            if self.rule.list is None:
                yield self._instance(values, constant)
                continue
            for collection in cells.collections(values[self.rule.list.head]):
                yield from self._list_instances(
                    self.rule.list.members, values, collection, constant, pairs
                )

    def instance(self, constant: Constant) -> Instance:
        """The one instance of a rule that needs no axiom."""
        return self._instance({}, constant)

    def about(self, property_: int, constant: Constant) -> Instance:
        """The instance of a rule about every property for one of them."""
        return self._instance({cast(Variable, self.open): property_}, constant)

    def wording(self, instance: Instance) -> tuple[Parts, Parts]:
        """The parts of an instance of this rule, and the same in the words of the rule."""
        cells = tuple(cell for cell, _, _ in instance.cells[::2])
        collection = Collection(tuple(member for _, _, member in instance.cells[::2]), cells)
        moved = dict(instance.moved)
        values = dict(instance.values)
        return (
            self._parts(values, lambda number: moved.get(number, number), collection),
            self._parts(values, lambda number: number, collection),
        )

    def _list_instances(
        self,
        listed: str,
        values: dict[Variable, int],
        collection: Collection,
        constant: Constant,
        pairs: Pairs,
    ) -> Iterator[Instance]:
        members = collection.members
        used = {
            term.index
            for atom in (*self.rule.atoms, *self.rule.conclusions)
            if not atom.each
            for term in atom.terms
            if isinstance(term, Variable)
        }
        choices: Iterable[dict[str, int]] = [{}]
        if "j" in used:
            choices = ({"i": i, "j": j} for i, j in pairs(members))
        elif "i" in used:
            choices = [{"i": i} for i in range(len(members))]
        for choice in choices:
            chosen = {Variable(listed, k): members[place] for k, place in choice.items()}
            yield self._instance(values | chosen, constant, collection)

    def _instance(
        self, values: dict[Variable, int], constant: Constant, collection: Collection = NO_LIST
    ) -> Instance:
        parts = self._parts(values, constant, collection)
        numbers = ((number, constant(number)) for number in self.numbers)
        return Instance(
            self.rule.name,
            tuple(dict.fromkeys(parts.body)),
            tuple(dict.fromkeys(parts.heads)),
            parts.axioms,
            parts.cells,
            tuple(values.items()),
            tuple(pair for pair in numbers if pair[0] != pair[1]),
        )

    def _parts(
        self, values: dict[Variable, int], constant: Constant, collection: Collection
    ) -> Parts:
        listed = self.rule.list.members if self.rule.list else ""
        body: list[Atom] = []
        for atom in self.data:
            if not atom.each:
                body.append(_atom(atom, values, constant))
                continue
            for k, member in enumerate(collection.members, 1):
                placed = _at(atom, {"i": str(k), "i+1": str(k + 1)})
                known = {**values, Variable(listed, str(k)): member}
                body.append(_atom(placed, known, constant))
        last = {"n+1": str(len(collection.members) + 1)}
        return Parts(
            tuple(_triple(atom, values, constant) for atom in self.axioms),
            tuple(_cell_triples(collection, constant)),
            tuple(body),
            tuple(_atom(_at(atom, last), values, constant) for atom in self.rule.conclusions),
        )


@dataclass(frozen=True)
class Templates:
    """The rules of a set that run as they are written: those that derive, those that conclude
    false, and the former by their names."""

    deriving: tuple[Template, ...]
    contradicting: tuple[Template, ...]
    by_name: Mapping[str, Template]

    @property
    def all(self) -> tuple[Template, ...]:
        return self.deriving + self.contradicting


@cache
def templates_of(rules: RuleSet) -> Templates:
    """The rules of a set, divided; those of equality and of values run otherwise."""
    plain = [
        Template(rule) for rule in rules.rules if not rule.conditions and rule.name not in EQUALITY
    ]
    deriving = tuple(template for template in plain if template.rule.conclusions)
    contradicting = tuple(template for template in plain if not template.rule.conclusions)
    return Templates(deriving, contradicting, {one.rule.name: one for one in deriving})


def _axes(rule: Rule) -> Iterator[Variable]:
    for atom in (*rule.atoms, *rule.conclusions):
        if isinstance(atom.predicate, Variable):
            yield atom.predicate
        elif NUMBER.get(atom.predicate) == TYPE and isinstance(atom.object, Variable):
            yield atom.object
    if rule.list is not None:
        yield rule.list.head


def _names(atom: TripleAtom, axes: set[Variable]) -> bool:
    terms = {atom.subject}
    if NUMBER.get(atom.predicate) != TYPE if isinstance(atom.predicate, URIRef) else True:
        terms.add(atom.object)
    return bool(terms & axes) and not isinstance(atom.predicate, Variable)


def _fixed(atom: TripleAtom) -> bool:
    if not isinstance(atom.predicate, URIRef) or atom.each or NUMBER[atom.predicate] == SAME_AS:
        return False
    indexed = any(isinstance(term, Variable) and term.index for term in atom.terms)
    return not indexed and (NUMBER[atom.predicate] != TYPE or not _free(atom.object))


def _free(term: RuleTerm) -> bool:
    return isinstance(term, Variable)


def _at(atom: TripleAtom, index: dict[str, str]) -> TripleAtom:
    terms = [
        Variable(term.name, index.get(term.index, term.index))
        if isinstance(term, Variable)
        else term
        for term in atom.terms
    ]
    return TripleAtom(terms[0], terms[1], terms[2])


def _name(variable: Variable) -> str:
    return f"{variable.name}[{variable.index}]" if variable.index else variable.name


def _slot(term: RuleTerm, values: dict[Variable, int], constant: Constant) -> Slot:
    if isinstance(term, URIRef | Literal):
        return constant(NUMBER[term])
    return values[term] if term in values else _name(term)


def _atom(atom: TripleAtom, values: dict[Variable, int], constant: Constant) -> Atom:
    subject, predicate, object_ = (_slot(term, values, constant) for term in atom.terms)
    if predicate == constant(TYPE) and isinstance(object_, int):
        return Atom(CLASS + object_, subject, None)
    return Atom(cast(int, predicate), subject, object_)


def _triple(atom: TripleAtom, values: dict[Variable, int], constant: Constant) -> Coded:
    terms = [_slot(term, values, constant) for term in atom.terms]
    subject, predicate, object_ = (term for term in terms if isinstance(term, int))
    return subject, predicate, object_


def _cell_triples(collection: Collection, constant: Constant) -> Iterator[Coded]:
    first, rest, nil = (constant(number) for number in CELL)
    cells = (*collection.cells, nil)
    for place, member in enumerate(collection.members):
        yield cells[place], first, member
        yield cells[place], rest, cells[place + 1]

"""Rules fitted to the axioms that are there.

A rule that speaks of any property or class, such as `T(?p rdfs:domain ?c), T(?x ?p ?y) ->
T(?x rdf:type ?c)`, becomes one instance for each axiom, in which the property and the class are
constants: the ontology is small and the data is large. Premises that name such properties, classes
or lists are the rule's axioms; the others are its body.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import NamedTuple, cast

from rdflib import Literal, URIRef
from rdflib.namespace import OWL, RDF
from rdflib.term import Node

from eakg.reason.plan.instance import Instance, NumberTriple
from eakg.reason.relations import CLASS, Atom, Collection, Slot
from eakg.reason.rules import (
    CELL,
    EQUALITY,
    TYPE,
    Rule,
    RuleSet,
    RuleTerm,
    TripleAtom,
    Variable,
    numbers_of,
)

Constant = Callable[[int], int]
"""From the number of a term of the vocabulary to the number that stands for it."""


class Parts(NamedTuple):
    """The premises and the conclusions of an instance, one for each of its rule."""

    axioms: tuple[NumberTriple, ...]
    cells: tuple[NumberTriple, ...]
    body: tuple[Atom, ...]
    heads: tuple[Atom, ...]


NO_LIST = Collection((), ())
MEMBERSHIP = "MEMBERSHIP"


class Template:
    """A rule, divided into axioms and body.

    Arguments: a rule without conditions on values; the numbers of the terms that rules speak of.
    """

    def __init__(self, rule: Rule, numbers: Mapping[Node, int]) -> None:
        self.rule = rule
        self.number_of = numbers
        axes = set(_axes(rule))
        self.axioms = [atom for atom in rule.atoms if not atom.each and _names(atom, axes)]
        is_growing = bool(self.axioms)
        while is_growing:
            variables = {term for atom in self.axioms for term in atom.terms if _free(term)}
            additions = [
                atom
                for atom in rule.atoms
                if atom not in self.axioms and _fixed(atom) and variables & set(atom.terms)
            ]
            self.axioms += additions
            is_growing = bool(additions)
        self.axioms = [atom for atom in rule.atoms if atom in self.axioms]
        self.data = [atom for atom in rule.atoms if atom not in self.axioms]
        atoms = (*rule.atoms, *rule.conclusions)
        constants = {t for atom in atoms for t in atom.terms if not isinstance(t, Variable)}
        self.numbers = {numbers[term] for term in constants} | set(CELL if rule.list else ())

    @cached_property
    def variables(self) -> tuple[Variable, ...]:
        """The variables of the axioms, each once."""
        terms = (term for atom in self.axioms for term in atom.terms)
        return tuple(dict.fromkeys(term for term in terms if isinstance(term, Variable)))

    @cached_property
    def indices(self) -> frozenset[str]:
        """The indices of members of a list that are about some of them, and not about each."""
        return frozenset(
            term.index
            for atom in (*self.rule.atoms, *self.rule.conclusions)
            if not atom.each
            for term in atom.terms
            if isinstance(term, Variable)
        )

    @cached_property
    def open(self) -> Variable | None:
        """The property that no axiom names, so that the rule speaks of every one; None where there
        is none. No rule has two."""
        terms = {term for atom in self.axioms for term in atom.terms}
        return next(
            (
                atom.predicate
                for atom in self.data
                if isinstance(atom.predicate, Variable)
                and atom.predicate not in terms
                and not atom.predicate.index
            ),
            None,
        )

    @property
    def is_about_membership(self) -> bool:
        """Whether the property that no axiom names is rdf:_1, rdf:_2, ..."""
        return any(condition.name == MEMBERSHIP for condition in self.rule.conditions)

    @property
    def general(self) -> bool:
        """Whether the rule needs no axiom to run, and no property to be named."""
        return not self.axioms and self.open is None

    def axiom_atoms(self, constant: Constant) -> list[Atom]:
        """The axioms, as atoms to solve."""
        return [self._atom(atom, {}, constant) for atom in self.axioms]

    def pair_instances(
        self,
        values: dict[Variable, int],
        collection: Collection,
        constant: Constant,
        pairs: Iterable[tuple[int, int]],
    ) -> Iterator[Instance]:
        """The instances of a rule about two members of a list, without its cells.

        Arguments: values for the variables of its axioms; the list; what stands for a term of the
        vocabulary; the places, from 0, of the pairs that are of interest.
        """
        list_name = self.rule.list.members if self.rule.list else ""
        for places in pairs:
            members = {
                Variable(list_name, index): collection.members[place]
                for index, place in zip("ij", places, strict=True)
            }
            yield self.instance_of(values | members, constant)

    def instance(self, constant: Constant) -> Instance:
        """The one instance of a rule that needs no axiom."""
        return self.instance_of({}, constant)

    def instance_about(self, property_: int, constant: Constant) -> Instance:
        """The instance of a rule about every property for one of them."""
        return self.instance_of({cast(Variable, self.open): property_}, constant)

    def wording(self, instance: Instance) -> tuple[Parts, Parts]:
        """The parts of an instance of this rule, and the same in the words of the rule."""
        cells = tuple(cell for cell, _, _ in instance.cells[::2])
        collection = Collection(tuple(member for _, _, member in instance.cells[::2]), cells)
        substitution = dict(instance.substitution)
        values = dict(instance.values)
        return (
            self._parts(values, lambda number: substitution.get(number, number), collection),
            self._parts(values, lambda number: number, collection),
        )

    def instance_of(
        self, values: dict[Variable, int], constant: Constant, collection: Collection = NO_LIST
    ) -> Instance:
        """The instance for values of the variables of the axioms, and for a collection."""
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
        list_name = self.rule.list.members if self.rule.list else ""
        body: list[Atom] = []
        for atom in self.data:
            if not atom.each:
                body.append(self._atom(atom, values, constant))
                continue
            for k, member in enumerate(collection.members, 1):
                member_atom = _at(atom, {"i": str(k), "i+1": str(k + 1)})
                bindings = {**values, Variable(list_name, str(k)): member}
                body.append(self._atom(member_atom, bindings, constant))
        last = {"n+1": str(len(collection.members) + 1)}
        return Parts(
            tuple(self._triple(atom, values, constant) for atom in self.axioms),
            tuple(_cell_triples(collection, constant)),
            tuple(body),
            tuple(self._atom(_at(atom, last), values, constant) for atom in self.rule.conclusions),
        )

    def _slot(self, term: RuleTerm, values: dict[Variable, int], constant: Constant) -> Slot:
        if isinstance(term, URIRef | Literal):
            return constant(self.number_of[term])
        return values[term] if term in values else name_of(term)

    def _atom(self, atom: TripleAtom, values: dict[Variable, int], constant: Constant) -> Atom:
        subject, predicate, object_ = (self._slot(term, values, constant) for term in atom.terms)
        if predicate == constant(TYPE) and isinstance(object_, int):
            return Atom(CLASS + object_, subject, None)
        return Atom(cast(int, predicate), subject, object_)

    def _triple(
        self, atom: TripleAtom, values: dict[Variable, int], constant: Constant
    ) -> NumberTriple:
        terms = [self._slot(term, values, constant) for term in atom.terms]
        subject, predicate, object_ = (term for term in terms if isinstance(term, int))
        return subject, predicate, object_


@dataclass(frozen=True)
class Templates:
    """The rules of a set that run as they are written: those that derive, those that conclude
    false, and the former by their names."""

    definite: tuple[Template, ...]
    constraints: tuple[Template, ...]
    by_name: Mapping[str, Template]

    @property
    def all(self) -> tuple[Template, ...]:
        return self.definite + self.constraints


@cache
def templates_of(rules: RuleSet) -> Templates:
    """The rules of a set, divided; those of equality and of values run otherwise."""
    numbers = numbers_of(rules)
    templates = [
        Template(rule, numbers)
        for rule in rules.rules
        if {condition.name for condition in rule.conditions} <= {MEMBERSHIP}
        and rule.name not in EQUALITY
    ]
    definite = tuple(template for template in templates if template.rule.conclusions)
    constraints = tuple(template for template in templates if not template.rule.conclusions)
    return Templates(definite, constraints, {template.rule.name: template for template in definite})


def _axes(rule: Rule) -> Iterator[Variable]:
    for atom in (*rule.atoms, *rule.conclusions):
        if isinstance(atom.predicate, Variable):
            yield atom.predicate
        elif atom.predicate == RDF.type and isinstance(atom.object, Variable):
            yield atom.object
    if rule.list is not None:
        yield rule.list.head


def _names(atom: TripleAtom, axes: set[Variable]) -> bool:
    if isinstance(atom.predicate, Variable):
        return False
    if atom.predicate == RDF.type:
        return atom.subject in axes and not isinstance(atom.object, Variable)
    return atom.subject in axes or atom.object in axes


def _fixed(atom: TripleAtom) -> bool:
    if not isinstance(atom.predicate, URIRef) or atom.each or atom.predicate == OWL.sameAs:
        return False
    has_index = any(isinstance(term, Variable) and term.index for term in atom.terms)
    return not has_index and (atom.predicate != RDF.type or not _free(atom.object))


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


def name_of(variable: Variable) -> str:
    """The name of a variable as that of a column."""
    return f"{variable.name}[{variable.index}]" if variable.index else variable.name


def _cell_triples(collection: Collection, constant: Constant) -> Iterator[NumberTriple]:
    first, rest, nil = (constant(number) for number in CELL)
    cells = (*collection.cells, nil)
    for place, member in enumerate(collection.members):
        yield cells[place], first, member
        yield cells[place], rest, cells[place + 1]

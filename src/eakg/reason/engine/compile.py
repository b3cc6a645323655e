"""Rules fitted to the axioms that are there.

A rule that speaks of any property or class, such as `T(?p rdfs:domain ?c), T(?x ?p ?y) ->
T(?x rdf:type ?c)`, becomes one instance for each axiom, in which the property and the class are
constants: the ontology is small and the data is large. Premises that name such properties, classes
or lists are the rule's axioms; the others are its body.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations
from typing import cast

from rdflib import Literal, URIRef

from eakg.reason.engine.joins import Atom, Slot, Table
from eakg.reason.engine.lists import Cells, Collection
from eakg.reason.engine.relation import CLASS
from eakg.reason.rules import Rule, RuleTerm, TripleAtom, Variable
from eakg.reason.vocabulary import CELL, NUMBER, SAME_AS, TYPE

Coded = tuple[int, int, int]
"""A triple of numbers."""
Constant = Callable[[int], int]
"""From the number of a term of the vocabulary to the number that stands for it."""
Pairs = Callable[[Sequence[int]], Iterable[tuple[int, int]]]
"""From the members of a list to pairs of places, from 0, in it."""


def all_pairs(members: Sequence[int]) -> Iterable[tuple[int, int]]:
    """Every two places of a list."""
    return combinations(range(len(members)), 2)


@dataclass(frozen=True)
class Instance:
    """A rule with its axioms filled in.

    When all atoms of the body hold, so do the heads. `axioms` are the triples that were filled in
    and `cells` those of a list; `values` are those of the rule's variables that they fix.
    """

    name: str
    body: tuple[Atom, ...]
    heads: tuple[Atom, ...]
    axioms: tuple[Coded, ...]
    cells: tuple[Coded, ...] = field(default=(), compare=False)
    values: tuple[tuple[str, int], ...] = field(default=(), compare=False)

    @property
    def given(self) -> tuple[Coded, ...]:
        """The triples that it was fitted to: axioms, and the cells of a list."""
        return (*self.axioms, *self.cells)

    @cached_property
    def keys(self) -> frozenset[int]:
        """The keys of the relations that it reads."""
        return frozenset(atom.key for atom in self.body)

    @cached_property
    def wanted(self) -> set[str]:
        """The variables of the heads."""
        return set().union(*(head.variables for head in self.heads))

    @cached_property
    def constants(self) -> frozenset[int]:
        """The numbers of the terms that it names."""
        found = {number for triple in (*self.axioms, *self.cells) for number in triple}
        for atom in (*self.body, *self.heads):
            found |= {slot for slot in (atom.subject, atom.object) if isinstance(slot, int)}
            found.add(atom.key - CLASS if atom.key >= CLASS else atom.key)
        return frozenset(found)

    @cached_property
    def closes(self) -> bool:
        """Whether it makes one relation transitive."""
        if len(self.body) != 2 or len(self.heads) != 1:
            return False
        left, right = self.body
        head = self.heads[0]
        return (
            left.key == right.key == head.key < CLASS
            and left.object == right.subject
            and (head.subject, head.object) == (left.subject, right.object)
            and len({left.subject, left.object, right.object}) == 3
            and all(isinstance(slot, str) for slot in (left.subject, left.object, right.object))
        )

    @cached_property
    def half(self) -> tuple[Atom, ...]:
        """The part of the body about one side of an equality, where the other side says the same
        of the other; empty where the body is not of that form."""
        if len(self.heads) != 1 or self.heads[0].key != SAME_AS:
            return ()
        left, right = self.heads[0].subject, self.heads[0].object
        if not isinstance(left, str) or not isinstance(right, str):
            return ()
        if any({left, right} <= atom.variables for atom in self.body):
            return ()
        ours = [atom for atom in self.body if right not in atom.variables]
        theirs = {_renamed(atom, right, left) for atom in self.body if left not in atom.variables}
        about = {atom for atom in ours if left in atom.variables}
        common = {atom for atom in ours if left not in atom.variables}
        mirrored = {atom for atom in theirs if left in atom.variables}
        return tuple(dict.fromkeys(ours)) if about == mirrored and common <= theirs else ()


def _renamed(atom: Atom, old: str, new: str) -> Atom:
    subject = new if atom.subject == old else atom.subject
    return Atom(atom.key, subject, new if atom.object == old else atom.object)


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

    @property
    def general(self) -> bool:
        """Whether the rule needs no axiom to run."""
        return not self.axioms

    def axiom_atoms(self, constant: Constant) -> list[Atom]:
        """The axioms, as atoms to solve."""
        return [_atom(atom, {}, constant) for atom in self.axioms]

    def instances(
        self, table: Table, cells: Cells, constant: Constant, pairs: Pairs = all_pairs
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

    def _list_instances(
        self,
        listed: str,
        values: dict[Variable, int],
        collection: Collection,
        constant: Constant,
        pairs: Pairs,
    ) -> Iterator[Instance]:
        name, members = listed, collection.members
        cells = tuple(_cell_triples(collection, constant))
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
            chosen = {Variable(name, k): members[place] for k, place in choice.items()}
            yield self._instance(values | chosen, constant, members, cells)

    def _instance(
        self,
        values: dict[Variable, int],
        constant: Constant,
        members: tuple[int, ...] = (),
        cells: tuple[Coded, ...] = (),
    ) -> Instance:
        listed = self.rule.list.members if self.rule.list else ""
        body: list[Atom] = []
        for atom in self.data:
            if not atom.each:
                body.append(_atom(atom, values, constant))
                continue
            for k, member in enumerate(members, 1):
                placed = _at(atom, {"i": str(k), "i+1": str(k + 1)})
                known = {**values, Variable(listed, str(k)): member}
                body.append(_atom(placed, known, constant))
        last = {"n+1": str(len(members) + 1)}
        heads = [_atom(_at(atom, last), values, constant) for atom in self.rule.conclusions]
        return Instance(
            self.rule.name,
            tuple(dict.fromkeys(body)),
            tuple(dict.fromkeys(heads)),
            tuple(_triple(atom, values, constant) for atom in self.axioms),
            cells,
            tuple((_name(variable), value) for variable, value in values.items()),
        )


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

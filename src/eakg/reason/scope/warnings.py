"""What is to be said of an ontology: by kind, with a count, an example, and what it means."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from rdflib import BNode, Graph, URIRef
from rdflib.namespace import OWL, RDFS, XSD
from rdflib.term import Node

from eakg.profile import remedy_of
from eakg.rdf import PrefixedNames, spelling
from eakg.reason.closure import Closure
from eakg.reason.literals import DATATYPES
from eakg.reason.relations import CLASS, UNIT, Ids, distinct, first, second, solve
from eakg.reason.rules import CELL, rule_set
from eakg.reason.scope.axioms import Axioms
from eakg.reason.scope.constructs import CONSTRUCTS, Construct, Treatment
from eakg.reason.scope.positions import Misplacement, Positions

_SPECIFICATION = rule_set("owl-rl").specification
_SAMPLE = 1000
"""Subjects among which an example is looked for."""
_FEW = 20_000
"""Axioms up to which expressions are called by what they are made of."""
_NAMELESS = "something without a name"
_IN_PART = "the rules see it in part"
_NOT_AT_ALL = "nothing follows from it"
_LIST_AXIOMS = (
    (OWL.AllDisjointClasses, (OWL.members,)),
    (OWL.AllDisjointProperties, (OWL.members,)),
    (OWL.AllDifferent, (OWL.members, OWL.distinctMembers)),
)


@dataclass(frozen=True)
class OntologyWarning:
    """Things of one kind in an ontology.

    `kind` says what they are, `count` how many; `subject` is that of one of them, and `example` the
    same in words; `meaning` says what that means, and what to do.
    """

    kind: str
    count: int
    subject: Node
    example: str
    meaning: str

    def __str__(self) -> str:
        count = f" ({self.count:,} times)" if self.count > 1 else ""
        return f"{self.kind}{count}, {self.example}: {self.meaning}"


class Scope:
    """What of the axioms of a closure its rules do not see.

    Argument: the closure.
    """

    def __init__(self, closure: Closure) -> None:
        self.closure = closure
        self.facts = closure.state.facts
        self.axioms = Axioms(self.facts)
        self._names = PrefixedNames(closure.axioms if closure.axiom_count <= _FEW else Graph())

    def name(self, term: Node) -> str:
        """A term in prefixed form, or in words."""
        return self._names(term) if self._names.graph or not isinstance(term, BNode) else _NAMELESS

    def warnings(self) -> list[OntologyWarning]:
        """One for each kind, sorted.

        These are lists that are cyclic or do not end in rdf:nil; and for the rules of OWL 2 RL
        (https://www.w3.org/TR/owl2-profiles/ section 4.2) expressions in positions where they do
        not see them, and terms of OWL 2 and of SWRL from which nothing follows.
        """
        warnings = list(self._broken_lists())
        if self.closure.rules.specification == _SPECIFICATION:
            for source in (
                self._misplacements,
                self._constructs,
                self._strange_terms,
                self._incomplete,
                self._datatypes,
            ):
                warnings += source()
        return sorted(warnings, key=lambda warning: (warning.kind, warning.example))

    def _warning(self, kind: str, count: int, subjects: Ids, meaning: str) -> OntologyWarning:
        node = self.facts.terms.node
        sample = [node(number) for number in distinct(subjects)[:_SAMPLE].tolist()]
        subject = min(sample, key=lambda term: (not isinstance(term, URIRef), spelling(term)))
        return OntologyWarning(kind, count, subject, f"such as in {self.name(subject)}", meaning)

    def _misplacements(self) -> Iterator[OntologyWarning]:
        groups: dict[tuple[URIRef | None, str], list[Misplacement]] = {}
        positions = Positions(self.axioms)
        for misplacement in (*positions.misplacements(), *positions.things()):
            if len(misplacement.owners):
                key = misplacement.constructor, misplacement.position
                groups.setdefault(key, []).append(misplacement)
        for (constructor, position), parts in groups.items():
            owners = np.concatenate([part.owners for part in parts])
            count = sum(len(part.expressions) for part in parts)
            if constructor is None:
                kind = f"an anonymous {position} that is no class expression"
                meaning = f"{_NOT_AT_ALL}; name a class, or complete the expression"
            elif constructor == OWL.Thing:
                kind = f"owl:Thing as {position}"
                meaning = f"{_IN_PART}, as they do not say that everything is in it; name a class"
            else:
                kind = f"{self.name(constructor)} as {position}"
                remedy = "use a datatype" if position == "data range" else remedy_of(constructor)
                meaning = f"{_IN_PART}; {remedy}"
            yield self._warning(kind, count, owners, meaning)

    def _constructs(self) -> Iterator[OntologyWarning]:
        for construct in CONSTRUCTS:
            if construct.treatment == Treatment.OUTSIDE:
                subjects = self._uses(construct)
                if len(subjects):
                    kind = f"{self.name(construct.term)}, which is outside of OWL 2 RL"
                    meaning = f"{_NOT_AT_ALL}; {construct.remedy}"
                    yield self._warning(kind, len(subjects), subjects, meaning)

    def _uses(self, construct: Construct) -> Ids:
        """The subjects of the triples that a term is used in, but for its own declaration."""
        number = self.axioms.number(construct.term)
        if number < 0:
            return distinct(np.empty(0, np.int64))
        parts = [first(self.axioms.pairs(construct.term)), self.axioms.instances(construct.term)]
        builtin = self.facts.terms.builtin
        for key, facts in self.facts.asserted.items():
            if key < CLASS and builtin[key]:
                parts.append(first(facts[second(facts) == number]))
                is_subject = first(facts) == number
                parts.append(first(facts[is_subject & ~np.isin(second(facts), [number])]))
        return np.concatenate(parts)

    def _strange_terms(self) -> Iterator[OntologyWarning]:
        """Uses of terms in the namespace of OWL that are none of OWL 2."""
        vocabulary = {str(construct.term) for construct in CONSTRUCTS}
        for key, facts in self.facts.asserted.items():
            number = key - CLASS if key >= CLASS else key
            if not self.facts.terms.builtin[number]:
                continue
            term = self.facts.terms.node(number)
            if (
                isinstance(term, URIRef)
                and term.startswith(str(OWL))
                and str(term) not in vocabulary
            ):
                subjects = facts if key >= CLASS else first(facts)
                kind = f"{self.name(term)}, which is no term of OWL 2"
                yield self._warning(
                    kind, len(facts), subjects, f"{_NOT_AT_ALL}; correct it, or use one's own"
                )

    def _incomplete(self) -> Iterator[OntologyWarning]:
        restrictions = self.axioms.incomplete_restrictions
        if len(restrictions):
            kind = "a restriction without owl:onProperty"
            meaning = f"{_NOT_AT_ALL}; add it"
            yield self._warning(kind, len(restrictions), restrictions, meaning)
        for class_, predicates in _LIST_AXIOMS:
            axioms = self.axioms.instances(class_)
            owners = np.concatenate([first(self.axioms.pairs(one)) for one in predicates])
            bare = axioms[~np.isin(axioms, owners)]
            if len(bare):
                kind = f"{self.name(class_)} without {self.name(predicates[0])}"
                yield self._warning(kind, len(bare), bare, f"{_NOT_AT_ALL}; add the list")
        nil = CELL[2]
        for predicate in (OWL.intersectionOf, OWL.unionOf, OWL.oneOf):
            pairs = self.axioms.pairs(predicate)
            empty = first(pairs[second(pairs) == nil])
            if len(empty):
                kind = f"{self.name(predicate)} of nothing"
                meaning = f"{_NOT_AT_ALL}; name members, or use owl:Thing or owl:Nothing"
                yield self._warning(kind, len(empty), empty, meaning)

    def _datatypes(self) -> Iterator[OntologyWarning]:
        """Datatypes whose values the rules do not know, as ranges and in restrictions."""
        numbers = {
            number for term in DATATYPES if (number := self.facts.terms.number(term)) is not None
        }
        definitions = set(first(self.axioms.pairs(OWL.equivalentClass)).tolist())
        user_datatypes = set(self.axioms.instances(RDFS.Datatype).tolist()) - definitions
        for predicate in (RDFS.range, OWL.someValuesFrom, OWL.allValuesFrom):
            pairs = self.axioms.pairs(predicate)
            for number in distinct(second(pairs)).tolist():
                term = self.facts.terms.node(number)
                is_builtin = str(term).startswith(str(XSD))
                if (
                    isinstance(term, URIRef)
                    and number not in numbers
                    and (is_builtin or number in user_datatypes)
                ):
                    subjects = first(pairs[second(pairs) == number])
                    kind = f"{self.name(term)} as {self.name(predicate)}, no datatype of OWL 2 RL"
                    meaning = "values are not compared with it; use one, or leave it to SHACL"
                    yield self._warning(kind, len(subjects), subjects, meaning)

    def _broken_lists(self) -> Iterator[OntologyWarning]:
        facts = self.facts
        cells = facts.cells()
        nil = facts.constant(CELL[2])
        subjects: dict[Node, set[int]] = {}
        for template in self.closure.state.program.templates.all:
            if template.rule.list is None:
                continue
            atoms = template.axiom_atoms(facts.constant)
            head = template.rule.list.head.name
            (axiom,) = [atom for atom in atoms if atom.object == head]
            for table in solve(atoms, facts.lookup, UNIT, {head, str(axiom.subject)}):
                rows = zip(table.columns[head], table.columns[str(axiom.subject)], strict=True)
                for start, subject in rows:
                    if start != nil and next(cells.collections(int(start)), None) is None:
                        term = facts.terms.node(axiom.key)
                        subjects.setdefault(term, set()).add(int(subject))
        for term, numbers in subjects.items():
            kind = f"the list of {self.name(term)} is cyclic or does not end in rdf:nil"
            yield self._warning(
                kind, len(numbers), np.array(sorted(numbers), np.int64), "the axiom is left out"
            )

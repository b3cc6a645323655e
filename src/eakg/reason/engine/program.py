"""The program of a closure in the making: the rules, fitted to the axioms that were found."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType

import numpy as np
from rdflib.namespace import OWL, RDF, RDFS

from eakg.reason.engine.copies import own_copy
from eakg.reason.engine.evaluation import Conclusions, Evaluation
from eakg.reason.engine.facts import DIFFERENT_FROM, FactBase
from eakg.reason.engine.fitting import constraint_instances, constraint_keys, fresh_groundings
from eakg.reason.engine.instances import Instances
from eakg.reason.engine.projections import ProjectionTable, ProjectionTables
from eakg.reason.engine.terms import Facts
from eakg.reason.engine.values import DATATYPE_NUMBERS
from eakg.reason.engine.waiting import WaitingGroundings, keys_of
from eakg.reason.plan import (
    Groundings,
    Instance,
    is_about_types,
    projection_of,
    templates_of,
)
from eakg.reason.relations import (
    CLASS,
    EMPTY,
    NOTHING,
    UNIT,
    CollectionIndex,
    Ids,
    Mask,
    within,
    without,
)
from eakg.reason.rules import CELL, NUMBER, SAME_AS, TYPE

MEMBERSHIP_PROPERTY = re.compile(rf"{re.escape(str(RDF))}_[1-9][0-9]*")
TOP = frozenset(CLASS + NUMBER[top] for top in (OWL.Thing, RDFS.Resource))


class Program:
    """The instances of rules that run over facts.

    Arguments: the facts; whether triples that hold of everything are wanted even where nothing
    follows from them.
    """

    def __init__(self, facts: FactBase, *, trivial: bool = False) -> None:
        self.facts = facts
        self.evaluation = Evaluation(facts)
        self.templates = templates_of(facts.rules)
        self.trivial = trivial
        self.former_instances: list[Instance] = []
        self.instances = Instances()
        self.projections = ProjectionTables()
        self.collections = CollectionIndex()
        self._forget_rules()
        facts.on_renaming = self._on_renaming

    def copy(self, facts: FactBase) -> "Program":
        """The same over a copy of its facts, to be changed on its own."""
        twin = own_copy(self)
        twin.facts = facts
        twin.evaluation = Evaluation(facts)
        twin.instances = self.instances.copy()
        twin.projections = self.projections.copy()
        twin.waiting = self.waiting.copy()
        twin.collections = self.collections.copy()
        facts.on_renaming = twin._on_renaming
        return twin

    def _forget_rules(self) -> None:
        constant = self.facts.constant
        self.former_instances += self.instances.all
        self.instances = Instances()
        self.projections.retire(lambda groundings: np.ones(len(groundings), np.bool_))
        self.waiting = WaitingGroundings()
        self.registry: set[Instance] = set()
        self.dormant: list[Instance] = []
        self.inputs: set[int] = set()
        self.axiom_atoms = [t.axiom_atoms(constant) for t in self.templates.definite]
        self.schema = frozenset(atom.key for atoms in self.axiom_atoms for atom in atoms) | {
            constant(number) for number in CELL[:2]
        }
        self.is_started = False

    def withdraw(self, stale: set[Instance], is_gone: Callable[[Groundings], Mask]) -> None:
        """Do without instances and groundings whose axioms may be gone."""
        if stale:
            self.registry -= stale
            self.dormant = [i for i in self.dormant if i not in stale]
            self.instances.remove(stale, stale.__contains__)
        self.projections.remove(is_gone)
        self.waiting.remove(is_gone)

    def forget_names(self, numbers: Ids) -> None:
        """Do without what was fitted to terms, by names that they have no more."""
        names = frozenset(numbers.tolist())
        self.former_instances = [i for i in self.former_instances if names.isdisjoint(i.constants)]
        self.projections.forget(
            lambda groundings: groundings.mentioning(lambda values: within(values, numbers))
        )

    @property
    def left_out(self) -> frozenset[int]:
        """The keys of the relations whose facts hold of everything and that nothing reads."""
        return frozenset() if self.trivial else TOP - self.inputs

    def begin(self) -> Iterator[Instance]:
        """The instances of the rules that need no axiom."""
        self.is_started = True
        return (t.instance(self.facts.constant) for t in self.templates.definite if t.general)

    def instances_about(self, deltas: Facts) -> Iterator[Instance]:
        """The instances of rules about every property for those that fresh facts are of."""
        constant = self.facts.constant
        properties = dict.fromkeys(key if key < CLASS else constant(TYPE) for key in deltas)
        if "eq-ref" in self.facts.rules:
            properties[constant(SAME_AS)] = None  # of which there is something whatever is fresh
        for template in self.templates.definite:
            if template.open is not None:
                yield from (
                    template.instance_about(property_, constant)
                    for property_ in properties
                    if not template.is_about_membership or self._is_membership(property_)
                )

    def _is_membership(self, property_: int) -> bool:
        terms = self.facts.terms
        is_builtin = bool(terms.builtin[property_])
        return is_builtin and MEMBERSHIP_PROPERTY.fullmatch(str(terms.node(property_))) is not None

    def specialise(self, deltas: Facts) -> Iterator[Groundings]:
        """The groundings of rules with axioms of which some are fresh."""
        return fresh_groundings(
            self.facts, self.templates.definite, self.axiom_atoms, self.collections, deltas
        )

    def admit(self, groundings: Groundings) -> Conclusions:
        """Take in groundings. Result: what follows by them from all facts."""
        projection = projection_of(groundings.template)
        if projection is None:
            heads = (groundings.keys(head) for head in groundings.template.rule.conclusions)
            idle = np.ones(len(groundings), np.bool_)
            for keys in heads:
                idle &= np.isin(keys, list(self.left_out))
            rest = groundings.rows(~idle)
            for keys in keys_of(rest):
                self._consume_any(keys)
            instances = [
                *groundings.rows(idle).instances(),
                *self.waiting.add(rest, self.facts.present),
            ]
        else:
            odd = is_about_types(projection, groundings)
            instances = list(groundings.rows(odd).instances())
            table = ProjectionTable(
                projection, groundings if not odd.any() else groundings.rows(~odd)
            )
            yield from self._projected_from_all(self.projections.add(table))
        for instance in instances:
            if self.register(instance):
                yield from self.evaluation.from_all(instance)

    def projected(self, deltas: Facts) -> Conclusions:
        """What follows by projections from fresh facts."""
        yield from self._unknown(self.projections.conclusions(deltas, self.left_out))

    def _projected_from_all(self, table: ProjectionTable) -> Conclusions:
        """What follows by fresh rows from all facts but those that are still to be looked at."""
        if not len(table):
            return
        idle = np.isin(table.head_keys, list(self.left_out))
        if table.projection.body is not None:
            self._consume_any(table.body_keys[~idle])
        yield from self._unknown(self.conclusions_of(table, self.facts.pending))

    def conclusions_of(
        self, table: ProjectionTable, pending: Mapping[int, Ids] = MappingProxyType({})
    ) -> Conclusions:
        """What follows by groundings from all facts, but for relations of which all are pending."""
        lookup, present = self.facts.lookup, self.facts.present
        keys = np.unique(table.body_keys)
        keys = keys[within(keys, present)]
        facts = {
            key: relation.facts
            for key in keys.tolist()
            for relation in (lookup(key),)
            if len(pending.get(key, EMPTY)) < len(relation)
        }
        tables = ProjectionTables()
        tables.tables[table.groundings.template] = table
        yield from tables.conclusions(facts, self.left_out)
        for key, conclusions in table.axiomatic():
            yield table.name, key, conclusions

    def _unknown(self, conclusions: Conclusions) -> Conclusions:
        """Conclusions without those that are known."""
        facts = self.facts
        for name, key, values in conclusions:
            self.evaluation.allowance.check()
            if facts.equal.mapping is None:
                values = without(values, facts.relations.get(key, NOTHING).facts)
            if len(values):
                yield name, key, values

    def roused(self) -> Iterator[Instance]:
        """The instances that waited for facts which came since this was asked."""
        keys, self.facts.arrivals = np.array(sorted(self.facts.arrivals), np.int64), set()
        return self.waiting.roused(keys, self.facts.present)

    def register(self, instance: Instance) -> bool:
        """Note an instance and the relations that it reads; whether it is to be run now."""
        if instance in self.registry or set(instance.heads) <= set(instance.body):
            return False
        self.registry.add(instance)
        if not self.trivial and all(
            head.key in TOP and head.key not in self.inputs for head in instance.heads
        ):
            self.dormant.append(instance)
            return False
        self.instances.add(instance)
        self.consume(instance.keys)
        return True

    def consume(self, keys: Iterable[int]) -> None:
        """Give the facts that are left out as long as nothing reads them."""
        facts = self.facts
        constant, conclude = facts.constant, facts.conclude
        new, left_out = set(keys) - self.inputs, self.left_out
        self.inputs |= new
        types = constant(TYPE) in new
        if "eq-ref" in facts.rules and constant(SAME_AS) in new and not facts.reflexive:
            facts.reflect_all()
        for number in DATATYPE_NUMBERS if "dt-type2" in facts.rules else ():
            key = CLASS + constant(number)
            if types or key in new:
                facts.clock += 1
                conclude([("dt-type2", key, facts.values.of_type(number))])
        if "dt-diff" in facts.rules and constant(DIFFERENT_FROM) in new:
            facts.clock += 1
            conclude([("dt-diff", constant(DIFFERENT_FROM), facts.values.differences())])
        if types or new & TOP:
            self.inputs |= TOP
            candidates, self.dormant = self.dormant, []
            for instance in candidates:
                self.registry.discard(instance)
                if self.register(instance):
                    facts.clock += 1
                    conclude(self.evaluation.solutions(instance, instance.body, UNIT))
            for table in list(self.projections.tables.values()) if left_out else ():
                self._awaken(table.rows(np.isin(table.head_keys, list(left_out))))

    def _awaken(self, table: ProjectionTable) -> None:
        """Run rows whose conclusions were left out."""
        if len(table):
            self._consume_any(table.body_keys)
            self.facts.clock += 1
            self.facts.conclude(list(self.conclusions_of(table)))

    def _consume_any(self, keys: Ids) -> None:
        """Give the facts that are left out where keys are among those of their relations."""
        constant = self.facts.constant
        special = {constant(TYPE), constant(SAME_AS), constant(DIFFERENT_FROM), *TOP}
        special |= {CLASS + constant(number) for number in DATATYPE_NUMBERS}
        special -= self.inputs
        if special:
            keys = keys[np.isin(keys, list(special))]
            self.consume(np.unique(keys).tolist())

    def register_constraints(self) -> bool:
        """Whether rules against contradictions read facts that had been left out."""
        for keys in constraint_keys(self.facts, self.templates.constraints):
            self._consume_any(keys)
        return bool(self.facts.pending)

    def constraint_instances(self) -> Iterator[Instance]:
        """The instances of the rules that conclude false, but for those that read a relation
        without facts."""
        return constraint_instances(self.facts, self.templates.constraints)

    def _on_renaming(self, vocabulary: bool) -> None:
        """Fit the rules to terms that became the same."""
        self._retire()
        self._consume_synonyms()
        if vocabulary:
            self._forget_rules()
            relations = self.facts.relations.items()
            self.facts.pending = {key: relation.facts for key, relation in relations}

    def _retire(self) -> None:
        """Put away the instances that speak of terms by other names than their representatives."""
        representative = self.facts.equal.representative
        stale = [
            instance
            for instance in self.instances.all
            if any(representative(number) != number for number in instance.constants)
        ]
        if stale:
            stale_ids = set(map(id, stale))
            self.former_instances += stale
            self.instances.remove(stale, lambda instance: id(instance) in stale_ids)

        def is_gone(groundings: Groundings) -> Mask:
            return groundings.mentioning(
                lambda numbers: self.facts.equal.representatives(numbers) != numbers
            )

        self.projections.retire(is_gone)
        self.waiting.remove(is_gone)

    def _consume_synonyms(self) -> None:
        """Under another name nothing is trivial."""
        is_synonym = self.facts.equal.is_synonym
        if is_synonym(SAME_AS):
            self.consume([self.facts.constant(SAME_AS)])
        if is_synonym(TYPE) or any(is_synonym(key - CLASS) for key in TOP):
            self.consume(TOP)

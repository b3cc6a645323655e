"""The fitting of rules to axioms: of those that derive to axioms that came, and of those that
conclude false to all that there are."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from eakg.reason.engine.facts import FactBase
from eakg.reason.engine.terms import Facts
from eakg.reason.engine.waiting import WaitingGroundings, keys_of
from eakg.reason.plan import Groundings, Instance, Template, groundings_of
from eakg.reason.relations import (
    NO_CELLS,
    UNIT,
    Atom,
    Bindings,
    Cells,
    CollectionIndex,
    Ids,
    from_relation,
    shared_pairs,
    solve,
)
from eakg.reason.rules import CELL, SAME_AS


def fresh_groundings(
    facts: FactBase,
    templates: Sequence[Template],
    axioms: Sequence[list[Atom]],
    collections: CollectionIndex,
    deltas: Facts,
) -> Iterator[Groundings]:
    """The groundings of rules with axioms of which some are fresh.

    Arguments: all facts; the rules, and the axioms of each as atoms; the collections that were met;
    the fresh facts. Where cells of collections are fresh, all lists are read again.
    """
    cells: Cells | None = None
    constant = facts.equal.representative
    cell_changes = {constant(number) for number in CELL[:2]} & deltas.keys()
    for template, atoms in zip(templates, axioms, strict=True):
        if template.open is not None or template.general:
            continue
        if not (cell_changes or any(atom.key in deltas for atom in atoms)):
            continue
        if template.rule.list is not None and cells is None:
            cells = facts.cells()
        variables = set().union(*(atom.variables for atom in atoms))
        if template.rule.list is not None and cell_changes:
            starts: Iterable[tuple[list[Atom], Bindings]] = [(atoms, UNIT)]
        else:
            starts = [
                (atoms[:place] + atoms[place + 1 :], from_relation(atom, deltas[atom.key]))
                for place, atom in enumerate(atoms)
                if atom.key in deltas
            ]
        for rest, table in starts:
            for block in solve(rest, facts.lookup, table, variables):
                yield groundings_of(template, block, cells or NO_CELLS, collections, constant)


def constraint_keys(facts: FactBase, templates: Sequence[Template]) -> Iterator[Ids]:
    """The keys of the relations that rules which conclude false read, but for owl:sameAs."""
    same = facts.constant(SAME_AS)
    for template in templates:
        if template.general:
            if template.rule.name != "eq-diff1":
                keys = template.instance(facts.constant).keys
                yield np.array(sorted(keys - {same}), np.int64)
            continue
        for groundings in all_groundings(facts, template):
            for key_column in keys_of(groundings):
                yield key_column[key_column != same]


def constraint_instances(facts: FactBase, templates: Sequence[Template]) -> Iterator[Instance]:
    """The instances of rules that conclude false, but for those that read a relation without facts.

    Of a rule about two members of a list these are the pairs that have something in common, so that
    a list of n classes does not make n(n - 1)/2 instances.
    """
    for template in templates:
        if template.general:
            yield template.instance(facts.constant)
            continue
        for groundings in all_groundings(facts, template):
            if "j" in template.indices:
                yield from _pair_instances(facts, groundings)
            else:
                yield from WaitingGroundings().add(groundings, facts.present)


def all_groundings(facts: FactBase, template: Template) -> Iterator[Groundings]:
    """The groundings of a rule with axioms, for all of them that there are."""
    constant = facts.equal.representative
    atoms = template.axiom_atoms(constant)
    variables = set().union(*(atom.variables for atom in atoms))
    cells: Cells | None = None
    for block in solve(atoms, facts.lookup, UNIT, variables):
        if template.rule.list is not None and cells is None:
            cells = facts.cells()
        yield groundings_of(template, block, cells or NO_CELLS, CollectionIndex(), constant)


def _pair_instances(facts: FactBase, groundings: Groundings) -> Iterator[Instance]:
    template = groundings.template
    is_equality = template.rule.name.startswith("eq-diff")
    for row in range(len(groundings)):
        collection = groundings.collection(row)
        if is_equality:
            pairs: Iterable[tuple[int, int]] = _equal_pairs(collection.members)
        else:
            keys, *_ = keys_of(groundings.rows(np.array([row])))
            pairs = shared_pairs([facts.lookup(key).facts for key in keys.tolist()])
        values = groundings.row(row)
        yield from template.pair_instances(values, collection, groundings.constant, pairs)


def _equal_pairs(members: Iterable[int]) -> Iterator[tuple[int, int]]:
    places: dict[int, list[int]] = defaultdict(list)
    for place, number in enumerate(members):
        yield from ((earlier, place) for earlier in places[number])
        places[number].append(place)

"""Groundings of rules made into shapes."""

from collections.abc import Iterator, Sequence

import numpy as np

from eakg.problems import Problem, ProblemsError
from eakg.reason.engine import DIFFERENT_FROM, FactBase, all_groundings
from eakg.reason.plan import Groundings, Instance, Template, templates_of
from eakg.reason.relational.shape import Part, Pattern, RelationalProgram, Shape, ShapeColumn
from eakg.reason.relations import CLASS, Atom, Collection, Ids
from eakg.reason.rules import SAME_AS, RuleSet

_SYMBOL = 1 << 36
"""From here on numbers stand for columns, and not for terms."""


def runs_on_tables(rules: RuleSet) -> bool:
    """Whether shapes can hold all rules."""
    return all(template.open is None for template in templates_of(rules).all)


def check_rules(rules: RuleSet, engine: str) -> None:
    """Raises: ProblemsError where there are rules that shapes cannot hold."""
    for template in templates_of(rules).all:
        if template.open is not None:
            message = (
                f"the rule {template.rule.name} is about every property, which --engine {engine}"
                " does not run; take --engine memory"
            )
            raise ProblemsError([Problem(f"--rules {rules.name}", 0, message)])


def relational_program(facts: FactBase) -> RelationalProgram:
    """The program of rules fitted to all axioms among complete facts. Raises: ProblemsError where
    an axiom is about owl:sameAs or owl:differentFrom itself."""
    templates = templates_of(facts.rules)
    definite = [s for t in templates.definite if t.data for s in _shapes(facts, t)]
    for shape in definite:
        _check_keys(shape)
    constraints = [s for t in templates.constraints for s in _shapes(facts, t)]
    return RelationalProgram(tuple(definite), tuple(constraints))


def _check_keys(shape: Shape) -> None:
    for pattern in shape.body:
        if pattern.object is None:
            continue
        for number, name in ((SAME_AS, "owl:sameAs"), (DIFFERENT_FROM, "owl:differentFrom")):
            if (shape.values(pattern.key) == number).any():
                message = (
                    f"{shape.rule} has an axiom about {name} itself, which only --engine memory"
                    " follows"
                )
                raise ProblemsError([Problem("the axioms", 0, message)])


def _shapes(facts: FactBase, template: Template) -> Iterator[Shape]:
    if template.general:
        yield _shape(facts.rules, template.instance(_identity), (), 1)
        return
    for groundings in all_groundings(facts, template):
        if "j" in template.indices:
            yield from _pair_shape(groundings)
        elif not any(atom.each for atom in template.data):
            yield from _table(facts.rules, groundings, None)
        else:
            lengths = np.array([len(c.members) for c in groundings.index.all], np.int64)
            sizes = lengths[groundings.lists]
            for length in np.unique(sizes).tolist():
                rows = groundings.rows(sizes == length)
                lists = [rows.collection(k) for k in range(len(rows))]
                yield from _table(facts.rules, rows, lists)


def _table(
    rules: RuleSet, groundings: Groundings, collections: Sequence[Collection] | None
) -> Iterator[Shape]:
    """The shape of groundings; those that read whole lists have lists of one length."""
    if not len(groundings):
        return
    variables = list(groundings.columns)
    symbols = {variable: _SYMBOL + k for k, variable in enumerate(variables)}
    columns = [groundings.columns[variable] for variable in variables]
    members: tuple[int, ...] = ()
    if collections is not None:
        count = len(collections[0].members)
        members = tuple(_SYMBOL + len(columns) + k for k in range(count))
        columns += [np.array([c.members[k] for c in collections], np.int64) for k in range(count)]
    collection = Collection(members, members)
    instance = groundings.template.instance_of(symbols, _identity, collection)
    yield _shape(rules, instance, tuple(columns), len(groundings))


def _pair_shape(groundings: Groundings) -> Iterator[Shape]:
    """The shape of a rule about two members of a list, with a row for each member."""
    if not len(groundings):
        return
    sizes = [len(groundings.collection(row).members) for row in range(len(groundings))]
    owners = np.repeat(np.arange(len(groundings)), sizes)
    members = [n for row in range(len(groundings)) for n in groundings.collection(row).members]
    variables = list(groundings.columns)
    columns = [groundings.columns[variable][owners] for variable in variables]
    columns.append(np.array(members, np.int64))
    symbols = {variable: _SYMBOL + k for k, variable in enumerate(variables)}
    place = len(variables)
    pair = Collection((_SYMBOL + place, 2 * _SYMBOL + place), ())
    template = groundings.template
    (instance,) = template.pair_instances(symbols, pair, _identity, [(0, 1)])
    parts = _patterns(instance.body)
    yield Shape(template.rule.name, parts, (), tuple(columns), len(owners), lists=owners)


def _shape(rules: RuleSet, instance: Instance, columns: tuple[Ids, ...], size: int) -> Shape:
    """Where owl:sameAs makes nothing the same, all pairs are wanted, and nothing is linked."""
    half = instance.half if rules.equality else ()
    heads = _patterns(instance.heads)
    if half:
        linked = str(instance.heads[0].subject)
        if not any(linked in atom.variables for atom in half):
            linked = str(instance.heads[0].object)
        return Shape(instance.name, _patterns(half), heads, columns, size, linked)
    return Shape(instance.name, _patterns(instance.body), heads, columns, size)


def _patterns(atoms: Sequence[Atom]) -> tuple[Pattern, ...]:
    return tuple(_pattern(atom) for atom in atoms)


def _pattern(atom: Atom) -> Pattern:
    key = _part(atom.key - CLASS if atom.key >= CLASS else atom.key)
    assert not isinstance(key, str)  # noqa: S101 - the key of an atom is a number
    if atom.key >= CLASS:
        return Pattern(key, _part(atom.subject), None)
    return Pattern(key, _part(atom.subject), None if atom.object is None else _part(atom.object))


def _part(slot: int | str) -> Part:
    if isinstance(slot, str) or slot < _SYMBOL:
        return slot
    return ShapeColumn(slot % _SYMBOL, 0 if slot < 2 * _SYMBOL else 1)


def _identity(number: int) -> int:
    return number

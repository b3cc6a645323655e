"""Which variables a pattern gives values to (SPARQL 1.1 Query section 18.2.1)."""

from collections.abc import Iterator

from eakg.sparql.syntax.tree import (
    AnnotationBlock,
    Bind,
    Compound,
    Element,
    End,
    GraphPattern,
    GroupPattern,
    Minus,
    PredicatePath,
    Property,
    Select,
    ServicePattern,
    TermKind,
    TermNode,
    Triples,
    Union,
    ValuesBlock,
    element_groups,
)


def variables_in_scope(group: GroupPattern) -> tuple[str, ...]:
    """The names of the variables that `SELECT *` over a group has, in order of appearance."""
    return tuple(dict.fromkeys(_in_scope(group)))


def columns_of(select: Select) -> tuple[str, ...]:
    """The names of the variables that a SELECT gives."""
    if select.star is None:
        return tuple(column.variable.name for column in select.columns)
    values = select.modifiers.values
    behind = [name.name for name in values.variables] if values else []
    return tuple(dict.fromkeys((*variables_in_scope(select.where), *behind)))


def certain_variables(group: GroupPattern) -> frozenset[str]:
    """The variables that have a value in each solution of a group."""
    if group.subquery is not None:
        return frozenset()
    names: set[str] = set()
    for element in group.elements:
        match element:
            case Triples():
                names.update(triples_variables(element))
            case GraphPattern():
                names |= certain_variables(element.group)
            case Union():
                names |= frozenset.intersection(*map(certain_variables, element.groups))
    return frozenset(names)


def triples_variables(triples: Triples) -> Iterator[str]:
    """The names of the variables of some triples."""
    yield from _of_end(triples.subject)
    yield from _of_properties(triples.properties)


def _in_scope(group: GroupPattern) -> Iterator[str]:
    if group.subquery is not None:
        yield from columns_of(group.subquery)
    for element in group.elements:
        yield from _of_element(element)


def _of_element(element: Element) -> Iterator[str]:
    match element:
        case Triples():
            yield from triples_variables(element)
        case Bind():
            yield element.variable.name
        case ValuesBlock():
            yield from (variable.name for variable in element.variables)
        case GraphPattern() | ServicePattern():
            yield from _of_end(element.name)
            yield from _in_scope(element.group)
        case Minus():
            return
        case _:
            for group in element_groups(element):
                yield from _in_scope(group)


def _of_end(end: End) -> Iterator[str]:
    if isinstance(end, Compound):
        yield from _of_properties(end.properties)
        for member in end.members:
            yield from _of_end(member)
        if end.triple is not None:
            for part in end.triple:
                yield from _of_end(part)
        if end.reifier is not None:
            yield from _of_end(end.reifier)
    elif end.kind is TermKind.VARIABLE:
        yield end.name
    else:
        yield from end.variables


def _of_properties(properties: tuple[Property, ...]) -> Iterator[str]:
    for part in properties:
        if isinstance(part.path, PredicatePath):
            yield from _of_end(part.path.term)
        yield from _of_end(part.object)
        for annotation in part.annotations:
            yield from _of_annotation(annotation)


def _of_annotation(annotation: AnnotationBlock) -> Iterator[str]:
    reifier: TermNode | None = annotation.reifier
    if reifier is not None:
        yield from _of_end(reifier)
    yield from _of_properties(annotation.properties)

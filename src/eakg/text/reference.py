"""The references between annotations: that they exist, have the right kind, and have an end."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter

from eakg.problems import Problem
from eakg.text.annotation import (
    Annotation,
    Attribute,
    Equivalence,
    Event,
    Identified,
    Normalization,
    Note,
    Relation,
    TextBound,
    label,
)

_KINDS: dict[type[Identified], str] = {
    TextBound: "a text-bound annotation (T)",
    Event: "an event (E)",
    Relation: "a relation (R)",
    Attribute: "an attribute (A)",
    Normalization: "a normalization (N)",
    Note: "a note (#)",
}
_MENTIONS: tuple[type[Identified], ...] = (TextBound, Event)


def references(
    annotation: Annotation,
) -> Iterator[tuple[str, str, tuple[type[Identified], ...]]]:
    """What an annotation points to: the name of the place, the id there, the kinds allowed."""
    match annotation:
        case TextBound():
            pass
        case Event(trigger=trigger, arguments=arguments):
            yield "trigger", trigger, (TextBound,)
            for argument in arguments:
                yield f"role {argument.role}", argument.target, _MENTIONS
        case Relation(arguments=arguments):
            for argument in arguments:
                yield f"argument {argument.role}", argument.target, _MENTIONS
        case Attribute(target=target):
            yield "target", target, (TextBound, Event, Relation)
        case Normalization(target=target):
            yield "target", target, _MENTIONS
        case Note(target=target):
            yield "target", target, tuple(_KINDS)
        case Equivalence(targets=targets):
            for target in targets:
                yield "member", target, _MENTIONS


def check_references(
    annotations: Iterable[Annotation],
    by_id: Mapping[str, Identified],
    unreadable: Collection[str] = (),
) -> list[Problem]:
    """The problems of the references between annotations.

    Arguments: the annotations; those that have an id, by it; and the ids of lines that could not
    be read, which are reported elsewhere and count as existing here.
    """
    problems: list[Problem] = []
    for annotation in annotations:
        for place, target, kinds in references(annotation):
            if target in unreadable:
                continue
            referent = by_id.get(target)
            message = None
            if referent is None:
                message = (
                    f"points to {target}, which does not exist; "
                    f"add {target} or correct the {place.split()[0]}"
                )
            elif not isinstance(referent, kinds):
                choices = " or ".join(_KINDS[kind] for kind in kinds)
                message = (
                    f"points to {target}, which is {_KINDS[type(referent)]}; point to {choices}"
                )
            elif place == "trigger" and referent.type != annotation.type:
                message = (
                    f"{target} has the type {referent.type}; "
                    "an event and its trigger have the same type, correct one of them"
                )
            if message:
                text = f"{label(annotation)}: {place} {message}"
                problems.append(Problem(str(annotation.path), annotation.line, text))
    return problems + _cycles(by_id)


def _cycles(by_id: Mapping[str, Identified]) -> list[Problem]:
    events = {id_: e for id_, e in by_id.items() if isinstance(e, Event)}
    graph = {
        id_: [a.target for a in event.arguments if a.target in events]
        for id_, event in events.items()
    }
    problems: list[Problem] = []
    while True:
        try:
            TopologicalSorter(graph).prepare()
        except CycleError as error:
            cycle: list[str] = error.args[1][-1:0:-1]
            first = min(range(len(cycle)), key=lambda i: list(events).index(cycle[i]))
            cycle = cycle[first:] + cycle[:first]
            event = events[cycle[0]]
            path = " -> ".join([*cycle, cycle[0]])
            message = f"{label(event)}: is its own argument by way of {path}; correct a role there"
            problems.append(Problem(str(event.path), event.line, message))
            successor = cycle[1] if len(cycle) > 1 else cycle[0]
            graph[cycle[0]] = [target for target in graph[cycle[0]] if target != successor]
        else:
            return problems

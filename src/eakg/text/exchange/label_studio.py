"""Label Studio's JSON (https://labelstud.io/guide/export): spans as labels, roles and relations as
relations between spans, attributes as choices, normalizations and notes as text areas of a span.

Offsets there are UTF-16 units. An event is the label of its trigger, marked by `event` in the text
of its `meta`; relations from it are its roles, unless `relation` is their second label, and all
others relations of their own. What brat has and Label Studio has not: a span in pieces, a second
event of one trigger, a trigger apart from its event, names for the ends of a relation, and groups
of equivalents.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from eakg.text.annotation import (
    Annotation,
    Attribute,
    Equivalence,
    Event,
    Normalization,
    Note,
    Relation,
    TextBound,
)
from eakg.text.exchange.annotated_text import (
    UTF_16,
    AnnotatedText,
    AnnotationBuilder,
    code_points,
    hull,
    split_losses,
)
from eakg.text.exchange.losses import Conversion, ExchangeError, check_text
from eakg.text.offsets import offset_scale

_REFERENCE = "Reference"
_TEXT = "text"
_EVENT, _RELATION = "event", "relation"


def write_label_studio(source: AnnotatedText) -> Conversion[str]:
    """A task with one annotation, and what is not in it."""
    text, annotations = source.text, source.annotations
    losses = list(split_losses(annotations, text))
    scale = offset_scale(text, UTF_16)
    regions: dict[str, dict[str, Any]] = {}
    triggers: dict[str, str] = {}
    for item in annotations:
        if isinstance(item, TextBound):
            start, end = hull(item.fragments)
            place = {"start": scale[start], "end": scale[end], "text": text[start:end]}
            regions[item.id] = {"id": item.id, "value": place}
    results = [
        _result(regions[item.id], "labels", "label", "labels", item.type)
        for item in annotations
        if isinstance(item, TextBound)
    ]
    places = {identifier: identifier for identifier in regions}
    for item in annotations:
        if isinstance(item, Event):
            if item.trigger in triggers:
                first = triggers[item.trigger]
                losses.append(f"{item.id} {item.type}: another event of the trigger of {first}")
            else:
                triggers[item.trigger] = item.id
                places[item.id] = item.trigger
    for result in results:
        if result["id"] in triggers:
            result["meta"] = {_TEXT: [_EVENT]}
    for item in annotations:
        losses += [
            f"{getattr(item, 'id', '*')} {item.type}: that {target} is meant, and not its event"
            for target in _targets(item)
            if target in triggers
        ]
        match item:
            case Event() if places.get(item.id) == item.trigger:
                for argument in item.arguments:
                    losses += _relate(results, places, item.id, argument.target, [argument.role])
            case Relation():
                one_end, other_end = item.arguments
                labels = [item.type]
                if places.get(one_end.target) in triggers:
                    labels.append(_RELATION)
                losses += _relate(results, places, one_end.target, other_end.target, labels)
                if (one_end.role, other_end.role) != ("Arg1", "Arg2"):
                    losses.append(f"{item.id} {item.type}: the names of its ends")
            case Attribute() | Normalization() | Note():
                region = regions.get(places.get(item.target, ""))
                if region is None:
                    losses.append(f"{item.id} {item.type}: {item.target} is no span there")
                else:
                    results.append(_detail(region, item))
            case Equivalence():
                losses.append(f"* {item.type}: the group of {', '.join(item.targets)}")
    task = [{"data": {_TEXT: text}, "annotations": [{"result": results}]}]
    return Conversion(json.dumps(task, ensure_ascii=False, indent=1) + "\n", tuple(losses))


def _targets(item: Annotation) -> tuple[str, ...]:
    match item:
        case Event() | Relation():
            return tuple(part.target for part in item.arguments)
        case Attribute() | Normalization() | Note():
            return (item.target,)
    return ()


def _detail(region: Mapping[str, Any], item: Attribute | Normalization | Note) -> dict[str, Any]:
    match item:
        case Attribute():
            return _result(region, "choices", item.type, "choices", item.value or "true")
        case Normalization():
            reference = f"{item.database}:{item.identifier}"
            words = f"{reference} {item.text}".strip()
            return _result(region, "textarea", _REFERENCE, "text", words)
    return _result(region, "textarea", item.type, "text", item.text)


def _result(
    region: Mapping[str, Any], kind: str, control: str, key: str, value: str
) -> dict[str, Any]:
    place = region["value"]
    if key == _TEXT:
        place = {name: number for name, number in place.items() if name != _TEXT}
    return {
        "id": region["id"],
        "type": kind,
        "from_name": control,
        "to_name": _TEXT,
        "value": {**place, key: [value]},
    }


def _relate(
    results: list[dict[str, Any]],
    places: Mapping[str, str],
    start: str,
    target: str,
    labels: list[str],
) -> Iterator[str]:
    ends = [places.get(start), places.get(target)]
    if None in ends:
        yield f"{labels[0]} from {start} to {target}: one of them is no span there"
        return
    relation = {"type": "relation", "direction": "right", "labels": labels}
    results.append({**relation, "from_id": ends[0], "to_id": ends[1]})


def read_label_studio(content: str, task: int = 1) -> Conversion[AnnotatedText]:
    """The text of a task and its first annotation, and what of it is not taken.

    Arguments: the file; the number of the task in it, from 1. Raises: ExchangeError for what is no
    export of Label Studio.
    """
    try:
        document = json.loads(content)
    except ValueError as error:
        raise ExchangeError(f"is no JSON: {error}") from None
    tasks = document if isinstance(document, list) else [document]
    if not 1 <= task <= len(tasks) or not all(isinstance(one, dict) for one in tasks):
        raise ExchangeError(f"has {len(tasks)} tasks and no number {task}")
    data = tasks[task - 1].get("data")
    texts = data.values() if isinstance(data, dict) else ()
    text = next((value for value in texts if isinstance(value, str)), None)
    if text is None:
        raise ExchangeError(f"has no text in the data of task {task}; export it as JSON")
    check_text(text)
    annotations = tasks[task - 1].get("annotations") or [{}]
    results = [one for one in annotations[0].get("result", ()) if isinstance(one, dict)]
    losses = [f"annotation {n + 2} of the task" for n in range(len(annotations) - 1)]
    return _Reader(text, losses).read(results)


class _Reader:
    """Reads the results of an annotation."""

    def __init__(self, text: str, losses: list[str]) -> None:
        self._builder = AnnotationBuilder(text)
        self._points = code_points(text, UTF_16)
        self._losses = losses
        self._mentions: dict[str, str] = {}
        self._types: dict[str, str] = {}
        self._events: list[str] = []

    def read(self, results: list[dict[str, Any]]) -> Conversion[AnnotatedText]:
        for result in results:
            if result.get("type") in {"labels", "hypertextlabels"}:
                self._label(result)
        targets = self._relations([one for one in results if one.get("type") == "relation"])
        for result in results:
            kind = result.get("type")
            if kind in {"choices", "textarea"}:
                self._detail(result, targets)
            elif kind not in {"labels", "hypertextlabels", "relation"}:
                self._losses.append(f"a result of the type {kind}")
        return Conversion(self._builder.result(), tuple(self._losses))

    def _label(self, result: Mapping[str, Any]) -> None:
        value, name = _mapping(result.get("value")), str(result.get("id"))
        labels = value.get("labels") or value.get("hypertextlabels") or [""]
        start, end = (self._points.get(_whole(value.get(key))) for key in ("start", "end"))
        type_ = str(labels[0])
        mention = None
        if type_ and start is not None and end is not None and start < end:
            mention = self._builder.mention(type_, start, end)
        if mention is None:
            self._losses.append(f"{name}: its span is not in the text, or has no label")
            return
        self._mentions[name], self._types[name] = mention, type_
        if _EVENT in (_mapping(result.get("meta")).get(_TEXT) or ()):
            self._events.append(name)
        if len(labels) > 1:
            self._losses.append(f"{name}: all labels but the first, {labels[0]}")

    def _relations(self, relations: list[dict[str, Any]]) -> dict[str, str]:
        """Make relations, and events with their roles; what each region is then."""
        targets = {**self._mentions, **{name: self._builder.next_id("E") for name in self._events}}
        arguments: dict[str, list[tuple[str, str]]] = {name: [] for name in self._events}
        for relation in relations:
            start, end = str(relation.get("from_id")), str(relation.get("to_id"))
            if relation.get("direction") == "left":
                start, end = end, start
            labels = relation.get("labels") or []
            if start not in targets or end not in targets or not labels:
                self._losses.append(f"a relation from {start} to {end}: it has no label or no ends")
                continue
            label = str(labels[0])
            if start in arguments and _RELATION not in labels[1:]:
                arguments[start].append((label, targets[end]))
            else:
                self._builder.relation(label, targets[start], targets[end])
        for name, parts in arguments.items():
            self._builder.event(targets[name], self._types[name], self._mentions[name], parts)
        return targets

    def _detail(self, result: Mapping[str, Any], targets: Mapping[str, str]) -> None:
        name, control = str(result.get("id")), str(result.get("from_name"))
        target, value = targets.get(name), _mapping(result.get("value"))
        texts = [str(one) for one in value.get("choices") or value.get("text") or ()]
        if target is None or not texts:
            self._losses.append(f"{control}: it is of no span")
            return
        for words in texts:
            if result.get("type") == "choices":
                self._builder.attribute(control, target, None if words == "true" else words)
                continue
            reference, _, label = words.partition(" ")
            if control != _REFERENCE or not self._builder.normalization(target, reference, label):
                self._builder.note(control, target, words)


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _whole(value: object) -> int:
    return value if isinstance(value, int) else -1

"""doccano's JSONL (https://doccano.github.io/doccano/): a text a line, with labelled spans, and
relations between them where the project has them.

Offsets are code points. It has no attributes, normalizations and notes; an event is the label of
its trigger, and its roles are relations from it.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from eakg.text.annotation import Event, Relation, TextBound
from eakg.text.exchange.annotated_text import AnnotatedText, AnnotationBuilder, hull, split_losses
from eakg.text.exchange.losses import Conversion, ExchangeError, check_text

_PAIR = 2  # parts of a span without its label


def write_doccano(source: AnnotatedText) -> Conversion[str]:
    """A line with the text, its spans and relations, and what is not in it."""
    losses = list(split_losses(source.annotations, source.text))
    numbers: dict[str, int] = {}
    entities: list[dict[str, Any]] = []
    relations: list[dict[str, Any]] = []
    for item in source.annotations:
        if isinstance(item, TextBound):
            numbers[item.id] = len(numbers) + 1
            start, end = hull(item.fragments)
            place = {"start_offset": start, "end_offset": end}
            entities.append({"id": numbers[item.id], "label": item.type, **place})
    for item in source.annotations:
        if isinstance(item, Event):
            numbers[item.id] = numbers[item.trigger]
            losses.append(f"{item.id} {item.type}: it is the label of {item.trigger}")
    for origin, target, label in _arcs(source):
        if origin in numbers and target in numbers:
            ends = {"from_id": numbers[origin], "to_id": numbers[target]}
            relations.append({"id": len(relations) + 1, **ends, "type": label})
        else:
            losses.append(f"{label} from {origin} to {target}: one of them is no span there")
    for item in source.annotations:
        if not isinstance(item, TextBound | Event | Relation):
            losses.append(f"{getattr(item, 'id', '*')} {item.type}: there is no place for it")
    row = {"text": source.text, "entities": entities, "relations": relations}
    return Conversion(json.dumps(row, ensure_ascii=False) + "\n", tuple(losses))


def _arcs(source: AnnotatedText) -> Iterator[tuple[str, str, str]]:
    for item in source.annotations:
        if isinstance(item, Event):
            yield from ((item.id, part.target, part.role) for part in item.arguments)
        elif isinstance(item, Relation):
            first, second = item.arguments
            yield first.target, second.target, item.type


def read_doccano(content: str, row: int = 1) -> Conversion[AnnotatedText]:
    """The text of a line and its annotations, and what of it is not taken.

    Arguments: the file; the number of the line, from 1. Raises: ExchangeError for what is none.
    """
    lines = [line for line in content.split("\n") if line.strip()]
    if not 1 <= row <= len(lines):
        raise ExchangeError(f"has {len(lines)} texts and no number {row}")
    try:
        values = json.loads(lines[row - 1])
    except ValueError as error:
        raise ExchangeError(f"has no JSON in line {row}: {error}") from None
    if not isinstance(values, dict) or not isinstance(values.get("text"), str):
        raise ExchangeError(f"has no text in line {row}; export it as JSONL")
    check_text(values["text"])
    builder = AnnotationBuilder(values["text"])
    losses: list[str] = []
    mentions: dict[object, str] = {}
    for number, entity in enumerate(_entities(values), 1):
        start, end = entity.get("start_offset"), entity.get("end_offset")
        label = "_".join(str(entity.get("label", "")).split())
        mention = None
        if label and isinstance(start, int) and isinstance(end, int) and start < end:
            mention = builder.mention(label, start, end)
        if mention is None:
            losses.append(f"entity {entity.get('id', number)}: its span is not in the text")
            continue
        mentions[entity.get("id", number)] = mention
    for relation in values.get("relations") or ():
        ends = mentions.get(relation.get("from_id")), mentions.get(relation.get("to_id"))
        if ends[0] is None or ends[1] is None:
            losses.append(f"relation {relation.get('id')}: it has no ends")
        else:
            builder.relation("_".join(str(relation.get("type")).split()), ends[0], ends[1])
    places = {"id", "text", "label", "labels", "entities", "relations"}
    losses += [f"{name}: there is no place for it" for name in values if name not in places]
    return Conversion(builder.result(), tuple(losses))


def _entities(values: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The spans of a text, in the form of today or in that of earlier versions."""
    for entity in values.get("entities") or ():
        if isinstance(entity, dict):
            yield entity
    for span in values.get("label") or values.get("labels") or ():
        if isinstance(span, list) and len(span) > _PAIR:
            yield {"start_offset": span[0], "end_offset": span[1], "label": span[2]}

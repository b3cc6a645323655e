"""Web Annotations (https://www.w3.org/TR/annotation-model/): one for each mention, with its type as
a tag, what it stands for, and notes; a piece of it is a target of its own.

Positions are code points (section 4.2.4), and the source is the file of the text beside it. A Web
Annotation has no roles: what leads from one mention to another is not carried, nor are attributes.
"""

import json
from collections import defaultdict
from typing import Any
from urllib.parse import quote

from eakg.names import ID
from eakg.text.annotation import Event, Normalization, Note, Span, TextBound
from eakg.text.exchange.annotated_text import AnnotatedText
from eakg.text.exchange.losses import Conversion

_CONTEXT = "http://www.w3.org/ns/anno.jsonld"
_DATABASE = "EAKG"
_AROUND = 32  # characters of the text before and behind a quote


def write_web_annotations(source: AnnotatedText) -> Conversion[str]:
    """A page of annotations in JSON-LD, and what is not in it."""
    losses: list[str] = []
    bodies: dict[str, list[dict[str, str]]] = defaultdict(list)
    triggers: dict[str, str] = {}
    for item in source.annotations:
        if isinstance(item, Event):
            triggers.setdefault(item.id, item.trigger)
            losses.append(f"{item.id} {item.type}: it is the tag of {item.trigger}, without roles")
    for item in source.annotations:
        match item:
            case Normalization():
                bodies[triggers.get(item.target, item.target)].append(_identity(item))
            case Note():
                body = {"type": "TextualBody", "purpose": "commenting", "value": item.text}
                bodies[triggers.get(item.target, item.target)].append(body)
            case TextBound() | Event():
                pass
            case _:
                losses.append(f"{getattr(item, 'id', '*')} {item.type}: there is no place for it")
    mentions = [item for item in source.annotations if isinstance(item, TextBound)]
    items = [_annotation(item, source, bodies.pop(item.id, [])) for item in mentions]
    losses += [f"what is said of {name}, which is no span" for name in bodies]
    page = {"@context": _CONTEXT, "type": "AnnotationPage", "items": items}
    return Conversion(json.dumps(page, ensure_ascii=False, indent=1) + "\n", tuple(losses))


def _annotation(
    item: TextBound, source: AnnotatedText, bodies: list[dict[str, str]]
) -> dict[str, Any]:
    tag = {"type": "TextualBody", "purpose": "tagging", "value": item.type}
    targets = [_target(fragment, source) for fragment in item.fragments]
    return {
        "id": f"#{item.id}",
        "type": "Annotation",
        "motivation": "identifying" if bodies else "tagging",
        "body": [tag, *bodies],
        "target": targets if len(targets) > 1 else targets[0],
    }


def _target(fragment: Span, source: AnnotatedText) -> dict[str, Any]:
    text, (start, end) = source.text, fragment
    words = {
        "type": "TextQuoteSelector",
        "exact": text[start:end],
        "prefix": text[max(0, start - _AROUND) : start],
        "suffix": text[end : end + _AROUND],
    }
    position = {"type": "TextPositionSelector", "start": start, "end": end}
    return {"source": quote(source.name), "selector": [position, words]}


def _identity(item: Normalization) -> dict[str, str]:
    """What a mention stands for: a thing by its IRI, anything else by how it is written."""
    if item.database == _DATABASE:
        return {"type": "SpecificResource", "purpose": "identifying", "source": ID[item.identifier]}
    value = f"{item.database}:{item.identifier}"
    return {"type": "TextualBody", "purpose": "identifying", "value": value}

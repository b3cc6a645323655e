"""What is said of a thing in JSON: its names, its kinds, its triples with their words and support.

The page tells the same in sections.
"""

import json
from collections.abc import Sequence
from typing import Any

from rdflib import URIRef

from eakg.serve.app import Page, address
from eakg.serve.content import NAME_PROPERTIES, DescribedTriple, Outline, Presentation
from eakg.serve.pages.triple_forms import triples_json
from eakg.serve.words import naming_of, thing_path
from eakg.store import QueryService

_NAMES = frozenset(map(URIRef, NAME_PROPERTIES))
_TYPE = "application/vnd.eakg.words+json"
IN_WORDS = Page("words", _TYPE, "words", _TYPE, title="JSON in words")


def thing_json(
    store: QueryService, outline: Outline, presentation: Presentation, most: int | None = None
) -> str:
    """A page of the document about a thing: `iri`, `label`, `address`, `kinds`, `closure`, `page`
    and `pages`, the triples that start from it (`outgoing`) and that point to it (`incoming`), as
    `triples_json` writes them, and how many of each the page has (`total`).

    Arguments: the store; the outline; how pages tell of things; how many triples of each are told,
    those that were stated first and names last, all where nothing is said.
    Raises: StoreError and its kinds.
    """
    iri = outline.iri
    ends = {name: _first(getattr(outline, name), most) for name in ("outgoing", "incoming")}
    kinds = sorted(outline.kinds.get(iri, ()), key=str)
    terms = {term for entries in ends.values() for entry in entries for term in entry.triple}
    naming = naming_of(store, {iri, *kinds, *terms}, presentation, closure=outline.closure)
    document: dict[str, Any] = {
        "iri": str(iri),
        "label": naming.of(iri).label,
        "address": address(thing_path(str(iri))),
        "kinds": [{"iri": str(kind), "label": naming.of_term(kind).label} for kind in kinds],
        "closure": outline.closure,
        "page": outline.page,
        "pages": outline.pages,
        "total": {"outgoing": len(outline.outgoing), "incoming": len(outline.incoming)},
        **{name: triples_json(store, entries, naming) for name, entries in ends.items()},
    }
    return json.dumps(document, ensure_ascii=False)


def _first(entries: Sequence[DescribedTriple], most: int | None) -> Sequence[DescribedTriple]:
    if most is None:
        return entries
    return sorted(entries, key=lambda entry: (entry.triple[1] in _NAMES, entry.inferred))[:most]

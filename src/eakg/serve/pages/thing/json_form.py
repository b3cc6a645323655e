"""What is said of a thing in JSON: its names, its kinds, its triples with their words and support.

The page tells the same in sections.
"""

import json
from typing import Any

from eakg.serve.app import Page, address
from eakg.serve.content import Description, Presentation
from eakg.serve.pages.triple_forms import triples_json
from eakg.serve.words import Naming, thing_path
from eakg.store import Closure, QueryService

_TYPE = "application/vnd.eakg.words+json"
IN_WORDS = Page("words", _TYPE, "words", _TYPE, title="JSON in words")


def thing_json(
    store: QueryService, description: Description, closure: Closure, presentation: Presentation
) -> str:
    """A page of the document about a thing: `iri`, `label`, `address`, `kinds`, `closure`, `page`
    and `pages`, and the triples that start from it (`outgoing`) and that point to it (`incoming`),
    as `triples_json` writes them.

    Arguments: the store; the description; whether what follows is told; how pages tell of things.
    Raises: StoreError and its kinds.
    """
    naming = Naming(description.labels, presentation=presentation)
    iri = description.iri
    kinds = sorted(map(str, description.kinds.get(iri, ())))
    names = {str(kind): naming.of_term(kind).label for kind in description.kinds.get(iri, ())}
    document: dict[str, Any] = {
        "iri": str(iri),
        "label": naming.of(iri).label,
        "address": address(thing_path(str(iri))),
        "kinds": [{"iri": kind, "label": names[kind]} for kind in kinds],
        "closure": closure,
        "page": description.page,
        "pages": description.pages,
        "outgoing": triples_json(store, description.outgoing, naming),
        "incoming": triples_json(store, description.incoming, naming),
    }
    return json.dumps(document, ensure_ascii=False)

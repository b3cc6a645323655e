"""What search engines read of a thing: a description in the terms of schema.org, small whatever the
graph holds of it. The triples themselves are at the addresses of its document.

Specification: https://schema.org/docs/datamodel.html; JSON-LD 1.1 section 7 (in HTML).
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from rdflib import FOAF, ORG, OWL, RDFS, SDO, SKOS, URIRef
from rdflib.term import Node

from eakg.names import SEM
from eakg.serve.content import Description, language
from eakg.serve.pages.thing.page import ThingPage

_ROOM = 8000  # bytes; a value that does not fit is left out
_SPELLINGS = (str(SDO), "http://schema.org/")
_FAMILIAR: dict[Node, str] = {
    FOAF.Person: "Person",
    FOAF.Organization: "Organization",
    FOAF.Group: "Organization",
    FOAF.Document: "CreativeWork",
    ORG.Organization: "Organization",
    ORG.FormalOrganization: "Organization",
    SEM.Event: "Event",
    SEM.Place: "Place",
}
"""Classes of vocabularies in wide use, and what they are there."""
_NAMES = frozenset({RDFS.label, SKOS.prefLabel, SKOS.altLabel, SDO.name, SDO.alternateName})
_SAME = frozenset({OWL.sameAs, SKOS.exactMatch, SDO.sameAs})


def markup_of(
    page: ThingPage,
    url: str,
    matches: Mapping[Node, frozenset[Node]],
    above: Mapping[Node, frozenset[Node]],
) -> str:
    """The description, for a script element: no `<` may end it (HTML 4.12.1.3).

    Arguments: the page of the thing; its address; the classes of other vocabularies that come near
    a class; the classes above each class.
    """
    description = page.description
    kinds = description.kinds.get(description.iri, frozenset())
    types = sorted(_types(kinds, matches, above)) or ["Thing"]
    markup: dict[str, Any] = {
        "@context": "https://schema.org",
        "@id": str(description.iri),
        "@type": types if len(types) > 1 else types[0],
        "name": page.title,
        "url": url,
    }
    room = _ROOM - _size(markup)
    summary = next((value.term.label for value in page.summary), page.sentence)
    if summary and (size := _size(summary)) < room:
        markup["description"] = summary
        room -= size
    for name, values in (
        ("sameAs", _same(description)),
        ("alternateName", _names(description, page.title)),
    ):
        for value in dict.fromkeys(values):
            room -= _size(value)
            if room > 0:
                markup.setdefault(name, []).append(value)
    return _script(markup)


def _script(value: object) -> str:
    return json.dumps(value, ensure_ascii=False).replace("<", "\\u003c")


def _size(value: object) -> int:
    return len(_script(value).encode())


def _types(
    kinds: frozenset[Node],
    matches: Mapping[Node, frozenset[Node]],
    above: Mapping[Node, frozenset[Node]],
) -> set[str]:
    """The names in schema.org of the classes of a thing, but for those above others of them."""
    names = {
        kind: {name for term in (kind, *matches.get(kind, ())) if (name := _name(term))}
        for kind in kinds
    }
    classes = {kind for kind, values in names.items() if values}
    wider = {term for kind in classes for term in above.get(kind, ())}
    return {name for kind in classes - wider for name in names[kind]}


def _name(term: Node) -> str | None:
    if term in _FAMILIAR:
        return _FAMILIAR[term]
    for namespace in _SPELLINGS:
        if str(term).startswith(namespace):
            return str(term).removeprefix(namespace)
    return None


def _names(description: Description, title: str) -> Iterator[str]:
    """The other names of the thing, those in English first."""
    names = [term for property_, term in _values(description) if property_ in _NAMES]
    for term in sorted(names, key=lambda term: (language(term) not in ("en", ""), str(term))):
        if str(term) != title:
            yield str(term)


def _same(description: Description) -> Iterator[str]:
    for property_, term in _values(description):
        if property_ in _SAME and isinstance(term, URIRef) and term != description.iri:
            yield str(term)


def _values(description: Description) -> Iterator[tuple[Node, Node]]:
    for entry in description.outgoing:
        yield entry.triple[1], entry.triple[2]

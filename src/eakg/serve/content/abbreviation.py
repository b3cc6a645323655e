"""IRIs in short, for people."""

import re
from functools import cache
from urllib.parse import unquote

from rdflib import Graph

from eakg.names import BASE, PREFIXES

_MORE = {
    "http://schema.org/": "schema",
    "http://www.w3.org/2003/01/geo/wgs84_pos#": "wgs",
    "http://www.w3.org/2006/vcard/ns#": "vcard",
}
_NAME = re.compile(r"[\w.-]+")
_TAIL = re.compile(r"[^#/:]+(?=[#/]*$)")


def short(iri: str) -> str:
    """The IRI with a prefix where one fits, else whole."""
    spaces = [(space, prefix) for prefix, space in PREFIXES.items() if iri.startswith(space)]
    if spaces:
        namespace, prefix = max(spaces, key=lambda pair: len(pair[0]))
        return f"{prefix}:{iri[len(namespace) :]}"
    for namespace, prefix in _common().items():
        if iri.startswith(namespace) and _NAME.fullmatch(iri, len(namespace)):
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri[len(BASE) :] if iri.startswith(BASE) else iri


def term_name(iri: str) -> str:
    """What a class or property is called that nothing names: in short, or by the end of its IRI."""
    name = short(iri)
    tail = _TAIL.search(iri) if name == iri else None
    return unquote(tail[0]) if tail else name


@cache
def _common() -> dict[str, str]:
    """The namespaces of vocabularies that many use, with their usual prefixes."""
    usual = Graph(bind_namespaces="rdflib").namespaces()
    return {**_MORE, **{str(namespace): prefix for prefix, namespace in usual}}

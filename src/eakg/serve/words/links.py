"""Where an IRI is shown on this host, and how it is written for people."""

from urllib.parse import quote, urlencode

from eakg.names import BASE, EAKG, GRAPH, ID, ONTOLOGY_IRI, PREFIXES
from eakg.rdf import Triple, write_term

_SAFE = "/:@!$&'()*+,;=~-._%"


def local_path(iri: str) -> str | None:
    """The path on this host at which the IRI is described, or None for foreign ones."""
    if iri == str(ONTOLOGY_IRI):
        return "/ontology"
    if iri.startswith(str(EAKG)):
        return f"/ontology#{quote(iri[len(EAKG) :], safe=_SAFE)}"
    if iri.startswith(str(ID)):
        return document_path(iri[len(ID) :])
    if iri.startswith(str(GRAPH)):
        return f"/graph/{quote(iri[len(GRAPH) :], safe=_SAFE + '#')}"
    return None


def document_path(slug: str, extension: str = "") -> str:
    """The path of the document about the thing of this slug."""
    ending = f".{extension}" if extension else ""
    return f"/doc/{quote(slug, safe=_SAFE)}{ending}"


def proof_path(triple: Triple) -> str:
    """The path of the proof of a triple."""
    terms = zip("spo", map(write_term, triple), strict=True)
    return f"/explain?{urlencode(dict(terms))}"


def href(iri: str) -> str | None:
    """What to link an IRI to: here if it is ours, itself if it is of the web, else nothing."""
    return local_path(iri) or (iri if iri.startswith(("http://", "https://")) else None)


def short(iri: str) -> str:
    """The IRI with a prefix where one fits, else whole."""
    prefixes = [
        (namespace, prefix) for prefix, namespace in PREFIXES.items() if iri.startswith(namespace)
    ]
    if not prefixes:
        return iri[len(BASE) :] if iri.startswith(BASE) else iri
    namespace, prefix = max(prefixes, key=lambda pair: len(pair[0]))
    return f"{prefix}:{iri[len(namespace) :]}"

"""Where an IRI is shown on this host, and how it is written for people."""

from urllib.parse import quote, urlencode

from eakg.names import EAKG, GRAPH, ID, ONTOLOGY_IRI
from eakg.rdf import Triple, survives_decoding, write_term

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
        return graph_path(iri)
    return None


def document_path(slug: str, extension: str = "") -> str:
    """The path of the document about the thing of this slug.

    A name that a server which decodes paths could take for another is given as a parameter.
    """
    if not survives_decoding(slug):
        ending = f"&format={extension}" if extension else ""
        return f"/doc?iri={quote(ID[slug], safe='')}{ending}"
    ending = f".{extension}" if extension else ""
    return f"/doc/{quote(slug, safe=_SAFE)}{ending}"


def thing_path(iri: str, extension: str = "") -> str:
    """The path of the document about anything: `document_path` where its name has one, else that
    of its whole IRI."""
    if iri.startswith(str(ID)):
        return document_path(iri[len(ID) :], extension)
    ending = f"&format={extension}" if extension else ""
    return f"/doc?iri={quote(iri, safe='')}{ending}"


def graph_path(iri: str, extension: str = "") -> str:
    """The path of the page about a graph, or of a row in one of ours, as `document_path`."""
    if not iri.startswith(str(GRAPH)):
        ending = f"&format={extension}" if extension else ""
        return f"{description_path(iri)}{ending}"
    name, mark, fragment = iri[len(GRAPH) :].partition("#")
    anchor = f"{mark}{quote(fragment, safe=_SAFE)}"
    if not survives_decoding(name):
        ending = f"&format={extension}" if extension else ""
        return f"{description_path(GRAPH[name])}{ending}{anchor}"
    ending = f".{extension}" if extension else ""
    return f"/graph/{quote(name, safe=_SAFE)}{ending}{anchor}"


def description_path(graph: str) -> str:
    """The path of what is known of a graph."""
    return f"/graph?iri={quote(graph, safe='')}"


def triples_path(graph: str) -> str:
    """The path of the triples of a graph, at the Graph Store."""
    name = graph.removeprefix(str(GRAPH))
    if name != graph and survives_decoding(name) and "%" not in name:
        return f"/graphs/{quote(name, safe=_SAFE)}"
    return f"/graphs?graph={quote(graph, safe='')}"


def proof_path(triple: Triple) -> str:
    """The path of the proof of a triple."""
    terms = zip("spo", map(write_term, triple), strict=True)
    return f"/explain?{urlencode(dict(terms))}"


def href(iri: str) -> str | None:
    """What to link an IRI to: here if it is ours, itself if it is of the web, else nothing."""
    return local_path(iri) or (iri if iri.startswith(("http://", "https://")) else None)

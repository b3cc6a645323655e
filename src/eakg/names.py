"""The IRIs of EAKG: terms, things, documents about things, and named graphs."""

import re

from rdflib import Namespace, URIRef
from rdflib.namespace import DCTERMS, FOAF, ORG, OWL, PROV, RDF, RDFS, SKOS, XSD

BASE = "https://w3id.org/eakg/"
EAKG = Namespace(BASE + "ontology#")
ID = Namespace(BASE + "id/")
DOC = Namespace(BASE + "doc/")
GRAPH = Namespace(BASE + "graph/")
OA = Namespace("http://www.w3.org/ns/oa#")
SEM = Namespace("http://semanticweb.cs.vu.nl/2009/11/sem/")
CSVW = Namespace("http://www.w3.org/ns/csvw#")
GEO = Namespace("http://www.opengis.net/ont/geosparql#")
WGS84 = Namespace("http://www.w3.org/2003/01/geo/wgs84_pos#")
SCHEMA = Namespace("https://schema.org/")

ONTOLOGY_IRI = URIRef(BASE + "ontology")
ONTOLOGY_GRAPH = GRAPH["ontology"]
INFERRED_GRAPH = GRAPH["inferred"]
REIFIERS_GRAPH = GRAPH["reifiers"]
"""The evidence in the words of RDF 1.2, made of the graphs of evidence for those who name it."""
EVIDENCE = str(GRAPH["evidence/"])
"""What the names of the graphs of evidence begin with."""

PREFIXES: dict[str, str] = {
    "eakg": str(EAKG),
    "id": str(ID),
    "graph": str(GRAPH),
    "rdf": str(RDF),
    "rdfs": str(RDFS),
    "owl": str(OWL),
    "xsd": str(XSD),
    "skos": str(SKOS),
    "dcterms": str(DCTERMS),
    "prov": str(PROV),
    "oa": str(OA),
    "csvw": str(CSVW),
    "foaf": str(FOAF),
    "org": str(ORG),
    "sem": str(SEM),
    "geo": str(GEO),
    "wgs84": str(WGS84),
}


_SLUG = re.compile(r"[A-Za-z0-9._~-]+(?:/[A-Za-z0-9._~-]+)*")


def is_slug(words: str) -> bool:
    """Whether words may stand after `id:` as they are (RFC 3986, section 2.3, and slashes)."""
    return bool(_SLUG.fullmatch(words))


def source_graph(document: str) -> URIRef:
    """Name of the graph that holds what the document of this slug says."""
    return GRAPH[f"source/{document}"]


def background_graph(table: str) -> URIRef:
    """Name of the graph that holds what the background table of this name says."""
    return GRAPH[f"background/{table}"]


def evidence_graph(name: str) -> URIRef:
    """Name of the graph that holds the evidence for a document or table."""
    return URIRef(f"{EVIDENCE}{name}")


def is_evidence(graph: str) -> bool:
    """Whether the graph of this name holds evidence, which is asked for and not reasoned over."""
    return graph.startswith(EVIDENCE) or str(graph) == str(REIFIERS_GRAPH)

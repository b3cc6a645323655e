"""The IRIs of EAKG and of projects: terms, things, documents about things, and named graphs."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urldefrag

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
EVIDENCE = "/graph/evidence/"
"""What the names of the graphs of evidence have in them."""

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


@dataclass(frozen=True)
class ProjectIris:
    """What a project calls its things and graphs, and the namespaces of its prefixes.

    `things` is what the IRIs of things begin with, `graphs` the same of named graphs. The prefixes
    `id` and `graph` are these two, and `eakg` the vocabulary of evidence.
    """

    things: str = str(ID)
    graphs: str = str(GRAPH)
    prefixes: Mapping[str, str] = field(default_factory=lambda: PREFIXES, hash=False)

    @classmethod
    def below(
        cls, base: str, authority: str, prefixes: Mapping[str, str] | None = None
    ) -> "ProjectIris":
        """Those of things below a base.

        Arguments: the base; the folder in which graphs have their names; further prefixes.
        """
        graphs = f"{authority}graph/"
        namespaces = {**(prefixes or {}), "id": base, "graph": graphs}
        return cls(base, graphs, {**PREFIXES, **namespaces})

    def thing(self, slug: str) -> URIRef:
        """The thing of a slug."""
        return URIRef(self.things + slug)

    def has(self, node: object) -> bool:
        """Whether a node is a thing of the project; its graphs may lie among them, and are none."""
        if not isinstance(node, URIRef) or not node.startswith(self.things):
            return False
        return not node.startswith(self.graphs)

    def slug(self, node: object) -> str:
        """The slug of a thing; another IRI as it is."""
        return str(node).removeprefix(self.things)

    def name(self, term: object) -> str:
        """A term by its prefix, or as it is."""
        iri = str(term)
        spaces = [(space, prefix) for prefix, space in self.prefixes.items() if space in iri]
        for space, prefix in sorted(spaces, reverse=True):
            if iri.startswith(space):
                return f"{prefix}:{iri.removeprefix(space)}"
        return iri

    def source_graph(self, document: str) -> URIRef:
        """Name of the graph that holds what the document of this slug says."""
        return URIRef(f"{self.graphs}source/{document}")

    def background_graph(self, table: str) -> URIRef:
        """Name of the graph that holds what the background table of this name says."""
        return URIRef(f"{self.graphs}background/{table}")

    def evidence_graph(self, name: str) -> URIRef:
        """Name of the graph that holds the evidence for a document or table."""
        return URIRef(f"{self.graphs}evidence/{name}")


SHIPPED_IRIS = ProjectIris()
"""Those of the graph that comes with the software."""


def authority_of(bases: Iterable[str]) -> str:
    """What the names begin with of graphs and nodes that have none: the folder of the first base
    that is an address of the web; ours, where there is none."""
    webs = (urldefrag(one).url for one in bases if one.startswith(("http://", "https://")))
    return next((f"{one.rpartition('/')[0]}/" for one in webs if one.count("/") > 2), BASE)


def source_graph(document: str) -> URIRef:
    """Name of the shipped graph that holds what the document of this slug says."""
    return SHIPPED_IRIS.source_graph(document)


def background_graph(table: str) -> URIRef:
    """Name of the shipped graph that holds what the background table of this name says."""
    return SHIPPED_IRIS.background_graph(table)


def evidence_graph(name: str) -> URIRef:
    """Name of the shipped graph that holds the evidence for a document or table."""
    return SHIPPED_IRIS.evidence_graph(name)


def built_part(graph: str) -> tuple[str, str]:
    """What a graph of a built dataset holds (`source`, `background` or `evidence`) and the name of
    its document or table; of any other, nothing."""
    match = _PART_OF_BUILT.fullmatch(str(graph))
    return (match[1], match[2]) if match else ("", "")


def beside(graph: str, kind: str) -> URIRef:
    """The graph of another kind for the same document or table; what is no such graph, as it is."""
    part, name = built_part(graph)
    return URIRef(f"{str(graph).removesuffix(f'{part}/{name}')}{kind}/{name}" if part else graph)


def is_evidence(graph: str) -> bool:
    """Whether the graph of this name holds evidence, which is asked for and not reasoned over:
    whosever it is, it has `EVIDENCE` in its name."""
    return EVIDENCE in str(graph) or str(graph) == str(REIFIERS_GRAPH)


_PART_OF_BUILT = re.compile(r".*?/graph/(source|background|evidence)/(.+)", re.DOTALL)

"""The vocabulary of the data: what is said of their classes and properties."""

from dataclasses import dataclass

from rdflib import OWL, RDF, RDFS, URIRef
from rdflib.term import Node

from eakg.names import EAKG, ONTOLOGY_GRAPH, ONTOLOGY_IRI
from eakg.rdf import Triple, sparql_term
from eakg.serve.content import SKOLEM, Project
from eakg.serve.words import thing_path
from eakg.store import QueryRequest, QueryService, select

Index = dict[Node, dict[Node, list[Node]]]
"""What the ontology says, by subject and property."""

KINDS = (
    ("Classes", (OWL.Class, RDFS.Class)),
    ("Relations between things", (OWL.ObjectProperty,)),
    ("Values", (OWL.DatatypeProperty,)),
    ("Annotations and other properties", (OWL.AnnotationProperty, RDF.Property)),
)
_MOST = 20_000  # terms and what they are made of
_PARTS = (OWL.Ontology, OWL.Restriction)
_OF_ALL = tuple(map(str, (RDF, RDFS, OWL)))
_SHIPPED = f"SELECT ?s ?p ?o {{ GRAPH <{ONTOLOGY_GRAPH}> {{ ?s ?p ?o }} }}"
_DECLARATIONS = """SELECT ?s ?p ?o {{ ?s ?p ?o {{ SELECT DISTINCT ?s {{
  {{ ?s a ?kind VALUES ?kind {{ {kinds} }} }} UNION {{ ?s <{first}> ?member }}
}} LIMIT {most} }} }}"""


@dataclass(frozen=True)
class Vocabulary:
    """What is said of the terms; the IRI of the ontology, where there is one; whose it is; whether
    it is the ontology that comes with the software, whose terms have pages of their own."""

    index: Index
    ontology: Node | None
    project: Project
    is_shipped: bool

    def has(self, iri: Node) -> bool:
        """Whether a term is one of the project."""
        if not isinstance(iri, URIRef) or SKOLEM in iri:
            return False
        namespaces = self.project.kind
        name = str(iri)
        return name.startswith(namespaces) if namespaces else not name.startswith(_OF_ALL)

    def anchor(self, iri: str) -> str:
        """The name of a term on the page."""
        return self.project.class_name(iri)

    def use_path(self, iri: str) -> str:
        """Where the use of a term is told."""
        return f"/ontology/{iri.removeprefix(EAKG)}" if self.is_shipped else thing_path(iri)

    def triples(self) -> list[Triple]:
        """All that is said of the terms."""
        return [
            (subject, predicate, value)
            for subject, properties in self.index.items()
            for predicate, values in properties.items()
            for value in values
        ]


def read_vocabulary(store: QueryService, project: Project, *, is_shipped: bool) -> Vocabulary:
    """The vocabulary of the data: the graph of the ontology that comes with the software, or else
    what they state of the classes and properties that they declare.

    Arguments: the store; whose data it holds; whether that graph is among them. Raises: StoreError
    and its kinds.
    """
    if is_shipped:
        index = _index(store, QueryRequest(_SHIPPED))
        return Vocabulary(index, ONTOLOGY_IRI, project, is_shipped)
    kinds = [*_PARTS, *(kind for _, group in KINDS for kind in group)]
    text = _DECLARATIONS.format(
        kinds=" ".join(map(sparql_term, kinds)), first=RDF.first, most=_MOST
    )
    index = _index(store, QueryRequest(text, closure="asserted"))
    ontologies = [
        node for node, values in index.items() if OWL.Ontology in values.get(RDF.type, [])
    ]
    return Vocabulary(index, ontologies[0] if len(ontologies) == 1 else None, project, is_shipped)


def _index(store: QueryService, request: QueryRequest) -> Index:
    index: Index = {}
    for row in select(store, request):
        index.setdefault(row["s"], {}).setdefault(row["p"], []).append(row["o"])
    return index

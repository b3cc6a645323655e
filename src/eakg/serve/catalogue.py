"""What the store holds, in numbers: asked once, as the data does not change under a service."""

from dataclasses import dataclass

from rdflib.term import Node

from eakg.names import EAKG, ID, INFERRED_GRAPH, OA, ONTOLOGY_GRAPH
from eakg.store import QueryRequest, QueryService, select
from eakg.store.dataset import usual_dataset
from eakg.store.request import Closure

_GRAPHS = "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g"
_TRIPLES = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
_CLASSES = f"""PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?class (COUNT(DISTINCT ?thing) AS ?n) (SAMPLE(?any) AS ?label) {{
  ?thing a ?class . FILTER(STRSTARTS(STR(?class), "{EAKG}") && STRSTARTS(STR(?thing), "{ID}"))
  OPTIONAL {{ ?class rdfs:label ?any FILTER(LANG(?any) IN ("en", "")) }}
}} GROUP BY ?class ORDER BY DESC(?n) ?class"""
_INSTANCES = """SELECT ?class (COUNT(DISTINCT ?thing) AS ?n) {
  ?thing a ?class FILTER(isIRI(?class))
} GROUP BY ?class"""
_PROPERTIES = "SELECT ?property (COUNT(*) AS ?n) { ?s ?property ?o } GROUP BY ?property"
_DISTINCT = "SELECT (COUNT(DISTINCT ?{0}) AS ?n) {{ ?s ?p ?o }}"
_DOCUMENTS = f"SELECT DISTINCT ?document {{ GRAPH ?g {{ ?span <{OA.hasSource}> ?document }} }}"
_INVERSES = "SELECT ?one ?other { ?one <http://www.w3.org/2002/07/owl#inverseOf> ?other }"
_ABOVE = f"""PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?class ?above {{ GRAPH <{ONTOLOGY_GRAPH}> {{ ?class rdfs:subClassOf+ ?above }}
  FILTER(isIRI(?class) && isIRI(?above) && ?class != ?above) }}"""


@dataclass(frozen=True)
class ClassCount:
    """A class of the ontology and how many things are of it."""

    iri: str
    label: str
    things: int

    @property
    def name(self) -> str:
        """Its name in the ontology."""
        return self.iri[len(EAKG) :]


class Catalogue:
    """Counts of triples by graph and of things by class. Errors: StoreError and its kinds."""

    def __init__(self, store: QueryService) -> None:
        self._store = store
        self._graphs: dict[str, int] | None = None
        self._triples: dict[Closure, int] = {}
        self._classes: tuple[ClassCount, ...] | None = None
        self._numbers: dict[str, dict[str, int]] = {}
        self._documents: tuple[str, ...] | None = None
        self._inverses: dict[Node, frozenset[Node]] | None = None
        self._above: dict[Node, frozenset[Node]] | None = None

    def graphs(self) -> dict[str, int]:
        """Triples in each graph, by its name."""
        if self._graphs is None:
            found = select(self._store, QueryRequest(_GRAPHS))
            self._graphs = {str(row["g"]): int(str(row["n"])) for row in found if "g" in row}
        return self._graphs

    def triples(self, closure: Closure = "full") -> int:
        """Triples in the default graph."""
        if closure not in self._triples:
            found = select(self._store, QueryRequest(_TRIPLES, closure=closure))
            self._triples[closure] = int(str(found[0]["n"]))
        return self._triples[closure]

    def default_graphs(self) -> tuple[str, ...]:
        """Names of the graphs that the default graph is the merge of."""
        return usual_dataset(self.graphs(), "full").default

    def is_union(self) -> bool:
        """Whether the default graph is the merge of all graphs that have a name."""
        return len(self.default_graphs()) == len(self.graphs())

    def has_inferred(self) -> bool:
        """Whether the store holds what follows from the rest."""
        return str(INFERRED_GRAPH) in self.graphs()

    def classes(self) -> tuple[ClassCount, ...]:
        """The ontology's classes that have things, those with the most first."""
        if self._classes is None:
            found = select(self._store, QueryRequest(_CLASSES))
            self._classes = tuple(
                ClassCount(
                    str(row["class"]), str(row.get("label", row["class"])), int(str(row["n"]))
                )
                for row in found
                if "class" in row
            )
        return self._classes

    def instances(self) -> dict[str, int]:
        """Things of each class in the default graph, by its IRI."""
        return self._by_name(_INSTANCES, "class")

    def properties(self) -> dict[str, int]:
        """Triples with each property in the default graph, by its IRI."""
        return self._by_name(_PROPERTIES, "property")

    def subjects(self) -> int:
        """Different subjects in the default graph."""
        return self._by_name(_DISTINCT.format("s"))[""]

    def objects(self) -> int:
        """Different objects in the default graph."""
        return self._by_name(_DISTINCT.format("o"))[""]

    def _by_name(self, query: str, variable: str = "") -> dict[str, int]:
        if query not in self._numbers:
            found = select(self._store, QueryRequest(query))
            self._numbers[query] = {
                str(row[variable]) if variable else "": int(str(row["n"])) for row in found
            }
        return self._numbers[query]

    def documents(self) -> tuple[str, ...]:
        """The documents whose text is annotated."""
        if self._documents is None:
            rows = select(self._store, QueryRequest(_DOCUMENTS))
            self._documents = tuple(sorted(str(row["document"]) for row in rows))
        return self._documents

    def inverses(self) -> dict[Node, frozenset[Node]]:
        """The inverses of each property that has one."""
        if self._inverses is None:
            found: dict[Node, set[Node]] = {}
            for row in select(self._store, QueryRequest(_INVERSES)):
                found.setdefault(row["one"], set()).add(row["other"])
                found.setdefault(row["other"], set()).add(row["one"])
            self._inverses = {one: frozenset(others) for one, others in found.items()}
        return self._inverses

    def above(self) -> dict[Node, frozenset[Node]]:
        """The classes above each class, by the ontology alone; none above those it merges."""
        if self._above is None:
            found: dict[Node, set[Node]] = {}
            for row in select(self._store, QueryRequest(_ABOVE)):
                found.setdefault(row["class"], set()).add(row["above"])
            self._above = {
                one: frozenset(up for up in of_it if one not in found.get(up, ()))
                for one, of_it in found.items()
            }
        return self._above

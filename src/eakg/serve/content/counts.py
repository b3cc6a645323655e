"""What the store holds, in numbers."""

import hashlib
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from rdflib import OWL, SKOS, Literal
from rdflib.term import Node

from eakg.names import ID, INFERRED_GRAPH, OA, ONTOLOGY_GRAPH, REIFIERS_GRAPH, is_evidence
from eakg.rdf import Row, normalized, sparql_term
from eakg.serve.content.abbreviation import term_name
from eakg.serve.content.labels import labels_of
from eakg.serve.content.presentation import Presentation, presentation_of
from eakg.serve.content.project import Project, shipped_project
from eakg.serve.content.scope import class_filter, thing_filter
from eakg.serve.content.shelf import Shelf
from eakg.serve.content.values import iri_list
from eakg.sparql import NotPreparedError
from eakg.store import UNKNOWN, Closure, QueryRequest, QueryService, select, solution_rows
from eakg.store.graphs import DEFAULT_NAME, usual_dataset

_GRAPHS = "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g"
_REIFIERS = f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{REIFIERS_GRAPH}> {{ ?s ?p ?o }} }}"
_TRIPLES = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
_CLASSES = """SELECT ?class (COUNT(*) AS ?n) {{
  ?thing a ?class . FILTER({0} && {1})
}} GROUP BY ?class ORDER BY DESC(?n) ?class"""
_KINDS = """SELECT ?kind (COUNT(DISTINCT ?thing) AS ?n) {{
  VALUES (?kind ?class) {{ {0} }} ?thing a ?class FILTER({1})
}} GROUP BY ?kind"""
_ONTOLOGY = f"SELECT * {{ GRAPH <{ONTOLOGY_GRAPH}> {{ ?s ?p ?o }} }} LIMIT 1"
_INSTANCES = (
    "SELECT ?class (COUNT(*) AS ?n) { ?thing a ?class FILTER(isIRI(?class)) } GROUP BY ?class"
)
_PROPERTIES = "SELECT ?property (COUNT(*) AS ?n) { ?s ?property ?o } GROUP BY ?property"
_LINKS = """SELECT ?property (COUNT(*) AS ?n) {{ ?s ?property ?o
  FILTER(isIRI(?o) && STRSTARTS(STR(?o), "{0}") && !STRSTARTS(STR(?s), "{0}"))
}} GROUP BY ?property"""
_DISTINCT = "SELECT (COUNT(DISTINCT ?{0}) AS ?n) {{ ?s ?p ?o }}"
_DOCUMENTS = f"SELECT DISTINCT ?document {{ GRAPH ?g {{ ?span <{OA.hasSource}> ?document }} }}"
_ESCAPED = f"""SELECT DISTINCT ?name {{
  {{ GRAPH ?g {{ ?name ?p ?o }} }} UNION {{ GRAPH ?g {{ ?s ?p ?name }} }}
  FILTER(isIRI(?name) && STRSTARTS(STR(?name), "{ID}") && CONTAINS(STR(?name), "%")) }}"""
_INVERSES = f"SELECT ?property ?inverse {{ ?property <{OWL.inverseOf}> ?inverse }}"
_MATCHES = f"SELECT ?class ?other {{ ?class <{SKOS.closeMatch}>|<{SKOS.exactMatch}> ?other }}"
_SUPERCLASSES = """PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?class ?superclass {{ VALUES ?class {{ {0} }} ?class rdfs:subClassOf+ ?superclass
  FILTER(isIRI(?superclass) && ?class != ?superclass) }}"""

_CLASS_LISTS = 1 << 10  # whose superclasses are remembered
_MOMENT = 0.2  # seconds


def _class_name(presentation: Presentation, iri: Node) -> str:
    """What a class is called that nothing in the data names. For the classes of OWL the pages have
    phrases, which are no names."""
    is_of_owl = str(iri).startswith(str(OWL))
    return (None if is_of_owl else presentation.name(iri)) or term_name(str(iri))


@dataclass(frozen=True)
class ClassCount:
    """A class, how many things are of it, and what it is called in addresses."""

    iri: str
    label: str
    things: int
    name: str


@dataclass(frozen=True)
class KindListing:
    """What is listed as one, a kind that people look for or a class: its name in addresses, its
    heading, how many things it has, and their classes; the IRI of a class."""

    name: str
    title: str
    things: int
    classes: tuple[str, ...]
    iri: str | None = None


class Catalogue:
    """Counts of triples by graph and of things by class, kept while the data stay the same.

    Arguments: the store; where what was counted is kept for all web processes; whether it is ours,
    which makes the graph of reifiers of its evidence; what its publisher says of it.
    Raises: StoreError and its kinds.
    """

    def __init__(
        self,
        store: QueryService,
        shelf: Shelf,
        is_ours: bool = True,
        project: Project | None = None,
    ) -> None:
        self._store = store
        self._shelf = shelf
        self._is_ours = is_ours
        self._project = project or Project()
        self._presentation: tuple[str, Presentation] | None = None
        self._superclasses: tuple[str, dict[str, dict[Node, frozenset[Node]]]] = "", {}
        self._graph_names: tuple[str, frozenset[str]] | None = None
        self._cache: dict[tuple[str, QueryRequest], list[Row]] = {}

    def graphs(self) -> dict[str, int]:
        """Triples in each graph, by its name."""
        return {str(row["g"]): int(str(row["n"])) for row in self.rows(_GRAPHS) if "g" in row}

    def has_graph(self, name: str) -> bool:
        """Whether there is a graph of this name."""
        version = self._store.version
        if self._graph_names is None or self._graph_names[0] != version:
            self._graph_names = version, frozenset(self.graphs())
        return name in self._graph_names[1]

    def has_reifiers(self) -> bool:
        """Whether there is a graph of reifiers, which is not among `graphs`."""
        return self._is_ours and any(map(is_evidence, self.graphs()))

    def graph_size(self, name: str) -> int | None:
        """Triples in a graph, that of the reifiers too; None where there is no such graph."""
        size = self.graphs().get(str(name))
        if size is None and str(name) == str(REIFIERS_GRAPH) and self.has_reifiers():
            return self._number(_REIFIERS)
        return size

    def triples(self, closure: Closure = "full") -> int:
        """Triples in the default graph."""
        if closure == "full":
            return sum(self.properties().values())
        return self._number(_TRIPLES, closure)

    def nameless_triples(self) -> int:
        """Triples in the store's own default graph, which has no name; none where that is with an
        engine elsewhere."""
        if not self._is_ours:
            return 0
        request = QueryRequest(_TRIPLES, default_graphs=(DEFAULT_NAME,))
        return int(str(select(self._store, request)[0]["n"]))

    def known_triples(self) -> int | None:
        """Triples in the default graph, where they are counted by now or within a moment."""
        try:
            rows = self.rows(_PROPERTIES, patience=_MOMENT)
        except NotPreparedError:
            return None
        return sum(int(str(row["n"])) for row in rows)

    def subjects(self) -> int:
        """Different subjects in the default graph."""
        return self._number(_DISTINCT.format("s"))

    def objects(self) -> int:
        """Different objects in the default graph."""
        return self._number(_DISTINCT.format("o"))

    def instances(self) -> dict[str, int]:
        """Things of each class in the default graph, by its IRI."""
        rows = self.rows(_INSTANCES)
        return {str(row["class"]): int(str(row["n"])) for row in rows if "class" in row}

    def properties(self) -> dict[str, int]:
        """Triples with each property in the default graph, by its IRI."""
        rows = self.rows(_PROPERTIES)
        return {str(row["property"]): int(str(row["n"])) for row in rows if "property" in row}

    def default_graphs(self) -> tuple[str, ...]:
        """Names of the graphs that the default graph is the merge of."""
        return usual_dataset(self.graphs(), "full").default_graphs

    def is_union(self) -> bool:
        """Whether the default graph is the merge of all graphs that have a name."""
        return len(self.default_graphs()) == len(self.graphs())

    def has_ontology(self) -> bool:
        """Whether the store holds the graph that comes with the software."""
        return bool(self.rows(_ONTOLOGY))

    def project(self) -> Project:
        """What is said of the data: by the settings, and of the graph that comes with the software
        by its own project file. Raises: StoreError and its kinds."""
        return self._project.over(shipped_project()) if self.has_ontology() else self._project

    def links(self, namespace: str) -> dict[str, int]:
        """Triples that lead into a namespace from elsewhere, by the property."""
        rows = self.rows(_LINKS.format(namespace))
        return {str(row["property"]): int(str(row["n"])) for row in rows if "property" in row}

    def has_inferred(self) -> bool:
        """Whether the store holds what follows from the rest."""
        return str(INFERRED_GRAPH) in self.graphs()

    def classes(self) -> tuple[ClassCount, ...]:
        """The classes by which things are listed, those with the most first."""
        project = self.project()
        rows = self.rows(_CLASSES.format(class_filter(project), thing_filter(project)))
        counts = {row["class"]: int(str(row["n"])) for row in rows if "class" in row}
        names, presentation = self._labels(counts), self.presentation()
        return tuple(
            ClassCount(
                str(iri),
                names.get(iri) or _class_name(presentation, iri),
                things,
                project.class_name(str(iri)),
            )
            for iri, things in counts.items()
        )

    def kinds(self) -> tuple[KindListing, ...]:
        """The kinds by which people look for things, those that have any, in their order; none
        where the data have none of them."""
        plans = self.presentation().kinds
        pairs = " ".join(
            f"({sparql_term(Literal(plan.name))} {sparql_term(class_)})"
            for plan in plans
            for class_ in sorted(plan.classes, key=str)
        )
        rows = self.rows(_KINDS.format(pairs, thing_filter(self.project()))) if pairs else []
        counts = {str(row["kind"]): int(str(row["n"])) for row in rows if "kind" in row}
        return tuple(
            KindListing(plan.name, plan.title, counts[plan.name], tuple(map(str, plan.classes)))
            for plan in plans
            if counts.get(plan.name)
        )

    def listing(self, name: str) -> KindListing | None:
        """The kind of this name, or else the class; None where there is none."""
        classes = (
            KindListing(count.name, count.label, count.things, (count.iri,), count.iri)
            for count in self.classes()
        )
        return next((one for one in (*self.kinds(), *classes) if one.name == name), None)

    def _labels(self, terms: Iterable[Node]) -> dict[Node, str]:
        project, labels = self.project(), dict[Node, tuple[int, str]]()
        for term, _, label in labels_of(self._store, terms, properties=project.label_property):
            candidate = project.language_rank(label), str(label)
            labels[term] = min(candidate, labels.get(term, candidate))
        return {term: text for term, (_, text) in labels.items()}

    def _number(self, query: str, closure: Closure = "full") -> int:
        return int(str(self.rows(query, closure)[0]["n"]))

    def documents(self) -> tuple[str, ...]:
        """The documents whose text is annotated."""
        return tuple(sorted(str(row["document"]) for row in self.rows(_DOCUMENTS)))

    def escaped_names(self) -> dict[str, tuple[str, ...]]:
        """The IRIs of things that have percent-escapes, by their normal spelling."""
        names: dict[str, list[str]] = {}
        for row in self.rows(_ESCAPED):
            names.setdefault(normalized(str(row["name"])), []).append(str(row["name"]))
        return {normal: tuple(sorted(group)) for normal, group in names.items()}

    def inverses(self) -> dict[Node, frozenset[Node]]:
        """The inverses of each property that has one."""
        inverses: dict[Node, set[Node]] = {}
        for row in self.rows(_INVERSES):
            inverses.setdefault(row["property"], set()).add(row["inverse"])
            inverses.setdefault(row["inverse"], set()).add(row["property"])
        return {property_: frozenset(terms) for property_, terms in inverses.items()}

    def matches(self) -> dict[Node, frozenset[Node]]:
        """The terms of other vocabularies that are or come near each term."""
        matches: dict[Node, set[Node]] = {}
        for row in self.rows(_MATCHES):
            matches.setdefault(row["class"], set()).add(row["other"])
        return {term: frozenset(terms) for term, terms in matches.items()}

    def superclasses(self, classes: Iterable[Node]) -> dict[Node, frozenset[Node]]:
        """The classes above each of some, by what is stated; equivalent classes do not count."""
        terms, version = iri_list(classes), self._store.version
        if self._superclasses[0] != version or len(self._superclasses[1]) >= _CLASS_LISTS:
            self._superclasses = version, {}
        lists = self._superclasses[1]
        if terms not in lists:
            superclasses = self._superclasses_of(terms) if terms else {}
            if self._store.version != version or version.startswith(UNKNOWN):
                return superclasses
            lists[terms] = superclasses
        return lists[terms]

    def _superclasses_of(self, terms: str) -> dict[Node, frozenset[Node]]:
        wider: dict[Node, set[Node]] = {}
        request = QueryRequest(_SUPERCLASSES.format(terms), closure="asserted")
        for row in select(self._store, request):
            wider.setdefault(row["class"], set()).add(row["superclass"])
        return {
            class_: frozenset(term for term in terms if class_ not in wider.get(term, ()))
            for class_, terms in wider.items()
        }

    def presentation(self) -> Presentation:
        """How pages tell of things, by what the package and the store say of it."""
        version = self._store.version
        if self._presentation is None or self._presentation[0] != version:
            presentation = presentation_of(self._store, self.project())
            if self._store.version != version:
                return presentation
            self._presentation = (version, presentation)
        return self._presentation[1]

    def rows(
        self, query: str, closure: Closure = "full", patience: float | None = None
    ) -> list[Row]:
        """The rows of a query, few of them, asked once for each version of the data.

        Arguments: the query; what it is asked of; the seconds to wait for them, where they are
        others than usual."""
        request = QueryRequest(query, closure=closure)
        version = self._store.version
        rows = self._cache.get((version, request))
        if rows is None:
            digest = hashlib.sha256(f"{closure} {query}".encode()).hexdigest()
            path = self._shelf.get(f"{digest}.json", partial(self._write, request), patience)
            rows = solution_rows(path.read_bytes())
            if self._store.version == version:
                current = {key: value for key, value in self._cache.items() if key[0] == version}
                self._cache = {**current, (version, request): rows}
        return rows

    def _write(self, request: QueryRequest, path: Path) -> None:
        with self._store.query(request) as result, path.open("wb") as file:
            shutil.copyfileobj(result.file, file)

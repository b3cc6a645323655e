"""How the graph uses the terms of the ontology: how often, for example where, and all of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rdflib import RDF, RDFS, URIRef
from rdflib.term import Node

from eakg.names import EAKG, ID
from eakg.rdf import Triple
from eakg.serve.content import labels_of
from eakg.serve.words import DisplayTerm, Naming, proof_path, short
from eakg.store import QueryRequest, QueryService, select

PAGE = 100
_EXAMPLES = 3
_PREFIXES = f"PREFIX eakg: <{EAKG}>\nPREFIX rdfs: <{RDFS}>\n"
_CLASSES = f"""SELECT ?term (COUNT(DISTINCT ?s) AS ?n) {{ GRAPH ?g {{ ?s a ?term }}
  FILTER(STRSTARTS(STR(?term), "{EAKG}")) }} GROUP BY ?term"""
_PROPERTIES = f"""SELECT ?term (COUNT(*) AS ?n) {{
  {{ SELECT DISTINCT ?s ?term ?o {{ GRAPH ?g {{ ?s ?term ?o }}
    FILTER(STRSTARTS(STR(?term), "{EAKG}")) }} }} }} GROUP BY ?term"""


@dataclass(frozen=True)
class Example:
    """A triple of a term's use: its subject, its value for a property, and where it is proved."""

    subject: DisplayTerm
    value: DisplayTerm | None
    proof: str


@dataclass(frozen=True)
class Use:
    """How often a term is used, and the first triples of its use."""

    count: int
    examples: tuple[Example, ...]


def use_of_all(store: QueryService) -> dict[str, Use]:
    """The use of each of our terms that is used at all. Raises: StoreError and its kinds."""
    counts = {
        str(row["term"]): int(str(row["n"]))
        for text in (_CLASSES, _PROPERTIES)
        for row in select(store, QueryRequest(text))
        if "term" in row
    }
    parts = " UNION ".join(
        f"{{ SELECT DISTINCT (<{term}> AS ?term) ?s ?o {{ {_pattern(term)} }} ORDER BY ?s ?o"
        f" LIMIT {_EXAMPLES} }}"
        for term in sorted(counts)
    )
    rows = select(store, QueryRequest(f"SELECT ?term ?s ?o {{ {parts} }}")) if parts else []
    triples: dict[str, list[Triple]] = {}
    for row in rows:
        term = str(row["term"])
        triples.setdefault(term, []).append(_triple(term, row))
    naming = _naming(store, [triple for group in triples.values() for triple in group])
    return {
        term: Use(count, tuple(_example(triple, naming) for triple in triples.get(term, ())))
        for term, count in counts.items()
    }


def count(store: QueryService, term: str) -> int:
    """In how many triples a term is used. Raises: StoreError and its kinds."""
    text = f"SELECT (COUNT(*) AS ?n) {{ {{ SELECT DISTINCT ?s ?o {{ {_pattern(term)} }} }} }}"
    return int(str(select(store, QueryRequest(text))[0]["n"]))


def page_of_use(store: QueryService, term: str, page: int) -> tuple[Example, ...]:
    """A page of a term's use; pages count from 1. Raises: StoreError and its kinds."""
    text = (
        f"SELECT DISTINCT ?s ?o {{ {_pattern(term)} }} ORDER BY ?s ?o"
        f" LIMIT {PAGE} OFFSET {PAGE * (page - 1)}"
    )
    triples = [_triple(term, row) for row in select(store, QueryRequest(text))]
    naming = _naming(store, triples)
    return tuple(_example(triple, naming) for triple in triples)


def query(term: str) -> str:
    """The query for all of a term's use, with the names of things."""
    name = short(term)
    if is_class(term):
        return (
            f"{_PREFIXES}SELECT DISTINCT ?thing ?thingLabel WHERE {{\n"
            f"  GRAPH ?graph {{ ?thing a {name} }}\n"
            '  OPTIONAL { ?thing rdfs:label ?thingLabel FILTER (LANG(?thingLabel) = "en") }\n'
            "}\nORDER BY ?thing"
        )
    return (
        f"{_PREFIXES}SELECT DISTINCT ?thing ?thingLabel ?value ?valueLabel WHERE {{\n"
        f"  GRAPH ?graph {{ ?thing {name} ?value }}\n"
        '  OPTIONAL { ?thing rdfs:label ?thingLabel FILTER (LANG(?thingLabel) = "en") }\n'
        '  OPTIONAL { ?value rdfs:label ?valueLabel FILTER (LANG(?valueLabel) = "en") }\n'
        "}\nORDER BY ?thing ?value"
    )


def is_class(term: str) -> bool:
    """Whether one of our terms is a class: these begin with a capital letter."""
    return term.removeprefix(EAKG)[:1].isupper()


def _pattern(term: str) -> str:
    if is_class(term):
        return f"GRAPH ?g {{ ?s a <{term}> }}"
    return f"GRAPH ?g {{ ?s <{term}> ?o }}"


def _triple(term: str, row: dict[str, Node]) -> Triple:
    if is_class(term):
        return (row["s"], RDF.type, URIRef(term))
    return (row["s"], URIRef(term), row["o"])


def _naming(store: QueryService, triples: Sequence[Triple]) -> Naming:
    nodes = (node for subject, _predicate, value in triples for node in (subject, value))
    return Naming(labels_of(store, nodes))


def _example(triple: Triple, naming: Naming) -> Example:
    subject, predicate, value = triple
    return Example(
        naming.of(subject),
        None if predicate == RDF.type else naming.of(value),
        proof_path(triple),
    )


@dataclass(frozen=True)
class ClassRelation:
    """That things of one class are joined to things of another by a property, so many times."""

    source: str
    property: str
    target: str
    count: int


def relations(store: QueryService, classes: Iterable[str]) -> tuple[ClassRelation, ...]:
    """Which of the classes the graph joins by which of our properties, by what is stated and not
    by what follows; most used first. Raises: StoreError and its kinds."""
    values = " ".join(f"<{one}>" for one in classes)
    text = f"""SELECT ?from ?p ?to (COUNT(*) AS ?n) {{
      {{ SELECT DISTINCT ?s ?p ?o {{ ?s ?p ?o
        FILTER(STRSTARTS(STR(?p), "{EAKG}") && isIRI(?o) && STRSTARTS(STR(?s), "{ID}")) }} }}
      {{ SELECT DISTINCT ?s ?from {{ VALUES ?from {{ {values} }}
        ?below <{RDFS.subClassOf}>* ?from . ?s a ?below }} }}
      {{ SELECT DISTINCT ?o ?to {{ VALUES ?to {{ {values} }}
        ?below <{RDFS.subClassOf}>* ?to . ?o a ?below }} }}
    }} GROUP BY ?from ?p ?to ORDER BY DESC(?n) ?p"""
    return tuple(
        ClassRelation(str(row["from"]), str(row["p"]), str(row["to"]), int(str(row["n"])))
        for row in select(store, QueryRequest(text, closure="asserted"))
        if "p" in row
    )

"""Rows of background tables, as what they say of things."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rdflib import RDF, URIRef
from rdflib.term import Node

from eakg.evidence import TableRow, table_row
from eakg.names import EAKG, beside
from eakg.rdf import Triple, sparql_term
from eakg.serve.content import Presentation, labels_of, properties
from eakg.serve.words import DisplayTerm, Naming, quantities
from eakg.store import QueryRequest, QueryService, select

_STATES = (
    f"?node <{EAKG.evidence}> ?row ; <{RDF.subject}> ?s ; <{RDF.predicate}> ?p ; <{RDF.object}> ?o"
)


@dataclass(frozen=True)
class PropertyLine:
    """What a row says of one thing: values by the property."""

    thing: DisplayTerm
    values: tuple[tuple[DisplayTerm, tuple[DisplayTerm, ...]], ...]


@dataclass(frozen=True)
class TableRowLine:
    """A row of a table and what it says."""

    row: TableRow
    lines: tuple[PropertyLine, ...]


def rows_of(
    store: QueryService, graph: str, presentation: Presentation
) -> tuple[TableRowLine, ...]:
    """The rows of the background table of a graph, by the evidence that states what they say.

    Raises: StoreError and its kinds.
    """
    evidence = sparql_term(beside(graph, "evidence"))
    return _rows(store, f"GRAPH {evidence} {{ {_STATES} }}", presentation)


def rows_at(
    store: QueryService, rows: Iterable[Node], presentation: Presentation
) -> dict[Node, TableRowLine]:
    """Some rows, whatever their tables. Raises: StoreError and its kinds."""
    iris = " ".join(sorted({sparql_term(row) for row in rows if isinstance(row, URIRef)}))
    if not iris:
        return {}
    text = f"VALUES ?row {{ {iris} }} GRAPH ?g {{ {_STATES} }}"
    return {line.row.iri: line for line in _rows(store, text, presentation)}


def _rows(
    store: QueryService, pattern: str, presentation: Presentation
) -> tuple[TableRowLine, ...]:
    query = QueryRequest(f"SELECT DISTINCT ?row ?s ?p ?o {{ {pattern} }}")
    solutions = select(store, query)
    triples_of: dict[Node, list[Triple]] = {}
    for solution in solutions:
        triple = solution["s"], solution["p"], solution["o"]
        triples_of.setdefault(solution["row"], []).append(triple)
    descriptions = properties(store, triples_of)
    terms = (term for solution in solutions for term in solution.values())
    labels = labels_of(store, terms, properties=presentation.project.label_property)
    triples = (triple for group in triples_of.values() for triple in group)
    naming = Naming(labels, quantities(triples, Naming(labels), presentation), presentation)
    rows = []
    for node, group in triples_of.items():
        if row := table_row(node, descriptions.get(node, {})):
            rows.append(TableRowLine(row, tuple(_lines(group, naming, presentation))))
    return tuple(sorted(rows, key=lambda line: line.row.number))


def _lines(
    triples: Iterable[Triple], naming: Naming, presentation: Presentation
) -> Iterator[PropertyLine]:
    def key(triple: Triple) -> tuple[bool, float, str]:
        return triple[1] != RDF.type, presentation.order(triple[1]), str(triple[1])

    by_subject: dict[Node, dict[Node, list[Node]]] = {}
    for subject, predicate, object_ in sorted(triples, key=key):
        by_subject.setdefault(subject, {}).setdefault(predicate, []).append(object_)
    for subject, values in sorted(by_subject.items()):
        yield PropertyLine(
            naming.of(subject),
            tuple(
                (naming.of_term(predicate), tuple(map(naming.of, sorted(objects, key=str))))
                for predicate, objects in values.items()
            ),
        )

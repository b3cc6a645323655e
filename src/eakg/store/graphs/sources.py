"""Answers of the engine with the terms of triples as the sources of the triples write them.

A term of an answer is given in its source's form where it is known to be that of a triple: in the
graphs of CONSTRUCT and DESCRIBE by the triple itself, in rows where the term has one form in all
sources, or where the query says which triple a row is of. What a query computes, and what it
compares, is by value; so is what it orders and counts.
"""

import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, BinaryIO, cast

import pyoxigraph

from eakg.rdf import Answer, ResultFormat, TagWriter, mapped_term
from eakg.sparql import Dataset, is_projection, projected_variables
from eakg.store.graphs.dataset import INFERRED_NAME
from eakg.store.graphs.forms import source_term
from eakg.store.graphs.loaded import LoadedStore, graph_node
from eakg.store.graphs.spellings import Forms
from eakg.store.request import QueryRequest

_INFERRED = graph_node(INFERRED_NAME)
_NODE = pyoxigraph.NamedNode
_RESULTS = pyoxigraph.QueryResultsFormat.JSON


@dataclass
class SourceWriter:
    """Writes answers of a store to a request, asked of a dataset, which may have literals in
    code."""

    loaded_store: LoadedStore
    request: QueryRequest
    dataset: Dataset
    has_codes: bool

    def write(
        self,
        answer: Answer,
        result_format: ResultFormat,
        output: BinaryIO,
        prefixes: Mapping[str, str],
    ) -> None:
        """Write an answer in a format, as the format itself does."""
        is_as_stored = not (self.has_codes or self.loaded_store.spellings)
        if is_as_stored or isinstance(answer, pyoxigraph.QueryBoolean):
            result_format.write(answer, output, prefixes)
            return
        writer = TagWriter(output)
        if isinstance(answer, pyoxigraph.QuerySolutions):
            answer = self._solutions(answer, writer)
        else:
            answer = self._graph(answer, writer)
        result_format.write(answer, cast(BinaryIO, writer), prefixes)
        writer.close()

    def _graph(
        self, triples: Iterable[pyoxigraph.Triple], writer: TagWriter
    ) -> Iterator[pyoxigraph.Triple]:
        is_projected = is_projection(self.request.text)
        for triple in triples:
            if type(triple.object) is _NODE:  # which has one form
                yield triple
                continue
            source = source_term(triple.object)
            forms: Iterable[Any] = [source]
            if is_projected:
                forms = self._forms(triple)
            for form in forms:
                object_ = form
                if is_projected and form == source:
                    unique = self.loaded_store.unique_form(triple.object)
                    object_ = form if unique == form or self._holds(triple) else unique
                yield pyoxigraph.Triple(
                    triple.subject, triple.predicate, mapped_term(object_, writer.term)
                )

    def _holds(self, triple: pyoxigraph.Triple) -> bool:
        terms = triple.subject, triple.predicate, triple.object
        quads = self.loaded_store.store.quads_for_pattern(*terms, None)
        return not all(self.loaded_store.is_derived(quad.graph_name) for quad in quads)

    def _forms(self, triple: pyoxigraph.Triple) -> Forms:
        """The forms of the object of a triple in the graphs that it may be of; its tag in lower
        case where they do not agree and the query names graphs, so that it is not known of which
        it is."""
        names = self.dataset.default_graphs
        if self._names_graphs:
            names = (*names, *self.dataset.named_graphs)
        alternatives = self._forms_in(triple, [graph_node(name) for name in dict.fromkeys(names)])
        if not alternatives or (self._names_graphs and len(set(alternatives)) > 1):
            return frozenset({source_term(triple.object)})
        return frozenset[Any]().union(*alternatives)

    def _forms_in(self, triple: pyoxigraph.Triple, graphs: Iterable[Any]) -> list[Forms]:
        """The forms in each of some graphs. What follows has those of what is asserted."""
        spellings, store = self.loaded_store.spellings, self.loaded_store.store
        asserted = [graph for graph in graphs if graph != _INFERRED]
        return spellings.of_triple(store, triple, asserted or spellings.graphs_of(triple))

    @cached_property
    def _names_graphs(self) -> bool:
        return "graph" in self.request.text.lower()

    def _solutions(
        self, solutions: pyoxigraph.QuerySolutions, writer: TagWriter
    ) -> pyoxigraph.QuerySolutions:
        """The solutions with other terms. The engine makes solutions of results alone."""
        names = [variable.value for variable in solutions.variables]
        rows = io.BytesIO()
        rows.write(json.dumps({"head": {"vars": names}}).encode()[:-1])
        rows.write(b', "results": {"bindings": [')
        separator = b""
        for row in self._rows(solutions, names):
            bindings = {
                name: _binding(term if type(term) is _NODE else mapped_term(term, writer.term))
                for name, term in row.items()
            }
            rows.write(separator + json.dumps(bindings).encode())
            separator = b",\n"
        rows.write(b"]}}")
        rows.seek(0)
        return cast(pyoxigraph.QuerySolutions, pyoxigraph.parse_query_results(rows, _RESULTS))

    def _rows(
        self, solutions: pyoxigraph.QuerySolutions, names: list[str]
    ) -> Iterator[dict[str, Any]]:
        projected = projected_variables(self.request.text)
        unique = self.loaded_store.unique_form
        object_name = self.request.row_triple[2] if self.request.row_triple else None
        for solution in solutions:
            values = zip(names, solution, strict=True)
            row = {name: value for name, value in values if value is not None}
            forms: Iterable[Any] = ()
            # Another term than a literal has one form.
            if object_name in row and type(row[object_name]) is not _NODE:
                triple, graphs = self._triple_of(row)
                forms = frozenset[Any]().union(*self._forms_in(triple, graphs))
                if graphs == [_INFERRED] and forms == {source_term(triple.object)}:
                    forms = {unique(triple.object)}
            row = {
                name: term
                if type(term) is _NODE
                else unique(term)
                if name in projected
                else source_term(term)
                for name, term in row.items()
            }
            if forms:
                yield from ({**row, str(object_name): form} for form in forms)
            else:
                yield row

    def _triple_of(self, row: Mapping[str, Any]) -> tuple[pyoxigraph.Triple, list[Any]]:
        subject, predicate, object_, graph = (
            pyoxigraph.NamedNode(name[1:-1]) if name.startswith("<") else row[name]
            for name in self.request.row_triple
        )
        return pyoxigraph.Triple(subject, predicate, object_), [graph]


def _binding(term: Any) -> dict[str, Any]:
    """SPARQL 1.1 Query Results JSON Format section 3.2.2, and SPARQL 1.2's for what is new."""
    match term:
        case pyoxigraph.NamedNode():
            return {"type": "uri", "value": term.value}
        case pyoxigraph.BlankNode():
            return {"type": "bnode", "value": term.value}
        case pyoxigraph.Triple():
            parts = {
                "subject": term.subject,
                "predicate": term.predicate,
                "object": term.object,
            }
            return {
                "type": "triple",
                "value": {name: _binding(part) for name, part in parts.items()},
            }
    binding = {"type": "literal", "value": term.value}
    if term.direction is not None:
        return {**binding, "xml:lang": term.language, "its:dir": term.direction.value}
    if term.language:
        return {**binding, "xml:lang": term.language}
    return {**binding, "datatype": term.datatype.value}

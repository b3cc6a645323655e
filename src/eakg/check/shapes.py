"""Shapes: what must be there, checked with SHACL before the closure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rdflib import Graph, Literal, Node, URIRef
from rdflib.namespace import RDF, RDFS, SH
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.sparql import Query
from rdflib.query import Result

from eakg.problems import Problem, ProblemsError, extra_package
from eakg.rdf import bind_booleans, parse_union

_TARGETS = frozenset(
    {SH.targetClass, SH.targetNode, SH.targetObjectsOf, SH.targetSubjectsOf, SH.target}
)


@dataclass(frozen=True)
class Violation:
    """A result of SHACL validation: the node and path it is about, the value if there is one, the
    message, and whether it is a violation or only a warning."""

    focus: Node
    path: URIRef | None
    value: Node | None
    message: str
    warning: bool


class _QueriedGraph(Graph):
    """A graph that reads the text of each query once: pyshacl asks that of a constraint anew for
    every focus node, and reading takes longer than answering."""

    def __init__(self, graph: Graph) -> None:
        super().__init__(graph.store, graph.identifier, graph.namespace_manager)
        self._queries: dict[str, Query] = {}

    def query(self, query_object: str | Query, *arguments: Any, **options: Any) -> Result:
        """Ask a query, as of any graph."""
        if isinstance(query_object, str):
            query = self._queries.get(query_object)
            if query is None:
                query = prepareQuery(query_object, initNs=dict(self.namespaces()))
                self._queries[query_object] = query
            query_object = query
        return super().query(query_object, *arguments, **options)


def has_shapes(graph: Graph) -> bool:
    """Whether a graph has shapes with a target (SHACL section 2.1.3): one that is named, or that a
    shape is because it is a class too."""
    if any(one in _TARGETS for one in graph.predicates()):
        return True
    shapes = {*graph.subjects(RDF.type, SH.NodeShape), *graph.subjects(RDF.type, SH.PropertyShape)}
    return any((shape, RDF.type, RDFS.Class) in graph for shape in shapes)


def read_shapes(paths: Sequence[Path]) -> Graph:
    """The shapes of files together.

    Raises: ProblemsError when a file cannot be read, or no shape has a target, so that whatever the
    data are would pass.
    """
    shapes = parse_union(paths)
    if not has_shapes(shapes):
        message = "has no shape with a target; add sh:targetClass, sh:targetNode or the like"
        raise ProblemsError([Problem(str(path), 0, message) for path in paths])
    return shapes


def check_shapes(
    data: Graph, shapes: Graph, nodes: Collection[Node] | None = None
) -> list[Violation]:
    """The results of validating data, with the class hierarchy in it, against shapes.

    Arguments: the data; the shapes; the nodes (IRIs) that are looked at, if not all.
    Source: SHACL (W3C Recommendation), section 3.6. Nothing is inferred.
    Raises: ProblemsError where pyshacl is not installed.
    """
    if nodes is not None and not nodes:
        return []
    try:
        # A slow import, for shapes alone.
        with extra_package("shapes", "eakg[build]"):
            import pyshacl

        queried_data = _QueriedGraph(data)
        names: list[str | URIRef] | None = None
        if nodes is not None:
            names = [one for one in nodes if isinstance(one, URIRef)]
        _, report, _ = pyshacl.validate(
            queried_data, shacl_graph=shapes, inference="none", focus_nodes=names
        )
    finally:
        bind_booleans()  # which pyshacl lets be what rdflib takes for them
    violations = []
    for result in report.subjects(RDF.type, SH.ValidationResult):
        message = report.value(result, SH.resultMessage)
        path = report.value(result, SH.resultPath)
        focus = report.value(result, SH.focusNode)
        violations.append(
            Violation(
                focus=focus if focus is not None else Literal(""),
                path=path if isinstance(path, URIRef) else None,
                value=report.value(result, SH.value),
                message=str(message),
                warning=report.value(result, SH.resultSeverity) == SH.Warning,
            )
        )
    return sorted(violations, key=lambda v: (str(v.focus), str(v.path), v.message))

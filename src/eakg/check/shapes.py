"""Shapes: what must be there, checked with SHACL before the closure."""

from dataclasses import dataclass

import pyshacl
from rdflib import Graph, Literal, Node, URIRef
from rdflib.namespace import RDF, RDFS, SH

from eakg.rdf import bind_booleans

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


def has_shapes(graph: Graph) -> bool:
    """Whether a graph has shapes with a target (SHACL section 2.1.3): one that is named, or that a
    shape is because it is a class too."""
    if any(one in _TARGETS for one in graph.predicates()):
        return True
    shapes = {*graph.subjects(RDF.type, SH.NodeShape), *graph.subjects(RDF.type, SH.PropertyShape)}
    return any((shape, RDF.type, RDFS.Class) in graph for shape in shapes)


def check_shapes(data: Graph, shapes: Graph) -> list[Violation]:
    """The results of validating data, with the class hierarchy in it, against shapes.

    Source: SHACL (W3C Recommendation), section 3.6. Nothing is inferred.
    """
    try:
        _, report, _ = pyshacl.validate(data, shacl_graph=shapes, inference="none")
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

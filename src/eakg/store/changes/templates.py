"""The quads that stand in an update, and those that templates make of solutions.

The engine does not show what it parsed, but it inserts it: a block of data into a store of its own,
and a template likewise, with IRIs in place of its variables.
"""

from collections.abc import Iterable, Iterator
from typing import TypeAlias

import pyoxigraph

from eakg.rdf import mapped_term
from eakg.sparql import EvaluationError, TokenKind, splice, tokens
from eakg.store.graphs import GraphNode

Term: TypeAlias = (
    pyoxigraph.NamedNode | pyoxigraph.BlankNode | pyoxigraph.Literal | pyoxigraph.Triple
)
Subject: TypeAlias = pyoxigraph.NamedNode | pyoxigraph.BlankNode | pyoxigraph.Triple
Binding: TypeAlias = dict[str, Term]
QuadStream: TypeAlias = Iterable[pyoxigraph.Quad]
_VARIABLE = "urn:x-eakg-variable:"


def normalize_quads(quads: QuadStream) -> QuadStream:
    """The quads as a store gives them back, with its spelling of literals."""
    scratch = pyoxigraph.Store()
    scratch.extend(quads)
    return scratch


def data_quads(prologue: str, block: str, base_iri: str | None) -> QuadStream:
    """The quads of a block with its braces, read by the engine as those of INSERT DATA.

    Raises: EvaluationError when it cannot be read.
    """
    scratch = pyoxigraph.Store()
    try:
        scratch.update(f"{prologue}INSERT DATA {block}", base_iri=base_iri)
    except (SyntaxError, ValueError, RuntimeError) as error:
        raise EvaluationError(str(error)) from None
    return scratch


def template_quads(
    prologue: str, block: str, base_iri: str | None, default_graph: GraphNode
) -> list[pyoxigraph.Quad]:
    """The quads of a template, which may be empty, with an IRI for each variable.

    Those without a graph are in `within`. Raises: EvaluationError when it cannot be read.
    """
    if not block:
        return []
    ground = splice(
        block,
        (
            (token.start, token.stop, f"<{_VARIABLE}{token.text[1:]}>")
            for token in tokens(block)
            if token.kind is TokenKind.VARIABLE
        ),
    )
    return [
        pyoxigraph.Quad(*triple_of(quad), default_graph)
        if quad.graph_name == pyoxigraph.DefaultGraph()
        else quad
        for quad in data_quads(prologue, ground, base_iri)
    ]


def fill_template(template: list[pyoxigraph.Quad], binding: Binding) -> Iterator[pyoxigraph.Quad]:
    """The quads of a template for one solution. What is no RDF, or not bound, is left out."""
    new_nodes: dict[pyoxigraph.BlankNode, pyoxigraph.BlankNode] = {}

    def instantiate(term: Term | pyoxigraph.DefaultGraph) -> Term | pyoxigraph.DefaultGraph:
        match term:
            case pyoxigraph.NamedNode() if term.value.startswith(_VARIABLE):
                return binding[term.value.removeprefix(_VARIABLE)]
            case pyoxigraph.BlankNode():
                return new_nodes.setdefault(term, pyoxigraph.BlankNode())
        return term

    for quad in template:
        try:
            graph = instantiate(quad.graph_name)
            parts = [mapped_term(part, instantiate) for part in triple_of(quad)]
            if isinstance(graph, pyoxigraph.BlankNode):
                continue  # graphs have IRIs here
            yield pyoxigraph.Quad(*parts, graph)  # type: ignore[call-arg]  # three
        except (KeyError, TypeError):
            continue


def triple_of(quad: pyoxigraph.Quad) -> tuple[Subject, pyoxigraph.NamedNode, Term]:
    """The terms of a quad's triple."""
    return quad.subject, quad.predicate, quad.object

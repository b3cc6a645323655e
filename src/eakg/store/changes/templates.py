"""The quads that stand in an update, and those that templates make of solutions.

The engine does not show what it parsed, but it inserts it: a block of data into a store of its own,
and a template likewise, with IRIs in place of its variables.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TypeAlias

import pyoxigraph

from eakg.rdf import (
    TURTLE_SYNTAX,
    coded_quads,
    mapped_term,
    written_tags,
)
from eakg.sparql import EvaluationError, TokenKind, splice, tokens
from eakg.store.graphs import GraphNode, case_free, may_be_changed, with_object

Term: TypeAlias = (
    pyoxigraph.NamedNode | pyoxigraph.BlankNode | pyoxigraph.Literal | pyoxigraph.Triple
)
Subject: TypeAlias = pyoxigraph.NamedNode | pyoxigraph.BlankNode | pyoxigraph.Triple
Binding: TypeAlias = dict[str, Term]
QuadStream: TypeAlias = Iterable[pyoxigraph.Quad]
_VARIABLE = "urn:x-eakg-variable:"
_NODE = pyoxigraph.BlankNode("node")


def data_quads(prologue: str, block: str, base_iri: str | None) -> QuadStream:
    """The quads of a block with its braces, read by the engine as those of INSERT DATA, with their
    literals as they are written.

    Raises: EvaluationError when it cannot be read.
    """
    scratch = pyoxigraph.Store()
    try:
        scratch.update(f"{prologue}INSERT DATA {block}", base_iri=base_iri)
    except (SyntaxError, ValueError, RuntimeError) as error:
        raise EvaluationError(str(error)) from None
    if not any(may_be_changed(quad.object) for quad in scratch):
        return scratch
    source_quads = _source_quads(prologue, block, base_iri)
    case_free_quads = (with_object(quad, case_free(quad.object)) for quad in source_quads)
    is_same = _count(case_free_quads) == _count(scratch)
    return source_quads if is_same else scratch


def _source_quads(prologue: str, block: str, base_iri: str | None) -> list[pyoxigraph.Quad]:
    """The quads of the block read as TriG, which it is but for dots around graphs: SPARQL may leave
    out the one before, and have one behind."""
    changes: list[tuple[int, int, str]] = []
    behind = ("{", "{")
    *significant, end = [one for one in tokens(block) if one.kind is not TokenKind.COMMENT]
    for token in (*significant[1:], end):
        ends_graph = behind[1] == "}" and behind[0] != "|"
        is_complete = ends_graph or behind[1] in {"{", "."}
        if (token.word == "GRAPH" or token is end) and not is_complete:
            changes.append((token.start, token.start, " . "))
        elif token.word == "." and ends_graph:
            changes.append((token.start, token.stop, ""))
        behind = (behind[1], token.text)
    text = splice(block, changes).strip()[1:-1]
    data = f"{prologue}\n{text}".encode()
    try:
        quads = pyoxigraph.parse(
            data, pyoxigraph.RdfFormat.TRIG, base_iri=base_iri, rename_blank_nodes=True
        )
        return list(coded_quads(quads, written_tags(data, TURTLE_SYNTAX, base_iri)))
    except (SyntaxError, ValueError):
        return []


def _count(quads: QuadStream) -> Counter[tuple[object, ...]]:
    """The quads but for the names of their blank nodes, counted."""

    def nameless(term: object) -> object:
        return _NODE if isinstance(term, pyoxigraph.BlankNode) else term

    scratch = pyoxigraph.Store()
    scratch.extend(quads)
    return Counter(
        (*(mapped_term(part, nameless) for part in triple_of(quad)), quad.graph_name)
        for quad in scratch
    )


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

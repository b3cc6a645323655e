"""How the paragraph is made that opens the page of a thing: sentences for classes, as data.

The head of `ontology/pages.ttl` says what each triple means.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from rdflib import RDF, RDFS, SH, Graph, Namespace, URIRef
from rdflib import Literal as RdfLiteral
from rdflib.collection import Collection
from rdflib.term import Node

PAGE = Namespace("https://w3id.org/eakg/pages#")
Nearest: TypeAlias = Literal["before", "after"]
_NEAREST: Mapping[Node | None, Nearest] = {PAGE.before: "before", PAGE.after: "after"}
_SLOT = "{}"
_LAST = 1 << 30
_FEW = 5


@dataclass(frozen=True)
class PathStep:
    """A step from a thing to another: along a property, or against it."""

    property: URIRef
    forwards: bool


@dataclass(frozen=True)
class ClausePlan:
    """A part of a sentence: the words before and after what it tells; the way to that, of one step
    or two, none where it tells when the thing was; the properties of what lies between that stand
    beside it; how many values are told, and whether the earliest of more or the latest; with
    `nearest`, only the last of those that were before the thing, or the first of those after."""

    before: str
    after: str
    path: tuple[PathStep, ...]
    beside: tuple[URIRef, ...]
    most: int
    earliest: bool
    nearest: Nearest | None


@dataclass(frozen=True)
class SentencePlan:
    """A sentence about things of some classes: its first words and its clauses, in order."""

    order: float
    classes: frozenset[Node]
    opening: str
    clauses: tuple[ClausePlan, ...]


def read_sentences(graph: Graph) -> Mapping[Node, SentencePlan]:
    """The sentences that a graph has, by their nodes; a clause without words or a way that can be
    read is left out."""
    return {
        node: SentencePlan(
            _number(graph, node, SH.order, _LAST),
            frozenset(graph.objects(node, SH.targetClass)),
            text_of(graph, node, RDFS.label) or "",
            tuple(_clauses(graph, node)),
        )
        for node in graph.subjects(RDF.type, PAGE.Sentence)
    }


def text_of(graph: Graph, node: Node, property_: Node) -> str | None:
    """A text in English, or else any."""
    texts = [text for text in graph.objects(node, property_) if isinstance(text, RdfLiteral)]
    best = min(texts, key=lambda text: (text.language != "en", str(text)), default=None)
    return None if best is None else str(best)


def _clauses(graph: Graph, sentence: Node) -> Iterator[ClausePlan]:
    clauses = graph.objects(sentence, PAGE.clause)
    for clause in sorted(
        clauses, key=lambda clause: (_number(graph, clause, SH.order, _LAST), str(clause))
    ):
        path = _path(graph, graph.value(clause, PAGE.path))
        words = text_of(graph, clause, PAGE.words)
        is_time = (clause, PAGE.when, RdfLiteral(True)) in graph
        if words is None or path is None or len(path) > 2 or bool(path) == is_time:
            continue
        before, _, after = words.partition(_SLOT)
        beside = (one for one in graph.objects(clause, PAGE.beside) if isinstance(one, URIRef))
        most = int(_number(graph, clause, PAGE.most, _FEW))
        earliest = (clause, PAGE.earliest, RdfLiteral(True)) in graph
        nearest = _NEAREST.get(graph.value(clause, PAGE.nearest))
        yield ClausePlan(before, after, path, tuple(sorted(beside)), most, earliest, nearest)


def _path(graph: Graph, node: Node | None) -> tuple[PathStep, ...] | None:
    """The steps of a path (SHACL section 2.3.1), None for one of another form."""
    if node is None:
        return ()
    if isinstance(node, URIRef) and (node, SH.inversePath, None) not in graph:
        is_list = (node, RDF.first, None) in graph
        if not is_list:
            return (PathStep(node, True),)
    inverse = graph.value(node, SH.inversePath)
    if isinstance(inverse, URIRef):
        return (PathStep(inverse, False),)
    steps: list[PathStep] = []
    for part in Collection(graph, node):
        further = _path(graph, part)
        if not further:
            return None
        steps += further
    return tuple(steps) or None


def _number(graph: Graph, node: Node, property_: Node, default: float) -> float:
    value = graph.value(node, property_)
    return float(value) if isinstance(value, RdfLiteral) else default

"""Validation of a graph: shapes, profile, quotes, statements, terms and references."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rdflib import Graph, Node, URIRef
from rdflib.namespace import RDF

from eakg.dataset.build import read_ontology
from eakg.dataset.layout import Layout
from eakg.dataset.parse import parse_rdf
from eakg.dataset.places import Places, places_of_files, places_of_layout
from eakg.dataset.profile import check_profile
from eakg.dataset.quotes import check_quotes
from eakg.dataset.shapes import check_shapes
from eakg.dataset.terms import undefined_terms, undescribed_terms
from eakg.names import EAKG, ID
from eakg.problems import Problem, ProblemsError


@dataclass(frozen=True)
class Check:
    """One kind of check: its name, how many things it looked at, what it found wrong, and what
    it only warns of."""

    name: str
    examined: int
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...] = ()


def _located(
    places: Places, node: Node, message: str, fallback: str, graph: Graph | None = None
) -> Problem:
    place = places.of_subject(node)
    name = graph.namespace_manager.normalizeUri(str(node)) if graph is not None else str(node)
    if isinstance(node, URIRef) and node in ID:
        name = str(node).removeprefix(str(ID))
    if place is None:
        return Problem(fallback, 0, f"{name}: {message}")
    return Problem(place.file, place.line, f"{name}: {message}")


def _shapes(
    data: Iterable[Graph], shapes: Graph, places: Places, fallback: str
) -> Check:
    problems, warnings, examined = [], [], 0
    for graph in data:
        examined += len(set(graph.subjects()))
        for violation in check_shapes(graph, shapes):
            found = _located(places, violation.focus, violation.message, fallback)
            (warnings if violation.warning else problems).append(found)
    return Check("shapes", examined, tuple(sorted(set(problems))), tuple(sorted(set(warnings))))


def _profile(graph: Graph, places: Places, fallback: str) -> Check:
    problems = [
        _located(places, violation.subject, violation.message, fallback, graph)
        for violation in check_profile(graph)
    ]
    return Check("profile", len(graph), tuple(problems))


def _terms(graphs: Iterable[Graph], ontology: Graph, places: Places, fallback: str) -> Check:
    examined, problems = undescribed_terms(ontology, fallback)
    for graph in graphs:
        problems += [
            _located(places, subject, message, fallback)
            for subject, message in undefined_terms(graph, ontology)
        ]
    return Check("terms", examined, tuple(problems))


def _statements(layout: Layout, places: Places) -> Check:
    """Every asserted triple has its statement, and every statement its triple and its support."""
    problems = []
    examined = 0
    for path in sorted(layout.asserted.glob("*.ttl")):
        asserted = parse_rdf(path)
        examined += len(asserted)
        counterpart = layout.evidence / path.name
        if not counterpart.is_file():
            problems.append(Problem(str(counterpart), 0, "is missing; run `eakg build`"))
            continue
        evidence = parse_rdf(counterpart)
        described = set()
        for statement in evidence.subjects(RDF.type, RDF.Statement):
            triple = tuple(
                evidence.value(statement, part)
                for part in (RDF.subject, RDF.predicate, RDF.object)
            )
            described.add(triple)
            if triple not in asserted:
                message = "its triple is not in the asserted graph; run `eakg build`"
                problems.append(_located(places, statement, message, str(counterpart)))
            supports = list(evidence.objects(statement, EAKG.evidence))
            if not any((support, RDF.type, None) in evidence for support in supports):
                message = "leads to no text span and no table row; run `eakg build`"
                problems.append(_located(places, statement, message, str(counterpart)))
        for triple in sorted(asserted):
            if triple not in described:
                line = places_of_files([path]).of(triple)
                words = " ".join(term.n3(asserted.namespace_manager) for term in triple)
                message = f"{words} has no statement that supports it; run `eakg build`"
                problems.append(Problem(str(path), line[0].line if line else 0, message))
    return Check("statements", examined, tuple(problems))


def _references(graphs: Sequence[Graph], ontology: Graph, places: Places, fallback: str) -> Check:
    """Every thing that a triple leads to is described somewhere."""
    described: set[Node] = set(ontology.subjects(RDF.type))
    for graph in graphs:
        described |= set(graph.subjects())
    examined, problems = 0, []
    for graph in graphs:
        for subject, _, object_ in sorted(graph):
            if isinstance(object_, URIRef) and object_ in ID:
                examined += 1
                if object_ not in described:
                    message = f"leads to {object_}, of which nothing is said"
                    problems.append(_located(places, subject, message, fallback))
    return Check("references", examined, tuple(problems))


def validate_layout(layout: Layout) -> tuple[Check, ...]:
    """Validate the built graph of a layout.

    Raises ProblemsError when a file cannot be read, or when there is no built graph.
    """
    ontology = read_ontology(layout)
    shapes = parse_rdf(layout.shapes)
    asserted_files = sorted(layout.asserted.glob("*.ttl"))
    if not asserted_files:
        message = "there is no built graph; run `eakg build`"
        raise ProblemsError([Problem(str(layout.asserted), 0, message)])
    asserted = _union(asserted_files)
    evidence = _union(sorted(layout.evidence.glob("*.ttl")))
    places = places_of_layout(layout)
    fallback = str(layout.graph)
    ontology_file = str(layout.ontology_files()[0])
    count, quotes = check_quotes(layout, evidence, places)
    return (
        _shapes([asserted + ontology, evidence], shapes, places, fallback),
        _profile(ontology, places, ontology_file),
        Check("quotes", count, tuple(quotes)),
        _statements(layout, places),
        _terms([asserted, evidence], ontology, places, ontology_file),
        _references([asserted, evidence], ontology, places, fallback),
    )


def validate_files(paths: Sequence[Path], layout: Layout) -> tuple[Check, ...]:
    """Validate RDF files, as one graph, against the ontology and shapes of a layout.

    Raises ProblemsError when a file cannot be read.
    """
    graph = _union(paths)
    ontology = read_ontology(layout)
    shapes = parse_rdf(layout.shapes)
    places = places_of_files(paths)
    fallback = str(paths[0])
    return (
        _shapes([graph + ontology], shapes, places, fallback),
        _profile(graph + ontology, places, fallback),
        Check(
            "terms",
            len(graph),
            tuple(
                _located(places, subject, message, fallback)
                for subject, message in undefined_terms(graph, ontology)
            ),
        ),
    )


def _union(paths: Iterable[Path]) -> Graph:
    graph = Graph()
    problems: list[Problem] = []
    for path in paths:
        try:
            graph += parse_rdf(path)
        except ProblemsError as error:
            problems += error.problems
    if problems:
        raise ProblemsError(problems)
    return graph

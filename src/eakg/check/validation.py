"""Validation of a graph: shapes, profile, quotes, statements, terms and references."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from rdflib import Graph, Node, URIRef
from rdflib.namespace import RDF

from eakg.check.quotes import check_quotes
from eakg.check.shapes import check_shapes, read_shapes
from eakg.check.terms import undefined_terms, undescribed_terms
from eakg.dataset import (
    BuiltGraph,
    DescribedThings,
    Layout,
    Lifting,
    Places,
    lifted_triples,
    places_of_files,
    places_of_layout,
    places_of_lifted,
    read_ontology,
    whole_results,
)
from eakg.names import EAKG, SHIPPED_IRIS, ProjectIris
from eakg.problems import Problem
from eakg.profile import check_profile
from eakg.rdf import parse_all, parse_rdf
from eakg.reason import materialize
from eakg.reason.coherence import CoherenceCheck, incoherence_problems
from eakg.reason.contradictions import contradiction

Locator = Callable[[], Places]
"""Gives the places of triples; they are looked for only where there is something to report."""


@dataclass(frozen=True)
class Check:
    """One kind of check: its name, how many things it looked at, what it found wrong, and what
    it only warns of."""

    name: str
    count: int
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...] = ()


def _problem_at(
    places: Locator,
    node: Node,
    message: str,
    fallback: str,
    graph: Graph | None = None,
    iris: ProjectIris = SHIPPED_IRIS,
) -> Problem:
    place = places().of_subject(node)
    name = graph.namespace_manager.normalizeUri(str(node)) if graph is not None else str(node)
    if iris.has(node):
        name = iris.slug(node)
    if place is None:
        return Problem(fallback, 0, f"{name}: {message}")
    return Problem(place.file, place.line, f"{name}: {message}")


def _with_places(places: Locator, message: str, iris: ProjectIris) -> str:
    """A message in which each thing stands by its slug, with the place where it is described."""

    def name_with_place(match: re.Match[str]) -> str:
        place = places().of_subject(URIRef(match[0]))
        slug = iris.slug(match[0])
        return f"{slug} ({place.file}:{place.line})" if place else slug

    return re.sub(rf"{re.escape(iris.things)}[\w./-]*\w", name_with_place, message)


def _shapes(
    data: Iterable[Graph],
    shapes: Graph,
    places: Locator,
    fallback: str,
    focus: Collection[Node] | None = None,
    iris: ProjectIris = SHIPPED_IRIS,
) -> Check:
    problems: list[Problem] = []
    warnings: list[Problem] = []
    count = 0
    for graph in data:
        count += len(set(graph.subjects()) if focus is None else focus)
        for violation in check_shapes(graph, shapes, focus):
            message = _with_places(places, violation.message, iris)
            problem = _problem_at(places, violation.focus, message, fallback, iris=iris)
            if violation.path is not None and violation.value is not None:
                triple = violation.focus, violation.path, violation.value
                for place in places().of(triple)[:1]:
                    problem = replace(problem, file=place.file, line=place.line)
            (warnings if violation.warning else problems).append(problem)
    return Check("shapes", count, tuple(sorted(set(problems))), tuple(sorted(set(warnings))))


def _profile(graph: Graph, places: Locator, fallback: str) -> Check:
    problems = [
        _problem_at(places, violation.subject, violation.message, fallback, graph)
        for violation in check_profile(graph)
    ]
    return Check("profile", len(graph), tuple(problems))


def _coherence(graph: Graph, places: Locator, fallback: str) -> Check:
    """Classes that nothing can be in, and properties that nothing can have, are warned of."""
    coherence = CoherenceCheck(materialize(graph))
    return Check(
        "coherence", coherence.count, (), tuple(incoherence_problems(coherence, places, fallback))
    )


def _terms(
    graphs: Iterable[Graph], ontology: Graph, places: Locator, fallback: str, layout: Layout
) -> Check:
    count, problems = undescribed_terms(ontology, fallback)
    for graph in graphs:
        problems += [
            _problem_at(places, subject, message, fallback, iris=layout.iris)
            for subject, message in undefined_terms(graph, ontology, layout.ontology_place)
        ]
    return Check("terms", count, tuple(problems))


def _triple_of(evidence: Graph, statement: Node) -> Any:
    parts = (RDF.subject, RDF.predicate, RDF.object)
    return tuple(evidence.value(statement, part) for part in parts)


def _statements(
    layout: Layout,
    asserted: Mapping[str, Graph],
    evidence: Mapping[str, Graph],
    places: Locator,
) -> Check:
    """Every asserted triple has its statement, and every statement its triple and its support."""
    problems = []
    for name, graph in asserted.items():
        path, counterpart = layout.asserted / f"{name}.ttl", layout.evidence / f"{name}.ttl"
        if name not in evidence:
            problems.append(Problem(str(counterpart), 0, "is missing; run `eakg build`"))
            continue
        triples = set()
        for statement in evidence[name].subjects(RDF.type, RDF.Statement):
            triple = _triple_of(evidence[name], statement)
            triples.add(triple)
            if triple not in graph:
                message = "its triple is not in the asserted graph; run `eakg build`"
                problems.append(
                    _problem_at(places, statement, message, str(counterpart), iris=layout.iris)
                )
            supports = list(evidence[name].objects(statement, EAKG.evidence))
            if not any((support, RDF.type, None) in evidence[name] for support in supports):
                message = "leads to no text span and no table row; run `eakg build`"
                problems.append(
                    _problem_at(places, statement, message, str(counterpart), iris=layout.iris)
                )
        for triple in sorted(set(graph) - triples):
            line = places_of_files([path]).of(triple)
            words = " ".join(term.n3(graph.namespace_manager) for term in triple)
            message = f"{words} has no statement that supports it; run `eakg build`"
            problems.append(Problem(str(path), line[0].line if line else 0, message))
    return Check("statements", sum(map(len, asserted.values())), tuple(problems))


def _references(
    graphs: Sequence[Graph], ontology: Graph, places: Locator, fallback: str, iris: ProjectIris
) -> Check:
    """Every thing that a triple leads to is described somewhere."""
    subjects: set[Node] = set(ontology.subjects(RDF.type))
    for graph in graphs:
        subjects |= set(graph.subjects())
    count, problems = 0, []
    for graph in graphs:
        ends = [object_ for object_ in graph.objects() if iris.has(object_)]
        count += len(ends)
        for object_ in sorted({*ends} - subjects, key=str):
            message = f"leads to {object_}, of which nothing is said"
            problems += [
                _problem_at(places, subject, message, fallback, iris=iris)
                for subject in sorted(graph.subjects(None, object_), key=str)
            ]
    return Check("references", count, tuple(problems))


def validate_built(layout: Layout, built_graph: BuiltGraph) -> tuple[Check, ...]:
    """Validate the built graph of a layout, as it was read from there.

    Raises: ProblemsError when the shapes cannot be read.
    """
    shapes = _shapes_of(layout)
    ontology, asserted, evidence = built_graph.ontology, built_graph.asserted, built_graph.evidence
    assertions, supports = _union(asserted.values()), _union(evidence.values())
    places = cache(lambda: places_of_layout(layout, evidence))
    fallback = str(layout.graph)
    ontology_file = str(next(iter(layout.ontology_files()), layout.ontology))
    count, quotes = check_quotes(layout, supports, places)
    return (
        _shapes([assertions + ontology, supports], shapes, places, fallback, iris=layout.iris),
        _profile(ontology, places, ontology_file),
        _coherence(ontology, places, ontology_file),
        Check("quotes", count, tuple(quotes)),
        _statements(layout, asserted, evidence, places),
        _terms([assertions, supports], ontology, places, ontology_file, layout),
        _references([assertions, supports], ontology, places, fallback, layout.iris),
    )


def validate_record(layout: Layout, folder: Path, lifting: Lifting, ontology: Graph) -> Check:
    """Validate what one record says among all that was lifted: everything that is wrong in its
    files, and what shapes, terms and consistency say of its lines.

    Arguments: the layout; the folder of the record; what was lifted of the layout, with what is
    wrong there; the graph of the ontology. Raises: ProblemsError when the shapes cannot be read.
    """
    places = cache(lambda: places_of_lifted(layout, whole_results(lifting)))
    graph = ontology + Graph()
    for triple in lifted_triples(lifting):
        graph.add(triple)
    records = [result for result in lifting.results if result.name == folder.name]
    triples = [statement.triple for result in records for statement in result.statements]
    evidence = Graph()
    for result in records:
        for triple in result.context:
            evidence.add(triple)
    fallback = str(folder)
    # Of what nothing describes, no more is said than that.
    things = DescribedThings(lifting.results, ontology.subjects(RDF.type), ontology, layout.iris)
    subjects = {
        subject for subject, _, _ in triples if subject in things or not layout.iris.has(subject)
    }
    shapes = _shapes([graph], _shapes_of(layout), places, fallback, subjects, layout.iris)
    assertions = Graph()
    for triple in triples:
        assertions.add(triple)
    undefined = [
        _problem_at(places, subject, message, fallback, iris=layout.iris)
        for subject, message in undefined_terms(
            assertions + evidence, ontology, layout.ontology_place
        )
    ]
    closure = materialize(graph)
    clashes = [
        contradiction(clash, places(), str(layout.graph), is_asserted=closure.is_asserted)
        for clash in closure.inconsistencies
    ]

    def concerns(problem: Problem) -> bool:
        return f"{folder}/" in f"{problem.file}{problem.message}/"

    problems = [*lifting.problems, *shapes.problems, *undefined, *clashes]
    warnings = [*lifting.warnings, *shapes.warnings]
    return Check(
        folder.name,
        sum(result.lines for result in records),
        tuple(sorted({problem for problem in problems if concerns(problem)})),
        tuple(sorted({problem for problem in warnings if concerns(problem)})),
    )


def validate_files(paths: Sequence[Path], layout: Layout) -> tuple[Check, ...]:
    """Validate RDF files, as one graph, against the ontology and shapes of a layout.

    Raises: ProblemsError when a file cannot be read.
    """
    graph = _union(parse_all(paths))
    ontology = read_ontology(layout)
    shapes = parse_rdf(layout.shapes)
    whole = graph + ontology
    places = cache(lambda: places_of_files(paths))
    fallback = str(paths[0])
    return (
        _shapes([whole], shapes, places, fallback),
        _profile(whole, places, fallback),
        _coherence(whole, places, fallback),
        Check(
            "terms",
            len(graph),
            tuple(
                _problem_at(places, subject, message, fallback)
                for subject, message in undefined_terms(graph, ontology, layout.ontology_place)
            ),
        ),
    )


def validate_shapes(paths: Sequence[Path], shape_paths: Sequence[Path]) -> tuple[Check, ...]:
    """Validate RDF files, as one graph, against shapes of the user's own, and nothing else.

    Arguments: the files; those of the shapes. Raises: ProblemsError when a file cannot be read, or
    no shape has a target, so that whatever the data are would pass.
    """
    graph = _union(parse_all(paths))
    shapes = read_shapes(shape_paths)
    places = cache(lambda: places_of_files(paths))
    return (_shapes([graph], shapes, places, str(paths[0])),)


def _shapes_of(layout: Layout) -> Graph:
    """The shapes of a layout; none where it has no file of them. Raises: ProblemsError."""
    return parse_rdf(layout.shapes) if layout.shapes.is_file() else Graph()


def _union(graphs: Iterable[Graph]) -> Graph:
    union = Graph()
    for graph in graphs:
        union += graph
    return union

"""Tables that were made for other documents: their rows, but for those about what is not here."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from rdflib import Graph, URIRef

from eakg.dataset.references import DescribedThings
from eakg.lift import LiftResult, SkippedLine
from eakg.names import ProjectIris


def without_loose_rows(
    results: Sequence[LiftResult], tables: Sequence[str], ontology: Graph, iris: ProjectIris
) -> tuple[LiftResult, ...]:
    """What was lifted, without the rows of some tables that speak of a thing which nothing
    describes, and of things that such rows alone describe. They are among the lines skipped.

    Arguments: everything that was lifted; the names of the tables; the graph of the ontology;
    the IRIs of the project.
    """
    while True:
        subjects = DescribedThings(results, ontology.subjects(), ontology, iris)
        smaller = tuple(
            without_rows(result, _loose_rows(result, subjects, iris))
            if result.name in tables
            else result
            for result in results
        )
        if smaller == tuple(results):
            return smaller
        results = smaller


def without_rows(result: LiftResult, rows: Mapping[URIRef, SkippedLine]) -> LiftResult:
    """What was lifted from a table, without some rows, which are among the lines skipped."""
    if not rows:
        return result
    return replace(
        result,
        statements=tuple(item for item in result.statements if item.derived_from not in rows),
        context=tuple(triple for triple in result.context if triple[0] not in rows),
        lifted_lines=result.lifted_lines - len(rows),
        skipped_lines=tuple(sorted([*result.skipped_lines, *rows.values()])),
    )


def _loose_rows(
    result: LiftResult, subjects: DescribedThings, iris: ProjectIris
) -> dict[URIRef, SkippedLine]:
    """The rows that speak of what nothing describes, each with what it speaks of."""
    rows: dict[URIRef, SkippedLine] = {}
    for statement in result.statements:
        for node in statement.triple:
            if iris.has(node) and node not in subjects:
                words = f"is about {iris.slug(node)}, which no document here tells of"
                line = SkippedLine(statement.file, statement.line, words)
                rows.setdefault(statement.derived_from, line)
    return rows

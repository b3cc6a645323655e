"""Tables that were made for other documents: their rows, but for those about what is not here."""

from collections.abc import Sequence
from dataclasses import replace

from rdflib import Graph, Node, URIRef

from eakg.dataset.references import described_nodes
from eakg.evidence import Statement
from eakg.lift import LiftResult, SkippedLine
from eakg.names import ID


def without_loose_rows(
    results: Sequence[LiftResult], tables: Sequence[str], ontology: Graph
) -> tuple[LiftResult, ...]:
    """What was lifted, without the rows of some tables that speak of a thing which nothing
    describes, and of things that such rows alone describe. They are among the lines skipped.

    Arguments: everything that was lifted; the names of the tables; the graph of the ontology.
    """
    while True:
        subjects: set[Node] = set(ontology.subjects())
        subjects.update(node for result in results for node in described_nodes(result))
        smaller = tuple(
            _without(result, _loose_rows(result, subjects)) if result.name in tables else result
            for result in results
        )
        if smaller == tuple(results):
            return smaller
        results = smaller


def _loose_rows(result: LiftResult, subjects: set[Node]) -> dict[URIRef, tuple[URIRef, Statement]]:
    """The rows that speak of what nothing describes, each with a thing and a statement."""
    rows: dict[URIRef, tuple[URIRef, Statement]] = {}
    for statement in result.statements:
        for node in statement.triple:
            if isinstance(node, URIRef) and node in ID and node not in subjects:
                rows.setdefault(statement.derived_from, (node, statement))
    return rows


def _without(result: LiftResult, rows: dict[URIRef, tuple[URIRef, Statement]]) -> LiftResult:
    if not rows:
        return result
    skipped_lines = [
        SkippedLine(
            statement.file,
            statement.line,
            f"is about {str(thing).removeprefix(str(ID))}, which no document here tells of",
        )
        for thing, statement in rows.values()
    ]
    return replace(
        result,
        statements=tuple(item for item in result.statements if item.derived_from not in rows),
        context=tuple(triple for triple in result.context if triple[0] not in rows),
        lifted_lines=result.lifted_lines - len(rows),
        skipped_lines=tuple(sorted([*result.skipped_lines, *skipped_lines])),
    )

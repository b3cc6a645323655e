"""What was lifted, without what nobody confirmed."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace

from rdflib import Graph, URIRef
from rdflib.namespace import RDF, RDFS

from eakg.dataset.borrowing import without_rows
from eakg.dataset.layout import Layout
from eakg.dataset.references import DescribedThings, uses_of
from eakg.lift import LiftResult, SkippedLine, read_mapping
from eakg.names import EAKG

_UNCONFIRMED = "unverified"


def without_unconfirmed(
    results: Sequence[LiftResult],
    ontology: Graph,
    layout: Layout,
) -> tuple[LiftResult, ...]:
    """What was lifted, without the rows whose verification begins with `unverified`. They are
    among the lines skipped. Of a thing that something else leads to, its row is left with its
    class, its name and what it belongs to.

    Arguments: everything that was lifted; the graph of the ontology; the layout, whose mapping
    names the properties that say what a thing belongs to.
    """
    omissions: dict[URIRef, SkippedLine] = {}
    rows_of: dict[URIRef, set[URIRef]] = defaultdict(set)
    for result in results:
        unconfirmed = {
            node
            for node, predicate, word in result.context
            if predicate == EAKG.verification and str(word).startswith(_UNCONFIRMED)
        }
        for statement in result.statements:
            if statement.derived_from in unconfirmed:
                line = SkippedLine(statement.file, statement.line, "left out: nobody confirmed it")
                omissions[statement.derived_from] = line
                if statement.triple[1] == RDF.type:
                    rows_of[statement.triple[0]].add(statement.derived_from)
    identities: set[URIRef] = set()
    properties = {RDF.type, RDFS.label}
    if layout.mapping.is_file():
        properties |= read_mapping(layout.mapping, layout.iris).identity
    while True:
        smaller = tuple(_without(result, omissions, identities, properties) for result in results)
        nodes = DescribedThings(smaller, ontology.subjects(), ontology, layout.iris)
        ends = {
            node
            for result in smaller
            for node in uses_of(result)
            if layout.iris.has(node) and node not in nodes
        }
        rows = {row for node in ends for row in rows_of[node]} - identities
        if not rows:
            return smaller
        identities |= rows


def _without(
    result: LiftResult,
    omissions: dict[URIRef, SkippedLine],
    identities: set[URIRef],
    properties: Collection[URIRef],
) -> LiftResult:
    rows = {row: line for row, line in omissions.items() if row not in identities}
    present = {statement.derived_from for statement in result.statements}
    smaller = without_rows(result, {row: rows[row] for row in rows.keys() & present})
    if not identities & present:
        return smaller
    return replace(
        smaller,
        statements=tuple(
            statement
            for statement in smaller.statements
            if statement.derived_from not in identities or statement.triple[1] in properties
        ),
    )

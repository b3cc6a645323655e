"""A build without what nobody confirmed."""

import pytest
from rdflib import Graph, URIRef
from rdflib.namespace import RDFS

from eakg.dataset.confirmation import without_unconfirmed
from eakg.dataset.layout import Layout
from eakg.dataset.lifting import lift_sources
from eakg.dataset.references import unresolved_references
from eakg.lift import LiftResult
from eakg.names import EAKG


@pytest.fixture(scope="module")
def results(layout: Layout, ontology: Graph) -> tuple[LiftResult, ...]:
    return lift_sources(layout, ontology).results


@pytest.fixture(scope="module")
def confirmed(
    results: tuple[LiftResult, ...], layout: Layout, ontology: Graph
) -> tuple[LiftResult, ...]:
    return without_unconfirmed(results, ontology, layout)


def test_unconfirmed_rows_say_what_a_thing_is_and_no_more(
    confirmed: tuple[LiftResult, ...],
) -> None:
    for result in confirmed:
        rows = {
            node
            for node, predicate, word in result.context
            if predicate == EAKG.verification and str(word).startswith("unverified")
        }
        for statement in result.statements:
            if statement.derived_from in rows:
                assert isinstance(statement.triple[2], URIRef) or statement.triple[1] in (
                    RDFS.label,
                    EAKG.iso3166Alpha2,
                    EAKG.iso3166Alpha3,
                ), statement


def test_nothing_leads_nowhere(
    confirmed: tuple[LiftResult, ...], layout: Layout, ontology: Graph
) -> None:
    assert unresolved_references(confirmed, ontology, layout) == []


def test_what_is_left_out_is_told(
    results: tuple[LiftResult, ...], confirmed: tuple[LiftResult, ...]
) -> None:
    for before, after in zip(results, confirmed, strict=True):
        missing = {s.line for s in before.statements} - {s.line for s in after.statements}
        assert missing <= {line.line for line in after.skipped_lines}
        assert before.lifted_lines - after.lifted_lines == len(after.skipped_lines) - len(
            before.skipped_lines
        )


def test_persons_in_the_chair_whom_no_page_names_are_left_out(
    results: tuple[LiftResult, ...], confirmed: tuple[LiftResult, ...]
) -> None:
    def chairs(lifted: tuple[LiftResult, ...]) -> int:
        return sum(s.triple[1] == EAKG.hasChair for result in lifted for s in result.statements)

    assert chairs(results) - chairs(confirmed) == 151

"""What the graph says was found elsewhere about the statements of its texts."""

import csv

import pytest

from eakg.dataset import shipped_layout
from eakg.names import ID
from eakg.rdf import Row
from eakg.serve.overviews.findings import StatementReview, reviews_of
from eakg.serve.overviews.overview import overviews_in
from eakg.store.embedded import EmbeddedStore
from eakg.store.request import QueryRequest, select

COMMENTARY, SUMMIT = "record-2020-07-23", "record-2020-04-14"
OVERVIEW = overviews_in(shipped_layout().overviews)["findings"]


@pytest.fixture(scope="module")
def rows(shipped_store: EmbeddedStore) -> list[Row]:
    return select(shipped_store, QueryRequest(OVERVIEW.query.text))


@pytest.fixture(scope="module")
def reviews(rows: list[Row]) -> dict[tuple[str, str], StatementReview]:
    return {
        (one.document.removeprefix(str(ID)), one.statement.removeprefix(str(ID))): one
        for one in reviews_of(OVERVIEW, rows)
    }


@pytest.mark.parametrize(
    ("document", "statement", "group", "verdict"),
    [
        (COMMENTARY, "a050", "report", "confirmed by 2"),
        (COMMENTARY, "a005", "judgement", "an opinion"),
        (COMMENTARY, "a018", "report", "not found"),
        # Read for background alone.
        (COMMENTARY, "a011", "promise or policy", "not found"),
        (COMMENTARY, "a069", "expectation", "an opinion"),
        (COMMENTARY, "a023", "report", "confirmed in part"),
        (COMMENTARY, "a040", "praise", "confirmed in part"),
        (COMMENTARY, "a068", "metaphor", "an opinion"),
        # The pages that bear on it are the commentary itself.
        (COMMENTARY, "a070", "report", "not found"),
        (COMMENTARY, "special-apt-summit-2020-04-14", "report", "confirmed by 1"),
        # The statement that confirms the other is what this one retells.
        (SUMMIT, "special-apt-summit-2020-04-14", "report", "not found"),
        ("ggo-treaties", "ggo-claim/ajcep/all/1", "report", "differs"),
    ],
)
def test_what_was_found(
    reviews: dict[tuple[str, str], StatementReview],
    document: str,
    statement: str,
    group: str,
    verdict: str,
) -> None:
    review = reviews[document, statement]
    assert (review.group, review.verdict) == (group, verdict)


def test_every_statement_of_the_texts_is_told(
    reviews: dict[tuple[str, str], StatementReview],
) -> None:
    """The commentary has 70 numbered statements (A001 to A070)."""
    assert sum(document == COMMENTARY for document, _ in reviews) == 70
    assert {one.group for one in reviews.values()} == set(OVERVIEW.groups)
    assert all(one.words for one in reviews.values() if one.document.startswith(str(ID["record"])))


def test_how_a_page_was_checked_is_known_to_the_query(rows: list[Row]) -> None:
    """A new wording of the table would count for nothing, and nobody would be told."""
    with (shipped_layout().background / "confirmations.csv").open(newline="") as file:
        wordings = {row["verification"] for row in csv.DictReader(file)}
    bearing = {str(row["checked"]) for row in rows if str(row["status"]) in ("confirmed", "partly")}
    assert wordings - bearing == {"background only", "date verified; author unverified"}

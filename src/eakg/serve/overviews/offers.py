"""The overviews for which there are data, and what was found about statements by one of them."""

from eakg.rdf import Row
from eakg.serve.app import state
from eakg.serve.overviews import timeline
from eakg.serve.overviews.findings import StatementReview, reviews_of
from eakg.serve.overviews.overview import Overview, overviews_in

FINDINGS = "findings"


def overview_offers() -> dict[str, Overview]:
    """The drawings for which there are data, by their names. Raises: StoreError and its kinds."""
    catalogue = state().catalogue
    counts, folder = catalogue.properties(), catalogue.project().overviews
    overviews = {} if folder is None else overviews_in(folder)
    offers = {name: one for name, one in overviews.items() if not one.needs.isdisjoint(counts)}
    if all(one.kind != "timeline" for one in overviews.values()):
        generic = timeline.of_any(catalogue.presentation(), counts)
        offers |= {} if generic is None else {generic.name: generic}
    return offers


def findings_overview() -> Overview | None:
    """The overview of what was found about statements, if there is one."""
    return next((one for one in overview_offers().values() if one.kind == FINDINGS), None)


def statement_reviews(*iris: str) -> tuple[StatementReview, ...]:
    """What was found about the statements of documents.

    Arguments: the documents and the statements that count; without any, all do. None are told
    where there is no overview of this kind. Raises: StoreError and its kinds.
    """
    overview = findings_overview()
    if overview is None:
        return ()
    rows = state().catalogue.rows(overview.query.bound({}))
    subjects = frozenset(iris)

    def counts(row: Row) -> bool:
        return not subjects or not subjects.isdisjoint(
            {str(row["document"]), str(row["statement"])}
        )

    return reviews_of(overview, rows, counts)

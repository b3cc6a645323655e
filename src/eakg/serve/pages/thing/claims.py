"""What the page of a thing says of claims: of a statement, what was found elsewhere; of a document,
or of what a document retells, how many of its statements were found."""

from collections import Counter
from dataclasses import dataclass
from urllib.parse import urlencode

from rdflib import PROV

from eakg.serve.content import Outline
from eakg.serve.overviews import (
    STATUSES,
    StatementReview,
    findings_overview,
    statement_reviews,
    status_words,
)


@dataclass(frozen=True)
class DocumentClaims:
    """A document, and how many of its statements there are of each status, with the query of the
    address that lists these."""

    label: str
    query: str
    total: int
    counts: tuple[tuple[str, int, str], ...]


@dataclass(frozen=True)
class Claims:
    """What a page says of claims: the path of the list of all, the groups in the order of their
    colours, the thing as a statement of each document that states it, and documents."""

    path: str
    groups: tuple[str, ...]
    reviews: tuple[StatementReview, ...]
    documents: tuple[DocumentClaims, ...]
    of_text: tuple[StatementReview, ...]


def claims_of(outline: Outline) -> Claims | None:
    """What the page of a thing says of claims; None where nothing is to be said.

    Raises: StoreError and its kinds.
    """
    overview = findings_overview()
    if overview is None:
        return None
    iri = str(outline.iri)
    retelling = {
        str(entry.triple[0])
        for entry in outline.incoming
        if entry.triple[1] == PROV.hadPrimarySource
    }
    reviews = statement_reviews(iri, *retelling)
    documents: dict[str, list[StatementReview]] = {}
    for review in reviews:
        if review.document in {iri, *retelling}:
            documents.setdefault(review.document, []).append(review)
    own_reviews = tuple(one for one in reviews if one.statement == iri)
    if not own_reviews and not documents:
        return None
    return Claims(
        f"/overviews/{overview.name}",
        overview.groups,
        own_reviews,
        tuple(_document(document, members) for document, members in documents.items()),
        tuple(documents.get(iri, ())),
    )


def _document(document: str, reviews: list[StatementReview]) -> DocumentClaims:
    numbers = Counter(one.status for one in reviews)
    return DocumentClaims(
        reviews[0].document_label,
        f"?{urlencode({'document': document})}",
        len(reviews),
        tuple(
            (
                status_words(status),
                numbers[status],
                f"?{urlencode({'document': document, 'status': status})}",
            )
            for status in STATUSES
            if numbers[status]
        ),
    )

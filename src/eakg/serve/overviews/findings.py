"""What was found elsewhere about statements of documents, of a saved query whose rows say so.

A row is a statement of a document and one source that bears on it, or none. How grave the rows of a
statement are says what is told of it as a whole.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from eakg.evidence import anchor_of
from eakg.rdf import Row
from eakg.serve.overviews.overview import Overview

DIFFERS, CONFIRMED, PARTLY, OPINION, NOT_FOUND = (
    "differs",
    "confirmed",
    "partly",
    "opinion",
    "not found",
)
STATUSES = (DIFFERS, CONFIRMED, PARTLY, OPINION, NOT_FOUND)
"""What a row can say of a statement; the first that any of its rows says is told of it."""
_BEARING = frozenset({DIFFERS, CONFIRMED, PARTLY})
_IN_WORDS = {PARTLY: "confirmed in part", OPINION: "an opinion"}


@dataclass(frozen=True)
class FoundSource:
    """A source elsewhere: its IRI, how far it was checked in words, and what it says of the
    statement."""

    iri: str
    words: str
    status: str

    @property
    def bears(self) -> bool:
        """Whether it says anything of the statement."""
        return self.status in _BEARING


@dataclass(frozen=True)
class StatementReview:
    """A statement of a document, and what was found about it.

    `colour` is the place of its group among those of the overview, from 1; `passage` is where it
    stands in the document and `words` are that passage, where it has a text.
    """

    document: str
    document_label: str
    statement: str
    label: str
    group: str
    colour: int
    passage: str | None
    words: str
    status: str
    sources: tuple[FoundSource, ...]

    @property
    def anchor(self) -> str:
        """Its name on a page of its document."""
        return f"s-{self.statement.rpartition('/id/')[2].replace('/', '-')}"

    @property
    def place(self) -> str | None:
        """The name of its passage on the page of the document."""
        return None if self.passage is None else anchor_of(self.passage, self.document)

    @property
    def verdict(self) -> str:
        """What was found, in words."""
        if self.status == CONFIRMED:
            number = len({one.iri for one in self.sources if one.status == CONFIRMED})
            return f"confirmed by {number}"
        return status_words(self.status)


def status_words(status: str) -> str:
    """A status as it is told."""
    return _IN_WORDS.get(status, status)


def reviews_of(
    overview: Overview, rows: Iterable[Row], counts: Callable[[Row], bool] = lambda row: True
) -> tuple[StatementReview, ...]:
    """The statements of rows with `document`, `statement`, `group` and `status`, and perhaps
    `passage`, `words`, and of what was `found` how it was `checked`; in their order.

    Arguments: the overview; its rows; which of them count.
    """
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in map(overview.parts, rows):
        if counts(row):
            groups.setdefault((str(row["document"]), str(row["statement"])), []).append(row)
    return tuple(_review(overview, members) for members in groups.values())


def _review(overview: Overview, rows: list[Row]) -> StatementReview:
    row = rows[0]
    document, statement, group = str(row["document"]), str(row["statement"]), str(row["group"])
    sources = tuple(
        FoundSource(str(source["found"]), str(source.get("checked", "")), str(source["status"]))
        for source in rows
        if "found" in source
    )
    return StatementReview(
        document,
        str(row.get("documentLabel", document)),
        statement,
        str(row.get("statementLabel", statement)),
        group,
        overview.groups.index(group) + 1 if group in overview.groups else 0,
        str(row["passage"]) if "passage" in row else None,
        str(row.get("words", "")),
        min((str(one["status"]) for one in rows), key=_gravity),
        sources,
    )


def _gravity(status: str) -> int:
    return STATUSES.index(status) if status in STATUSES else len(STATUSES)

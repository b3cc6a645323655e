"""The page of what was found elsewhere about statements: all of them, or those that are chosen by
document, by what was found, and by how they are put."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlencode

from eakg.serve.drawings import Bar, Bars, bars
from eakg.serve.overviews.findings import STATUSES, StatementReview, status_words

PAGE = 100
_KEYS: Mapping[str, Callable[[StatementReview], str]] = {
    "document": lambda review: review.document,
    "status": lambda review: review.status,
    "group": lambda review: review.group,
}
CHOICES = tuple(_KEYS)
"""The parameters by which statements are chosen."""
_TITLES = {"document": "In", "status": "Found elsewhere", "group": "Put as"}


@dataclass(frozen=True)
class FacetValue:
    """A value to choose: what it is called, how many statements have it with what else is chosen,
    the query of the address that chooses it, and whether it is chosen."""

    label: str
    count: int
    query: str
    is_chosen: bool
    colour: int = 0


@dataclass(frozen=True)
class Facet:
    """Values of which one can be chosen, and the query of the address without any."""

    title: str
    values: tuple[FacetValue, ...]
    without: str


@dataclass(frozen=True)
class FindingsPage:
    """What the template shows: a bar for each status, facets, and a page of the statements."""

    chart: Bars
    facets: tuple[Facet, ...]
    reviews: tuple[StatementReview, ...]
    count: int
    page: int
    pages: int
    query: Callable[[int], str]


def findings_page(
    reviews: Iterable[StatementReview],
    choices: Mapping[str, str],
    page: int,
    address: str,
) -> FindingsPage | None:
    """The page of statements.

    Arguments: all statements; the values that are chosen, by the name of the choice; which page;
    the address that queries are put to. None where there are not so many pages.
    """
    reviews = tuple(reviews)
    members = _having(reviews, choices)
    pages = max(1, -(-len(members) // PAGE))
    if page > pages:
        return None
    return FindingsPage(
        bars(_bars(members, choices, address)),
        tuple(_facets(reviews, choices)),
        members[PAGE * (page - 1) : PAGE * page],
        len(members),
        page,
        pages,
        lambda number: _query({**choices, "page": str(number)}),
    )


def _having(
    reviews: Iterable[StatementReview], choices: Mapping[str, str]
) -> tuple[StatementReview, ...]:
    return tuple(
        review
        for review in reviews
        if all(_KEYS[name](review) == value for name, value in choices.items())
    )


def _bars(
    reviews: tuple[StatementReview, ...], choices: Mapping[str, str], address: str
) -> Iterable[Bar]:
    for status in STATUSES:
        count = sum(one.status == status for one in reviews)
        if count:
            query = _query({**choices, "status": status})
            yield Bar(status_words(status), f"{address}{query}", count, f"{count:,}")


def _facets(reviews: tuple[StatementReview, ...], choices: Mapping[str, str]) -> Iterable[Facet]:
    for name, key in _KEYS.items():
        other_choices = {one: value for one, value in choices.items() if one != name}
        members = _having(reviews, other_choices)
        examples = {key(one): one for one in members}
        counts = dict.fromkeys(sorted(examples, key=partial(_place, name, examples)), 0)
        for review in members:
            counts[key(review)] += 1
        values = tuple(
            FacetValue(
                _label(name, value, examples[value]),
                count,
                _query({**other_choices, name: value}),
                choices.get(name) == value,
                examples[value].colour if name == "group" else 0,
            )
            for value, count in counts.items()
        )
        if len(values) > 1 or name in choices:
            yield Facet(_TITLES[name], values, _query(other_choices))


def _label(name: str, value: str, example: StatementReview) -> str:
    if name == "document":
        return example.document_label
    return status_words(value) if name == "status" else value


def _place(name: str, examples: Mapping[str, StatementReview], value: str) -> tuple[int, str]:
    """Documents stay in the order of their rows, the others have one of their own."""
    if name == "status":
        return STATUSES.index(value) if value in STATUSES else len(STATUSES), value
    if name == "group":
        return examples[value].colour or len(examples) + 1, value
    return [*examples].index(value), value


def _query(values: Mapping[str, str]) -> str:
    return f"?{urlencode(values)}" if values else ""

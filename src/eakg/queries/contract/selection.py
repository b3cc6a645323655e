"""Which of many saved queries are asked: by tag, and by name."""

from collections.abc import Sequence
from fnmatch import fnmatchcase

from eakg.queries.contract.saved import SavedQuery

_TAG = "tag:"


class SelectionError(ValueError):
    """No query is of a tag or of a name that is asked for. Its text names what there is."""


def selected(
    queries: Sequence[SavedQuery], choices: Sequence[str], exclusions: Sequence[str] = ()
) -> list[SavedQuery]:
    """The queries of some tags (`tag:WORD`) or names, which may be patterns such as `cq1*`, but for
    others; all without choices. Raises: SelectionError for a choice or exclusion that is of none.
    """
    for choice in (*choices, *exclusions):
        if not any(_is_of(query, choice) for query in queries):
            tags = sorted({tag for query in queries for tag in query.tags})
            hint = f"; there is {', '.join(tags)}" if choice.startswith(_TAG) and tags else ""
            raise SelectionError(f"no query is of {choice!r}{hint}")
    return [
        query
        for query in queries
        if (not choices or any(_is_of(query, choice) for choice in choices))
        and not any(_is_of(query, one) for one in exclusions)
    ]


def _is_of(query: SavedQuery, choice: str) -> bool:
    if choice.startswith(_TAG):
        return choice.removeprefix(_TAG) in query.tags
    return any(fnmatchcase(name, choice) for name in (query.name, query.path.stem))

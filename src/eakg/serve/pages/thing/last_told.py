"""What the store told last of a thing, for who asks for the same document in another format."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Generic, TypeVar, cast

from flask import current_app
from rdflib import URIRef
from rdflib.term import Node

from eakg.serve.content import Description, Outline, Withdrawal
from eakg.store import UNKNOWN, QueryService

_KEY = "eakg.last-told"
_T = TypeVar("_T")


class LastAnswer(Generic[_T]):
    """What was made last of the answers of one version of the data."""

    def __init__(self) -> None:
        self._last: tuple[tuple[str, Hashable], _T] | None = None

    def get(self, store: QueryService, key: Hashable, make: Callable[[], _T]) -> _T:
        """What was made last, where it was of the same; else what is made now. Arguments: the
        store that is asked; what is asked for; what asks. Raises: what that raises."""
        version, last = store.version, self._last
        if last is not None and last[0] == (version, key):
            return last[1]
        value = make()
        # It is put together from several answers.
        if store.version == version and not version.startswith(UNKNOWN):
            self._last = (version, key), value
        return value

    def last(self, store: QueryService, key: Hashable) -> _T | None:
        """What was made last, where it was of the same and of the data as they are; else None."""
        last = self._last
        return last[1] if last is not None and last[0] == (store.version, key) else None


@dataclass(frozen=True)
class LastTold:
    """The name that was found last by its slug, whether that thing was withdrawn, the outline that
    was asked for last, the whole description, and the graphs of the evidence that it rests on."""

    name: LastAnswer[URIRef | None] = field(default_factory=LastAnswer)
    withdrawal: LastAnswer[Withdrawal | None] = field(default_factory=LastAnswer)
    outline: LastAnswer[Outline | None] = field(default_factory=LastAnswer)
    description: LastAnswer[Description] = field(default_factory=LastAnswer)
    homes: LastAnswer[dict[Node, URIRef]] = field(default_factory=LastAnswer)


def last_told() -> LastTold:
    """That of the application that answers the request at hand."""
    return cast(LastTold, current_app.extensions.setdefault(_KEY, LastTold()))

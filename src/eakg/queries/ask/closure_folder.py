"""Answers from a closure that was made on disk.

Its tables give the solutions of a query's patterns, as rows; the rest of the query is asked of
these, of an engine as any other query is.
"""

import json
from pathlib import Path
from typing import Any

from eakg.files import TemporaryFolder
from eakg.queries.ask.endpoint import StoreEndpoint
from eakg.queries.ask.targets import QueryTarget, open_target
from eakg.reason.disk.answering import AnswerLimits, is_decidable, things, write_rows
from eakg.sparql.syntax import Filter, parse_query
from eakg.sparql.tables import JoinedGroup, Remainder, joined_group, refuse, remainder_of
from eakg.store import MEBIBYTE, Closure, EmbeddedStore, Limits, read_contents


class ClosureFolderEndpoint:
    """Answers from the folder of `eakg reason --work`.

    Arguments: the folder; seconds that a query may run.
    """

    def __init__(self, folder: Path, timeout: float) -> None:
        self._folder = folder
        self._timeout = timeout

    def answer(
        self, text: str, closure: Closure, format_: str | None, timeout: float | None = None
    ) -> bytes:
        """The serialised result. Raises: ProblemsError; StoreError and its kinds, of them
        QueryRefusedError for what tables do not answer."""
        seconds = self._timeout if timeout is None else timeout
        # Of nothing, it tells what is no query, or not answered as SPARQL says.
        StoreEndpoint(EmbeddedStore(read_contents(()))).answer(text, "full", format_)
        group, rest = divided(text)
        limits = AnswerLimits(seconds, Limits().memory // MEBIBYTE)
        with TemporaryFolder("rows") as temporary:
            file = temporary / "rows.nt"
            write_rows(self._folder, group, rest, file, limits, inferred=closure == "full")
            target = QueryTarget(data=(file,), reasons=False)
            with open_target(target, seconds) as endpoint:
                return endpoint.answer(rest.text, "full", format_, seconds)

    def select(self, text: str, closure: Closure, timeout: float | None = None) -> dict[str, Any]:
        """The results of a SELECT or ASK. Raises: as `answer`."""
        answer: dict[str, Any] = json.loads(self.answer(text, closure, "json", timeout))
        return answer


def divided(text: str) -> tuple[JoinedGroup, Remainder]:
    """The patterns of a query, with the conditions that keys suffice for, and the rest of it.

    Raises: QueryRefusedError, with the place, where it has what tables do not answer.
    """
    tree = parse_query(text)
    if tree.where is None:
        refuse(text, tree.start, tree.form)
    group = joined_group(text, tree.where)
    no_literals = things(group)
    _check_optionals(text, group)
    by_keys: list[Filter] = []
    by_values: list[Filter] = []
    for condition in group.filters:
        is_by_keys = is_decidable(condition.expression, no_literals)
        (by_keys if is_by_keys else by_values).append(condition)
    rest = remainder_of(text, tree, group.variables, by_values)
    return JoinedGroup(group.triples, group.optionals, tuple(by_keys)), rest


def _check_optionals(text: str, group: JoinedGroup) -> None:
    """Raises: QueryRefusedError where OPTIONAL has a condition that keys do not suffice for."""
    for optional in group.optionals:
        no_literals = things(group) | things(optional)
        for condition in optional.filters:
            if not is_decidable(condition.expression, no_literals):
                refuse(text, condition.start, "in OPTIONAL a FILTER about values of literals")
        _check_optionals(text, optional)

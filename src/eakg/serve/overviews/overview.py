"""An overview: a saved query whose header says how its rows are drawn.

Specification: `drawing` of `queries/contract/header.schema.json`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from eakg.queries.contract import SavedQuery, find_queries, iri, read_query
from eakg.rdf import Row

DAY = "date"
"""The parameter of overviews of one day."""


@dataclass(frozen=True)
class Overview:
    """A saved query that is drawn.

    `kind` is timeline, matrix, network, figures, findings or map; `needs` are the properties of
    which the data must have one for anything to be drawn; `groups` have the first colours, in their
    order; `days` are proposed to who chooses one; `starting` are the relations that lead from an
    end to a thing, and `lines` the dash patterns of relations.
    """

    query: SavedQuery
    kind: str
    needs: frozenset[str]
    columns: Mapping[str, str]
    groups: tuple[str, ...] = ()
    days: tuple[date, ...] = ()
    note: str = ""
    starting: frozenset[str] = frozenset()
    lines: Mapping[str, str] | None = None

    @property
    def name(self) -> str:
        """What it is called in addresses."""
        return self.query.name

    @property
    def title(self) -> str:
        return self.query.summary

    @property
    def about(self) -> str:
        """What it shows, in a sentence."""
        return self.query.description

    @property
    def dated(self) -> bool:
        """Whether it takes a day."""
        return any(parameter.name == DAY for parameter in self.query.parameters)

    @property
    def day(self) -> str | None:
        """The day that is drawn where none is chosen."""
        days = (one.default for one in self.query.parameters if one.name == DAY)
        return next(days, None)

    def parts(self, row: Row) -> Row:
        """A row by the names that drawings have for its columns."""
        names = {variable: part for part, variable in self.columns.items()}
        labels = {f"{variable}Label": f"{part}Label" for variable, part in names.items()}
        return {(names | labels).get(name, name): term for name, term in row.items()}


@cache
def overviews_in(folder: Path) -> dict[str, Overview]:
    """The overviews among the saved queries of a folder. Raises: ProblemsError."""
    return {one.name: one for one in _overviews(folder)}


def _overviews(folder: Path) -> Iterator[Overview]:
    for path in find_queries([folder]):
        query = read_query(path)
        if drawing := query.header.values.get("drawing"):
            yield overview_of(query, drawing)


def overview_of(query: SavedQuery, drawing: Mapping[str, Any]) -> Overview:
    """The overview of a query whose header has this `drawing`."""
    prefixes = query.prefixes
    overview = Overview(
        query,
        drawing["kind"],
        frozenset(str(iri(name, prefixes)) for name in _as_list(drawing.get("needs", []))),
        drawing.get("columns", {}),
        tuple(map(str, drawing.get("groups", []))),
        note=drawing.get("note", ""),
    )
    return replace(
        overview,
        days=tuple(date.fromisoformat(str(day)) for day in drawing.get("days", [])),
        starting=frozenset(str(iri(name, prefixes)) for name in drawing.get("from", [])),
        lines={str(iri(name, prefixes)): kind for name, kind in drawing.get("lines", {}).items()},
    )


def _as_list(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value

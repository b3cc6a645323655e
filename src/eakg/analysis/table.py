"""The rows of an answer, as Python has values and as frames."""

from collections.abc import Iterator
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING, Any, overload

from rdflib import URIRef
from rdflib.term import Node

from eakg.analysis.frames import frame_of
from eakg.problems import ProblemsError, extra_package
from eakg.rdf import Row, term_in_cell
from eakg.serve.agents import Citation, Grounds, Service

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

_ROWS_IN_HTML = 20  # rows


class TabularAnswer:
    """The rows of an answer: iterated, they are dicts of values by variable, None where one is
    unbound.

    `columns` are the variables, `query` and `closure` what was asked, and `version` is that of the
    data. Arguments: the service; the query; the closure; the result in TSV; the version.
    """

    def __init__(
        self, service: Service, query: str, closure: str, data: bytes, version: str
    ) -> None:
        self._service = service
        self.query = query
        self.closure = closure
        self.version = version
        self._data = data

    @cached_property
    def _frame(self) -> "polars.DataFrame":
        return frame_of(self._data)

    @property
    def columns(self) -> tuple[str, ...]:
        """The variables, in order."""
        header = self._data.partition(b"\n")[0].decode().strip()
        return tuple(name.removeprefix("?") for name in header.split("\t")) if header else ()

    def __len__(self) -> int:
        # A line for each row, and one for the columns; within terms line breaks are escaped.
        return self._data.removesuffix(b"\n").count(b"\n")

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return self._frame.iter_rows(named=True)

    @overload
    def __getitem__(self, place: int) -> dict[str, Any]: ...
    @overload
    def __getitem__(self, place: str) -> list[Any]: ...
    def __getitem__(self, place: int | str) -> dict[str, Any] | list[Any]:
        """A row by its number, from 0, or the values of a column by its name."""
        if isinstance(place, str):
            return self._frame[place].to_list()
        return self._frame.row(place, named=True)

    def to_polars(self) -> "polars.DataFrame":
        """A frame of Polars: whole and other numbers, truth values, days and times have their
        types where a whole column has, IRIs and texts are text."""
        return self._frame.clone()

    def to_arrow(self) -> "pyarrow.Table":
        """The same as a table of Arrow. Raises: ProblemsError where pyarrow is not installed."""
        with extra_package("to_arrow", "eakg[frames]"):
            return self._frame.to_arrow()

    def to_pandas(self) -> "pandas.DataFrame":
        """The same as a frame of pandas. Raises: ProblemsError where pandas or pyarrow is not
        installed."""
        with extra_package("to_pandas", "eakg[frames]"):
            return self._frame.to_pandas()

    def terms(self, place: int) -> Row:
        """The terms of a row, from 0, by variable, as rdflib has them. Raises: IndexError."""
        cells = self._lines[place].split("\t")
        terms = zip(self.columns, map(term_in_cell, cells), strict=True)
        return {name: term for name, term in terms if term is not None}

    def evidence(self, place: int) -> tuple[Citation, ...]:
        """What a row rests on: the triples that it matched, each with its sources.

        Argument: the number of the row, from 0. Raises: IndexError; ServiceRefusalError, also where
        the data changed since; StoreError where nobody answers.
        """
        grounds = Grounds(self._service, self.version)
        grounds.row(self.query, self.closure, self.terms(place), most=None)
        return tuple(grounds.citations.values())

    @cached_property
    def _lines(self) -> list[str]:
        return self._data.decode().removesuffix("\n").split("\n")[1:]

    def __repr__(self) -> str:
        try:
            return repr(self._frame)
        except ProblemsError:  # there is no Polars, and to be shown is no question of values
            return f"<{len(self):,} rows of {', '.join(self.columns)}>"

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{escape(name)}</th>" for name in self.columns)
        rows = "".join(
            "<tr>" + "".join(f"<td>{_cell(row.get(name))}</td>" for name in self.columns) + "</tr>"
            for row in map(self.terms, range(min(len(self), _ROWS_IN_HTML)))
        )
        rest = len(self) - _ROWS_IN_HTML
        more = f"<p>and {rest:,} more rows</p>" if rest > 0 else ""
        return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>{more}"


def _cell(term: Node | None) -> str:
    if term is None:
        return ""
    text = escape(str(term))
    if isinstance(term, URIRef) and text.startswith(("http://", "https://")):
        return f'<a href="{text}">{text.rstrip("/").rpartition("/")[2]}</a>'
    return text

"""The places that commands take saved queries from: files, folders, patterns, standard input, and
addresses of the web."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from eakg.commands.data import check_no_rdf, check_standard_input
from eakg.problems import Problem
from eakg.queries.contract import (
    SavedQuery,
    fetch_query,
    find_queries,
    is_address,
    is_executable_file,
    left_out,
    read_query,
)
from eakg.store.elsewhere import endpoint_at


class PlaceType(click.ParamType[Path | str]):
    """A path, or an address of http or https, which stays text."""

    name = "path"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not is_address(value):
            return Path(value)
        try:
            endpoint_at(value)
        except ValueError:
            self.fail("it is no address; write http(s)://host/path", param, ctx)
        return value


@dataclass(frozen=True)
class QueryPlaces:
    """What a command line names; with or without updates."""

    names: Sequence[Path | str]
    with_updates: bool = False

    @property
    def paths(self) -> list[Path]:
        """Those on this machine."""
        return [name for name in self.names if isinstance(name, Path)]

    def check(self, data: Sequence[Path] = ()) -> None:
        """Raises: UsageError where standard input is to be read twice, or RDF stands in the place
        of a query."""
        check_standard_input(*self.names, *data)
        for path in self.paths:
            if not is_executable_file(path):
                check_no_rdf(path)

    def queries(self) -> list[Path | str]:
        """The files and addresses of queries. Raises: ProblemsError where there is none."""
        addresses = [name for name in self.names if isinstance(name, str)]
        files: list[Path] = []
        if self.paths:
            files = find_queries(self.paths, with_updates=self.with_updates, with_executables=True)
        return [*files, *dict.fromkeys(addresses)]

    def left_out(self) -> list[Problem]:
        """What is SPARQL beside them, and no query file."""
        return left_out(self.paths, with_updates=self.with_updates)


def read_place(
    place: Path | str,
    prefixes: Mapping[str, str],
    seconds: float,
    *,
    complete: bool = False,
    other_hosts: bool = False,
) -> SavedQuery:
    """The query of a file or an address. Raises: ProblemsError where it cannot be used."""
    if isinstance(place, Path):
        return read_query(place, complete=complete, prefixes=prefixes)
    return fetch_query(place, seconds, other_hosts=other_hosts, prefixes=prefixes)

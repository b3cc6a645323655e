"""The service that commands ask: one at an address, or one within the process."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any

import click

from eakg.commands.command import PathArgument, progress
from eakg.commands.configuration import config_option, open_folder
from eakg.commands.contents import check_no_store, prepared_contents, shipped_contents
from eakg.commands.options import AddressType, takes
from eakg.commands.projects import check_folders, with_graph_licences
from eakg.files import TemporaryFolder
from eakg.serve import ServeOptions
from eakg.serve.agents import Service, ServiceElsewhere
from eakg.store import Contents


def takes_service(command: Callable[..., Any]) -> Callable[..., Any]:
    """Gives a command DATA, --endpoint and the options of `eakg serve`; it is called with a
    `ServiceChoice` as `choice`."""

    @click.argument("data", nargs=-1, type=PathArgument, callback=open_folder)
    @click.option(
        "--endpoint",
        metavar="URL",
        type=AddressType(),
        help="The address of a running service of EAKG, in the place of DATA.",
    )
    @config_option
    @takes(ServeOptions)
    @wraps(command)
    def run(
        data: tuple[Path, ...], endpoint: str | None, options: ServeOptions, **values: Any
    ) -> Any:
        if endpoint and data:
            raise click.UsageError("--endpoint and DATA exclude each other; give one of them")
        check_folders(options)
        check_no_store(options, "start that, and give its address as --endpoint")
        return command(choice=ServiceChoice(data, endpoint, options), **values)

    return run


class ServiceChoice:
    """What is asked, as the command line has it."""

    def __init__(self, data: tuple[Path, ...], endpoint: str | None, options: ServeOptions) -> None:
        self._data = data
        self._endpoint = endpoint
        self._options = options

    @property
    def title(self) -> str:
        """What the data are called, empty where the service elsewhere knows."""
        return "" if self._endpoint else self._options.brand

    @contextmanager
    def open(self) -> Iterator[Service]:
        """The service, for as long as the context lasts. Raises: ProblemsError for data that cannot
        be served."""
        if self._endpoint:
            yield ServiceElsewhere(self._endpoint)
            return
        from eakg.analysis import own_service

        with TemporaryFolder("data") as folder:
            with progress("reading"):
                contents = self._contents(folder)
            options = with_graph_licences(self._options, contents, self._data)
            with own_service(contents, options) as service:
                yield service

    def _contents(self, folder: Path) -> Contents:
        options = self._options
        if not self._data:
            return shipped_contents(folder, options.reasoning)
        contents, _ = prepared_contents(
            self._data,
            folder,
            options.reasoning,
            on_contradiction=options.policy,
            imports=options.import_,
            authority=options.authority,
        )
        return contents

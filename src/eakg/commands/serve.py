"""The command that serves a graph."""

import ctypes
import os
import signal
import stat
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Self

import click

from eakg.commands.command import PathArgument, ending, told_regime
from eakg.commands.configuration import config_option, open_folder
from eakg.commands.contents import prepared_contents, prepared_store, shipped_contents
from eakg.commands.data import check_imports
from eakg.commands.options import ENVIRONMENT, takes
from eakg.commands.projects import check_folders, with_graph_licences
from eakg.files import TemporaryFolder, read_utf8
from eakg.problems import ExitStatus, Problem, ProblemsError
from eakg.serve import TOKEN, ServeOptions
from eakg.serve.app import Access
from eakg.store import Contents, GraphFile, read_contents
from eakg.store.elsewhere import endpoint_of
from eakg.store.versions import Releases

if TYPE_CHECKING:
    from eakg.store.workers import StoreProcess

_NO_TOKEN = "cannot be read: No such file or directory; it holds the token"  # noqa: S105 - words
_FOLDER_LIMIT = 2  # preparations of the data: what is served, and what is about to be


@click.command(context_settings={"auto_envvar_prefix": ENVIRONMENT})
@click.argument("data", nargs=-1, type=PathArgument, callback=open_folder)
@config_option
@takes(ServeOptions)
@ending
def serve(data: tuple[Path, ...], options: ServeOptions) -> ExitStatus:
    """Serve the shipped graph, or the RDF files DATA instead: SPARQL at /sparql, things at
    /id/..., pages for people.

    A folder as DATA is served as its eakg.toml says. Every option is also read from the
    environment, --log-format from EAKG_LOG_FORMAT and so on, and from the file named by --config.
    """
    from eakg.serve import run

    _check(data, options)
    check_folders(options)
    told_regime(options.regime_choice)
    token = _token(options.token_file, options.writable)
    file = options.read_token_file
    read_token = None if file is None else Access.digest(_read_token(file))
    # Whoever ends it while it reads the files ends it in order, too.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with Sources(data, options) as sources:
            contents = None if options.remote else sources.read()
            return run(
                contents,
                with_graph_licences(options, contents, data),
                token=token,
                read_token=read_token,
                renew=None if options.writable else sources.read,
                process=sources.process,
            )
    except KeyboardInterrupt:
        return ExitStatus.DONE


def _check(data: Sequence[Path], options: ServeOptions) -> None:
    """Raises: UsageError for options that do not go together."""
    check_imports(options.import_, has_files=bool(data or options.rebuild))
    if options.remote:
        try:
            endpoint_of(options.remote)
        except ValueError as error:
            raise click.UsageError(f"--store: {error}") from None
        if data or options.writable:
            cause = "--writable" if options.writable else "DATA"
            message = f"{cause} does not go with a remote store; `eakg load` writes to one"
            raise click.UsageError(message)
    if options.versions is not None:
        if options.writable:
            words = "--versions is for data that are released; a store keeps its own versions"
            raise click.UsageError(words)
        Releases(options.versions).versions()
    if options.prepared_folder is None and (options.rebuild or options.layout != "auto"):
        option = "--rebuild" if options.rebuild else "--layout"
        raise click.UsageError(f"{option} is for a prepared store; name its folder with --store")


class Sources:
    """What is served: a prepared store; or DATA, prepared in a folder that lasts as long as the
    context; without any, what is shipped, or in a folder of --store nothing at first."""

    def __init__(self, data: Sequence[Path], options: ServeOptions) -> None:
        self._data = data
        self._options = options.store_options
        self._prepared_folder = options.prepared_folder
        self._start_timeout = options.start_timeout
        self._rebuild = options.rebuild
        self._layout = options.layout
        self._imports = options.import_
        self._authority = options.authority
        self._folders: list[TemporaryFolder] = []
        self._holds: list[int] = []
        self._begins = self._options.defers
        self.process: StoreProcess | None = None
        """The one that has begun to load what was read first, if any has; it ends with the context
        at the latest."""

    def read(self) -> Contents:
        """The contents as they are now. Raises: ProblemsError for what cannot be read, or
        contradicts itself."""
        if self._prepared_folder is not None:
            return self._read_prepared(self._prepared_folder)
        if not self._data and self._options.directory:
            return read_contents([])
        folder = TemporaryFolder("data")
        try:
            if self._data:
                self._spawn(self._data)
                contents, _ = prepared_contents(
                    self._data,
                    folder.path,
                    self._options.reasoning,
                    on_contradiction=self._options.on_contradiction,
                    foresee=self._begin,
                    imports=self._imports,
                    default_graph=self._options.default_graph,
                    authority=self._authority,
                )
            else:
                contents = shipped_contents(folder.path, self._options.reasoning)
        except BaseException:
            folder.remove()
            raise
        self._begins = False
        self._folders.append(folder)
        # What is served now may have to be loaded again until this takes its place.
        while len(self._folders) > _FOLDER_LIMIT:
            self._folders.pop(0).remove()
        return contents

    def _spawn(self, paths: Iterable[Path]) -> None:
        """Have a process that is to load large files, before they are looked at: to start it takes
        a while."""
        from eakg.store.graphs import is_large
        from eakg.store.workers import StoreProcess

        if self._begins and self.process is None and is_large(paths):
            self.process = StoreProcess.spawn()

    def _begin(self, files: Sequence[GraphFile]) -> None:
        """Have large files loaded while it is found out what follows from them."""
        self._spawn(file.path for file in files)
        if self._begins and self.process is not None:
            self.process.begin(files, self._start_timeout)

    def _read_prepared(self, path: Path) -> Contents:
        store = prepared_store(
            path,
            self._data,
            self._options.reasoning,
            on_contradiction=self._options.on_contradiction,
            rebuild=self._rebuild,
            imports=self._imports,
            authority=self._authority,
        )
        self._rebuild = False
        self._holds.append(store.hold())
        while len(self._holds) > _FOLDER_LIMIT:
            os.close(self._holds.pop(0))
        is_on_disk = self._layout == "disk" or (self._layout == "auto" and store.is_large)
        place = "on disk" if is_on_disk else "in memory"
        reason = "--layout" if self._layout != "auto" else store.layout_reason
        click.echo(f"{store.summary}; asked {place} ({reason})", err=True)
        return store.disk_contents if is_on_disk else store.contents

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process is not None:
            self.process.end()
        for folder in self._folders:
            folder.remove()
        for descriptor in self._holds:
            os.close(descriptor)


def _token(file: Path | None, writable: bool) -> str | None:
    """The digest of the token, which is all that this process hands on to others."""
    token = _taken_from_environment(TOKEN)
    if file is not None:
        token = _read_token(file)
    if writable and not token:
        raise click.UsageError(f"--writable needs a token: give --token-file, or set {TOKEN}")
    return Access.digest(token) if writable else None


def _taken_from_environment(name: str) -> str:
    """The value of a variable, of which nothing is left: neither for processes started after, nor
    where the system shows with what this one was started."""
    value = os.environ.get(name, "")
    getenv = ctypes.CDLL(None).getenv
    getenv.restype = ctypes.c_void_p
    if place := getenv(os.fsencode(name)):
        ctypes.memset(place, 0, len(os.fsencode(value)))
    os.environ.pop(name, None)
    return value


def _read_token(file: Path) -> str:
    token = read_utf8(file, _NO_TOKEN)[1].strip()
    mode = file.stat().st_mode
    if not token or any(character.isspace() for character in token):
        message = "holds no token; write one line without spaces into it"
        raise ProblemsError([Problem(str(file), 0, message)])
    if mode & (stat.S_IRGRP | stat.S_IROTH):
        click.echo(f"{file}: others may read the token; chmod 600 {file} (warning)", err=True)
    return token

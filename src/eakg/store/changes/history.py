"""The versions of a store: how it is opened, and how one version follows another."""

import hashlib
import sys
import time
from collections.abc import Callable, Iterator

import pyoxigraph

from eakg.problems import Problem, ProblemsError
from eakg.reason.rulebooks import Regime
from eakg.store.changes.change import Change, Quads, apply
from eakg.store.changes.directory import StoreDirectory
from eakg.store.changes.journal import JournalRecord, next_version
from eakg.store.graph_files import Contents, GraphFile
from eakg.store.graphs import (
    DEFAULT_NAME,
    INFERRED_NAME,
    EngineLoad,
    LoadedStore,
    graph_node,
    load,
    merge_defaults,
)
from eakg.store.options import StoreOptions
from eakg.store.prepared import read_layout

_PLAIN = StoreOptions()
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 600.0


class Pause:
    """The time between two tries of what may fail again: each pause is twice the one before, from
    a second to ten minutes. Argument: a clock in seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._seconds = 0.0
        self._ends = 0.0

    @property
    def is_over(self) -> bool:
        """Whether to try."""
        return not self._seconds or self._clock() >= self._ends

    def begin(self) -> float:
        """After a failure; how many seconds it takes."""
        self._seconds = min(max(_FIRST_PAUSE, 2 * self._seconds), _LONGEST_PAUSE)
        self._ends = self._clock() + self._seconds
        return self._seconds

    def reset(self) -> None:
        """After a success."""
        self._seconds = 0.0


def served_version(
    version: str, options: StoreOptions, *, is_on_disk: bool = False, correction: bytes = b""
) -> str:
    """The name of a version as it is answered: what is asserted, and how it is looked at.

    Arguments: what is asserted; the options; whether rows without ORDER BY come in the order of the
    disk; how what follows differs from what a file said.
    """
    is_usual = (options.reasoning, options.default_graph) == (
        _PLAIN.reasoning,
        _PLAIN.default_graph,
    )
    if is_usual and not (correction or is_on_disk):
        return version
    view = f"{version}\n{options.reasoning}\n{options.default_graph}\n"
    view += "disk\n" if is_on_disk else ""
    return hashlib.sha256(view.encode() + correction).hexdigest()[:16]


class History:
    """A loaded store, the version of what is asserted in it, and the folder that keeps it.

    `snapshot_problem` says why no snapshot could be written when it was due; empty where one could.
    Arguments: what a new store starts with; how it reasons and where it is kept; whether large
    graphs are made ready by their names when somebody asks for them (`Preparation`), and what has
    been loaded of them. Raises:
    ProblemsError when a file cannot be loaded or the folder is damaged, in use or not writable.
    Graphs on disk are not open.
    """

    def __init__(
        self,
        contents: Contents,
        options: StoreOptions,
        *,
        defers: bool = False,
        begun: EngineLoad | None = None,
    ) -> None:
        self.options = options
        self._contents = contents
        self._defers = defers and options.defers
        self.snapshot_problem = ""
        self._pause = Pause()
        self._correction = b""
        self._directory = (
            None
            if options.directory is None
            else StoreDirectory(options.directory, options.history)
        )
        try:
            self.loaded_store, self.version = self._open(contents, begun)
        except BaseException:
            self.close()
            raise
        self.loaded_store.version = self._served_version()
        self.loaded_store.derives = self.derives

    @property
    def derives(self) -> bool:
        """Whether the store has a graph of what follows from the others."""
        return Regime.of(self.options.reasoning).derives

    @property
    def lacks_closure(self) -> bool:
        """Whether what follows has still to be found out before the store can be asked."""
        needs_closure = self.options.writable or self._directory is not None
        return self.derives and needs_closure and INFERRED_NAME not in self.loaded_store.graphs

    @property
    def asserted_files(self) -> tuple[tuple[int, GraphFile], ...]:
        """The files of what is asserted, with their numbers among those of the store, where the
        quads are not at hand."""
        if isinstance(self.loaded_store.quads, pyoxigraph.Store):
            return ()
        names = {*self._asserted_graphs()}
        files = enumerate(self._contents.files)
        return tuple((number, file) for number, file in files if str(file.name) in names)

    def asserted_quads(self) -> Iterator[pyoxigraph.Quad]:
        """The quads of all graphs but that of what was inferred, as their sources write them."""
        for name in (*self._asserted_graphs(), DEFAULT_NAME):
            yield from self.loaded_store.source_quads(name)

    def infer(self, inferred_quads: Quads) -> bool:
        """Make the graph of what was inferred this one; whether it was another before."""
        old_quads = frozenset(self.loaded_store.source_quads(INFERRED_NAME))
        new_graphs = frozenset({INFERRED_NAME} - {*self.loaded_store.graphs})
        change = Change(old_quads - inferred_quads, inferred_quads - old_quads, created=new_graphs)
        if not change:
            return False
        apply(self.loaded_store, change)
        if old_quads:
            # It came from a file, and was given out under the version of the files.
            self._correction = change.content
        self.loaded_store.version = self._served_version()
        return True

    def commit(self, change: Change, inferred_change: Change) -> None:
        """Make the next version.

        Arguments: the change of what is asserted, which is on the disk before anything sees it, and
        of what follows. Raises: StoreFullError, StoreFailedError, after which nothing has changed.
        """
        version = next_version(self.version, change)
        if self._directory is not None:
            self._directory.write(JournalRecord(self.version, version, change))
        apply(self.loaded_store, change.compose(inferred_change))
        self.version = version
        self.loaded_store.version = self._served_version()
        if self._directory is not None:
            self._compact(self._directory)

    def close(self) -> None:
        """Let another process open the folder."""
        if self._directory is not None:
            self._directory.close()

    def _open(self, contents: Contents, begun: EngineLoad | None) -> tuple[LoadedStore, str]:
        state = self._directory.read() if self._directory else None
        if contents.disk is not None:
            loaded_store = read_layout(contents.disk, contents.version)
            loaded_store.default_graph = self.options.default_graph
            return loaded_store, contents.version
        if state is None:
            loaded_store = load(
                contents, self.options.default_graph, defers=self._defers, begun=begun
            )
            if self._directory is not None:
                self.loaded_store, self.version = loaded_store, contents.version
                try:
                    self._snapshot(self._directory)
                except OSError as error:
                    words = f"cannot be written to: {error.strerror}"
                    raise ProblemsError([Problem(str(self._directory.path), 0, words)]) from error
            return loaded_store, contents.version
        if contents.files:
            words = "holds what was written to it; the files that it was given now are left aside"
            print(f"{self.options.directory}: {words}", file=sys.stderr)
        graphs = state.graphs
        if self.derives:
            # It may have been asserted there by a store that did not reason.
            inferred = state.store.quads_for_pattern(None, None, None, graph_node(INFERRED_NAME))
            state.spellings.remove(state.store, [*state.spellings.sources(list(inferred))])
            state.store.remove_graph(graph_node(INFERRED_NAME))
            graphs -= {INFERRED_NAME}
        for name in graphs:
            state.store.add_graph(graph_node(name))
        loaded_store = LoadedStore(
            state.store,
            tuple(sorted(graphs)),
            state.version,
            default_graph=self.options.default_graph,
            spellings=state.spellings,
        )
        merge_defaults(loaded_store)
        return loaded_store, state.version

    def _compact(self, directory: StoreDirectory) -> None:
        """Take a snapshot where one is due; without one, the journal still has everything."""
        if not directory.is_outgrown:
            self.snapshot_problem = ""
            self._pause.reset()
        elif self._pause.is_over:
            try:
                self._snapshot(directory)
            except OSError as error:
                self.snapshot_problem = error.strerror or str(error)
                seconds = self._pause.begin()
                words = f"no new snapshot for {seconds:g} s: {self.snapshot_problem}"
                print(f"{directory.path}: {words}", file=sys.stderr)
            else:
                self.snapshot_problem = ""
                self._pause.reset()

    def _snapshot(self, directory: StoreDirectory) -> None:
        directory.compact(self.asserted_quads(), self._asserted_graphs(), self.version)

    def _asserted_graphs(self) -> list[str]:
        return [
            name
            for name in self.loaded_store.graphs
            if not (self.derives and name == INFERRED_NAME)
        ]

    def _served_version(self) -> str:
        return served_version(
            self.version,
            self.options,
            is_on_disk=self.loaded_store.is_on_disk,
            correction=self._correction,
        )

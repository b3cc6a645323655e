"""A store in this process: no time or memory limit, for commands and tests."""

import tempfile

from eakg.store.change import apply
from eakg.store.contents import Contents
from eakg.store.draft import draft
from eakg.store.evaluation import evaluate
from eakg.store.failures import FormatMismatch, NotWritable
from eakg.store.formats import format_named
from eakg.store.loaded import load
from eakg.store.options import StoreOptions
from eakg.store.request import QueryRequest, Result
from eakg.store.update import Applied, Write

_IN_MEMORY = 1 << 22


class EmbeddedStore:
    """Answers queries over the contents in this process, and takes updates where it may.

    Arguments: the contents; what the store does besides answering. Errors: ProblemsError when a
    file cannot be loaded.
    """

    def __init__(self, contents: Contents, options: StoreOptions | None = None) -> None:
        self.options = options or StoreOptions()
        self._loaded = load(contents, self.options.default_graph)
        self.version = contents.version

    @property
    def graphs(self) -> tuple[str, ...]:
        """The names of the graphs."""
        return self._loaded.graphs

    def query(self, request: QueryRequest) -> Result:
        """Answer the request; its `timeout` has no effect. Errors: QueryError and its kinds."""
        result_format = format_named(request.format)
        if result_format is None:
            raise FormatMismatch(f"there is no result format {request.format!r}")
        output = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - the result owns it
        try:
            seconds = evaluate(self._loaded, request, output)  # type: ignore[arg-type]
        except BaseException:
            output.close()
            raise
        size = output.tell()
        output.seek(0)
        return Result(result_format.media_type, size, seconds, output)  # type: ignore[arg-type]

    def update(self, request: Write) -> Applied:
        """Make the change; the `timeout` of a request has no effect.

        Errors: QueryError, UpdateError and their kinds, after which nothing has changed.
        """
        if not self.options.writable:
            raise NotWritable("this store takes no changes")
        drafted = draft(self._loaded, request, derived=self.options.reasoning != "none")
        change = drafted.change
        apply(self._loaded, change)
        return Applied(self.version, len(change.added), len(change.removed), drafted.created)

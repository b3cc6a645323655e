"""A store in this process: no time or memory limit, for commands and tests."""

import tempfile

from eakg.store.contents import Contents
from eakg.store.evaluation import evaluate
from eakg.store.failures import FormatMismatch
from eakg.store.formats import format_named
from eakg.store.loaded import load
from eakg.store.request import QueryRequest, Result

_IN_MEMORY = 1 << 22


class EmbeddedStore:
    """Answers queries over the contents in this process.

    Argument: the contents. Errors: ProblemsError when a file cannot be loaded.
    """

    def __init__(self, contents: Contents) -> None:
        self._loaded = load(contents)
        self.graphs = self._loaded.graphs

    @property
    def version(self) -> str:
        """The version of the contents."""
        return self._loaded.version

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
        return Result(
            result_format.media_type,
            size,
            seconds,
            output,  # type: ignore[arg-type]
            self._loaded.version,
        )

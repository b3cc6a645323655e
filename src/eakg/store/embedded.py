"""A store in this process: no time or memory limit, for commands and tests."""

import tempfile
from collections import OrderedDict
from dataclasses import replace
from functools import cached_property
from io import BytesIO
from typing import TYPE_CHECKING

from eakg.rdf import Triple
from eakg.sparql import NotReasonedError, NotWritableError
from eakg.store.changes import AppliedChange, Change, History, Write, propose
from eakg.store.graph_files import Contents
from eakg.store.graphs import evaluate
from eakg.store.options import WITHOUT_REASONING, StoreOptions
from eakg.store.request import QueryRequest, Result

if TYPE_CHECKING:
    from eakg.store.answers import ConsistencyReport, SupportedJustifications, SupportedProof
    from eakg.store.reasoning import Reasoner

_IN_MEMORY = 1 << 22


class EmbeddedStore:
    """Answers queries over the contents in this process, and takes updates where it may.

    Arguments: the contents; what the store does besides answering; how many of its last answers
    it keeps for who asks the same again. Raises: ProblemsError when a file cannot be loaded, or the
    folder of the store cannot be used.
    """

    def __init__(
        self, contents: Contents, options: StoreOptions | None = None, room: int = 0
    ) -> None:
        self.options = options or StoreOptions()
        self._room = room
        self._answers: OrderedDict[tuple[str, QueryRequest], tuple[str, bytes]] = OrderedDict()
        self._history = History(contents, self.options)
        self._loaded_store = self._history.loaded_store
        self._loaded_store.open()
        if self._history.lacks_closure:
            self._history.infer(self._reasoner.inferred())

    @property
    def graphs(self) -> tuple[str, ...]:
        """The names of the graphs."""
        return self._loaded_store.graphs

    @property
    def version(self) -> str:
        """The version of the data."""
        return self._loaded_store.version

    def query(self, request: QueryRequest) -> Result:
        """Answer the request; its `timeout` has no effect. Raises: QueryError and its kinds."""
        if not self._room:
            return self._answer(request)
        key = self.version, request
        if key not in self._answers:
            result = self._answer(request)
            if result.size > _IN_MEMORY:
                return result
            self._answers[key] = result.media_type, result.read()
            if len(self._answers) > self._room:
                self._answers.popitem(last=False)
        media_type, data = self._answers[key]
        return Result(media_type, len(data), 0.0, BytesIO(data), self.version)

    def _answer(self, request: QueryRequest) -> Result:
        result_format = request.result_format
        output = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - the result owns it
        try:
            seconds = evaluate(self._loaded_store, request, output)  # type: ignore[arg-type]  # a BinaryIO
        except BaseException:
            output.close()
            raise
        size = output.tell()
        output.seek(0)
        return Result(
            result_format.media_type,
            size,
            seconds,
            output,  # type: ignore[arg-type]  # as above
            self._loaded_store.version,
        )

    def update(self, request: Write) -> AppliedChange:
        """Make the change; the `timeout` of a request has no effect.

        Raises: QueryError, UpdateError and their kinds, after which nothing has changed.
        """
        if not self.options.writable:
            raise NotWritableError("this store takes no changes")
        proposal = propose(self._loaded_store, request)
        change = proposal.change
        if change:
            self._commit(change)
        return AppliedChange(
            self.version, len(change.added), len(change.removed), proposal.created, change.kinds
        )

    def explain(self, triple: Triple) -> "SupportedProof":
        """Why a triple holds. Raises: NotInClosureError when it does not follow."""
        return replace(self._reasoner.explain(triple), version=self.version)

    def justifications(self, triple: Triple, most: int) -> "SupportedJustifications":
        """The smallest sets of triples from which a triple follows, up to so many, each with a
        proof. Raises: NotInClosureError when it does not follow."""
        return replace(self._reasoner.justifications(triple, most), version=self.version)

    def contradictions(self, limit: int) -> "ConsistencyReport":
        """Where the graph contradicts itself, with proofs for the first `limit`.

        Raises: NotReasonedError when the store does not reason.
        """
        if not self._history.derives:
            raise NotReasonedError(WITHOUT_REASONING)
        return replace(self._reasoner.contradictions(limit), version=self.version)

    def close(self) -> None:
        """Let another process open the folder of the store."""
        self._history.close()

    @cached_property
    def _reasoner(self) -> "Reasoner":
        # It starts threads, and the process that holds a store imports this package and forks.
        from eakg.store.reasoning import Reasoner

        reasoner = Reasoner(self._history.asserted_quads(), reasoning=self.options.reasoning)
        if self.options.writable:
            self._history.infer(reasoner.inferred())
        return reasoner

    def _commit(self, change: Change) -> None:
        if not self._history.derives:
            self._history.commit(change, Change())
            return
        reasoner = self._reasoner
        inferred_change = reasoner.change(change, on_contradiction=self.options.on_contradiction)
        try:
            self._history.commit(change, inferred_change)
        except BaseException:
            reasoner.drop()
            raise
        reasoner.keep()

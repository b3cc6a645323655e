"""The closure that proofs are found in, made when the first one is asked for."""

import threading
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from rdflib import URIRef
from rdflib.graph import _TripleType as Triple

from eakg.names import INFERRED_GRAPH
from eakg.reason import Closure, materialize
from eakg.reason.proof import Proof
from eakg.reason.support import Support, named_graphs, without_evidence

GraphFile = tuple[str, str]
"""The name of a graph, and the path of a file of it."""


class Proofs:
    """Proofs of the triples of a dataset.

    Arguments: the files of its graphs. They are read, and closed, at the first question; that takes
    seconds, and those who ask meanwhile wait.
    """

    def __init__(self, files: Sequence[GraphFile]) -> None:
        self._files = [
            (URIRef(name), Path(path)) for name, path in files if name != str(INFERRED_GRAPH)
        ]
        self._lock = threading.Lock()

    def explain(self, triple: Triple) -> Proof:
        """A proof of a triple. Errors: NotInClosureError when it does not follow."""
        with self._lock:
            return self._closed[0].explain(triple)

    @property
    def support(self) -> Support:
        """What supports the asserted triples."""
        with self._lock:
            return self._closed[1]

    @cached_property
    def _closed(self) -> tuple[Closure, Support]:
        graphs = named_graphs(self._files)
        return materialize(without_evidence(graphs)), Support(graphs)

"""The usual default graph of large files, on its way into an engine of its own."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pyoxigraph

from eakg.files import ahead
from eakg.names import is_evidence
from eakg.rdf import N_TRIPLES_SYNTAX, document_quads, syntax_of
from eakg.store.graph_files import Contents, GraphFile
from eakg.store.graphs.bulk import (
    LARGE_CHUNK,
    UNREADABLE,
    FrequencyCount,
    lines_of,
    order_lines,
)
from eakg.store.graphs.dataset import INFERRED_NAME
from eakg.store.graphs.deferral import Deferral
from eakg.store.graphs.forms import case_free, is_marked, stored_term
from eakg.store.graphs.labels import relabelled
from eakg.store.graphs.loaded import LoadedStore
from eakg.store.graphs.spellings import Spellings


class EngineLoad:
    """Files of N-Triples on their way into the engine of the usual default graph; what follows
    comes last, so that the others can be loaded while it is found out.

    Arguments: the files of a store, in their order; whether somebody else sees to it that their
    terms are valid, and lets nothing be asked of them where they are not.
    """

    def __init__(self, files: Sequence[GraphFile], *, is_checked: bool = False) -> None:
        self._files = tuple(files)
        self._is_checked = is_checked
        self._engine = pyoxigraph.Store()
        self._spellings = Spellings()
        self._count = FrequencyCount()
        self._number = 0
        self._is_plain = all(syntax_of(file.path) is N_TRIPLES_SYNTAX for file in files)
        places = enumerate(self._files)
        self._places = sorted(places, key=lambda place: str(place[1].name) == INFERRED_NAME)

    def begin(self) -> None:
        """Load all but what follows."""
        for number, file in self._places[self._number :]:
            if str(file.name) == INFERRED_NAME:
                return
            self._add(number, file)
            self._number += 1

    def finish(self, contents: Contents) -> LoadedStore | None:
        """The store, whose graphs are made ready by their names when they are asked for; None where
        the default graph is not all that there is to know of the files.

        Argument: the files and their version; where they are not those that were begun with, all
        are loaded.
        """
        if contents.files != self._files:
            return EngineLoad(contents.files).finish(contents)
        for number, file in self._places[self._number :]:
            self._add(number, file)
        if not self._is_plain:
            return None
        names = tuple(sorted({str(file.name) for file in contents.files}))
        return LoadedStore(
            Deferral(contents),
            names,
            contents.version,
            spellings=self._spellings,
            engine=self._engine,
            frequencies=self._count.frequencies,
        )

    def _add(self, number: int, file: GraphFile) -> None:
        if not self._is_plain or is_evidence(file.name):
            return
        is_inferred = str(file.name) == INFERRED_NAME
        is_checked = is_inferred or self._is_checked
        remarkable: list[bytes] = []
        try:
            # The engine lets go of Python while it loads.
            with ThreadPoolExecutor(1) as thread:
                pieces = lines_of(file.path, LARGE_CHUNK)
                for lines in ahead(thread, order_lines, pieces, 1):
                    target = pyoxigraph.DefaultGraph()
                    lines.load(self._engine, target, self._count, is_checked=is_checked)
                    remarkable.append(lines.remarkable)
        except UNREADABLE:
            self._is_plain = False
            return
        quads = document_quads(b"".join(remarkable), N_TRIPLES_SYNTAX, str(file.name))
        for quad in relabelled(quads, str(file.name), number, {}):
            object_ = quad.object
            twin = stored_term(object_)
            if case_free(object_) is not object_ and not is_inferred:
                self._is_plain = False
                return
            self._spellings.has_codes = self._spellings.has_codes or is_marked(twin)
            self._engine.add(pyoxigraph.Quad(quad.subject, quad.predicate, twin))

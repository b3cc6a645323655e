"""What explains the answers of a run, whatever was asked: why rows differ, what they rest on."""

import threading
from functools import partial

from eakg.dataset import shipped_layout
from eakg.problems import ProblemsError, whole_package
from eakg.queries.ask import OpenTarget, QueryTarget, ServiceProofs
from eakg.queries.contract import EvidenceGrade, SavedQuery, public_address
from eakg.queries.verdict import Difference, Grounds, Why
from eakg.queries.why.budget import TimeBudget
from eakg.queries.why.endpoint_state import EndpointState
from eakg.queries.why.graph_state import GraphState, NoSuchStateError
from eakg.queries.why.reasons import Reasons
from eakg.queries.why.row_grounds import RowGrounds
from eakg.rdf import Solutions

SECONDS = 20.0
"""After which no further row is explained."""
SECONDS_OF_GROUNDS = 600.0
"""After which the evidence of no further row is looked at."""


class Explanations:
    """Explains answers. Each state of a graph is made once, when it is first needed.

    Arguments: a revision of git that has the files from which expected rows came; seconds for
    reasons, and for the evidence of rows.
    """

    def __init__(
        self,
        since: str | None = None,
        seconds: float = SECONDS,
        seconds_of_grounds: float = SECONDS_OF_GROUNDS,
    ) -> None:
        self._since = since
        self._budget = TimeBudget(seconds)
        self._budget_of_grounds = TimeBudget(seconds_of_grounds)
        # rdflib's parser is not made for several threads.
        self._lock = threading.Lock()
        self._states: dict[tuple[OpenTarget, str], GraphState] = {}
        self._services: dict[str, ServiceProofs] = {}

    def why(self, target: OpenTarget, model: OpenTarget | None) -> Why:
        """What says why rows of a target differ from those that are expected, or from those of a
        model. Of an endpoint that is not of EAKG and is compared with no other it says nothing."""
        return partial(self._reasons, target, model)

    def grounds(self, target: OpenTarget) -> Grounds | None:
        """What says which rows of a target lack evidence; None where nobody knows."""
        if target.target.address is not None and not self._proofs(target).are_there:
            return None
        return partial(self._lacks, target)

    def _reasons(
        self,
        target: OpenTarget,
        model: OpenTarget | None,
        query: SavedQuery,
        text: str,
        difference: Difference,
    ) -> list[str]:
        address = target.target.address
        with self._lock:
            if address and model is None and not self._proofs(target).are_there:
                return []
            try:
                if model is not None:
                    baseline = self._state(model, query, f"at {_name(model.target)}")
                elif self._since is not None and not address:
                    baseline = self._past_state(target, self._since)
                else:
                    baseline = None
                current = self._state(target, query)
                reasons = Reasons(current, baseline, self._budget, is_past=model is None)
                return reasons(query, text, difference)
            except ProblemsError as error:
                return [f"it is not known why: {error}"]

    def _lacks(
        self, target: OpenTarget, text: str, answer: Solutions, grade: EvidenceGrade
    ) -> list[str]:
        with self._lock:
            try:
                grounds = RowGrounds(self._state(target), self._budget_of_grounds)
                return grounds(text, answer, grade)
            except (ProblemsError, NoSuchStateError) as error:
                return [f"which triples its rows rest on is not known: {error}"]

    def _state(
        self, target: OpenTarget, query: SavedQuery | None = None, label: str = ""
    ) -> GraphState:
        """The graph of a target, whose terms are named by the prefixes of a query where it has
        none of its own."""
        if target.target.address is not None:
            prefixes = query.prefixes if query else {}
            return EndpointState(target.endpoint, self._proofs(target), label, prefixes)
        key = target, label
        if key not in self._states:
            self._states[key] = _file_state(target, label)
        return self._states[key]

    def _past_state(self, target: OpenTarget, revision: str) -> GraphState:
        key = target, f"at {revision}"
        if key not in self._states:
            self._states[key] = _file_state_at(target.target, revision)
        return self._states[key]

    def _proofs(self, target: OpenTarget) -> ServiceProofs:
        address = target.target.address or ""
        if address not in self._services:
            self._services[address] = ServiceProofs(address, target.target.access)
        return self._services[address]


def _name(target: QueryTarget) -> str:
    if target.address is not None:
        return public_address(target.address)
    return " ".join(map(str, target.data))


def _file_state(target: OpenTarget, label: str) -> GraphState:
    with whole_package("what triples of RDF files rest on"):
        from eakg.queries.why.file_state import FileState
        from eakg.queries.why.state_files import DataFiles, LayoutFiles
    data = target.target.data
    if data:
        files = partial(DataFiles, data, is_closed=bool(target.target.reasons))
        return FileState(files, label, target.endpoint)
    return FileState(partial(LayoutFiles, shipped_layout()), label)


def _file_state_at(target: QueryTarget, revision: str) -> GraphState:
    with whole_package("what was behind a row before"):
        from eakg.queries.why.revision import data_state_at, layout_state_at
    if target.data:
        return data_state_at(target.data, revision, is_closed=bool(target.reasons))
    return layout_state_at(shipped_layout(), revision)

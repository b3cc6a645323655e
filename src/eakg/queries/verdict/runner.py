"""Asking many queries: those of one target together, of data that is loaded once."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field

from eakg.problems import ProblemsError
from eakg.queries.ask import (
    EndpointBook,
    OpenTarget,
    QueryTarget,
    model_of,
    open_target,
    target_of,
)
from eakg.queries.contract import SavedQuery, Severity, check_names
from eakg.queries.verdict.outcome import AnswerExplainer, Outcome, Verdict, check, fails, unusable
from eakg.queries.verdict.trial import try_update
from eakg.store import Closure


@dataclass(frozen=True)
class RunOptions:
    """How queries are asked and compared.

    `closure`, `values`, `strict`, `timeout` are as of `check`; a value is given to each query that
    has the parameter. `explainer` says why rows differ, and what they rest on. `jobs` queries are
    asked at once; where it `stops_early`, none is asked any more after one that is wrong, and at
    least as grave as `gravity`. `book` has the endpoints that queries may name.
    """

    closure: Closure | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    strict: bool = False
    timeout: float = 60.0
    jobs: int = 1
    stops_early: bool = False
    gravity: Severity = "error"
    explainer: AnswerExplainer | None = None
    book: EndpointBook = field(default_factory=EndpointBook)


def run(
    queries: Sequence[SavedQuery], target: QueryTarget, options: RunOptions | None = None
) -> list[Outcome]:
    """The outcomes of queries, in their order.

    Arguments: the queries; what they are asked of, where it is not what their headers name; how.
    What a query's header names and cannot be used is an outcome of that query alone. Raises:
    ParameterError for a value of a parameter that no query has, ProblemsError when a file of the
    target cannot be used.
    """
    options = options or RunOptions()
    check_names(queries, options.values)
    groups: dict[QueryTarget, list[int]] = defaultdict(list)
    outcomes: dict[int, Outcome] = {}
    trials = [number for number, query in enumerate(queries) if query.is_update]
    for number, query in enumerate(queries):
        if query.is_update:
            continue
        try:
            groups[target_of(query, target, options.book)].append(number)
        except ProblemsError as error:
            outcomes[number] = unusable(query.address or query.path, error.problems)
    inquiry = _Inquiry(queries, options, stopped=options.stops_early and bool(outcomes))
    for source, numbers in groups.items():
        try:
            outcomes |= inquiry.ask(source, numbers)
        except ProblemsError as error:
            if target.data:
                raise
            for number in numbers:
                query = queries[number]
                outcomes[number] = unusable(query.address or query.path, error.problems)
            inquiry.stopped = options.stops_early
    outcomes |= {number: inquiry.trial(number) for number in trials}
    return [outcomes[number] for number in range(len(queries))]


@dataclass
class _Inquiry:
    queries: Sequence[SavedQuery]
    options: RunOptions
    stopped: bool = False

    def ask(self, source: QueryTarget, numbers: Sequence[int]) -> dict[int, Outcome]:
        """The outcomes of the queries of one source, by number."""
        if self.stopped:
            return {one: Outcome(self.queries[one], Verdict.NOT_ASKED) for one in numbers}
        longest = max([self.options.timeout, *(self.queries[one].timeout or 0 for one in numbers)])
        targets = [model_of(self.queries[number], source) for number in numbers]
        with ExitStack() as stack:
            place = OpenTarget(source, stack.enter_context(open_target(source, longest)))
            models = {
                target: OpenTarget(target, stack.enter_context(open_target(target, longest)))
                for target in dict.fromkeys(targets)
                if target is not None
            }
            pool = stack.enter_context(ThreadPoolExecutor(self.options.jobs))

            def outcome(number: int, model: QueryTarget | None) -> Outcome:
                return self._outcome(number, place, None if model is None else models[model])

            outcomes = pool.map(outcome, numbers, targets)
            return dict(zip(numbers, outcomes, strict=True))

    def trial(self, number: int) -> Outcome:
        """The outcome of an update."""
        query = self.queries[number]
        if self.stopped:
            return Outcome(query, Verdict.NOT_ASKED)
        try:
            outcome = try_update(query, self.options.timeout)
        except ProblemsError as error:
            outcome = unusable(query.path, error.problems)
        return self._note(outcome)

    def _note(self, outcome: Outcome) -> Outcome:
        """The outcome, after which nothing more is asked where that is so."""
        if self.options.stops_early and fails(outcome, self.options.gravity):
            self.stopped = True
        return outcome

    def _outcome(self, number: int, target: OpenTarget, model: OpenTarget | None) -> Outcome:
        query, options = self.queries[number], self.options
        if self.stopped:
            return Outcome(query, Verdict.NOT_ASKED)
        own_names = {parameter.name for parameter in query.parameters}
        explainer = options.explainer
        expects_evidence = query.expect is not None and query.expect.evidence is not None
        try:
            outcome = check(
                query,
                target.endpoint,
                options.closure,
                {name: value for name, value in options.values.items() if name in own_names},
                strict=options.strict,
                timeout=options.timeout,
                why=explainer.why(target, model) if explainer else None,
                other=model.endpoint if model else None,
                grounds=explainer.grounds(target) if explainer and expects_evidence else None,
            )
        except ProblemsError as error:
            outcome = unusable(query.address or query.path, error.problems)
        return self._note(outcome)

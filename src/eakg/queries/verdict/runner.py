"""Asking many queries: those of one target together, of data that is loaded once."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from eakg.queries.ask import QueryTarget, open_target, target_of
from eakg.queries.contract import SavedQuery
from eakg.queries.verdict.outcome import Outcome, Why, check
from eakg.sparql import ParameterError
from eakg.store import Closure


def run(
    queries: Sequence[SavedQuery],
    target: QueryTarget,
    *,
    closure: Closure | None = None,
    values: Mapping[str, str] | None = None,
    strict: bool = False,
    timeout: float = 60.0,
    jobs: int = 1,
    why: Why | None = None,
) -> list[Outcome]:
    """The outcomes of queries, in their order.

    Arguments: the queries; what they are asked of, where it is not what their headers name; then as
    of `check`; how many are asked at once. A value is given to each query that has the parameter.
    Raises: ParameterError for one that no query has, ProblemsError when a file cannot be used.
    """
    names = {parameter.name for query in queries for parameter in query.parameters}
    assignments = values or {}
    unknown = set(assignments) - names
    if unknown:
        hint = f"; there is {', '.join(sorted(names))}" if names else ""
        raise ParameterError(f"no query has a parameter {min(unknown)}{hint}")
    groups: dict[QueryTarget, list[int]] = defaultdict(list)
    for number, query in enumerate(queries):
        groups[target_of(query, target)].append(number)
    outcomes: dict[int, Outcome] = {}
    for source, numbers in groups.items():
        longest = max([timeout, *(queries[one].timeout or 0 for one in numbers)])
        with open_target(source, longest) as endpoint, ThreadPoolExecutor(jobs) as pool:

            def outcome_of(number: int) -> Outcome:
                query = queries[number]
                own_names = {parameter.name for parameter in query.parameters}
                return check(
                    query,
                    endpoint,
                    closure,
                    {name: value for name, value in assignments.items() if name in own_names},
                    strict=strict,
                    timeout=timeout,
                    why=why if source.is_shipped else None,  # noqa: B023 - asked before the next
                )

            outcomes |= zip(numbers, pool.map(outcome_of, numbers), strict=True)
    return [outcomes[number] for number in range(len(queries))]

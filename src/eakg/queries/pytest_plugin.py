"""Saved queries as tests of pytest: `pytest --eakg-endpoint URL` collects query files.

The plugin is registered by the package's entry point. It does nothing without one of its options,
and imports nothing of the package until then.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eakg.queries.ask import OpenTarget, QueryTarget
    from eakg.queries.contract import SavedQuery
    from eakg.queries.settings import QuerySettings
    from eakg.queries.verdict import Outcome

_SETTINGS = pytest.StashKey["QuerySettings"]()
_OPTIONS = ("eakg", "eakg_endpoint", "eakg_data")
_GRAPHS = {
    "default-graph": "whose merge is the default graph",
    "named-graph": "that a query can name, where there is a default graph",
}


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of the plugin."""
    group = parser.getgroup("eakg", "saved queries (EAKG)")
    group.addoption(
        "--eakg",
        action="store_true",
        help="collect query files; each is asked where its header says, or of EAKG's own graph",
    )
    group.addoption("--eakg-endpoint", metavar="URL", help="collect query files; ask this endpoint")
    group.addoption(
        "--eakg-data",
        metavar="FILE",
        action="append",
        type=Path,
        default=[],
        help="collect query files; ask these RDF files",
    )
    for option, words in _GRAPHS.items():
        group.addoption(
            f"--eakg-{option}",
            metavar="IRI",
            action="append",
            default=[],
            help=f"graphs of the endpoint {words}",
        )
    group.addoption(
        "--eakg-param",
        metavar="NAME=VALUE",
        action="append",
        default=[],
        help="the value of a parameter, for each query that has it",
    )
    group.addoption("--eakg-strict", action="store_true", help="a query that expects nothing fails")
    group.addoption(
        "--eakg-update",
        action="store_true",
        help="rewrite what is expected to what came, as `eakg test --update`",
    )
    group.addoption(
        "--eakg-fail-on",
        choices=("error", "warning", "info"),
        default="error",
        help="how grave a wrong answer has to be to fail its test (default error)",
    )
    group.addoption(
        "--eakg-timeout",
        metavar="S",
        type=float,
        default=60.0,
        help="seconds that a query may run, where it does not say (default 60)",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Refuses options that exclude each other, need another, or say nothing."""
    endpoint = config.getoption("eakg_endpoint")
    if endpoint and config.getoption("eakg_data"):
        message = "--eakg-endpoint and --eakg-data exclude each other; give one of them"
        raise pytest.UsageError(message)
    if endpoint is not None and not endpoint.strip():
        raise pytest.UsageError("--eakg-endpoint is empty; give an address, or leave it out")
    for option in _GRAPHS:
        if config.getoption(f"eakg_{option.replace('-', '_')}") and not endpoint:
            message = f"--eakg-{option} is of an --eakg-endpoint; give one"
            raise pytest.UsageError(message)
    if config.getoption("eakg_param"):
        _values(config)
    if any(config.getoption(option) for option in _OPTIONS):
        _settings(config)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Refuses values of parameters that no query has."""
    queries = [item.query for item in items if isinstance(item, QueryItem)]
    if queries and config.getoption("eakg_param"):
        from eakg.queries.contract import check_names
        from eakg.sparql import ParameterError

        try:
            check_names(queries, _values(config))
        except ParameterError as error:
            raise pytest.UsageError(f"--eakg-param: {error}") from None


def _settings(config: pytest.Config) -> QuerySettings:
    """What the project says of its queries. Raises: UsageError where it cannot be used, or has no
    such endpoint."""
    from eakg.problems import ProblemsError
    from eakg.queries.settings import project_settings

    if _SETTINGS not in config.stash:
        try:
            settings = project_settings(config.rootpath)
            if name := config.getoption("eakg_endpoint"):
                settings.book.target(name)
        except ProblemsError as error:
            raise pytest.UsageError(str(error)) from None
        except ValueError as error:
            raise pytest.UsageError(f"--eakg-endpoint: {error}") from None
        config.stash[_SETTINGS] = settings
    return config.stash[_SETTINGS]


def _values(config: pytest.Config) -> dict[str, str]:
    """The values of parameters by their names. Raises: UsageError."""
    from eakg.queries.contract import assignments

    try:
        return assignments(config.getoption("eakg_param"))
    except ValueError as error:
        raise pytest.UsageError(f"--eakg-param: {error}") from None


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """A query file as a collector of its tests."""
    if not any(parent.config.getoption(option) for option in _OPTIONS):
        return None
    from eakg.queries.contract import QUERY_EXTENSIONS, is_executable_file, is_tested_update

    is_query = file_path.suffix.lower() in QUERY_EXTENSIONS
    if not is_query and not is_tested_update(file_path) and not is_executable_file(file_path):
        return None
    return QueryFile.from_parent(parent, path=file_path)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Ends what was started for the queries."""
    endpoints = config.stash.get(_ENDPOINTS, None)
    if endpoints is not None:
        endpoints.close()


class QueryFile(pytest.File):
    """A query file."""

    def collect(self) -> Iterator[QueryItem]:
        """The test of the file, or one for each case. Raises: CollectError when its header cannot
        be used."""
        from eakg.problems import ProblemsError
        from eakg.queries.contract import read_query

        try:
            query = read_query(
                self.path,
                complete=not self.config.getoption("eakg_update"),
                prefixes=_settings(self.config).prefixes,
            )
        except ProblemsError as error:
            raise self.CollectError(str(error)) from None
        for case in query.in_cases:
            yield QueryItem.from_parent(self, name=case.name, query=case)


class QueryItem(pytest.Item):
    """The test that a query's answer is as its contract expects."""

    def __init__(self, *, query: SavedQuery, **rest: Any) -> None:
        super().__init__(**rest)
        self.query = query
        for tag in query.tags:
            self.user_properties.append(("tag", tag))

    def runtest(self) -> None:
        """Ask the query. Raises: UnexpectedAnswerError when the answer is another."""
        from eakg.queries.verdict import describe, fails

        outcome = self._outcome()
        if self.config.getoption("eakg_update") and self._update(outcome):
            return
        if fails(outcome, self.config.getoption("eakg_fail_on")):
            raise UnexpectedAnswerError(outcome)
        if outcome.severity is not None:
            text = "\n".join(describe(outcome))
            self.add_report_section("call", f"eakg {outcome.severity}", text)

    def _outcome(self) -> Outcome:
        from eakg.queries.verdict import check, try_update

        timeout = self.config.getoption("eakg_timeout")
        if self.query.is_update:
            return try_update(self.query, timeout)
        endpoints = _endpoints(self.config)
        own_names = {parameter.name for parameter in self.query.parameters}
        values = _values(self.config)
        target, model = endpoints.of(self.query), endpoints.model(self.query)
        expects_evidence = self.query.expect is not None and self.query.expect.evidence is not None
        return check(
            self.query,
            target.endpoint,
            values={name: value for name, value in values.items() if name in own_names},
            strict=self.config.getoption("eakg_strict"),
            timeout=timeout,
            why=endpoints.explainer.why(target, model),
            other=model.endpoint if model else None,
            grounds=endpoints.explainer.grounds(target) if expects_evidence else None,
        )

    def _update(self, outcome: Outcome) -> bool:
        """Write what came in the place of what was expected; whether all is well then."""
        from eakg.files import publish
        from eakg.queries.verdict import describe, settled_files, updates

        settled = self.config.stash.setdefault(_SETTLED, set())
        rewriting = updates([outcome], settled)
        publish(rewriting.files)
        settled.update(rewriting.files, settled_files([outcome]))
        for path in rewriting.files:
            text = "\n".join([*describe(outcome), f"{path} is written"])
            self.add_report_section("call", "eakg update", text)
        for text in rewriting.conflicts.values():
            self.add_report_section("call", "eakg update", text)
        return bool(rewriting.files) and not outcome.messages

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """What is wrong with the answer, without a traceback."""
        from eakg.problems import ProblemsError
        from eakg.queries.verdict import describe

        if isinstance(excinfo.value, UnexpectedAnswerError):
            outcome = excinfo.value.outcome
            return "\n".join([f"{self.query.path}: {outcome.verdict}", *describe(outcome)])
        if isinstance(excinfo.value, ProblemsError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where the contract is, and what it is about."""
        line = self.query.header.line("expect")
        return self.path, line - 1, self.query.question or self.query.summary


class UnexpectedAnswerError(Exception):
    """A query's answer is not what its contract expects. Argument: the outcome."""

    def __init__(self, outcome: Any) -> None:
        super().__init__(str(outcome.verdict))
        self.outcome = outcome


class _Endpoints:
    """The endpoints that queries are asked at, each opened once."""

    def __init__(self, config: pytest.Config) -> None:
        from eakg.queries.why import Explanations

        self._config = config
        self._stack = ExitStack()
        self._open: dict[QueryTarget, OpenTarget] = {}
        self.explainer = Explanations()

    def of(self, query: SavedQuery) -> OpenTarget:
        """The endpoint that a query is asked at."""
        return self._endpoint(self._target(query), query)

    def model(self, query: SavedQuery) -> OpenTarget | None:
        """The one where its answer is to be the same."""
        from eakg.queries.ask import model_of

        target = model_of(query, self._target(query))
        return None if target is None else self._endpoint(target, query)

    def _target(self, query: SavedQuery) -> QueryTarget:
        from eakg.queries.ask import EndpointAccess, QueryTarget, target_of

        book = _settings(self._config).book
        address = self._config.getoption("eakg_endpoint")
        access = EndpointAccess(
            default_graphs=tuple(self._config.getoption("eakg_default_graph")),
            named_graphs=tuple(self._config.getoption("eakg_named_graph")),
        )
        preference = QueryTarget(None, access, tuple(self._config.getoption("eakg_data")))
        if address is not None:
            target = book.target(address)
            preference = replace(target, access=access.before(target.access))
        return target_of(query, preference, book)

    def _endpoint(self, target: QueryTarget, query: SavedQuery) -> OpenTarget:
        from eakg.queries.ask import OpenTarget, open_target

        if target not in self._open:
            timeout = max(self._config.getoption("eakg_timeout"), query.timeout or 0)
            endpoint = self._stack.enter_context(open_target(target, timeout))
            self._open[target] = OpenTarget(target, endpoint)
        return self._open[target]

    def close(self) -> None:
        """End what was started."""
        self._stack.close()


_ENDPOINTS = pytest.StashKey[_Endpoints]()
_SETTLED = pytest.StashKey[set[Path]]()
"""The files that are as some query of this run expects them."""


def _endpoints(config: pytest.Config) -> _Endpoints:
    return config.stash.setdefault(_ENDPOINTS, _Endpoints(config))

"""What each error of a store is in HTTP."""

from http import HTTPStatus
from inspect import signature

import pytest

from eakg.problems import Problem, ProblemsError
from eakg.serve.app.problems import problem_of
from eakg.sparql import failures

_OURS = {"worker-crashed", "store-failed"}
_ERRORS = [
    error
    for error in vars(failures).values()
    if isinstance(error, type)
    and issubclass(error, failures.StoreError)
    and not error.__subclasses__()
]


@pytest.mark.parametrize("error", _ERRORS)
def test_no_error_of_a_store_is_one_that_nobody_expected(error: type[failures.StoreError]) -> None:
    needed = [
        1 if parameter.annotation in {int, float} else "x"
        for parameter in signature(error.__init__).parameters.values()
        if (parameter.kind, parameter.default) == (parameter.POSITIONAL_OR_KEYWORD, parameter.empty)
    ]
    status = problem_of(error(*needed[1:] or ["x"]), "/").status
    assert (status is HTTPStatus.INTERNAL_SERVER_ERROR) is (error.code in _OURS)


def test_a_file_that_became_unreadable_is_told_to_who_runs_the_service(
    caplog: pytest.LogCaptureFixture,
) -> None:
    error = ProblemsError([Problem("/home/me/queries/a.rq", 3, "is no query")])
    problem = problem_of(error, "/queries")
    assert (problem.status, problem.code) == (HTTPStatus.SERVICE_UNAVAILABLE, "unreadable-file")
    assert "/home" not in problem.document
    assert "/home/me/queries/a.rq:3: is no query" in caplog.text

"""The tests themselves: no clock and no order decides one, and each has a mark."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from helpers.house import ROOT, imports

TESTS = ROOT / "tests"
FILES = sorted(TESTS.rglob("test_*.py"))


def calls(name: str) -> Iterator[tuple[str, ast.Call]]:
    """The calls of a function of this name, each with its place."""
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == name:
                yield f"{path.relative_to(ROOT)}:{node.lineno}", node


def test_no_example_of_hypothesis_has_a_deadline() -> None:
    for place, call in calls("settings"):
        given = {one.arg: ast.unparse(one.value) for one in call.keywords}
        assert given.get("deadline", "None") == "None", place
        checks = given.get("suppress_health_check", "too_slow")
        assert "too_slow" in checks or checks == "list(HealthCheck)", place


NOT_SERVED = {"tests/commands/test_options.py", "tests/store/test_messages.py"}
"""Where settings are compared, and nothing is served with them."""


def test_what_a_test_serves_waits_for_its_turn() -> None:
    """The limits of a service that are usual are for machines that do nothing else."""
    for place, call in calls("Settings"):
        if place.partition(":")[0] in NOT_SERVED or "benchmarks" in place:
            continue
        assert len(call.args) > 1 or call.keywords[0].arg == "limits", place


def test_no_test_imports_another() -> None:
    """What several share is in `tests/helpers`."""
    for path in FILES:
        for imported in imports(ast.parse(path.read_text("utf-8"))):
            module = imported.source.rpartition(".")[2]
            assert not module.startswith("test_"), f"{path.relative_to(ROOT)}:{imported.line}"


def test_no_cases_come_in_an_order_that_a_seed_decides() -> None:
    for place, call in calls("parametrize"):
        cases = call.args[1]
        # The keys of a dict have an order, what two have in common has none.
        parts = () if isinstance(cases, ast.Call) else ast.walk(cases)
        assert not any(isinstance(part, ast.BitAnd) for part in parts), place
        assert not isinstance(cases, ast.Set | ast.SetComp), place
        assert not ast.unparse(cases).startswith(("set(", "frozenset(")), place


@pytest.mark.parametrize(
    ("path", "mark"),
    [
        ("tests/text/test_standoff.py", "fast"),
        ("tests/house/test_doors.py", "fast"),
        ("tests/graph/test_traps.py", "slow"),
        ("tests/dataset/test_places.py", "fast"),
        ("tests/store/test_kills.py", "processes"),
        ("tests/docs/test_readme.py", "processes"),
    ],
)
def test_a_mark_comes_from_where_a_test_lies_and_what_it_starts(path: str, mark: str) -> None:
    # A process of its own: collecting changes what is imported.
    command = [sys.executable, "-m", "pytest", "-qq", "--collect-only", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [*command, "-m", mark, path], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert done.returncode == 0, done.stdout
    assert f"{Path(path)}: " in done.stdout or f"{path}::" in done.stdout


def test_a_quick_test_imports_neither_the_house_nor_hypothesis() -> None:
    """What it needs itself aside: the list of modules tells, and no clock."""
    program = (
        "import sys, pytest\n"
        "pytest.main(['-qq', '-p', 'no:cacheprovider', 'tests/house', '-k', 'crowded'])\n"
        "print([one for one in sys.modules if one.split('.')[0] in\n"
        "       ('rdflib', 'hypothesis', 'click', 'flask', 'pyoxigraph', 'numpy', 'polars')])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert done.stdout.splitlines()[-1] == "[]"

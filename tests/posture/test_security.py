"""SECURITY.md: what it says that there is is there."""

import ast
import re

import pytest
from click import Context

from eakg.cli import main
from helpers.house import ROOT

TEXT = (ROOT / "SECURITY.md").read_text("utf-8")
TESTS = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", TEXT)
OPTIONS = sorted(set(re.findall(r"`(--[a-z-]+)(?: [^`]*)?`", TEXT)))


def section(title: str) -> str:
    return TEXT.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


@pytest.mark.parametrize(("path", "name"), TESTS)
def test_each_guard_has_the_test_that_is_named(path: str, name: str) -> None:
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    assert name in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_each_guard_names_a_test() -> None:
    rows = [line for line in section("What guards against what").splitlines() if line[:1] == "|"]
    assert len(rows) > 20
    for row in rows[2:]:
        _, guard, tests = row.strip("|").split("|")
        assert guard.strip()
        assert re.findall(r"`tests/[\w/]+\.py::test_\w+`", tests), row


def test_each_option_is_one() -> None:
    commands = [main.get_command(Context(main), name) for name in main.list_commands(Context(main))]
    flags = {one for command in commands if command for item in command.params for one in item.opts}
    assert OPTIONS
    assert {*OPTIONS} <= {*flags, "--version"}


def test_each_target_of_make_and_file_is_there() -> None:
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.M)
    assert {*re.findall(r"`make ([a-z]+)`", TEXT)} <= {*targets}
    for link in re.findall(r"\]\(([^)#]+)", TEXT):
        assert (ROOT / link).exists(), link


def test_nobody_is_named_whom_the_repository_does_not_know() -> None:
    assert "@" not in re.sub(r"`[^`]*`", "", TEXT)


def test_the_readme_leads_there() -> None:
    assert "(SECURITY.md)" in (ROOT / "README.md").read_text("utf-8")

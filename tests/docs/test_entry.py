"""What leads a contributor in runs what there is."""

import json
import re
import subprocess

import pytest
import yaml

from helpers.house import ROOT

MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
TARGETS = set(re.findall(r"^([a-z]+):", MAKEFILE, re.MULTILINE))


def test_help_tells_of_every_target() -> None:
    done = subprocess.run(["make", "-C", str(ROOT), "help"], capture_output=True, text=True)
    told = {line.split()[0] for line in done.stdout.splitlines() if line[:1].islower()}
    assert told >= TARGETS, "say after ## what it does"


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", ".ci/run"])
def test_every_target_that_is_named_is_there(page: str) -> None:
    text = (ROOT / page).read_text("utf-8")
    commands = re.findall(r"^ *make ([^#\n]+)|`make ([^`]+)`", text, re.MULTILINE)
    words = {word for command in commands for part in command for word in part.split()}
    assert {word for word in words if word.isalpha()} <= TARGETS


def test_containers_and_workflow_run_what_is_run_here() -> None:
    container = json.loads((ROOT / ".devcontainer/devcontainer.json").read_text("utf-8"))
    assert container["postCreateCommand"] == ".ci/run install"
    workflow = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text("utf-8"))
    (job,) = workflow["jobs"].values()
    assert ".ci/run" in [step.get("run") for step in job["steps"]]
    script = (ROOT / ".ci/run").read_text("utf-8")
    assert '"${1:-}" = install' in script


def test_hooks_call_tools_of_the_environment() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))
    (local,) = hooks["repos"]
    assert local["repo"] == "local"
    tools = {hook["entry"].split()[0] for hook in local["hooks"]}
    assert tools == {".venv/bin/ruff", ".venv/bin/mypy", ".venv/bin/python"}

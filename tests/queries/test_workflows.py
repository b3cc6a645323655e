"""The action of GitHub and the component of GitLab: their steps, run in a project of its own."""

import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from eakg import __version__
from helpers.endpoints import Reply, scripted_endpoint
from helpers.house import ROOT
from helpers.light import LIGHT, dependencies_in
from helpers.saved_query_files import Files, files_in

ACTION = ROOT / "action.yml"
TEMPLATE = ROOT / "templates/saved-queries.yml"
Inputs = Mapping[str, str]


@pytest.fixture(scope="module")
def environment(light_wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What steps run with: the wheel in the place of a package's name, and no network."""
    folder = dependencies_in(tmp_path_factory.mktemp("dependencies"), *LIGHT)
    variables = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    offline = {"PIP_NO_DEPS": "1", "PIP_NO_INDEX": "1", "PYTHONPATH": str(folder)}
    return variables | offline | {"PACKAGE": str(light_wheel)}


def project(folder: Path) -> Files:
    folder.mkdir()
    files = files_in(folder)
    files.query("queries/good", "expect: {count: 1}", "SELECT ?n { ?x :size ?n FILTER(?n = 1) }")
    return files


def shell(script: str, folder: Path, variables: Inputs) -> "subprocess.CompletedProcess[str]":
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script]
    return subprocess.run(
        command, cwd=folder, env={**variables}, capture_output=True, text=True, check=False
    )


class Runner:
    """Runs steps of the action as a runner does, as far as the action goes.

    Arguments: the folder of the machine; its variables.
    """

    def __init__(self, machine: Path, variables: Inputs) -> None:
        self.machine = machine
        self.variables = {
            **variables,
            "RUNNER_TEMP": str(machine),
            "GITHUB_OUTPUT": str(machine / "output"),
            "GITHUB_STEP_SUMMARY": str(machine / "summary"),
        }

    def run(self, folder: Path, *names: str, **given: str) -> "subprocess.CompletedProcess[str]":
        """The last of the steps of these names that ran, in the folder of a project."""
        action = yaml.safe_load(ACTION.read_text("utf-8"))
        inputs = {name: one["default"] for name, one in action["inputs"].items()}
        inputs |= {"package": self.variables["PACKAGE"]}
        inputs |= {name.replace("_", "-"): value for name, value in given.items()}
        steps = [one for one in action["runs"]["steps"] if one["name"] in names]
        for step in (one for one in steps if _is_due(one.get("if"), inputs)):
            own = {name: _value(text, inputs) for name, text in step["env"].items()}
            done = shell(step["run"], folder, self.variables | own)
            if done.returncode:
                break
        return done

    def outputs(self) -> dict[str, str]:
        lines = (self.machine / "output").read_text("utf-8").splitlines()
        return dict(line.split("=", 1) for line in lines)


def _value(text: str, inputs: Inputs) -> str:
    return re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda match: inputs[match[1]], text)


def _is_due(condition: str | None, inputs: Inputs) -> bool:
    if condition is None:
        return True
    match = re.fullmatch(r"inputs\.([\w-]+) == '(\w+)'", condition)
    assert match, condition
    return inputs[match[1]] == match[2]


@pytest.fixture(scope="module")
def runner(environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Runner:
    """A runner after the first step of the action."""
    runner = Runner(tmp_path_factory.mktemp("machine"), environment)
    done = runner.run(runner.machine, "Install")
    assert done.returncode == 0, done.stderr
    return runner


def test_the_action_asks_and_reports(tmp_path: Path, runner: Runner) -> None:
    files = project(tmp_path / "project")
    with scripted_endpoint(Reply()) as server:
        done = runner.run(files.folder, "Look for slips", "Ask", endpoint=server.address)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "1 of 1 queries passed.\n"
    assert "good" in (runner.machine / "summary").read_text("utf-8")
    assert all(Path(path).is_file() for path in runner.outputs().values())


def test_the_action_fails_where_an_answer_is_another(tmp_path: Path, runner: Runner) -> None:
    files = project(tmp_path / "project")
    header = "severity: warning\nexpect: {count: 5}"
    files.query("queries/bad", header, "SELECT ?n { ?x :size ?n }")
    inputs = {"data": "data.ttl", "fail_on": "warning", "options": "--strict -j 1"}
    done = runner.run(files.folder, "Ask", **inputs)
    assert done.returncode == 1
    assert "::warning file=queries/bad.rq" in done.stdout
    assert "bad" in (runner.machine / "summary").read_text("utf-8")


def test_the_workflow_of_the_docs_asks_and_reports(tmp_path: Path, runner: Runner) -> None:
    """Its own steps, but for the one that installs, which is that of the action here."""
    files = project(tmp_path / "project")
    workflow = yaml.safe_load((ROOT / "docs/examples/saved-queries.yml").read_text("utf-8"))
    steps = [one["run"] for one in workflow["jobs"]["ask"]["steps"] if "run" in one]
    install, *others = steps
    assert install == "python -m pip install eakg-queries"
    path = f"{runner.machine / 'eakg/bin'}:{runner.variables['PATH']}"
    with scripted_endpoint(Reply()) as server:
        script = "\n".join(others).replace("${{ vars.SPARQL_ENDPOINT }}", server.address)
        done = shell(script, files.folder, {**runner.variables, "PATH": path})
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "1 of 1 queries passed."
    assert (files.folder / "report.xml").is_file()


def test_the_component_asks_and_reports(tmp_path: Path, runner: Runner) -> None:
    files = project(tmp_path / "project")
    head, jobs = yaml.safe_load_all(TEMPLATE.read_text("utf-8"))
    inputs = {name: one["default"] for name, one in head["spec"]["inputs"].items()}
    (files.folder / ".eakg").symlink_to(runner.machine / "eakg")
    with scripted_endpoint(Reply()) as server:
        inputs["endpoint"] = server.address
        (job,) = (_with_inputs(one, inputs) for one in jobs.values())
        done = shell("\n".join(job["script"]), files.folder, runner.variables | job["variables"])
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "1 of 1 queries passed."
    assert (files.folder / job["artifacts"]["reports"]["junit"]).is_file()
    assert all((files.folder / path).is_file() for path in job["artifacts"]["paths"])


def test_the_component_installs_as_the_action_does() -> None:
    (install, *_) = yaml.safe_load(ACTION.read_text("utf-8"))["runs"]["steps"]
    _, jobs = yaml.safe_load_all(TEMPLATE.read_text("utf-8"))
    (job,) = jobs.values()
    lines = [line.replace(".eakg", "ENV").replace("QUERY_", "") for line in job["before_script"]]
    own = install["run"].replace('"$RUNNER_TEMP/eakg"', "ENV")
    own = own.replace('"$RUNNER_TEMP/eakg/bin/python"', "ENV/bin/python")
    assert own.splitlines() == lines


def _with_inputs(part: Any, inputs: Inputs) -> Any:
    """A part of the jobs, with values in the place of inputs."""
    if isinstance(part, dict):
        return {key: _with_inputs(value, inputs) for key, value in part.items()}
    if isinstance(part, list):
        return [_with_inputs(value, inputs) for value in part]
    if isinstance(part, str):
        return re.sub(r"\$\[\[ inputs\.([\w-]+) \]\]", lambda match: inputs[match[1]], part)
    return part


def _packages() -> Iterator[str]:
    yield yaml.safe_load(ACTION.read_text("utf-8"))["inputs"]["package"]["default"]
    head, _ = yaml.safe_load_all(TEMPLATE.read_text("utf-8"))
    yield head["spec"]["inputs"]["package"]["default"]


def test_what_they_install_is_of_this_version() -> None:
    assert set(_packages()) == {f"eakg-queries=={__version__}"}


def test_values_are_variables_and_not_pasted_into_scripts() -> None:
    """Else whoever names a file in a pull request would write a script."""
    steps = yaml.safe_load(ACTION.read_text("utf-8"))["runs"]["steps"]
    assert not [step["run"] for step in steps if "${{" in step["run"]]
    _, jobs = yaml.safe_load_all(TEMPLATE.read_text("utf-8"))
    (job,) = jobs.values()
    assert not [line for line in (*job["before_script"], *job["script"]) if "$[[" in line]

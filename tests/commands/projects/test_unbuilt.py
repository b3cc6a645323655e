"""A project that was not built yet is told with what builds it, by every command that opens one."""

import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from eakg.cli import main

TRIPLE = ("<http://e.example/a>", "<http://e.example/b>", "<http://e.example/c>")
COMMANDS = {
    "serve": ["serve", "--port", "0", "{project}"],
    "serve by its file": ["serve", "--port", "0", "--config", "{project}/eakg.toml"],
    "publish": ["publish", "{site}", "{project}"],
    "mcp": ["mcp", "{project}"],
    "cite check": ["cite", "check", "{text}", "{project}"],
    "test": ["test", "{project}"],
    "validate": ["validate", "{project}"],
    "query": ["query", "{project}/queries/voyages.rq", "--data", "{project}"],
    "test of queries": ["test", "{project}/queries/voyages.rq", "--data", "{project}"],
    "explain": ["explain", *TRIPLE, "--data", "{project}"],
}


def run(arguments: list[str], project: Path) -> Result:
    text = project.parent / "text.txt"
    text.write_text("A ship came [1].\n\n[1] <urn:a> <urn:b> <urn:c>\n", "utf-8")
    places = {"project": project, "text": text, "site": project.parent / "site"}
    return CliRunner().invoke(main, [argument.format(**places) for argument in arguments])


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "some ships"
    assert CliRunner().invoke(main, ["init", str(folder)]).exit_code == 0
    return folder


@pytest.mark.parametrize("arguments", COMMANDS.values(), ids=COMMANDS)
def test_it_is_told_what_builds_it(project: Path, arguments: list[str]) -> None:
    result = run(arguments, project)
    assert (result.exit_code, result.stderr) == (
        2,
        f"{project}/graph/asserted: there is no built graph;"
        f" run `eakg build {shlex.quote(str(project))}`\n",
    ), result.output
    assert not (project.parent / "site").exists()


@pytest.mark.parametrize("name", ["query", "test of queries", "explain"])
def test_a_project_as_data_is_what_its_file_names(project: Path, name: str) -> None:
    (project / "eakg.toml").write_text('data = ["some.ttl"]\n', "utf-8")
    (project / "some.ttl").write_text(f"{' '.join(TRIPLE)} .", "utf-8")
    (project / "broken.ttl").write_text("no Turtle", "utf-8")
    (project / "queries/voyages.rq").write_text("ASK { ?s ?p ?o }", "utf-8")
    result = run(COMMANDS[name], project)
    assert result.exit_code == 0, result.output


def test_missing_files_that_no_build_writes_are_told_as_such(project: Path) -> None:
    (project / "eakg.toml").write_text('data = ["some.ttl"]\n', "utf-8")
    result = run(COMMANDS["serve"], project)
    assert (result.exit_code, result.stderr) == (
        2,
        f"{project}/some.ttl: no such file; check the path\n",
    )


def test_other_data_than_those_of_the_project_are_taken(project: Path) -> None:
    (project / "some.ttl").write_text(f"{' '.join(TRIPLE)} .", "utf-8")
    config = ["--config", "{project}/eakg.toml"]
    result = run(["publish", "{site}", *config, "{project}/some.ttl"], project)
    assert result.exit_code == 0, result.output


def test_a_file_without_data_is_of_the_shipped_graph(project: Path) -> None:
    (project / "eakg.toml").write_text("data = []\n", "utf-8")
    result = run(["publish", "{project}", "--config", "{project}/eakg.toml"], project)
    assert (
        result.stderr == f"{project}: is there and not empty; name a folder that is not there yet\n"
    )

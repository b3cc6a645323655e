"""The schema of project files takes what their readers take, and nothing else."""

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from eakg.cli import main
from eakg.commands.configuration import read_configuration
from eakg.commands.projects.schema import project_schema
from eakg.commands.serve import serve
from eakg.dataset import BuildOptions, shipped_layout
from eakg.options import declarations
from eakg.problems import ProblemsError
from eakg.serve import ServeOptions
from helpers.house import ROOT

SCHEMA = project_schema()
VALIDATOR = Draft202012Validator(SCHEMA)
TEMPLATE = ROOT / "src/eakg/commands/projects/template/eakg.toml"
EXAMPLES = [
    block
    for page in sorted((ROOT / "docs").glob("*.md"))
    if page.name != "versions.md"  # its block is of a release
    for block in re.findall(r"```toml\n(.*?)```", page.read_text("utf-8"), re.DOTALL)
    if re.search(r"^(?:data|base|title|trusted-proxy) = |^\[(?:queries|build)", block, re.MULTILINE)
]
SCALARS = [
    *("true", "0", "1", "-1", "65536", "8000.0", "1.5", "-0.5", "1999-01-31", "10:00:00"),
    *('""', '"x"', '"de-AT"', '"a b"', '"no iri"', '"http://e.example/a"', '"urn:x"', '"%"'),
    *('"ftp://e.example/"', '"http://"', '"http://e.example:80/?q#f"', '"mailto:a@e.example"'),
    *('"http://e.example/%zz"', '"http://e.example/é"', '"http://e.example/a|b"', '"owl-rl"'),
    *('"none"', '"stop"', '"http://e.example/o=o.ttl"', '"o.ttl=http://e.example/l"', '"="'),
    *('"127.0.0.1"', '"10.0.0.7/8"', '"::1"', '"fd00::/8"', '"10.0.0.0/33"', '"256.0.0.1"'),
    *('"union"', '"off"', '"2"', '"disk"', '"a=b:c"', '"https://me:p@e.example/"'),
]
VALUES = [*SCALARS, "[]", "{}", *(f"[{one}]" for one in SCALARS), "{ a = 1 }", '["x", 1]', "[[]]"]


def reads(text: str, folder: Path) -> bool:
    """Whether the reader takes a file."""
    file = folder / "eakg.toml"
    file.write_text(text, "utf-8")
    config = next(one for one in serve.params if one.name == "config")
    try:
        read_configuration(click.Context(serve), config, file)
    except ProblemsError as error:
        assert error.problems
        return False
    return True


def takes(text: str) -> bool:
    return VALIDATOR.is_valid(tomllib.loads(text))


def test_the_command_prints_the_schema() -> None:
    result = CliRunner().invoke(main, ["schema"])
    assert result.exit_code == 0
    Draft202012Validator.check_schema(json.loads(result.stdout))
    assert json.loads(result.stdout) == SCHEMA


def test_it_has_every_key_and_what_each_means() -> None:
    keys = {item.key.replace("_", "-") for item in declarations(ServeOptions)}
    assert SCHEMA["properties"].keys() == keys | {"data", "build", "prefixes", "queries"}
    assert all(one["description"] for one in SCHEMA["properties"].values())
    folders = {item.key for item in declarations(BuildOptions)}
    assert SCHEMA["properties"]["build"]["properties"].keys() == folders


@pytest.mark.slow
@pytest.mark.parametrize("key", sorted(SCHEMA["properties"].keys() - {"queries"}))
def test_a_value_is_taken_where_the_reader_takes_it(key: str, tmp_path: Path) -> None:
    verdicts = {value: takes(f"{key} = {value}") for value in VALUES}
    assert verdicts == {value: reads(f"{key} = {value}", tmp_path) for value in VALUES}
    assert set(verdicts.values()) == {True, False}


def tables() -> Iterator[str]:
    """Sections, right ones and others."""
    for folder in ("ontology", "sources", "tables", "out", "tabels"):
        yield f'[build]\n{folder} = "x"'
    yield "[build]\nout = 1"
    for name in ("ex", "", "e.x", "a-1", "é", "1a", "http", "urn", "a.", "a b"):
        for section in ("prefixes", "queries.prefixes"):
            yield f'[{section}]\n"{name}" = "http://e.example/"'
            yield f'[{section}]\n"{name}" = "no iri"'
    for address in ("http://e.example/", "ftp://e.example/", "", "http://", "HTTPS://e.example"):
        yield f'[queries.endpoints]\nown = "{address}"'
        yield f'[queries.endpoints.own]\naddress = "{address}"'
        yield f'[queries]\nendpoint = "{address}"' if "://" in address else "[queries]"
    for name in ("http://e.example/", " ", "my own"):
        yield f'[queries.endpoints]\n"{name}" = "http://e.example/"'
    for line in ('method = "GET"', 'method = "PUT"', "retries = 101", "follow = true", "own = 1"):
        yield f'[queries.endpoints.own]\naddress = "http://e.example/"\n{line}'
    for level in ("error", "warning", "ignore", "info"):
        yield f'[queries.lint]\nno-limit = "{level}"\nunused-prefix = "{level}"'
    yield '[queries.lint]\nunused-prefix = "error"'
    yield '[queries.lint]\nsyntax = "error"'
    yield "[queries]\nlint = 1"
    yield '[questions]\nx = "y"'
    yield 'titel = "x"'


@pytest.mark.parametrize("text", list(tables()))
def test_a_section_is_taken_where_the_reader_takes_it(text: str, tmp_path: Path) -> None:
    assert takes(text) == reads(text, tmp_path)


@pytest.mark.parametrize("text", [*EXAMPLES, TEMPLATE.read_text("utf-8")])
def test_project_files_that_are_shown_are_right(text: str, tmp_path: Path) -> None:
    values = tomllib.loads(text)
    VALIDATOR.validate(values)
    for name in values.get("queries", {}).get("prefix-files", ()):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")
    assert reads(text, tmp_path)


def test_the_project_file_that_is_shipped_is_right(tmp_path: Path) -> None:
    text = shipped_layout().project.read_text("utf-8")
    VALIDATOR.validate(tomllib.loads(text))
    assert reads(text, tmp_path)


def test_examples_are_found() -> None:
    assert len(EXAMPLES) >= 3
    described: list[Any] = [tomllib.loads(one) for one in EXAMPLES]
    assert any("build" in one for one in described)

"""The page about saved queries tells of every key and option, and its examples hold."""

import re
from pathlib import Path

import pytest
import yaml

from eakg.commands.query import query
from eakg.commands.saved.contracts import test_queries as contract_test
from eakg.queries.contract.header import header_schema
from eakg.queries.contract.saved import read_query
from helpers.house import ROOT
from helpers.saved_query_files import files_in

DOCS = ROOT / "docs"
PAGE = (DOCS / "saved-queries.md").read_text("utf-8")


def keys() -> list[str]:
    schema = header_schema()
    definitions = schema["$defs"]
    named = [*schema["properties"], *definitions["parameter"]["properties"]]
    return [*named, *definitions["expect"]["properties"], *definitions["column"]["properties"]]


@pytest.mark.parametrize("key", sorted(set(keys())))
def test_every_key_is_told_of(key: str) -> None:
    assert f"`{key}`" in PAGE


@pytest.mark.parametrize(
    "option",
    [
        option.opts[0]
        for option in (*query.params, *contract_test.params)
        if option.opts[0].startswith("-")
    ],
)
def test_every_option_is_told_of(option: str) -> None:
    assert re.search(rf"{option}\b", PAGE)


def test_the_example_is_a_saved_query(tmp_path: Path) -> None:
    files = files_in(tmp_path)
    example = re.findall(r"```sparql\n(.*?)```", PAGE, re.DOTALL)[0]
    files.write("expected/members-of-body.csv", "actor,role,since\n")
    found = read_query(files.write("members-of-body.rq", example))
    assert [(one.name, one.default) for one in found.parameters] == [
        ("body", "id:rcep"),
        ("date", "2020-07-23"),
    ]


def test_the_workflow_is_yaml_and_runs_what_there_is() -> None:
    workflow = yaml.safe_load((DOCS / "examples" / "saved-queries.yml").read_text("utf-8"))
    steps = workflow["jobs"]["ask"]["steps"]
    runs = [step["run"] for step in steps if "run" in step]
    assert any(command.startswith("python -m pip install eakg") for command in runs)
    (asking,) = (command for command in runs if "eakg test" in command)
    known = {name for option in contract_test.params for name in option.opts}
    assert set(re.findall(r"--[a-z-]+", asking)) <= known

"""The commands for agents, and for those who check what agents write."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("mcp", reason="the SDK of the Model Context Protocol is not installed")

from click.testing import CliRunner
from mcp.client import Client
from mcp.client.stdio import StdioServerParameters

from eakg.cli import main
from helpers.agents import in_loop
from helpers.serving import running_small

SHIPS = """@prefix : <http://ships.example/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
:zheng-he rdfs:label "Zheng He"@en ; :commanded :fleet . :fleet rdfs:label "Treasure Fleet"@en .
:commanded rdfs:label "commanded"@en .
"""


@pytest.fixture(scope="module")
def ships(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("ships") / "ships.ttl"
    path.write_text(SHIPS, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def answer(ships: Path) -> Any:
    """What a tool answers at standard output."""

    async def ask() -> Any:
        command = StdioServerParameters(
            command=str(Path(sys.executable).with_name("eakg")), args=["mcp", str(ships)]
        )
        async with Client(command) as client:
            query = "SELECT ?who { ?who <http://ships.example/commanded> ?what }"
            return await client.call_tool("query", {"query": query})

    return in_loop(ask).structured_content


def run(*arguments: str) -> Any:
    return CliRunner().invoke(main, ["cite", "check", *arguments])


def test_agents_are_answered_at_standard_output(answer: Any) -> None:
    assert [row["who"]["value"] for row in answer["rows"]] == ["http://ships.example/zheng-he"]
    assert answer["citations"][0]["words"] == "Zheng He — commanded — Treasure Fleet"


def test_a_text_is_checked(answer: Any, ships: Path, tmp_path: Path) -> None:
    line = answer["citations"][0]["line"]
    text = tmp_path / "text.md"
    text.write_text(f"Zheng He commanded the Treasure Fleet [1].\n\n{line}\n", encoding="utf-8")
    result = run(str(text), str(ships))
    assert (result.exit_code, result.stderr.splitlines()[-1]) == (
        0,
        "1 supported, 0 changed, 0 not supported",
    )
    text.write_text(f"Zheng He sailed.\nHe commanded it [1].\n\n{line}\n", encoding="utf-8")
    result = run(str(text), str(ships), "--json")
    assert result.exit_code == 1
    findings = json.loads(result.stdout)
    assert [(one["line"], one["verdict"]) for one in findings] == [
        (1, "not supported"),
        (2, "not supported"),
    ]


def test_what_changed_may_be_allowed(answer: Any, tmp_path: Path, ships: Path) -> None:
    line = answer["citations"][0]["line"].replace(answer["version"], "0123456789abcdef")
    text = tmp_path / "text.md"
    text.write_text(f"Zheng He commanded the Treasure Fleet [1].\n\n{line}\n", encoding="utf-8")
    assert run(str(text), str(ships)).exit_code == 1
    assert run(str(text), str(ships), "--allow-changed").exit_code == 0


def test_a_running_service_is_asked(tmp_path: Path) -> None:
    text = tmp_path / "text.md"
    text.write_text("Japan hosted it [1].\n", encoding="utf-8")
    with running_small(60.0) as (_, address):
        result = run(str(text), "--endpoint", address)
    assert result.exit_code == 1
    assert "there is no line for [1]" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (("nothing.md",), 2, "nothing.md: cannot be read"),
        (("empty.md",), 2, "empty.md: has no sentence"),
        (("text.md", "--endpoint", "http://127.0.0.1:9/"), 4, "text.md: "),
        (("text.md", "--endpoint", "nowhere"), 2, "is no address"),
        (("text.md", "ships.ttl", "--endpoint", "http://127.0.0.1:9/"), 2, "exclude each other"),
        (("text.md", "missing.ttl"), 2, "missing.ttl"),
        (("text.md", "--store", "folder"), 2, "--store is for `eakg serve`"),
        (("text.md", "--writable"), 2, "--writable is for `eakg serve`"),
    ],
)
def test_bad_input_is_one_line(
    arguments: tuple[str, ...],
    status: int,
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("empty.md").write_text("# Title\n", encoding="utf-8")
    Path("text.md").write_text(
        "A b [1].\n\n[1] a — b — c <http://e.example/explain?s=a&p=b&o=c> (1)\n", encoding="utf-8"
    )
    Path("ships.ttl").write_text(SHIPS, encoding="utf-8")
    result = run(*arguments)
    assert result.exit_code == status
    assert words in result.stderr
    assert "Traceback" not in result.output

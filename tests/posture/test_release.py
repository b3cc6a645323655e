"""What a release has beside the package: manual, permanent addresses, what archives are told."""

import json
import re
from pathlib import Path

import pytest
import yaml
from click import Context
from click.shell_completion import get_completion_class

from eakg import __version__
from eakg.cli import COMMANDS, main
from helpers.house import ROOT
from helpers.manual import write_manual

RULE = re.compile(r"^RewriteRule (\S+) (\S+) \[(.*)\]$", re.MULTILINE)


@pytest.mark.slow
def test_each_command_has_its_manual(tmp_path: Path) -> None:
    write_manual(tmp_path)
    pages = {path.stem for path in tmp_path.glob("*.1")}
    assert {"eakg", *(f"eakg-{name}" for name in COMMANDS)} <= pages
    serve = (tmp_path / "eakg-serve.1").read_text("utf-8").replace("\\-", "-")
    command = main.get_command(Context(main), "serve")
    assert command
    for option in command.params:
        assert all(name in serve for name in option.opts if name.startswith("--")), option.name


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_is_told_how_to_complete(shell: str) -> None:
    assert f"_EAKG_COMPLETE={shell}_source" in (ROOT / "docs/installing.md").read_text("utf-8")
    completer = get_completion_class(shell)
    assert completer
    assert "eakg" in completer(main, {}, "eakg", "_EAKG_COMPLETE").source()
    assert [one.value for one in completer(main, {}, "eakg", "").get_completions([], "ser")] == [
        "serve"
    ]


def test_archives_are_told_what_citations_say() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    deposit = json.loads((ROOT / ".zenodo.json").read_text("utf-8"))
    assert citation["version"] == __version__
    assert deposit["title"] == citation["title"]
    assert deposit["keywords"] == citation["keywords"]
    names = [author["name"] for author in citation["authors"]]
    assert [creator["name"] for creator in deposit["creators"]] == names
    assert deposit["license"] in citation["license"]
    # Required of software by Zenodo, beside the creators and the title.
    assert deposit["upload_type"] == "software"
    assert deposit["access_right"] == "open"
    assert " ".join(citation["abstract"].split()) in deposit["description"]


def led_to(path: str) -> tuple[str, int]:
    """Where the rules of Apache lead a path to, and by which status."""
    text = (ROOT / "templates/w3id/.htaccess").read_text("utf-8")
    variables = dict(re.findall(r"E=(\w+):([^,\]]+)", text))
    for pattern, target, flags in RULE.findall(text):
        if target != "-" and (match := re.search(pattern, path)):
            for name, value in variables.items():
                target = target.replace(f"%{{ENV:{name}}}", value)
            return match.expand(target.replace("$", "\\")), int(re.findall(r"R=(\d+)", flags)[0])
    raise AssertionError(path)


@pytest.mark.parametrize(
    ("path", "address", "status"),
    [
        ("id/asean", "https://service.example/id/asean", 303),
        ("id/record-2020-07-23/E27", "https://service.example/id/record-2020-07-23/E27", 303),
        ("ontology", "https://service.example/ontology", 303),
        ("doc/asean.ttl", "https://service.example/doc/asean.ttl", 302),
        ("graph/source/record-2020-07-23", None, 302),
        ("sparql", "https://service.example/sparql", 302),
        ("", "https://service.example/", 302),
        ("docs", "https://w3id.org/eakg/docs/", 302),
        ("docs/", "https://docs.example/", 302),
        ("docs/limits.html", "https://docs.example/limits.html", 302),
        ("source", "https://source.example/main", 302),
        ("source/SECURITY.md", "https://source.example/main/SECURITY.md", 302),
    ],
)
def test_permanent_addresses_lead_on(path: str, address: str | None, status: int) -> None:
    assert led_to(path) == (address or f"https://service.example/{path}", status)


def test_the_release_does_what_can_be_done_here() -> None:
    """Its steps are targets of make, apart from what only GitHub does."""
    workflow = yaml.safe_load((ROOT / ".github/workflows/release.yml").read_text("utf-8"))
    runs = [step["run"] for step in workflow["jobs"]["build"]["steps"] if "run" in step]
    assert runs[0] == "make release"
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert re.search(r"^release: wheel sbom man ", makefile, re.MULTILINE)
    assert workflow["jobs"]["publish"]["needs"] == ["build", "testpypi"]

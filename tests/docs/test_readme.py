"""The README: a front door, whose examples give the output that it shows, here and elsewhere."""

import re
import tomllib

from helpers.consoles import run_page
from helpers.house import ROOT

PAGE = ROOT / "README.md"
TEXT = PAGE.read_text("utf-8")
LINK = re.compile(r"\]\(([^)]+)\)")


def test_examples_give_what_they_show(shipped_service: str) -> None:
    answers = run_page(PAGE, ROOT, shipped_service)
    assert len(answers) >= 2
    for example, output in answers:
        assert example.matches(output), (example, output)


def test_it_is_a_front_door() -> None:
    """One picture, two commands, five links, on a few screens."""
    assert len(TEXT.splitlines()) <= 150
    assert len(re.findall(r"!\[", TEXT)) == 1
    commands = re.search(r"## Two commands.*?```\n(.*?)```", TEXT, re.DOTALL)
    assert commands
    assert len(commands[1].splitlines()) == 2
    assert len(LINK.findall(TEXT)) == 1 + 5


def test_elsewhere_its_links_lead_to_the_documentation_and_to_the_source() -> None:
    """A relative link is one of the page that shows it; PyPI has none of these files."""
    from hatch_fancy_pypi_readme.hooks import FancyReadmeMetadataHook

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    settings = project["tool"]["hatch"]["metadata"]["hooks"]["fancy-pypi-readme"]
    metadata = {"name": "eakg", "version": "0", "dynamic": ["readme"]}
    FancyReadmeMetadataHook(str(ROOT), settings).update(metadata)
    made = metadata["readme"]
    assert isinstance(made, dict)
    base = "https://w3id.org/eakg"
    assert LINK.findall(made["text"]) == [
        f"{base}/docs/every-triple.svg",
        f"{base}/docs/tutorials/ask-follow-trust.html",
        f"{base}/docs/",
        f"{base}/docs/limits.html",
        f"{base}/source/CONTRIBUTING.md",
        f"{base}/source/SECURITY.md",
    ]

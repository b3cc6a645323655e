"""The tutorials, and other pages of commands: each gives what is shown below it."""

from pathlib import Path

import pytest

from helpers.consoles import examples, run_page
from helpers.house import ROOT

TUTORIALS = ROOT / "docs/tutorials"
OF_THE_SHIPPED_GRAPH = [TUTORIALS / "ask-follow-trust.md", ROOT / "docs/places.md"]
OF_ONES_OWN = sorted({*TUTORIALS.glob("*.md")} - {*OF_THE_SHIPPED_GRAPH})


@pytest.mark.parametrize("page", OF_THE_SHIPPED_GRAPH, ids=lambda page: page.stem)
def test_the_shipped_graph(page: Path, shipped_service: str) -> None:
    for example, output in run_page(page, ROOT, shipped_service):
        assert example.matches(output), (example, output)


@pytest.mark.slow
@pytest.mark.parametrize("page", OF_ONES_OWN, ids=lambda page: page.stem)
def test_data_of_ones_own(page: Path, tmp_path: Path) -> None:
    for example, output in run_page(page, tmp_path):
        assert example.matches(output), (example, output)


@pytest.mark.parametrize("page", sorted(TUTORIALS.glob("*.md")), ids=lambda page: page.stem)
def test_every_command_of_a_tutorial_is_run(page: Path) -> None:
    """No block but those of consoles has commands."""
    text = page.read_text("utf-8")
    assert text.count("```console\n") * 2 == text.count("```")
    assert len(list(examples(page))) >= 7

"""The tutorials: each command gives what is shown below it, from the first to the last."""

import pytest

from helpers.consoles import run_page
from helpers.house import ROOT

TUTORIALS = ROOT / "docs/tutorials"


@pytest.mark.slow
def test_the_shipped_graph(shipped_service: str) -> None:
    answers = run_page(TUTORIALS / "ask-follow-trust.md", ROOT, shipped_service)
    assert len(answers) >= 7
    for example, output in answers:
        assert example.matches(output), (example, output)

"""The page of the design has every component, and colours stand out."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from helpers.colours import PAIRS, SCHEMES, STYLES, colours, contrast
from helpers.serving import writable_client

TEMPLATES = Path("src/eakg/serve/templates")
COMPONENTS = ("macros", "paragraph", "drawings", "findings", "proof_macros")
NOT_SEEN = {"citation", "card"}
"""What stands in the head of a page."""
ELSEWHERE = {"reasons", "lemmas", "triple", "classes", "references", "sources"}
"""What is seen only with what the graph says: proofs, lists of classes, addresses."""


def macros() -> Iterator[tuple[str, str]]:
    for name in COMPONENTS:
        text = TEMPLATES.joinpath(f"{name}.html").read_text("utf-8")
        for macro in re.finditer(r"{% macro (\w+)\(.*?{%-? endmacro %}", text, re.DOTALL):
            yield macro[1], macro[0]


def test_each_component_is_there() -> None:
    texts = dict(macros())
    seen: set[str] = set()
    queue = [TEMPLATES.joinpath("design.html").read_text("utf-8")]
    while queue:
        text = queue.pop()
        for name in set(re.findall(r"\b(\w+)\(", text)) & texts.keys() - seen:
            seen.add(name)
            queue.append(texts[name])
    assert texts.keys() - seen == NOT_SEEN | ELSEWHERE


@pytest.mark.slow
def test_the_page_is_for_people_and_not_for_robots() -> None:
    client = writable_client()
    page = client.get("/design", headers={"Accept": "text/html"})
    assert page.status_code == 200
    assert '<meta name="robots" content="noindex">' in page.text
    assert client.get("/design?x=1").status_code == 400


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("front", "back", "least"), PAIRS)
def test_colours_stand_out(scheme: str, front: str, back: str, least: float) -> None:
    named = colours()[scheme]
    assert contrast(named[front], named[back]) >= least


def test_contrast_is_that_of_the_specification() -> None:
    assert contrast("000000", "ffffff") == pytest.approx(21)
    assert contrast("777777", "ffffff") == pytest.approx(4.48, abs=0.01)


def test_the_sizes_that_are_documented_are_those_of_the_style_sheet() -> None:
    page = Path("docs/design.md").read_text("utf-8")
    styles = STYLES.read_text("utf-8")
    rows = re.findall(r"^\| [^|]*`([^`]+)`\)[^|]*\| ([\d.]+)", page, re.MULTILINE)
    assert len(rows) == 5
    for selector, size in rows:
        block = re.search(rf"^{re.escape(selector)} \{{(.*?)\}}", styles, re.DOTALL | re.MULTILINE)
        assert block, selector
        (written,) = re.findall(r"font-size: ([\d.]+)rem", block[1])
        assert float(written) == float(size), selector

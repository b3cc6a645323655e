"""The documentation as a site: whole, without a broken link, and nothing of it from elsewhere."""

import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

from eakg.cli import COMMANDS
from helpers.house import ROOT

DOCS = ROOT / "docs"
LOADED = {"script": "src", "img": "src", "iframe": "src", "source": "src", "link": "href"}
"""What a browser fetches of a page by itself, but for links that only name what there is."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the site, as `make site` makes it: a warning, as of a broken link, ends it."""
    recipe = re.search(r"^site:.*\n\t(.*)$", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert recipe
    folder = tmp_path_factory.mktemp("site")
    command = recipe[1].replace("$(BIN)/python", sys.executable).replace("dist/", f"{folder}/")
    done = subprocess.run(
        ["bash", "-c", command], cwd=ROOT, env={**os.environ}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return folder / "site"


class _Assets(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.addresses: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        named = tag == "link" and found.get("rel") not in ("stylesheet", "icon", "preload")
        if not named and (address := found.get(LOADED.get(tag, ""))):
            self.addresses.add(address)


@pytest.mark.slow
def test_nothing_comes_from_elsewhere(site: Path) -> None:
    for page in site.rglob("*.html"):
        assets = _Assets()
        assets.feed(page.read_text("utf-8"))
        assert assets.addresses
        for address in assets.addresses:
            assert not re.match(r"(?:[a-z]+:)?//", address), (page.name, address)
            assert (page.parent / address.partition("?")[0]).exists(), (page.name, address)
    for sheet in site.rglob("*.css"):
        assert not re.search(r"(?:url\(|@import)[\s'\"]*(?:https?:)?//", sheet.read_text("utf-8"))


@pytest.mark.slow
def test_every_page_is_there(site: Path) -> None:
    pages = {path.relative_to(DOCS).with_suffix("") for path in DOCS.rglob("*.md")}
    made = {path.relative_to(site).with_suffix("") for path in site.rglob("*.html")}
    assert pages - made == {Path("README")}


@pytest.mark.slow
def test_the_reference_has_what_the_code_has(site: Path) -> None:
    def page(name: str) -> str:
        return re.sub(r"<[^>]+>", "", (site / "reference" / f"{name}.html").read_text("utf-8"))

    commands = page("command-line")
    assert [name for name in COMMANDS if f"eakg {name}" not in commands] == []
    paths = page("http-paths")
    assert all(path in paths for path in ("/sparql", "/doc/", "/explain", "/update", "/ready"))
    assert "closure=" not in paths
    assert "closure" in paths
    terms = page("ontology-terms")
    assert all(term in terms for term in ("eakg:Actor", "eakg:entitledToAttend", "eakg:notBefore"))
    python = page("python-interface")
    assert all(name in python for name in ("to_polars", "evidence", "materialize", "explain"))
    assert "text/turtle" in page("file-formats")

"""Pages of the docs: what they take from the code is fresh, and what they lead to is there."""

import re
from pathlib import Path

import pytest

from helpers.house import ROOT, exists, module_files
from helpers.pages import DOCS, graph_within, pages, reachable_from, refresh, transitive_reduction

TEXTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.rglob("*.md"))]


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.slow
@pytest.mark.parametrize("page", pages(), ids=named)
def test_what_is_made_from_the_code_is_fresh(page: Path) -> None:
    text = page.read_text("utf-8")
    assert refresh(text) == text, "run `make docs`"


def test_the_pages_made_from_the_code() -> None:
    assert [named(page) for page in pages()] == [
        "docs/architecture.md",
        "docs/configuration.md",
        "docs/design.md",
        "docs/trade-agreements.md",
    ]


@pytest.mark.parametrize("page", TEXTS, ids=named)
def test_every_link_within_the_repository_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text("utf-8"))
    local = [link for link in links if "://" not in link]
    assert [link for link in local if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", TEXTS, ids=named)
def test_every_path_of_the_repository_that_is_named_is_there(page: Path) -> None:
    paths = re.findall(r"`((?:src|tests|docs|graph|ontology|queries)/[\w./-]+)`", page.read_text())
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_every_page_is_in_the_index() -> None:
    index = (DOCS / "README.md").read_text("utf-8")
    linked = {(DOCS / link).resolve() for link in re.findall(r"\]\(([^)#]+)\)", index)}
    assert {page for page in DOCS.rglob("*.md") if page.name != "README.md"} - linked == set()


def test_a_drawing_leaves_out_what_a_longer_way_shows() -> None:
    graph = {"a": {"b", "c"}, "b": {"c"}, "c": set[str]()}
    assert transitive_reduction(graph) == {"a": {"b"}, "b": {"c"}, "c": set()}
    circle = {"a": {"b"}, "b": {"a"}}
    assert transitive_reduction(circle) == circle


@pytest.mark.parametrize("package", ["eakg", "eakg.reason", "eakg.store", "eakg.serve"])
def test_a_drawing_leads_wherever_the_imports_lead(package: str) -> None:
    graph = graph_within(package)
    drawn = transitive_reduction(graph)
    for node in graph:
        assert reachable_from(drawn, node) == reachable_from(graph, node)


def test_the_architecture_names_what_there_is() -> None:
    """A dotted name in code is a module, or a name of one; a room at its beginning."""
    text = (DOCS / "architecture.md").read_text("utf-8")
    names = set(re.findall(r"`((?:[a-z_]+\.)+\w+)`", text))
    rooms = {one.partition(".")[2].partition(".")[0] for one in module_files()} - {""}
    files = ("md", "toml", "ttl", "txt", "ann", "csv", "py", "rules", "rq", "html")
    gone = {
        name
        for name in names
        if name.rpartition(".")[2] not in files
        and name.partition(".")[0] in rooms
        and not exists(name)
    }
    assert gone == set()
    assert len(names) > 40

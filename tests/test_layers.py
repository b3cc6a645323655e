"""Layers: a package imports only what stands to its left, and each library has its one home."""

import ast
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "src/eakg"
LAYERS = ("text", "lift", "dataset", "reason", "store", "queries", "serve", "commands", "cli")
FOR_ALL = {"eakg", "eakg.names", "eakg.problems"}


def layer_of(module: str) -> str:
    return module.split(".")[1]


@cache
def modules() -> dict[str, ast.Module]:
    """The modules of the package by their names."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        found[".".join(parts).removesuffix(".__init__")] = ast.parse(path.read_text("utf-8"))
    return found


@cache
def imported(name: str) -> frozenset[str]:
    """What a module of the package imports."""
    return frozenset(imports(modules()[name]))


def imports(tree: ast.Module) -> Iterator[str]:
    """Everything imported, wherever in the module it is: modules, and names out of them."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "relative imports hide where an arrow points"
            assert node.module
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def importers(library: str) -> set[str]:
    return {
        name
        for name in modules()
        if any(found == library or found.startswith(f"{library}.") for found in imported(name))
    }


def backwards(name: str, given: Iterable[str]) -> list[str]:
    own = layer_of(name) if "." in name else "cli"
    found = []
    for one in set(given):
        if not one.startswith("eakg.") or one in FOR_ALL:
            continue
        other = layer_of(one)
        if other in ("names", "problems", "__version__"):
            continue
        if own not in LAYERS or LAYERS.index(other) > LAYERS.index(own):
            found.append(f"{name} imports {one}")
    return found


def test_every_package_has_a_layer() -> None:
    top = {path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or path.is_dir()}
    assert top - {"__init__", "__pycache__", "names", "problems", "py", "data"} == set(LAYERS)


def test_no_import_runs_backwards() -> None:
    assert [line for name in modules() for line in backwards(name, imported(name))] == []


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("eakg.text.x", "from eakg.lift.record import lift_record"),
        ("eakg.reason.x", "import eakg.store.embedded"),
        ("eakg.names", "from eakg.text import Record"),
        ("eakg.store.x", "def f():\n    from eakg.cli import main"),
    ],
)
def test_an_import_that_runs_backwards_would_be_found(name: str, line: str) -> None:
    assert backwards(name, imports(ast.parse(line)))


def test_only_serve_knows_flask_and_its_server() -> None:
    for library in ("flask", "werkzeug", "jinja2", "granian"):
        assert {layer_of(name) for name in importers(library)} <= {"serve"}, library


def test_only_the_store_knows_pyoxigraph_but_for_the_parser() -> None:
    outside = {name for name in importers("pyoxigraph") if layer_of(name) != "store"}
    assert outside <= {"eakg.dataset.parse"}
    for name in outside:
        nodes = ast.walk(modules()[name])
        words = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
        assert not words & {"Store", "query", "update"}
        assert "pyoxigraph.Store" not in imported(name)


def test_one_module_knows_owlrl() -> None:
    assert len(importers("owlrl")) == 1
    assert {layer_of(name) for name in importers("owlrl")} == {"reason"}


def test_every_package_says_what_it_takes_and_gives() -> None:
    for layer in LAYERS[:-1]:
        docstring = ast.get_docstring(modules()[f"eakg.{layer}"]) or ""
        words = set(docstring.lower().replace(":", " ").replace(",", " ").split())
        assert {"in", "out"} <= words, layer

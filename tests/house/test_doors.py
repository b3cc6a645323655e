"""The house: rooms in their order, a door to each, and a home for each library and each name."""

import ast
from collections import defaultdict
from collections.abc import Iterable

import pytest

from helpers.house import (
    PACKAGE,
    Import,
    arrows,
    cycles,
    doors,
    imports,
    imports_of,
    module_files,
    own_imports,
    package_of,
    packages,
    tree,
)

ROOMS = (
    *("collector", "names", "problems", "files", "keyed_files", "options"),
    *("rdf", "sparql", "text", "evidence", "lift", "dataset", "profile", "reason", "check"),
    *("pipeline", "store", "queries", "serve", "analysis", "commands", "cli"),
)
"""The rooms in their order; a module imports only what stands to its left."""
MOST_MODULES = 15


def room_of(module: str) -> str:
    return module.split(".")[1]


def backwards(module: str, targets: Iterable[str]) -> list[str]:
    """The arrows of a module that run against the order of the rooms."""
    return [
        f"{module} imports {target}"
        for target in targets
        if target != "eakg" and ROOMS.index(room_of(target)) > ROOMS.index(room_of(module))
    ]


def past_doors(module: str, found: Iterable[Import]) -> list[str]:
    """The imports of a module that go past a door: a module of another room, named itself, or a
    name through the door of a room that the module is in."""
    lines = []
    for one in found:
        target = (
            f"{one.source}.{one.name}"
            if f"{one.source}.{one.name}" in module_files()
            else one.source
        )
        own = package_of(module)
        if target in packages():
            around = own == target or own.startswith(f"{target}.")
            past = around and target != "eakg"
        else:
            room = target.rpartition(".")[0]
            past = own != room and not own.startswith(f"{room}.")
        if past:
            lines.append(f"{module}:{one.line} imports {one.source}.{one.name}")
    return lines


def importers(library: str) -> set[str]:
    return {
        module
        for module in module_files()
        if any(one.source.split(".")[0] == library for one in imports_of(module))
    }


def test_every_room_has_its_place() -> None:
    top = {path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or path.is_dir()}
    assert top - {"__init__", "__main__", "__pycache__", "py", "data"} <= set(ROOMS)


def test_no_arrow_runs_backwards() -> None:
    inside = {one: targets for one, targets in arrows().items() if one.count(".")}
    inside.pop("eakg.__main__")
    assert [line for one, targets in inside.items() for line in backwards(one, targets)] == []


def test_no_arrows_run_in_a_circle() -> None:
    assert cycles({one: targets - {one} for one, targets in arrows().items()}) == []


@pytest.mark.parametrize("room", ["eakg", *sorted(packages() - {"eakg"})])
def test_the_rooms_within_a_room_have_an_order(room: str) -> None:
    graph: dict[str, set[str]] = defaultdict(set)
    depth = room.count(".") + 1
    for module, targets in arrows().items():
        for target in targets:
            ends = [package_of(one).split(".")[: depth + 1] for one in (module, target)]
            if all(len(end) > depth and ".".join(end[:depth]) == room for end in ends):
                graph[".".join(ends[0])].add(".".join(ends[1]))
    assert cycles({one: targets - {one} for one, targets in graph.items()}) == []


def test_nobody_comes_in_but_by_the_door() -> None:
    lines = [line for one in module_files() for line in past_doors(one, own_imports(one))]
    assert lines == []


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("eakg.reason.closure", "from eakg.store.request import QueryRequest"),
        ("eakg.reason.closure", "import eakg.store.request"),
        ("eakg.reason.closure", "from eakg.store import request"),
        ("eakg.store.request", "from eakg.store import QueryRequest"),
        ("eakg.store.request", "def f():\n    from eakg.store.changes.change import Change"),
    ],
)
def test_an_import_past_a_door_would_be_found(module: str, line: str) -> None:
    assert past_doors(module, imports(ast.parse(line)))


@pytest.mark.parametrize(
    ("module", "target"),
    [("eakg.text.record", "eakg.lift.record"), ("eakg.names", "eakg.text.record")],
)
def test_an_arrow_that_runs_backwards_would_be_found(module: str, target: str) -> None:
    assert backwards(module, [target])


def test_doors_give_what_there_is_and_no_private_names() -> None:
    for package, names in doors().items():
        inside = {
            one.rpartition(".")[2] for one in module_files() if one.rpartition(".")[0] == package
        }
        assert not inside & set(names), "a name of a door hides a module"
        for name, home in names.items():
            assert not name.startswith("_"), (package, name)
            assert home in module_files(), (package, home)


def test_no_private_name_crosses_modules() -> None:
    crossing = {
        f"{module} imports {one.name} of {one.source}"
        for module in module_files()
        for one in own_imports(module)
        if one.name.startswith("_") and one.name != "__version__"
    }
    assert crossing == set()


def test_no_room_is_crowded() -> None:
    inside: dict[str, int] = defaultdict(int)
    for module in module_files():
        if module not in packages():
            inside[package_of(module)] += 1
    assert {room: count for room, count in inside.items() if count > MOST_MODULES} == {}


def test_each_class_has_a_name_of_its_own() -> None:
    homes: dict[str, set[str]] = defaultdict(set)
    for module in module_files():
        for node in tree(module).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                homes[node.name].add(module)
    assert {name: found for name, found in homes.items() if len(found) > 1} == {}


def test_only_serve_knows_flask_and_its_server() -> None:
    for library in ("flask", "werkzeug", "jinja2", "granian"):
        assert {room_of(module) for module in importers(library)} <= {"serve"}, library


def test_only_the_store_knows_the_stores_of_pyoxigraph() -> None:
    for module in importers("pyoxigraph"):
        if room_of(module) == "store":
            continue
        assert room_of(module) == "rdf", module
        nodes = ast.walk(tree(module))
        words = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
        names = {one.name for one in imports_of(module) if one.source == "pyoxigraph"}
        assert not (words | names) & {"Store", "query", "update"}, module


def test_one_module_knows_owlrl() -> None:
    assert {room_of(module) for module in importers("owlrl")} == {"reason"}
    assert len(importers("owlrl")) == 1


def test_every_room_says_what_it_takes_and_gives() -> None:
    for package in packages() - {"eakg"}:
        docstring = ast.get_docstring(tree(package)) or ""
        words = set(docstring.lower().replace(":", " ").replace(",", " ").split())
        assert {"in", "out"} <= words, package

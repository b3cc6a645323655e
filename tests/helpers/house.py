"""The house as its imports draw it: modules, packages, doors and the arrows between them."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src/eakg"


@dataclass(frozen=True)
class Import:
    """A name that a module imports: the module or package it is imported from, its own name, the
    line. `name` is empty for `import eakg.x`."""

    source: str
    name: str
    line: int


@cache
def module_files() -> dict[str, Path]:
    """The files of the modules of the package, by the modules' names; a package by its own."""
    return {_name(path): path for path in sorted(PACKAGE.rglob("*.py"))}


@cache
def tree(module: str) -> ast.Module:
    """What a module says."""
    return ast.parse(module_files()[module].read_text("utf-8"))


def modules() -> dict[str, ast.Module]:
    """What each module of the package says."""
    return {module: tree(module) for module in module_files()}


@cache
def packages() -> frozenset[str]:
    """The names of the packages."""
    return frozenset(_name(path) for path in PACKAGE.rglob("__init__.py"))


@cache
def doors() -> dict[str, dict[str, str]]:
    """What each package's door gives: names, and the module or package each comes from."""
    names = {}
    for path in sorted(PACKAGE.rglob("__init__.pyi")):
        package = _name(path)
        names[package] = {
            alias.name: f"{package}.{node.module}"
            for node in ast.parse(path.read_text("utf-8")).body
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }
    return names


def package_of(module: str) -> str:
    """The package that a module lies in; a package is its own."""
    return module if module in packages() else module.rpartition(".")[0]


def imports(tree: ast.Module) -> Iterator[Import]:
    """Everything imported, wherever in the module it is."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (Import(alias.name, "", node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "relative imports hide where an arrow points"
            assert node.module
            yield from (Import(node.module, alias.name, node.lineno) for alias in node.names)


@cache
def imports_of(module: str) -> tuple[Import, ...]:
    """What a module imports."""
    return tuple(imports(tree(module)))


def own_imports(module: str) -> list[Import]:
    """What a module imports of the house."""
    return [one for one in imports_of(module) if one.source.partition(".")[0] == "eakg"]


def home(source: str, name: str) -> str:
    """The module in which an imported name is defined, or the module that is imported itself."""
    if f"{source}.{name}" in module_files():
        return f"{source}.{name}"
    while name in doors().get(source, {}):
        source = doors()[source][name]
    return source


def names_in(module: str) -> set[str]:
    """The classes, functions and constants of a module."""
    names = set()
    for node in tree(module).body:
        match node:
            case ast.ClassDef() | ast.FunctionDef():
                names.add(node.name)
            case ast.Assign():
                names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
            case ast.AnnAssign(target=ast.Name(id=name)):
                names.add(name)
    return names


def exists(name: str) -> bool:
    """Whether a dotted name, without that of the package, is a module or a name in one: in the
    module before it, or in any module of the room before it."""
    home, _, last = f"eakg.{name}".rpartition(".")
    inside = [one for one in module_files() if one == home or one.startswith(f"{home}.")]
    return f"eakg.{name}" in module_files() or any(last in names_in(one) for one in inside)


@cache
def arrows() -> dict[str, set[str]]:
    """For each module those in which the names that it imports are defined."""
    return {
        module: {home(one.source, one.name) for one in own_imports(module)}
        for module in module_files()
    }


def cycles(graph: dict[str, set[str]]) -> list[list[str]]:
    """Chains of arrows that end where they begin: the first one found from each node."""
    chains: list[list[str]] = []
    visited: set[str] = set()

    def walk(node: str, path: list[str]) -> None:
        if node in path:
            chains.append(path[path.index(node) :])
        elif node not in visited:
            for target in sorted(graph.get(node, ())):
                walk(target, [*path, node])
            visited.add(node)

    for node in sorted(graph):
        walk(node, [])
    return chains


def _name(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts).removesuffix(".__init__")

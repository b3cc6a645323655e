"""Names in the code are nouns of the field, neither pronouns nor participles (docs/words.md)."""

import ast
from collections.abc import Iterator

import pytest

from helpers.house import modules

SWEPT = (
    *("collector", "names", "problems", "files", "keyed_files", "options"),
    *("rdf", "sparql", "text", "evidence"),
    *("lift", "dataset", "profile", "reason", "check", "pipeline", "store", "queries", "serve"),
    *("analysis", "commands", "cli"),
)
"""The rooms, and modules beside them, that keep to this."""
PENDING: set[str] = set()
"""Packages of these rooms that do not keep to it yet. This list only gets shorter."""
PRONOUNS = """
    another any anything both either everything here it its neither
    one ones others own several some something such that them there these they this
    those what which who whom whose
"""
# Participles that the field itself uses (added and removed triples, pending work) are not here.
PARTICIPLES = """
    allowed answered applied asked assigned built came came_from changed
    checked chosen closed come compiled converted counted covered declared deferred defined
    described done drafted drawn examined explained failed fitting following found given
    gone grouped handed handled held inherited joined kept known lacking left lifted
    listed loaded located looked lost made marked masked matched meant mentioned merged missed
    moved named noted opened owed passed placed prepared printed punned
    quoted reached refused remembered renamed repeated requested retold rewritten said
    seen sent shaped shared shortened shown skipped spoken stored taken told tried typed
    unread updated used wanted watched worded written wrong
"""
BANNED = {*PRONOUNS.split(), *PARTICIPLES.split()}
ENUMERATIONS = {"Enum", "IntEnum", "StrEnum"}


def exempt(tree: ast.AST) -> Iterator[ast.AST]:
    """What may have such a name: `one` in a comprehension of one line, `left` beside `right`, a
    state in an enumeration, `other` in a method of Python's data model."""
    for node in ast.walk(tree):
        match node:
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                if node.lineno == node.end_lineno:
                    targets = (
                        target for loop in node.generators for target in ast.walk(loop.target)
                    )
                    yield from (target for target in targets if name_of(target) == "one")
            case ast.FunctionDef():
                parts = list(ast.walk(node))
                if "right" in map(name_of, parts):
                    yield from (part for part in parts if name_of(part) == "left")
                if node.name.startswith("__") and node.name.endswith("__"):
                    yield from (part for part in node.args.args if part.arg == "other")
            case ast.ClassDef() if ENUMERATIONS & {ast.unparse(base) for base in node.bases}:
                yield from (part for line in node.body for part in ast.walk(line))


def name_of(node: ast.AST) -> str | None:
    """The name that a node gives to something, or None where it gives none."""
    match node:
        case ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()):
            return name
        case ast.arg(arg=name) | ast.alias(asname=name) | ast.ExceptHandler(name=name):
            return name
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return name
        case ast.MatchAs(name=name) | ast.MatchStar(name=name):
            return name
    return None


def puzzles(tree: ast.Module) -> list[str]:
    """The pronouns and participles that something is named by, each with its line."""
    exceptions = set(exempt(tree))
    names = ((name_of(node), node) for node in ast.walk(tree) if node not in exceptions)
    return [
        f"{name} in line {getattr(node, 'lineno', 0)}"
        for name, node in names
        if name and not name.startswith("__") and name.strip("_").lower() in BANNED
    ]


@pytest.mark.slow
@pytest.mark.parametrize("room", SWEPT)
def test_names_are_nouns(room: str) -> None:
    rooms = {
        module: tree
        for module, tree in modules().items()
        if f"{module}.".startswith(f"eakg.{room}.")
        and not any(f"{module}.".startswith(f"eakg.{package}.") for package in PENDING)
    }
    assert rooms, "no such room"
    found = [f"{module}: {puzzle}" for module, tree in rooms.items() for puzzle in puzzles(tree)]
    assert not found, "name it by a noun of the field:\n" + "\n".join(found)


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ("def f(found): ...", 1),
        ("found = 1", 1),
        ("for one in rows: ...", 1),
        ("self.kept = 1", 1),
        ("def _told(): ...", 1),
        ("class Shown: ...", 1),
        ("SHOWN = 3", 1),
        ("with f() as found: ...", 1),
        ("import os as those", 1),
        ("f(lambda one: one)", 1),
        ("[one for one in rows]", 0),
        ("[found for found in rows]", 1),
        ("[\n one for one in rows]", 1),
        ("def f(left, right): ...", 0),
        ("def f(left): ...", 1),
        ("class State(Enum):\n    KEPT = 1", 0),
        ("def __eq__(self, other): ...", 0),
        ("rows = found", 0),
    ],
)
def test_a_puzzle_is_found(line: str, count: int) -> None:
    assert len(puzzles(ast.parse(line))) == count

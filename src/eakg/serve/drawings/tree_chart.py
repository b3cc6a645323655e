"""A tree that grows to the right, each branch a line of text with its own link."""

from collections.abc import Sequence
from dataclasses import dataclass

from eakg.serve.drawings.text import width

_ROW, _INDENT, _PAD = 26.0, 26.0, 8.0


@dataclass(frozen=True)
class Branch:
    """A label with its address, a remark on it, and its own branches."""

    label: str
    href: str | None
    note: str = ""
    branches: tuple["Branch", ...] = ()


@dataclass(frozen=True)
class Leaf:
    """Where a branch stands, and the line that joins it to the one that it grows from."""

    branch: Branch
    x: float
    y: float
    path: str
    note_x: float


@dataclass(frozen=True)
class Tree:
    """A laid-out tree."""

    width: float
    height: float
    leaves: tuple[Leaf, ...]


def tree(roots: Sequence[Branch]) -> Tree:
    """Lay out trees one below the other, branches in the order they come."""
    leaves: list[Leaf] = []

    def grow(branch: Branch, depth: int, parent: float | None) -> None:
        x, y = _PAD + depth * _INDENT, _PAD + (len(leaves) + 0.5) * _ROW
        path = f"M{x - _INDENT + 7:.1f} {parent + 9:.1f}V{y:.1f}H{x - 3:.1f}" if parent else ""
        leaves.append(Leaf(branch, x, y, path, x + width(branch.label) + 12))
        for child in branch.branches:
            grow(child, depth + 1, y)

    for root in roots:
        grow(root, 0, None)
    right = max((one.note_x + width(one.branch.note) for one in leaves), default=0.0)
    return Tree(right + _PAD, 2 * _PAD + len(leaves) * _ROW, tuple(leaves))

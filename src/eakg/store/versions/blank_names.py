"""Labels of blank nodes that are made of what is said of them, and so are the same in two files."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import pyoxigraph

_LETTERS = 24


def content_names(quads: Iterable[pyoxigraph.Quad]) -> Mapping[Any, pyoxigraph.BlankNode]:
    """A blank node for each of some quads, labelled by the triples that it is the subject of.

    Two of which the same is said have one label; those in a circle are told apart by what else is
    said of them.
    """
    descriptions: dict[pyoxigraph.BlankNode, list[pyoxigraph.Quad]] = defaultdict(list)
    users: dict[pyoxigraph.BlankNode, set[pyoxigraph.BlankNode]] = defaultdict(set)
    missing: dict[pyoxigraph.BlankNode, set[pyoxigraph.BlankNode]] = defaultdict(set)
    nodes: dict[pyoxigraph.BlankNode, None] = {}
    for quad in quads:
        subject, value = quad.subject, quad.object
        if isinstance(value, pyoxigraph.BlankNode):
            nodes[value] = None
        if isinstance(subject, pyoxigraph.BlankNode):
            nodes[subject] = None
            descriptions[subject].append(quad)
            if isinstance(value, pyoxigraph.BlankNode):
                users[value].add(subject)
                missing[subject].add(value)
    names: dict[Any, pyoxigraph.BlankNode] = {}
    ready = [node for node in nodes if not missing[node]]
    while ready:
        node = ready.pop()
        names[node] = _name(descriptions[node], names)
        for user in users[node]:
            missing[user].discard(node)
            if not missing[user] and user not in names:
                ready.append(user)
    circular = {node: _name(descriptions[node], names) for node in nodes if node not in names}
    return names | circular


def _name(
    quads: Iterable[pyoxigraph.Quad], names: Mapping[Any, pyoxigraph.BlankNode]
) -> pyoxigraph.BlankNode:
    lines = sorted(f"{quad.predicate} {_text(quad.object, names)}" for quad in quads)
    digest = hashlib.sha256("\n".join(lines).encode()).hexdigest()
    return pyoxigraph.BlankNode(f"b{digest[:_LETTERS]}")


def _text(term: object, names: Mapping[Any, pyoxigraph.BlankNode]) -> str:
    return str(names.get(term, "_:")) if isinstance(term, pyoxigraph.BlankNode) else str(term)

"""Inputs that are hard in one respect each, as N-Triples."""

from collections.abc import Callable, Iterator
from pathlib import Path

_OWL = "http://www.w3.org/2002/07/owl#"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"


def _node(name: object) -> str:
    return f"<http://example.org/{name}>"


def _line(subject: object, predicate: str, object_: str) -> str:
    return f"{_node(subject)} {predicate} {object_} .\n"


def _chain_axiom(property_: str, chain: list[str]) -> Iterator[str]:
    cells = [f"{property_}-{place}" for place in range(len(chain))]
    yield _line(property_, f"<{_OWL}propertyChainAxiom>", _node(cells[0]))
    for place, part in enumerate(chain):
        rest = _node(cells[place + 1]) if place + 1 < len(chain) else f"<{_RDF}nil>"
        yield _line(cells[place], f"<{_RDF}first>", _node(part))
        yield _line(cells[place], f"<{_RDF}rest>", rest)


def transitive() -> Iterator[str]:
    """A transitive chain of 2,000 nodes: 2 million pairs follow."""
    yield _line("p", f"<{_RDF}type>", f"<{_OWL}TransitiveProperty>")
    for number in range(1999):
        yield _line(number, _node("p"), _node(number + 1))


def names() -> Iterator[str]:
    """1,000 names of one thing, with ten facts under each."""
    for number in range(1000):
        if number:
            yield _line(f"n{number - 1}", f"<{_OWL}sameAs>", _node(f"n{number}"))
        for fact in range(10):
            yield _line(f"n{number}", _node(f"q{fact}"), _node(f"v{number}-{fact}"))


def keys() -> Iterator[str]:
    """20,000 things with five names each, the same by an inverse functional property."""
    yield _line("k", f"<{_RDF}type>", f"<{_OWL}InverseFunctionalProperty>")
    for thing in range(20_000):
        for name in range(5):
            yield _line(f"n{thing}-{name}", _node("k"), f'"v{thing}"')
            yield _line(f"n{thing}-{name}", _node("q"), _node(f"w{name}"))


def grid() -> Iterator[str]:
    """Property chains of four and three steps over a grid of 300 by 300."""
    yield from _chain_axiom("diagonal", ["right", "down", "right", "down"])
    yield from _chain_axiom("far", ["diagonal", "right", "diagonal"])
    for row in range(300):
        for column in range(299):
            yield _line(f"g{row}-{column}", _node("right"), _node(f"g{row}-{column + 1}"))
            yield _line(f"g{column}-{row}", _node("down"), _node(f"g{column + 1}-{row}"))


INPUTS: dict[str, Callable[[], Iterator[str]]] = {
    "transitive": transitive,
    "names": names,
    "keys": keys,
    "grid": grid,
}


def write_inputs(folder: Path) -> dict[str, Path]:
    """Write all inputs into a folder. Result: their files by name."""
    files = {}
    for name, lines in INPUTS.items():
        files[name] = folder / f"{name}.nt"
        files[name].write_text("".join(lines()), "utf-8")
    return files

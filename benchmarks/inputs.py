"""Inputs that are hard in one respect each, as N-Triples."""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

_OWL = "http://www.w3.org/2002/07/owl#"
_RDFS = "http://www.w3.org/2000/01/rdf-schema#"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"


def _node(name: object) -> str:
    return f"<http://example.org/{name}>"


def _line(subject: object, predicate: str, object_: str) -> str:
    return f"{_node(subject)} {predicate} {object_} .\n"


def _list_axiom(subject: str, property_: str, members: Sequence[str]) -> Iterator[str]:
    cells = [f"{subject}-{place}" for place in range(len(members))]
    yield _line(subject, f"<{_OWL}{property_}>", _node(cells[0]))
    for place, member in enumerate(members):
        rest = _node(cells[place + 1]) if place + 1 < len(members) else f"<{_RDF}nil>"
        yield _line(cells[place], f"<{_RDF}first>", _node(member))
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
    yield from _list_axiom("diagonal", "propertyChainAxiom", ["right", "down", "right", "down"])
    yield from _list_axiom("far", "propertyChainAxiom", ["diagonal", "right", "diagonal"])
    for row in range(300):
        for column in range(299):
            yield _line(f"g{row}-{column}", _node("right"), _node(f"g{row}-{column + 1}"))
            yield _line(f"g{column}-{row}", _node("down"), _node(f"g{column + 1}-{row}"))


def _names(stem: str, count: int) -> list[str]:
    return [f"{stem}{number}" for number in range(count)]


def subclass_chain() -> Iterator[str]:
    """A chain of 1,200 classes, with one thing in the first: 720,000 pairs follow."""
    for number in range(1200):
        yield _line(f"c{number}", f"<{_RDFS}subClassOf>", _node(f"c{number + 1}"))
    yield _line("x", f"<{_RDF}type>", _node("c0"))


def one_of() -> Iterator[str]:
    """A class that lists its 100,000 things."""
    yield from _list_axiom("c", "oneOf", _names("x", 100_000))


def disjoint() -> Iterator[str]:
    """2,000 disjoint classes, each with one thing."""
    yield _line("d", f"<{_RDF}type>", f"<{_OWL}AllDisjointClasses>")
    yield from _list_axiom("d", "members", _names("c", 2000))
    for number in range(2000):
        yield _line(f"x{number}", f"<{_RDF}type>", _node(f"c{number}"))


def intersection() -> Iterator[str]:
    """An intersection of 2,000 classes, with one thing in all of them."""
    yield from _list_axiom("c", "intersectionOf", _names("c", 2000))
    for number in range(2000):
        yield _line("x", f"<{_RDF}type>", _node(f"c{number}"))


def union() -> Iterator[str]:
    """A union of 10,000 classes, of which every hundredth has one thing."""
    yield from _list_axiom("c", "unionOf", _names("c", 10_000))
    for number in range(0, 10_000, 100):
        yield _line(f"x{number}", f"<{_RDF}type>", _node(f"c{number}"))


def medical(count: int = 300_000) -> Iterator[str]:
    """300,000 classes as in a medical terminology: a tree, a third of them defined as what is under
    another class and has some value of a third, as many with such a class above them."""
    generator = random.Random(1)
    for number in range(1, count):
        yield _line(f"c{number}", f"<{_RDF}type>", f"<{_OWL}Class>")
        parent, kind = f"c{(number - 1) // 4}", number % 3
        if kind != 2:
            filler = _node(f"c{generator.randrange(number)}")
            yield _line(f"r{number}", f"<{_OWL}onProperty>", _node(f"p{number % 60}"))
            yield _line(f"r{number}", f"<{_OWL}someValuesFrom>", filler)
        if kind == 0:
            yield from _list_axiom(f"q{number}", "intersectionOf", [parent, f"r{number}"])
            yield _line(f"c{number}", f"<{_OWL}equivalentClass>", _node(f"q{number}"))
        else:
            yield _line(f"c{number}", f"<{_RDFS}subClassOf>", _node(parent))
        if kind == 1:
            yield _line(f"c{number}", f"<{_RDFS}subClassOf>", _node(f"r{number}"))


INPUTS: dict[str, Callable[[], Iterator[str]]] = {
    "transitive": transitive,
    "names": names,
    "keys": keys,
    "grid": grid,
}

SCHEMAS: dict[str, Callable[[], Iterator[str]]] = {
    "subclass chain, 1,200": subclass_chain,
    "oneOf, 100,000": one_of,
    "AllDisjointClasses, 2,000": disjoint,
    "intersectionOf, 2,000": intersection,
    "unionOf, 10,000": union,
    "medical, 300,000": medical,
}
"""Ontologies that are large where data are small."""


def write_inputs(
    folder: Path, inputs: Mapping[str, Callable[[], Iterator[str]]] = INPUTS
) -> dict[str, Path]:
    """Write inputs into a folder. Result: their files by name."""
    files = {}
    for name, lines in inputs.items():
        files[name] = folder / f"{name.split(',')[0].replace(' ', '-')}.nt"
        with files[name].open("w", encoding="utf-8") as file:
            file.writelines(lines())
    return files

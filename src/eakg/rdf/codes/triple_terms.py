"""Functions applied to terms wherever they stand, within triple terms too (RDF 1.2)."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pyoxigraph


def mapped_term(term: Any, function: Callable[[Any], Any]) -> Any:
    """A term with a function applied to it, or to each term within it where it is a triple term,
    at any depth: whoever names a node anew names it so wherever it stands.

    Specification: RDF 1.2 Concepts section 3.1: only the object of a triple can be a triple term.
    """
    outer: list[tuple[Any, Any]] = []
    while isinstance(term, pyoxigraph.Triple):
        outer.append((function(term.subject), function(term.predicate)))
        term = term.object
    result = function(term)
    while outer:
        result = pyoxigraph.Triple(*outer.pop(), result)
    return result


def map_objects(
    triples: Iterable[pyoxigraph.Triple], function: Callable[[Any], Any]
) -> Iterator[pyoxigraph.Triple]:
    """The triples with a function applied to each term of their objects."""
    for triple in triples:
        object_ = mapped_term(triple.object, function)
        yield pyoxigraph.Triple(triple.subject, triple.predicate, object_)

"""What changed between two versions, in words, with the sentences and rows that changed it."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from rdflib import BNode

from eakg.names import is_evidence
from eakg.rdf import is_rdf11, triples
from eakg.serve.app import state
from eakg.serve.content import DescribedTriple
from eakg.serve.pages.row import TripleLine, lines_of
from eakg.serve.past import store_at
from eakg.serve.words import naming_of
from eakg.store.changes import Change, Quads, graph_name

MOST = 200
"""Triples of a page that came, and as many that went."""


@dataclass(frozen=True)
class DifferencePage:
    """The triples that a version has and another has not, in words, and how many of each there are
    in all; `evidence` are those about the evidence, which are in the patch alone."""

    added: tuple[TripleLine, ...]
    removed: tuple[TripleLine, ...]
    added_total: int
    removed_total: int
    evidence: int


def difference_page(old: str, new: str, change: Change) -> DifferencePage:
    """The page of a difference: what came as the new version tells it, what went as the old one
    does. Arguments: the names of the versions; the difference.

    Raises: StoreError and its kinds, also where a version cannot be opened.
    """
    added, removed = _facts(change.added), _facts(change.removed)
    return DifferencePage(
        _lines(new, added),
        _lines(old, removed),
        len(added),
        len(removed),
        len(change.added) + len(change.removed) - len(added) - len(removed),
    )


def _facts(quads: Quads) -> Quads:
    """The quads that are no evidence, and that RDF 1.1 can say."""
    return frozenset(quad for quad in quads if is_rdf11(quad) and not is_evidence(graph_name(quad)))


def _lines(version: str, quads: Quads) -> tuple[TripleLine, ...]:
    entries = tuple(islice(_entries(quads), MOST))
    if not entries:
        return ()
    with store_at(version) as store:
        nodes = {node for entry in entries for node in entry.triple}
        naming = naming_of(store, nodes, state().catalogue.presentation())
        return tuple(lines_of(store, entries, naming))


def _entries(quads: Quads) -> Iterator[DescribedTriple]:
    for quad in sorted(quads, key=str):
        for triple in triples([quad]):
            if not any(isinstance(node, BNode) for node in triple):
                yield DescribedTriple(triple, frozenset({graph_name(quad)}))

"""The evidence in the words of RDF 1.2: a graph of reifiers beside the graphs of evidence.

A statement of RDF 1.1 has a subject, a predicate and an object. The graph of reifiers says the
same of its node in one triple, `<statement> rdf:reifies <<( s p o )>>` (RDF 1.2 Concepts). Few
tools read triple terms yet, so the graph is there for those who name it, and for nobody else: it is
no part of the default graph, and `GRAPH ?g` passes it by where its name does not stand in the
query. It is made when it is first asked for, of what the evidence says then.
"""

from collections.abc import Iterator
from functools import lru_cache
from itertools import product
from typing import Any

import pyoxigraph
from rdflib.namespace import RDF

from eakg.names import REIFIERS_GRAPH, is_evidence
from eakg.sparql import Dataset, names_graph
from eakg.store.graphs.loaded import LoadedStore, graph_node

REIFIERS_NAME = str(REIFIERS_GRAPH)
_DATASETS = 8  # that are remembered
_NODES = (pyoxigraph.NamedNode, pyoxigraph.BlankNode)
_REIFIES = pyoxigraph.NamedNode(f"{RDF}reifies")
_SUBJECT, _PREDICATE, _OBJECT = (
    pyoxigraph.NamedNode(str(name)) for name in (RDF.subject, RDF.predicate, RDF.object)
)


def holdings_for(
    loaded_store: LoadedStore, request_dataset: Dataset, text: str, base_iri: str | None
) -> tuple[str, ...]:
    """The names of the graphs that a query may see, that of the reifiers among them where it is
    named.

    Arguments: the store; the dataset that is asked for beside the text or in it; the text; the IRI
    that relative ones are resolved against.
    """
    if REIFIERS_NAME in loaded_store.graphs or not has_reifiers(loaded_store):
        return loaded_store.holdings
    names = {*request_dataset.default_graphs, *request_dataset.named_graphs}
    if REIFIERS_NAME not in names and not names_graph(text, REIFIERS_NAME, base_iri):
        return loaded_store.holdings
    make_reifiers(loaded_store)
    return (*loaded_store.holdings, REIFIERS_NAME)


def has_reifiers(loaded_store: LoadedStore) -> bool:
    """Whether there is a graph of reifiers: one of the data's own, or that of the evidence, made or
    to be made."""
    return _has_evidence(loaded_store.graphs)


@lru_cache(_DATASETS)
def _has_evidence(graphs: tuple[str, ...]) -> bool:
    return any(map(is_evidence, graphs))


def make_reifiers(loaded_store: LoadedStore) -> None:
    """Make the graph of reifiers, where it is not there yet."""
    if loaded_store.is_reified or REIFIERS_NAME in loaded_store.graphs:
        return
    target = graph_node(REIFIERS_NAME)
    for name in filter(is_evidence, loaded_store.graphs):
        quads = [
            pyoxigraph.Quad(node, _REIFIES, triple, target)
            for node, triple in _statements(loaded_store, name)
        ]
        loaded_store.spellings.add(loaded_store.store, quads)
    loaded_store.is_reified = True


def drop_reifiers(loaded_store: LoadedStore) -> None:
    """Forget the graph of reifiers that was made, and all that was made of it; to be done before
    the evidence changes."""
    if not loaded_store.is_reified:
        return
    graph = graph_node(REIFIERS_NAME)
    loaded_store.spellings.remove(loaded_store.store, [*loaded_store.source_quads(REIFIERS_NAME)])
    loaded_store.store.remove_graph(graph)
    for names in [names for names in loaded_store.merges if REIFIERS_NAME in names]:
        loaded_store.store.remove_graph(loaded_store.merges.pop(names))
    loaded_store.is_reified = False


def _statements(loaded_store: LoadedStore, name: str) -> Iterator[tuple[Any, pyoxigraph.Triple]]:
    """The statements that a graph describes, and the triples that they state.

    What has a subject, predicate and object is a statement (RDF Schema 1.1, section 5.3). What it
    states is left out where it is no triple.
    """
    subjects, predicates, objects = (
        _values(loaded_store, part, name) for part in (_SUBJECT, _PREDICATE, _OBJECT)
    )
    for node, values in objects.items():
        parts = subjects.get(node, ()), predicates.get(node, ()), values
        for subject, predicate, object_ in product(*parts):
            if isinstance(subject, _NODES) and isinstance(predicate, pyoxigraph.NamedNode):
                yield node, pyoxigraph.Triple(subject, predicate, object_)


def _values(
    loaded_store: LoadedStore, part: pyoxigraph.NamedNode, name: str
) -> dict[Any, list[Any]]:
    """The values of a property in a graph, as their sources write them, by what has them."""
    quads = loaded_store.store.quads_for_pattern(None, part, None, graph_node(name))
    values: dict[Any, list[Any]] = {}
    for quad in loaded_store.spellings.sources(quads):
        values.setdefault(quad.subject, []).append(quad.object)
    return values

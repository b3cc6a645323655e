"""The RDF dataset that a query is asked of."""

from collections.abc import Iterable
from functools import lru_cache

from eakg.names import INFERRED_GRAPH, is_evidence
from eakg.sparql import Dataset, Inspection, QueryRefusedError
from eakg.store.options import DefaultGraph
from eakg.store.request import Closure, QueryRequest

INFERRED_NAME = str(INFERRED_GRAPH)
_DATASETS = 8  # that are remembered
DEFAULT_NAME = ""
"""Stands among the names of graphs for the store's own default graph, which has none."""


def usual_dataset(
    graphs: Iterable[str], closure: Closure, default_graph: DefaultGraph = "union"
) -> Dataset:
    """The dataset of a query that names none.

    The default graph is with "union" the merge of all graphs except those of evidence, which are
    there to be asked for by name; with "strict" it is the store's own default graph.
    `closure="asserted"` leaves out what was inferred.
    """
    return _usual_dataset(tuple(graphs), closure, default_graph)


@lru_cache(_DATASETS)
def _usual_dataset(
    graphs: tuple[str, ...], closure: Closure, default_graph: DefaultGraph
) -> Dataset:
    names = _visible_names(graphs, closure)
    named_graphs = tuple(name for name in names if name != DEFAULT_NAME)
    if default_graph == "strict":
        return Dataset((DEFAULT_NAME,), named_graphs)
    return Dataset(tuple(name for name in names if not is_evidence(name)), named_graphs)


def dataset_for(
    graphs: Iterable[str],
    request: QueryRequest,
    inspection: Inspection,
    default_graph: DefaultGraph = "union",
) -> Dataset:
    """The dataset that a query is asked of.

    Arguments: the names of the store's graphs; the request; what its text asks for; what the
    default graph is where nothing else is said. `DEFAULT_NAME` is the store's own default graph, be
    it empty. The protocol's dataset goes before the query's own,
    and that before the usual one.
    Raises: QueryRefusedError when a graph is named that is not in the store, unless the default
    graph is "strict", where it is an empty one; none is ever fetched.
    Specification: SPARQL 1.1 Protocol section 2.1.4, SPARQL 1.1 Query section 13.2.
    """
    graph_names = tuple(graphs)
    if request.default_graphs or request.named_graphs:
        default_graphs, named_graphs = request.default_graphs, request.named_graphs
    elif inspection.has_dataset:
        default_graphs, named_graphs = inspection.default_graphs, inspection.named_graphs
    else:
        return usual_dataset(graph_names, request.closure, default_graph)
    for name in (*default_graphs, *named_graphs):
        # A plain store takes a graph that it does not have for an empty one, as W3C's tests do.
        if name and name not in graph_names and default_graph != "strict":
            raise QueryRefusedError(
                f"there is no graph <{name}> here, and none is fetched from elsewhere;"
                " SELECT DISTINCT ?g { GRAPH ?g {} } lists the graphs"
            )
    return Dataset(
        _visible_names(default_graphs, request.closure),
        _visible_names(named_graphs, request.closure),
    )


def _visible_names(names: Iterable[str], closure: Closure) -> tuple[str, ...]:
    return tuple(sorted({one for one in names if closure == "full" or one != INFERRED_NAME}))

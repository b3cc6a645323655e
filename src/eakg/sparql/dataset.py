"""The RDF dataset of a query: the names of its graphs."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Dataset:
    """Names of the graphs whose merge is the default graph, and of those for GRAPH."""

    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]

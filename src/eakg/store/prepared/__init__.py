"""Graphs in memory, and queries over them.

In: RDF files with the names of their graphs. Out: loaded graphs, the dataset of a query, and its
result.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

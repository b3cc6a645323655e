"""Overviews: drawings of the whole graph.

In: the rows of one query each. Out: timeline, matrix, network, map and charts, as pages and CSV.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

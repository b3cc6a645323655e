"""Queries that tables can answer.

In: the text of a query. Out: the patterns whose solutions are joins of tables of triples, and what
is asked of these solutions, as a query over rows; what is neither is refused by name.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

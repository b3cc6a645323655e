"""Results of queries as pages.

In: a result. Out: a table, a truth value, triples or a drawing.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

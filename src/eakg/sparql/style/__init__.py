"""The layout of a SPARQL text.

In: a query. Out: the same tokens and comments, laid out one way.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

"""Asking.

In: a query and a target. Out: an answer, from files, the shipped graph or an endpoint.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

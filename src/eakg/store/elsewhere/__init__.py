"""Engines elsewhere.

In: the address of a SPARQL 1.1 service. Out: its answers to queries and SERVICE calls, and its
graphs filled.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

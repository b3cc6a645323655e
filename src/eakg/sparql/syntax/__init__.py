"""SPARQL text as a tree: in comes a query, out come its groups, paths and expressions with the
places where they stand."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

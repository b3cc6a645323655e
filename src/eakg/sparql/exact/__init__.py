"""Queries in a form that the engine answers as SPARQL says.

In: the text of a query. Out: a text with the same solutions by the specification, without what the
engine (pyoxigraph 0.5.13) is known to answer otherwise; or a refusal that names it.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

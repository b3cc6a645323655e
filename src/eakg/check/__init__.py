"""Checks of a graph, apart from building it.

In: a built graph, or RDF files. Out: problems with file and line (shapes, profile, quotes, terms,
references), and an account of coverage, quality and disagreements.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

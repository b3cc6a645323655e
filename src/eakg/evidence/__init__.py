"""Evidence: what supports a triple, in one model.

In: the evidence graph, as it is lifted or as a store holds it. Out: statements, and the passages of
texts and rows of tables that support each.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

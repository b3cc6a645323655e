"""The graph in Python: asked, and its answers as rows and frames.

In: the graph that comes with the package, RDF files, or the address of a service. Out: answers
with typed columns, their evidence, and proofs.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

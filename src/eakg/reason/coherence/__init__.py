"""Coherence: the classes and properties of an ontology that nothing can be in, or have.

In: a closure. Out: each of them, with what an imagined instance of it would contradict, and the
proof of that.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

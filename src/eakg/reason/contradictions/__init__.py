"""Contradictions.

In: a complete state. Out: the rules that conclude *false*, on which triples, in words with the
places of them.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

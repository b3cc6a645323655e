"""Justifications: the smallest sets of asserted triples from which something follows.

In: a complete state, and a triple of it or a contradiction. Out: several justifications of it, each
with a proof; and the smallest sets of asserted triples without which it does not follow.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

"""Relations: sorted arrays of integers, and the joins of them.

In: facts as numbers. Out: facts as numbers, sorted, joined and closed.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

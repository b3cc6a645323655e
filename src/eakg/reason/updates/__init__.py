"""Changes of a closure.

In: a complete state, facts that are added and facts that are removed. Out: the complete state of
the changed input, which is that of a closure made anew.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

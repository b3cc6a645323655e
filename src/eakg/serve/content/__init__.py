"""What the graph holds, as views read it.

In: a store. Out: descriptions of things, labels, counts of the whole.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

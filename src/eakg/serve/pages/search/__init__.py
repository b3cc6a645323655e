"""Search by name.

In: words as people write them. Out: things whose names are like them, as a page and as JSON.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

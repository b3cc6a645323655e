"""Changes: worked out, kept, and made.

In: updates and graphs to be written. Out: the difference each makes, a journal of them on disk, and
the versions of a store.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

"""The client's side of a store that another process holds.

In: requests, and the address of the keeper. Out: results, from workers that are leased and asked
without anyone between.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

"""Contracts.

In: `.rq` files with a header. Out: saved queries, their parameters and what they expect.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

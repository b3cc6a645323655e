"""Lint.

In: saved queries. Out: what is suspicious in them before they are asked.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

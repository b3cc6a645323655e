"""Processes: one that holds the store, and those that answer.

In: requests over sockets. Out: results under limits of time and memory.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

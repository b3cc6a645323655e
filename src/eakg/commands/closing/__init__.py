"""Closures that are made elsewhere than in memory, as a command makes them.

In: files and options. Out: a folder with the closure, and what is to be said of it.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

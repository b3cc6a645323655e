"""The things of a store, in files of SQLite.

In: a store, asked a row at a time. Out: what is named there, of which class, in which order; what
is found by name.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

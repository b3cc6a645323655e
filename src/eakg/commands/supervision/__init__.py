"""Work in a process of its own, which is looked after by the one that was started.

In: work, how long it may take and how much memory. Out: its exit status, and a line on whatever
ended it, with what it had reached.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

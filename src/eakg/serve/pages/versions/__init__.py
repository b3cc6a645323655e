"""The versions of the data as pages, feeds and patches.

In: the versions that are kept. Out: their list, what changed between two, and feeds of changes.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

"""Words of the pages.

In: terms, triples and their evidence. Out: labels, links, titles, sections and dates as people read
them.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

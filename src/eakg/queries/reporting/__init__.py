"""Pages about runs of saved queries.

In: outcomes of a run, and those of runs before. Out: a page of HTML, a badge, and the history.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

"""Why rows came or went.

In: a difference of rows. Out: the annotation, table row, rule or axiom behind it.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

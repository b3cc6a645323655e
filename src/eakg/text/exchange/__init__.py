"""Annotated texts in the formats of other tools, each with what it cannot carry.

In: a text with annotations, their offsets in code points, or a file of another tool. Out: such a
file, or such a text, and a line for each thing that is not in it.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

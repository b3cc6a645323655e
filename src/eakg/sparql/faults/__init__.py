"""Faults that an engine notices late or does not name.

In: the tokens of a text that was refused. Out: names that stand where they mean nothing, and
characters that cannot be seen.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

"""Proofs as pages.

In: a triple. Out: its proof as a page, JSON or PROV-O; and the rules in words.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

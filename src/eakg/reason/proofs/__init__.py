"""Proofs.

In: a complete state and a triple. Out: the rule instances that it follows by, down to what is
asserted, as text, JSON and PROV-O.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

"""Rules fitted to the axioms that are there.

In: rules and the relations of the axioms. Out: instances, in which only data are open.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

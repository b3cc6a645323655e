"""What other programs expect of a good neighbour.

In: the data and what their project says. Out: names looked up for tables (reconciliation), one
context for JSON-LD, links between resources for machines, packages for archives, nanopublications.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

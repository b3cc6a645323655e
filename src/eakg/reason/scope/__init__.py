"""Scope: what of an ontology the rules do not see, and what they see of OWL 2 at all.

In: a closure. Out: warnings, by kind.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

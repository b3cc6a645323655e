"""The rules as data.

In: `owl2rl.rules`, `rdfs.rules`. Out: sets of rules with their atoms, the vocabulary they speak of,
and each rule in words.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

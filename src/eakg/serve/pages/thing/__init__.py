"""The page and the documents about a thing.

In: the description of a thing. Out: its page, and its RDF in every format.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

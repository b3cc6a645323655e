"""Terms in code, where whoever holds them has no place for what they are.

In: terms as a document has them. Out: literals of rdflib that carry terms of RDF 1.2, language tags
of the engine that note capitals, and both as they were.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

"""RDF itself: terms, syntaxes, files and results, each told once.

In: RDF files and the bytes of results. Out: rdflib terms and graphs, the engine's terms, canonical
Turtle, and the formats of results by name and media type.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

"""What the graph says of one thing.

In: the store and an IRI, or the slug of an address. Out: the thing that is named, an outline of a
page of its triples, and the description of it with evidence and names.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

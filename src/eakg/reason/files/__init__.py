"""Files closed as files, mostly without becoming objects of Python.

In: RDF files. Out: their closure as N-Triples or Turtle, statistics, and warnings of what the rules
cannot see.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

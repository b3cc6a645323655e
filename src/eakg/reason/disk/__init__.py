"""Closures beyond memory: DuckDB over files of facts, round by round.

In: RDF files. Out: their closure as a folder of N-Triples, its contradictions, and a folder of work
from which a run that was ended goes on.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

"""Answers from a closure on disk.

In: patterns of a query, and what it asks of their solutions. Out: rows that stand for the
solutions, as triples that an engine can be asked about.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

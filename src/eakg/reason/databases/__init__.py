"""Databases that a closure runs in, by queries over files.

In: queries, and files of Parquet. Out: rows, and files of Parquet and N-Triples.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

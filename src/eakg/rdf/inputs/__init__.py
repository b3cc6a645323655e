"""What users name as their RDF.

In: files, folders, patterns of names, `-`. Out: the files that are meant, and their prefixes.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

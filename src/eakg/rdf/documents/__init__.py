"""RDF documents as others write them: any encoding, any XML, and one way to say what is wrong.

In: files and bodies in a syntax. Out: the engine's quads as they come, or an error with line and
column in the document.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

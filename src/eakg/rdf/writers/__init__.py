"""Writers of results and graphs: what each format says, and what it refuses to say.

In: answers of the engine. Out: bytes that every reader reads as the same terms, or an error.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

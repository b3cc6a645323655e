"""What every view needs.

In: a request and the settings. Out: parameters, the representation that was negotiated, entity
tags, and errors as problem details.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

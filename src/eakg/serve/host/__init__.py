"""The process that serves: what stands between the server and the application.

In: requests as the server has them. Out: responses, kept, counted, logged and limited.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

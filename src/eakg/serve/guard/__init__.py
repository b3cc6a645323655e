"""What clients may have of the service at once, so that none of them keeps the others out.

In: requests and answers on their way, and the sockets and files that the system says this process
has. Out: who has too much, and the end of connections that are in the way.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

"""What the processes of a store say to each other, and how that becomes bytes.

In: messages, frozen dataclasses of a declared kind. Out: frames of bytes over stream sockets.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

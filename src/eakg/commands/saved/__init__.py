"""What the commands for saved queries share.

In: options of the command line. Out: what queries are asked of, and which of them.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

"""Past versions of what a store holds: which there are, what is between them, and stores of them.

In: the folder of a store that takes changes, or a folder of releases. Out: `Version`s, the
`Change` from one to another, and `PastStore`s that answer as the store did then.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

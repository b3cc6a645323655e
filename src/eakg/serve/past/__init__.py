"""Past versions of the data over HTTP: chosen by a parameter or a date, listed and compared.

In: requests that name a version. Out: the state of views over it, links to the versions of a
document (Memento), and what changed between two.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

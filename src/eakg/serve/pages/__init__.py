"""Pages for people.

In: what the store holds. Out: a view for each kind of page, its model and its template.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

"""What a row of a result rests on.

In: the text of a query. Out: the triple patterns that its rows match, and queries for the triples
that a row matched, over property paths, blank nodes, subqueries and EXISTS, too.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

"""SPARQL text: whatever reads or rewrites it, over one lexer.

In: the text of a query or an update. Out: what it asks for (form, dataset, SERVICE, operations),
the text with terms, datasets or values in place, and the errors of queries and updates.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

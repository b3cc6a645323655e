"""From a store to the web.

In come `Contents`; out goes an HTTP service: the SPARQL 1.1 Protocol, dereferenceable things and
terms, pages for people. `run` starts all of it and returns when it is stopped.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

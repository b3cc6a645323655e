"""The protocols of SPARQL over HTTP.

In: requests to query, update and graph store. Out: results, changes made, and the OpenAPI
description of it all.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

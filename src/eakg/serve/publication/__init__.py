"""A site as static files, so that a graph lives on where no server does.

In: the application over a store. Out: a folder with every page and its RDF, whose links lead from
file to file, and maps for servers from the addresses that were published to these files.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

"""Descriptions of the data set, and the data set itself.

In: the counts of a store. Out: VoID, DCAT, the service description, dumps and sitemaps.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

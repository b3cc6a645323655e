"""The dataset: lifted sources in, named graphs in Turtle files out, and checks of the whole.

In: the folder with `ontology/` and `graph/`, and what was lifted from its sources. Out: the files
of `graph/asserted` and `graph/evidence`, the list of named graphs with the file of each, and the
problems that validation finds.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

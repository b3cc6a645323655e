"""The ontology as pages.

In: the ontology's graph. Out: its terms with definitions, axioms and use.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

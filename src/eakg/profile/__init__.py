"""Whether an ontology is inside OWL 2 RL and OWL 2 DL.

In: an `rdflib.Graph`, an ontology alone or with data. Out: the axioms and terms that are outside,
each with the rule it breaks and what to write instead.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

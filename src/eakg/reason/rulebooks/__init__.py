"""Rules of one's own, and the choice of rules that run.

In: names of sets and files of rules (our notation, SPARQL CONSTRUCT, SHACL rules, SWRL). Out: a
regime, which is a set of rules with their names, and the code that other processes read it from.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

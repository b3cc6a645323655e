"""The engine: integer-coded facts in, their closure under the OWL 2 RL/RDF rules out.

`terms` and `ntriples` give terms their numbers, `relation` and `joins` hold and join facts,
`compile` fits the rules to the axioms that are there, `state` runs them to their fixpoint, and
`expansion` brings out what representatives stand for.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

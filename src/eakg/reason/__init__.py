"""Reasoning with the OWL 2 RL/RDF rules.

In: an `rdflib.Graph`, ontology and data together. Out: a `Closure`: the triples that follow and
were not there, the contradictions found on the way, a proof of each triple, and the closure of a
changed graph. The rules are those of tables 4 to 9 of the profile's specification
(https://www.w3.org/TR/owl2-profiles/, section 4.3), written in `owl2rl.rules`.

`without_blank_nodes` makes what follows fit for a file of its own. `eakg.reason.files` closes files
without rdflib, `eakg.reason.entailment` decides entailment.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

"""Reasoning with the OWL 2 RL/RDF rules.

In: an `rdflib.Graph`, ontology and data together. Out: a `Closure`: the triples that follow and
were not there, and the contradictions found on the way. The rules are those of tables 4 to 9 of
the profile's specification (https://www.w3.org/TR/owl2-profiles/, section 4.3).

`without_blank_nodes` makes what follows fit for a file of its own.
"""

from eakg.reason.closure import Closure, materialize, without_blank_nodes
from eakg.reason.contradictions import Inconsistency

__all__ = ["Closure", "Inconsistency", "materialize", "without_blank_nodes"]

"""From a store to the web.

In come `Contents`; out goes an HTTP service: the SPARQL 1.1 Protocol, dereferenceable things and
terms, pages for people. `run` starts all of it and returns when it is stopped.
"""

from eakg.serve.server import run

__all__ = ["run"]

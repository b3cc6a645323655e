"""The views of the protocol, to be registered in an application."""

from eakg.serve.protocol.graphs import blueprint as graphs
from eakg.serve.protocol.openapi import blueprint as openapi
from eakg.serve.protocol.sparql import blueprint as sparql
from eakg.serve.protocol.update import blueprint as update

blueprints = (
    graphs,
    openapi,
    sparql,
    update,
)

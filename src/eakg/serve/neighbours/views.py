"""The views for neighbours, to be registered in an application."""

from eakg.serve.neighbours.linkset import blueprint as linksets
from eakg.serve.neighbours.nanopublication import blueprint as nanopublications
from eakg.serve.neighbours.package import blueprint as packages
from eakg.serve.neighbours.reconciliation_view import blueprint as reconciliation
from eakg.serve.neighbours.well_known import blueprint as well_known

blueprints = (linksets, nanopublications, packages, reconciliation, well_known)

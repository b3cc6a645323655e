"""The views of the pages, to be registered in an application."""

from eakg.serve.pages.contradictions import blueprint as contradictions
from eakg.serve.pages.design import blueprint as design
from eakg.serve.pages.front import blueprint as front
from eakg.serve.pages.graph import blueprint as graphs
from eakg.serve.pages.kinds import blueprint as kinds
from eakg.serve.pages.ontology import blueprint as ontology
from eakg.serve.pages.proof import blueprint as proofs
from eakg.serve.pages.proof import rules_blueprint as rules
from eakg.serve.pages.reference import blueprint as references
from eakg.serve.pages.row import blueprint as rows
from eakg.serve.pages.saved_query import blueprint as saved_queries
from eakg.serve.pages.search import blueprint as search
from eakg.serve.pages.thing import blueprint as things
from eakg.serve.pages.workbench import blueprint as workbench

blueprints = (
    front,
    things,
    kinds,
    proofs,
    rules,
    contradictions,
    graphs,
    ontology,
    search,
    workbench,
    rows,
    saved_queries,
    references,
    design,
)

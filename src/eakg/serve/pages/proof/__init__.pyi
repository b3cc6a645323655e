from .page import ProofStep as ProofStep
from .page import ProofTriple as ProofTriple
from .page import steps_of as steps_of
from .rules import rules_blueprint as rules_blueprint
from .view import blueprint as blueprint
from .view import emphasised as emphasised

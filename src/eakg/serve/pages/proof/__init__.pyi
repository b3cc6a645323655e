from .page import ProofGroup as ProofGroup
from .page import group_of as group_of
from .rules import rules_blueprint as rules_blueprint
from .view import blueprint as blueprint
from .view import emphasised as emphasised
from .view import requested_triple as requested_triple

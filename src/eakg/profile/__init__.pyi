from .expressions import expression_violations as expression_violations
from .ontology import Ontology as Ontology
from .profile import check_profile as check_profile

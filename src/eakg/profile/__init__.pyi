from .expressions import BOOLEAN as BOOLEAN
from .expressions import CONSTRUCTORS as CONSTRUCTORS
from .expressions import POSITIONS as POSITIONS
from .expressions import RESTRICTIONS as RESTRICTIONS
from .expressions import Position as Position
from .expressions import remedy_of as remedy_of
from .ontology import ANNOTATION_PROPERTIES as ANNOTATION_PROPERTIES
from .profile import check_profile as check_profile

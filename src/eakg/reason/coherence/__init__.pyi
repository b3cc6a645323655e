from .finding import CoherenceCheck as CoherenceCheck
from .finding import EmptyTerm as EmptyTerm

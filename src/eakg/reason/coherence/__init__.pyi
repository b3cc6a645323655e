from .finding import CoherenceCheck as CoherenceCheck
from .report import incoherence_problems as incoherence_problems

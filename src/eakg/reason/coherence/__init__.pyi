from .finding import CoherenceCheck as CoherenceCheck
from .incoherence import Incoherence as Incoherence
from .report import heading as heading
from .report import incoherence_problems as incoherence_problems
from .report import reason as reason

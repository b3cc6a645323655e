from .pattern_terms import NotUnderstoodError as NotUnderstoodError
from .pattern_terms import Pattern as Pattern
from .pattern_terms import write_pattern_term as write_pattern_term
from .query_patterns import Patterns as Patterns
from .query_patterns import patterns as patterns

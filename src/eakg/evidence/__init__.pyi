from .statement import AssertedTriple as AssertedTriple
from .statement import Statement as Statement
from .statement import statement_triples as statement_triples

from .statement import Statement as Statement
from .statement import Triple as Triple
from .statement import statement_triples as statement_triples

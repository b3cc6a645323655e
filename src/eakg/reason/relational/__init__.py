"""The fitted rules as a plan that knows no engine: columns of what axioms fixed, and the queries
over facts that these are joined with.

In: facts of the axioms. Out: what follows from them alone, a program of shapes, and its queries in
SQL, as any engine of tables runs them.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

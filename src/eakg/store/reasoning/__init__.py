"""What follows from what a store asserts, and why.

In: the quads of the asserted graphs, and changes of them. Out: the quads that follow, by a
`Reasoner`, as changes too; proofs with what supports them; contradictions with their proofs.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

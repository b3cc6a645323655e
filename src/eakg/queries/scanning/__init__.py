"""What is wrong with query files, for code scanning.

In: findings of lint, outcomes of runs. Out: a log in SARIF.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

"""Settings of a project for its queries.

In: `eakg.toml` or `pyproject.toml`. Out: endpoints by name, prefixes, and how findings are told.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

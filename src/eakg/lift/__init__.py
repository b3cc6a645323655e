"""Lifting: annotations and table rows in, RDF statements with their evidence out.

In: a `text.Record` with its `meta.toml` and the mapping from annotation types to terms, or a CSV
table with its CSVW metadata. Out: `LiftResult`, the statements of one source, what supports each,
and an account in which lines read = lines lifted + lines skipped with a reason.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

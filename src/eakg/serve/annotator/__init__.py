"""The annotator: documents are annotated in the browser, and written as brat standoff.

In: the folder of documents, a token, and edits by forms. Out: pages of the text with its
annotations and what is wrong with them, and the `.ann` files, one edit at a time.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

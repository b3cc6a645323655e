"""Parts of a build: what each source gives, in files, so that few are in memory at once.

In: the folders of records and the files of tables. Out: the outline of each for the checks between
sources, and its triples and files on request; from an earlier build where nothing that it was made
of has changed.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

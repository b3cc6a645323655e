"""Commands about a project as a whole, and what others ask of its file.

In: a folder, or options. Out: a project that is begun there, or one that is published as files;
what is wrong with what the file names.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

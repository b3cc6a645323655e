"""Literals and their values (XSD 1.1).

In: lexical forms and datatypes. Out: values, which are equal, and what is ill-formed.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

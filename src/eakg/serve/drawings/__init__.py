"""Drawings: from what is to be shown to where it stands; templates write that as SVG.

Each module has one kind of drawing: a frozen dataclass of what goes in, a function that lays it
out, and the places that come out, in units of a view box. Text is real text, and whatever has an
address is a link. Layouts depend on their input alone.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

"""EAKG: a knowledge graph of East Asia cooperation, and the software that makes and serves it.

The stages, each a package that imports only those before it:

    text -> lift -> dataset -> reason -> check -> pipeline -> store -> queries -> serve -> commands

`eakg.open()` opens a graph in Python.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from os import PathLike


def open(*places: "str | PathLike[str]", reasoning: bool = True) -> Any:
    """The graph that comes with the package, or that of RDF files, or of a running service, as
    `eakg.analysis.open_graph` gives it."""
    # What it needs is imported when a graph is opened.
    from eakg.problems import whole_package

    with whole_package("eakg.open()"):
        analysis = import_module("eakg.analysis")
    return analysis.open_graph(*places, reasoning=reasoning)

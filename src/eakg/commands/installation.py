"""What is installed: the engine and the libraries that answer depend on, and the graph."""

import platform
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version

from eakg.dataset import shipped_layout
from eakg.problems import ProblemsError
from eakg.store import GraphFile, read_contents

_LIBRARIES = ("pyoxigraph", "rdflib", "owlrl", "numpy")


def installation_lines() -> Iterator[str]:
    """Lines for people: the versions of engine and libraries, and that of the graph that comes with
    the package, as `EAKG-Data-Version` has it where that is served."""
    libraries = []
    for name in _LIBRARIES:
        try:
            libraries.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            continue
    yield f"engine: {', '.join(libraries)}; Python {platform.python_version()}"
    try:
        contents = read_contents(GraphFile(*one) for one in shipped_layout().named_graphs())
    except ProblemsError:
        return  # eakg-queries has no graph
    yield f"data: {contents.version}"

"""What comes with the package, as contents of a store."""

from eakg.dataset.layout import shipped
from eakg.store.contents import Contents, GraphFile, contents


def shipped_contents() -> Contents:
    """The files of the shipped graph. Raises ProblemsError when one cannot be read."""
    graphs = shipped().named_graphs()
    return contents(GraphFile(name, path) for name, path in graphs)

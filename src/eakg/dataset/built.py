"""The built graph of a layout, read once for all that looks at it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rdflib import Graph

from eakg.dataset.layout import Layout, unbuilt
from eakg.dataset.lifting import read_ontology
from eakg.problems import ProblemsError
from eakg.rdf import parse_all


@dataclass(frozen=True)
class BuiltGraph:
    """The ontology, and the asserted and evidence graphs by the name of their source."""

    ontology: Graph
    asserted: Mapping[str, Graph]
    evidence: Mapping[str, Graph]


def read_built(layout: Layout) -> BuiltGraph:
    """Read the built graph of a layout.

    Raises: ProblemsError when a file cannot be read, or when nothing was built.
    """
    ontology = read_ontology(layout)
    asserted, evidence = _by_name(layout.asserted), _by_name(layout.evidence)
    if not asserted:
        raise ProblemsError([unbuilt(layout.asserted)])
    return BuiltGraph(ontology, asserted, evidence)


def _by_name(folder: Path) -> dict[str, Graph]:
    paths = sorted(folder.glob("*.ttl"))
    return dict(zip((path.stem for path in paths), parse_all(paths), strict=True))

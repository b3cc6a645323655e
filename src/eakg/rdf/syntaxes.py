"""The syntaxes of RDF: their extensions and media types, and who reads and writes them.

A syntax of quads names graphs. Whoever takes several files as one graph (`validate`, `reason`,
`explain --data`) unites them with the default graph; whoever keeps graphs apart (`serve`, `load`,
`query --data`, `test --data`) keeps their names.
"""

from dataclasses import dataclass
from pathlib import Path

import pyoxigraph


@dataclass(frozen=True)
class Syntax:
    """A syntax: its name, the extensions of its files, its media type, whether it is one of quads,
    its name for rdflib, and the engine's format."""

    name: str
    extensions: tuple[str, ...]
    media_type: str
    quads: bool
    rdflib_name: str
    engine: pyoxigraph.RdfFormat


TURTLE_SYNTAX = Syntax(
    "Turtle",
    (".ttl", ".turtle", ".n3"),
    "text/turtle",
    False,
    "turtle",
    pyoxigraph.RdfFormat.TURTLE,
)
N_TRIPLES_SYNTAX = Syntax(
    "N-Triples", (".nt",), "application/n-triples", False, "nt", pyoxigraph.RdfFormat.N_TRIPLES
)
RDF_XML_SYNTAX = Syntax(
    "RDF/XML",
    (".rdf", ".owl", ".xml"),
    "application/rdf+xml",
    False,
    "xml",
    pyoxigraph.RdfFormat.RDF_XML,
)
JSON_LD_SYNTAX = Syntax(
    "JSON-LD",
    (".jsonld", ".json"),
    "application/ld+json",
    True,
    "json-ld",
    pyoxigraph.RdfFormat.JSON_LD,
)
N_QUADS_SYNTAX = Syntax(
    "N-Quads", (".nq",), "application/n-quads", True, "nquads", pyoxigraph.RdfFormat.N_QUADS
)
TRIG_SYNTAX = Syntax(
    "TriG", (".trig",), "application/trig", True, "trig", pyoxigraph.RdfFormat.TRIG
)
SYNTAXES = (
    TURTLE_SYNTAX,
    N_TRIPLES_SYNTAX,
    RDF_XML_SYNTAX,
    JSON_LD_SYNTAX,
    N_QUADS_SYNTAX,
    TRIG_SYNTAX,
)
EXTENSIONS = {extension: syntax for syntax in SYNTAXES for extension in syntax.extensions}
"""The syntax of each extension; a file may have `.gz` behind it."""
ABSENT = "no such file; check the path"
_GZIP = ".gz"


def is_compressed(path: Path) -> bool:
    """Whether a file is compressed with gzip, by its name."""
    return path.suffix.lower() == _GZIP


def plain_name(path: Path) -> str:
    """The name of a file without `.gz`."""
    return path.name[: -len(_GZIP)] if is_compressed(path) else path.name

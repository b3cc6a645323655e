"""Terms of RDF 1.2 where only those of RDF 1.1 have a place: as literals that carry them.

rdflib has no triple terms and no texts with a base direction (RDF 1.2 Concepts sections 3.3 and
3.5). A carrier is a literal whose text is such a term in N-Triples, and whose datatype is no
absolute IRI, so that no data can hold one of its own. Whoever writes terms writes the term that is
carried; the rules take it for a literal of a datatype that they do not know.
"""

from functools import partial
from typing import Any

import pyoxigraph
from rdflib import Literal, URIRef
from rdflib.term import Node

from eakg.rdf.codes.tags import coded_term, decoded_tags, written_tags
from eakg.rdf.codes.triple_terms import mapped_term
from eakg.rdf.syntaxes import N_TRIPLES_SYNTAX

DATATYPE = URIRef("rdf-1.2")
TRIPLE_TERM_START = "<<("
"""How the spelling of a triple term begins in N-Triples."""
_OPENING, _CLOSING = f"{TRIPLE_TERM_START} ", " )>>"
_PREFIX = "<urn:x-eakg:s> <urn:x-eakg:p> "


def carrier(term: pyoxigraph.Literal | pyoxigraph.Triple) -> Literal:
    """The literal that carries a term of RDF 1.2."""
    text = decoded_tags(str(term))
    if isinstance(term, pyoxigraph.Triple):
        text = f"{_OPENING}{text}{_CLOSING}"
    return carrier_of(text)


def carrier_of(text: str) -> Literal:
    """The literal that carries the term of a spelling in N-Triples."""
    return Literal(text, datatype=DATATYPE, normalize=False)


def is_carrier(node: Node) -> bool:
    """Whether a node carries a term of RDF 1.2."""
    return isinstance(node, Literal) and node.datatype == DATATYPE


def carried_term(node: Literal) -> Any:
    """The term that a literal carries. Raises: SyntaxError for a text that is no term."""
    line = f"{_PREFIX}{node} ."
    (quad,) = pyoxigraph.parse(line, format=pyoxigraph.RdfFormat.N_TRIPLES)
    tags = written_tags(line.encode(), N_TRIPLES_SYNTAX, None)
    return mapped_term(quad.object, partial(coded_term, tags))


def is_triple_term(text: str) -> bool:
    """Whether the spelling of a term in N-Triples is that of a triple term."""
    return text.startswith(TRIPLE_TERM_START)

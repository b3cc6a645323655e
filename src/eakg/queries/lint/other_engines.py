"""Property functions of other engines: properties that they compute, and that no triple has here.

In a query for another engine they are no fault; asked here they are properties like any other, so
that nothing is found by them.
"""

import re
from collections.abc import Iterator

from eakg.sparql import iri_of, query_tokens, read_head

ENGINES = {
    "http://jena.apache.org/text#": "Apache Jena",
    "http://jena.apache.org/spatial#": "Apache Jena",
    "http://jena.apache.org/ARQ/property#": "Apache Jena",
    "http://jena.apache.org/ARQ/list#": "Apache Jena",
    "http://jena.hpl.hp.com/ARQ/property#": "Apache Jena",
    "http://www.openlinksw.com/schemas/bif#": "Virtuoso",
    "bif:": "Virtuoso",
    "http://www.bigdata.com/rdf/search#": "Blazegraph",
    "http://www.bigdata.com/rdf/gas#": "Blazegraph",
    "http://www.ontotext.com/owlim/": "GraphDB",
    "http://www.ontotext.com/connectors/": "GraphDB",
    "http://www.ontotext.com/plugins/": "GraphDB",
    "http://www.ontotext.com/path#": "GraphDB",
    "tag:stardog:api:": "Stardog",
    "http://franz.com/ns/allegrograph/": "AllegroGraph",
    "http://www.openrdf.org/contrib/lucenesail#": "RDF4J",
    "http://www.openrdf.org/schema/sesame#": "RDF4J",
    "http://qlever.cs.uni-freiburg.de/builtin-functions/": "QLever",
    "https://qlever.cs.uni-freiburg.de/builtin-functions/": "QLever",
}
"""The engines of whose functions the IRIs begin so."""
_BEGINNINGS = re.compile("|".join(map(re.escape, ENGINES)))


def property_functions(text: str) -> Iterator[tuple[str, str, int]]:
    """The property functions of other engines that a query names: the IRI, the engine, and the
    offset of each. Argument: the text of a query, with its prefixes."""
    if _BEGINNINGS.search(text) is None:
        return
    head = read_head(text)
    for token in query_tokens(text):
        iri = iri_of(token, head.base, head.prefixes) if token.start >= head.prologue else None
        match = _BEGINNINGS.match(iri) if iri else None
        if iri and match:
            yield iri, ENGINES[match[0]], token.start

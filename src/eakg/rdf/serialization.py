"""Writing triples that did not come from one query, in the formats of query results."""

import io
from collections.abc import Iterable, Mapping
from typing import BinaryIO, cast

from rdflib import Literal, URIRef

from eakg.rdf.codes import TagWriter, map_objects
from eakg.rdf.engine_terms import engine_triple
from eakg.rdf.formats import ResultFormat
from eakg.rdf.notation import write_term
from eakg.rdf.terms import Triple


def serialize(
    triples: Iterable[Triple], result_format: ResultFormat, prefixes: Mapping[str, str]
) -> bytes:
    """The triples in a graph format, each once, in the order of their N-Triples text, with those
    of the prefixes that they use.

    Raises: UnwritableError, with the formats that can, where it cannot hold them; TypeError for
    what is no RDF triple.
    """
    sorted_triples = sorted(set(triples), key=lambda triple: tuple(map(write_term, triple)))
    iris = {str(term) for triple in sorted_triples for term in triple if isinstance(term, URIRef)}
    iris |= {
        str(object_.datatype) for _, _, object_ in sorted_triples if isinstance(object_, Literal)
    }
    output = io.BytesIO()
    namespaces = {
        prefix: namespace
        for prefix, namespace in prefixes.items()
        if any(iri.startswith(namespace) for iri in iris)
    }
    writer = TagWriter(output)
    coded_triples = map_objects(map(engine_triple, sorted_triples), writer.term)
    result_format.write(coded_triples, cast(BinaryIO, writer), namespaces)
    writer.close()
    return output.getvalue()

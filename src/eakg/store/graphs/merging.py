"""Several RDF documents as one: SPARQL 1.1 Graph Store HTTP Protocol section 5.5."""

from collections.abc import Iterable
from io import BytesIO

import pyoxigraph

from eakg.rdf import Syntax, coded_quads, write_triples, written_tags
from eakg.sparql import QuerySyntaxError


def merge_documents(documents: Iterable[tuple[bytes, Syntax]], base_iri: str) -> bytes:
    """The RDF merge of the documents in N-Triples; a blank node belongs to its document alone.

    Raises: QuerySyntaxError with the line and the column in the document that is no RDF.
    """
    output = BytesIO()
    for data, syntax in documents:
        try:
            quads = coded_quads(
                pyoxigraph.parse(data, syntax.engine, base_iri=base_iri, rename_blank_nodes=True),
                written_tags(data, syntax, base_iri),
            )
            write_triples((quad.triple for quad in quads), output)
        except SyntaxError as error:
            raise QuerySyntaxError(str(error.msg), error.lineno, error.offset) from None
    return output.getvalue()

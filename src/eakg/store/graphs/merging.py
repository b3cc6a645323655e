"""Several RDF documents as one: SPARQL 1.1 Graph Store HTTP Protocol section 5.5."""

from collections.abc import Iterable

import pyoxigraph

from eakg.rdf import N_TRIPLES_SYNTAX, Syntax
from eakg.sparql import QuerySyntaxError, UpdateRefusedError


def merge_documents(documents: Iterable[tuple[bytes, Syntax]], base_iri: str) -> bytes:
    """The RDF merge of the documents in N-Triples; a blank node belongs to its document alone.

    Raises: QuerySyntaxError with the line and the column in the document that is no RDF;
    UpdateRefusedError where one names graphs of its own.
    """
    pieces = []
    for data, syntax in documents:
        try:
            pieces.append(
                pyoxigraph.serialize(
                    (
                        require_default_graph(quad).triple
                        for quad in pyoxigraph.parse(
                            data,
                            syntax.engine,
                            base_iri=base_iri,
                            rename_blank_nodes=True,
                        )
                    ),
                    format=N_TRIPLES_SYNTAX.engine,
                )
                or b""
            )
        except SyntaxError as error:
            raise QuerySyntaxError(str(error.msg), error.lineno, error.offset) from None
    return b"".join(pieces)


def require_default_graph(quad: pyoxigraph.Quad) -> pyoxigraph.Quad:
    """The quad, of a document that is one graph. Raises: UpdateRefusedError where it names one."""
    if quad.graph_name != pyoxigraph.DefaultGraph():
        raise UpdateRefusedError("the data names graphs of its own; write each graph by itself")
    return quad

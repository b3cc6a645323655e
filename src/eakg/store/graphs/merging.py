"""RDF that is sent: documents read, and several of them as one.

Specification: SPARQL 1.1 Graph Store HTTP Protocol sections 5.3 to 5.5.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import BytesIO

import pyoxigraph

from eakg.rdf import (
    DocumentError,
    OversizeError,
    Syntax,
    document_quads,
    utf8_document,
    write_triples,
)
from eakg.sparql import LiteralTooLargeError, QuerySyntaxError, UpdateRefusedError


def sent_quads(data: bytes, syntax: Syntax, base_iri: str | None) -> Iterator[pyoxigraph.Quad]:
    """The quads of a document that was sent, with new blank nodes.

    Raises: QuerySyntaxError with line and column, where it is no RDF; LiteralTooLargeError.
    """
    with _refusals():
        yield from document_quads(data, syntax, base_iri)


def sent_document(data: bytes, syntax: Syntax) -> bytes:
    """A document that was sent, in UTF-8: a worker can load no other codec.

    Raises: QuerySyntaxError with the line, where it is not in the encoding that it says.
    """
    with _refusals():
        return utf8_document(data, syntax)


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except OversizeError as error:
        place = f"line {error.line} of the body" if error.line else "the body"
        raise LiteralTooLargeError(f"{place} {error.message}") from None
    except DocumentError as error:
        raise QuerySyntaxError(
            f"the body {error.message}", error.line or None, error.column or None
        ) from None


def merge_documents(documents: Iterable[tuple[bytes, Syntax]], base_iri: str) -> bytes:
    """The RDF merge of the documents in N-Triples; a blank node belongs to its document alone.

    Raises: as `sent_quads`, of the document that cannot be read; UpdateRefusedError where one names
    graphs of its own.
    """
    output = BytesIO()
    for data, syntax in documents:
        quads = sent_quads(data, syntax, base_iri)
        write_triples((require_default_graph(quad).triple for quad in quads), output)
    return output.getvalue()


def require_default_graph(quad: pyoxigraph.Quad) -> pyoxigraph.Quad:
    """The quad, of a document that is one graph. Raises: UpdateRefusedError where it names one."""
    if quad.graph_name != pyoxigraph.DefaultGraph():
        raise UpdateRefusedError("the data names graphs of its own; write each graph by itself")
    return quad

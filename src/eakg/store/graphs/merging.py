"""RDF that is sent: documents read, and several of them as one.

Specification: SPARQL 1.1 Graph Store HTTP Protocol sections 5.3 to 5.5.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import pyoxigraph

from eakg.rdf import (
    N_TRIPLES_SYNTAX,
    DocumentError,
    OversizeError,
    Syntax,
    read_quads,
    utf8_document,
)
from eakg.sparql import LiteralTooLargeError, QuerySyntaxError


def sent_quads(data: bytes, syntax: Syntax, base_iri: str | None) -> Iterator[pyoxigraph.Quad]:
    """The quads of a document that was sent, with new blank nodes.

    Raises: QuerySyntaxError with line and column, where it is no RDF; LiteralTooLargeError.
    """
    with _refusals():
        yield from read_quads(data, syntax, base_iri, rename_blank_nodes=True)


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

    Raises: as `sent_quads`, of the document that cannot be read.
    """
    return b"".join(
        pyoxigraph.serialize(
            (quad.triple for quad in sent_quads(data, syntax, base_iri)),
            format=N_TRIPLES_SYNTAX.engine,
        )
        or b""
        for data, syntax in documents
    )

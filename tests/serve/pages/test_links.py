"""Links that carry terms: what stands in the address is read as the term that it was made of."""

from urllib.parse import parse_qs, urlsplit

import pytest
from rdflib import XSD, Literal, URIRef

from eakg.rdf.notation import resolve_term
from eakg.serve.words.links import proof_path

S, P = URIRef("http://example.org/s"), URIRef("http://example.org/p")


@pytest.mark.parametrize(
    "value",
    [
        URIRef("http://example.org/東"),
        Literal('two\nlines, "quoted\\"'),
        Literal("\r\ttext", lang="en"),
        Literal("INF", datatype=XSD.double),
        Literal("+1.50", datatype=XSD.decimal, normalize=False),
    ],
)
def test_the_link_to_a_proof(value: URIRef | Literal) -> None:
    terms = parse_qs(urlsplit(proof_path((S, P, value))).query)
    assert [resolve_term(text, {}) for (text,) in terms.values()] == [S, P, value]

"""Which representation a client gets (RFC 9110 section 12.5.1): documents and other addresses."""

import pytest
from flask.testing import FlaskClient

TURTLE, TRIPLES = "text/turtle", "application/n-triples"
JSON_LD, RDF_XML, HTML = "application/ld+json", "application/rdf+xml", "text/html"
TRIG, N_QUADS = "application/trig", "application/n-quads"
NONE = "406"
FIREFOX = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
CHROMIUM = (
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;"
    "q=0.8,application/signed-exchange;v=b3;q=0.7"
)
SAFARI = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
RDFLIB = "application/rdf+xml,text/rdf+n3,text/turtle;q=0.9,application/n-triples;q=0.8,*/*;q=0.1"
JENA = (
    "text/turtle,application/n-triples;q=0.9,application/ld+json;q=0.8,application/rdf+xml;q=0.7,"
    "*/*;q=0.3"
)
COMUNICA = (
    "application/n-quads,application/trig;q=0.95,application/ld+json;q=0.9,"
    "application/n-triples;q=0.8,text/turtle;q=0.6,application/rdf+xml;q=0.5,text/html;q=0.2"
)

TABLE = [
    # nothing, or anything
    (None, TURTLE),
    ("", TURTLE),
    ("*/*", TURTLE),
    ("*/*;q=0.1", TURTLE),
    # one of ours by name
    (TURTLE, TURTLE),
    (TRIPLES, TRIPLES),
    (JSON_LD, JSON_LD),
    (RDF_XML, RDF_XML),
    (HTML, HTML),
    # letters in any case, spaces anywhere
    ("TEXT/TURTLE", TURTLE),
    ("Application/LD+JSON", JSON_LD),
    ("  text/html  ", HTML),
    ("text/html ;q=0.3 , text/turtle; q=0.2", HTML),
    # browsers
    (FIREFOX, HTML),
    (CHROMIUM, HTML),
    (SAFARI, HTML),
    # clients of linked data
    (RDFLIB, RDF_XML),
    (JENA, TURTLE),
    ("application/ld+json, application/json;q=0.9, */*;q=0.1", JSON_LD),
    ("text/turtle, */*;q=0.1", TURTLE),
    ("application/rdf+xml, text/html;q=0.1", RDF_XML),
    # in quads the triples are in named graphs, where a client that takes triples too has them not
    (COMUNICA, JSON_LD),
    ("application/n-quads, text/turtle;q=0.6", TURTLE),
    ("application/trig, */*;q=0.1", TRIG),
    ("application/trig, text/turtle", TURTLE),
    ("application/n-quads;q=0.1", N_QUADS),
    # qualities
    ("text/html;q=0.5, text/turtle", TURTLE),
    ("text/html;q=0.5, text/turtle;q=0.5", TURTLE),
    ("text/turtle;q=0.1, application/n-triples;q=0.9", TRIPLES),
    ("text/turtle;q=0.001, application/n-triples;q=0.002", TRIPLES),
    ("text/turtle;q=0, */*", TRIPLES),
    ("text/turtle;q=0, application/n-triples;q=0, */*;q=0.5", JSON_LD),
    ("text/turtle;q=1.0, text/html;q=1", TURTLE),
    # ranges, the more specific of which goes before
    ("text/*", TURTLE),
    ("application/*", TRIPLES),
    ("text/*;q=0.1, text/html", HTML),
    ("text/*, text/turtle;q=0.1", HTML),
    ("application/*;q=0.2, text/html;q=0.1", TRIPLES),
    ("*/*;q=0.1, text/html;q=0.05", TURTLE),
    # what clients say and mean one of ours by
    ("application/json", JSON_LD),
    ("application/xml", RDF_XML),
    ("text/xml", RDF_XML),
    ("application/x-turtle", TURTLE),
    ("text/plain", TRIPLES),
    ("application/json;q=0.9, application/rdf+xml;q=0.8", JSON_LD),
    # parameters of media types are not looked at
    ("text/turtle;charset=utf-8", TURTLE),
    ('application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"', JSON_LD),
    ("text/html;level=1;q=0.4, text/turtle;q=0.3", HTML),
    # what is not here
    ("image/png", NONE),
    ("application/pdf, image/*", NONE),
    ("text/csv", NONE),
    ("*/*;q=0", NONE),
    ("text/turtle;q=0", NONE),
    ("application/vnd.ms-excel, text/html;q=0", NONE),
    # what is no list of media ranges at all
    ("text", NONE),
    ("/", NONE),
    (",,,", TURTLE),
    ("text/turtle,", TURTLE),
    (", text/html", HTML),
    ("nonsense, text/turtle", TURTLE),
    ("text/html;q=high, text/turtle", TURTLE),
    ("image/png, " * 200 + "text/html", HTML),
]


@pytest.fixture
def client(small_client: FlaskClient) -> FlaskClient:
    return small_client


@pytest.mark.parametrize(("accept", "given"), TABLE)
def test_document(client: FlaskClient, accept: str | None, given: str) -> None:
    headers = {} if accept is None else {"Accept": accept}
    for method in ("GET", "HEAD"):
        response = client.open("/doc/japan", method=method, headers=headers)
        if given == NONE:
            assert response.status_code == 406
        else:
            assert (response.status_code, response.mimetype) == (200, given)
        assert "Accept" in response.headers["Vary"]
        # A thing is no document: what it is redirected to is negotiated there.
        thing = client.open("/id/japan", method=method, headers=headers)
        assert (thing.status_code, thing.headers["Location"]) == (303, "/doc/japan")
        assert "Accept" in thing.headers["Vary"]


@pytest.mark.parametrize(
    ("path", "accept", "status", "given"),
    [
        # an address with an extension is of one format, whatever is accepted
        ("/doc/japan.ttl", HTML, 200, TURTLE),
        ("/doc/japan.html", TURTLE, 200, HTML),
        ("/doc/japan.jsonld", "image/png", 200, JSON_LD),
        ("/doc/japan.nt", "*/*;q=0", 200, TRIPLES),
        ("/doc/japan.rdf", None, 200, RDF_XML),
        # slugs with dots, at their end too
        ("/doc/v1.ttl", HTML, 200, HTML),
        ("/doc/v1.ttl.ttl", HTML, 200, TURTLE),
        ("/doc/japan.", None, 404, "application/problem+json"),
        ("/doc/japan..ttl", None, 404, "application/problem+json"),
        ("/doc/japan/", None, 404, "application/problem+json"),
        ("/doc/.ttl", None, 404, "application/problem+json"),
        ("/doc/caf%C3%A9", HTML, 200, HTML),
        ("/doc/café", HTML, 200, HTML),
        ("/doc/a%2Fb", None, 404, "application/problem+json"),
        # errors follow Accept as well
        ("/doc/nobody", FIREFOX, 404, HTML),
        ("/doc/nobody", TURTLE, 404, "application/problem+json"),
        # other addresses
        ("/graph/background/states", FIREFOX, 200, HTML),
        ("/graph/background/states", JENA, 303, HTML),
        ("/graph/background/states", "text/csv", 406, "application/problem+json"),
        ("/graph/source/record.nt", FIREFOX, 200, TRIPLES),
        ("/dcat", JSON_LD, 200, JSON_LD),
        ("/dcat", HTML, 406, HTML),
    ],
)
def test_other_addresses(
    client: FlaskClient, path: str, accept: str | None, status: int, given: str
) -> None:
    response = client.get(path, headers={} if accept is None else {"Accept": accept})
    assert (response.status_code, response.mimetype) == (status, given)
    assert "Accept" in response.headers["Vary"]

"""Files that pages need: names that last as long as their bytes, and names that do not."""

import hashlib
import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from helpers.serving import writable_client

LINK = re.compile(r'(?:href|src)="(/static/[^"]+)"')
PAGES = ("/", "/ontology", "/sparql", "/search?q=a", "/overviews", "/queries", "/sparql?query=x")


@pytest.fixture(scope="module")
def client() -> Iterator[FlaskClient]:
    yield writable_client()


def get(client: FlaskClient, path: str, **headers: str) -> TestResponse:
    response = client.get(path, headers=headers)
    response.get_data()
    response.close()
    return response


@pytest.mark.parametrize("page", PAGES)
def test_pages_name_files_by_what_is_in_them(client: FlaskClient, page: str) -> None:
    """RFC 8246: what is at such a name never changes."""
    links = set(LINK.findall(get(client, page, Accept="text/html").text))
    assert links
    for link in links:
        path, _, digest = link.partition("?v=")
        lasting = get(client, link)
        assert lasting.status_code == 200
        assert hashlib.sha256(lasting.data).hexdigest().startswith(digest)
        assert len(digest) >= 16
        assert lasting.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        for other in (path, f"{path}?v=0123456789abcdef", f"{path}?v=", f"{path}?9.9"):
            passing = get(client, other)
            assert passing.data == lasting.data
            assert passing.headers["Cache-Control"] == "no-cache"


def test_a_name_that_lasts_does_so_in_each_way(client: FlaskClient) -> None:
    (link, *_) = LINK.findall(get(client, "/", Accept="text/html").text)[1:]
    tag = get(client, link).headers["ETag"]
    coded = get(client, link, **{"Accept-Encoding": "gzip"})
    assert coded.headers["Content-Encoding"] == "gzip"
    unchanged = get(client, link, **{"If-None-Match": coded.headers["ETag"]})
    assert (unchanged.status_code, get(client, link, **{"If-None-Match": tag}).status_code) == (
        304,
        304,
    )
    for response in (coded, unchanged):
        assert "immutable" in response.headers["Cache-Control"]
    missing = get(client, "/static/none.css?v=0123456789abcdef")
    assert (missing.status_code, missing.headers["Cache-Control"]) == (404, "no-store")

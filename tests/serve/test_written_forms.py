"""What the service sends of literals is what the file says, on every way out."""

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from eakg.serve.app.settings import Access, Settings
from eakg.serve.application import create_app
from eakg.store.embedded import EmbeddedStore
from eakg.store.graphs import ingest
from eakg.store.options import StoreOptions
from helpers.patience import PATIENT
from helpers.rdf12 import read
from helpers.serving import BEARER, TOKEN

ID = "https://w3id.org/eakg/id/"
TURTLE = f"""
@prefix : <{ID}> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
:a :price 1.50 ; :n 01 , 1 ; :k "5"^^xsd:int ; :l "colour"@en-GB ; :b :c ;
  :says <<( :a :price 1.50 )>> ; :dir "x"@ar-EG--rtl .
:b :price 1.5 .
:c a :Thing .
"""
GRAPH = "https://w3id.org/eakg/graph/file/d"


@pytest.fixture
def client(tmp_path: Path) -> Iterator[FlaskClient]:
    path = tmp_path / "d.ttl"
    path.write_text(TURTLE)
    (tmp_path / "out").mkdir()
    ingestion = ingest([path], tmp_path / "out")
    (notice,) = ingestion.notices
    assert str(notice).startswith(f"{path}: 2 language tags are compared without regard to case")
    options = StoreOptions(writable=True)
    store = EmbeddedStore(ingestion.contents, options)
    settings = Settings("", PATIENT, options=options, access=Access(Access.digest(TOKEN)))
    yield create_app(settings, store).test_client()
    store.close()


SOURCE = {
    '"1.50"^^<http://www.w3.org/2001/XMLSchema#decimal>',
    '"01"^^<http://www.w3.org/2001/XMLSchema#integer>',
    '"1"^^<http://www.w3.org/2001/XMLSchema#integer>',
    '"5"^^<http://www.w3.org/2001/XMLSchema#int>',
    '"colour"@en-GB',
    '"x"@ar-EG--rtl',
    f"<{ID}c>",
    (f"<{ID}a>", f"<{ID}price>", '"1.50"^^<http://www.w3.org/2001/XMLSchema#decimal>'),
}


@pytest.mark.parametrize(
    "path", ["/doc/a.nt", f"/graphs?graph={GRAPH}", "/graphs?default", "/graph/file/d.nt"]
)
def test_documents_and_graphs(client: FlaskClient, path: str) -> None:
    answer = client.get(path, headers={"Accept": "application/n-triples"})
    assert answer.status_code == 200
    found = read(answer.text)
    assert {o for s, p, o in found if s == f"<{ID}a>" and p.startswith(f"<{ID}")} == SOURCE


def dump(client: FlaskClient, name: str) -> str:
    with client.get(f"/dump.{name}.gz") as answer:
        return gzip.decompress(answer.data).decode()


def test_dumps(client: FlaskClient) -> None:
    lines = dump(client, "nq").splitlines()
    own = "\n".join(line for line in lines if line.endswith(f"<{GRAPH}> ."))
    source = [(s, p, o) for s, p, o in read(own) if s == f"<{ID}a>"]
    assert {o for _, _, o in source} == SOURCE
    assert len(read(own)) == len(SOURCE) + 2
    turtle = dump(client, "ttl")
    assert "1.50" in turtle
    assert "@en-GB" in turtle
    assert "eakgcase" not in turtle


@pytest.mark.slow
def test_pages(client: FlaskClient) -> None:
    page = client.get("/doc/a.html").text
    assert "1.50" in page
    assert 'lang="en-GB"' in page
    assert "eakg" + "case" not in page


@pytest.mark.parametrize("value", ["1.50", "1.5"])
def test_proofs(client: FlaskClient, value: str) -> None:
    triple = {
        "s": f"<{ID}a>",
        "p": f"<{ID}price>",
        "o": f'"{value}"^^<http://www.w3.org/2001/XMLSchema#decimal>',
        "format": "json",
    }
    answer = client.get("/explain", query_string=triple)
    assert answer.status_code == 200
    assert '"1.50\\"^^' in answer.text.replace('\\"1.50', '"1.50')
    assert GRAPH in answer.text


@pytest.mark.slow
def test_what_a_write_says(client: FlaskClient) -> None:
    address = "/graphs?graph=http://e/g"
    headers = {**BEARER, "Content-Type": "text/turtle"}
    answer = client.put(address, headers=headers, data="<a:s> <a:p> 1.50, 01, 2, 'x'@en-GB .")
    assert answer.headers["EAKG-By-Value"] == "language-tag=1"
    answer = client.put(address, headers=headers, data="<a:s> <a:p> 02 .")
    assert "EAKG-By-Value" not in answer.headers
    headers["Content-Type"] = "application/sparql-update"
    answer = client.post("/update", headers=headers, data="INSERT DATA { <a:s> <a:p> 'x'@en-GB }")
    assert answer.json["byValue"] == {"language tag": 1}
    answer = client.post("/update", headers=headers, data="INSERT DATA { <a:s> <a:p> 3 }")
    assert "byValue" not in answer.json

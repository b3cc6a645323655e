"""Other people's tools consume the running service, unmodified."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from rdflib import Graph, URIRef
from rdflib.namespace import RDFS
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import JSON, POST, RDFXML, SPARQLWrapper

ASEAN = URIRef("https://w3id.org/eakg/id/asean")
MEETINGS = """
    PREFIX eakg: <https://w3id.org/eakg/ontology#>
    PREFIX id: <https://w3id.org/eakg/id/>
    SELECT ?meeting { ?meeting eakg:partOf id:som-series-2020-07 } ORDER BY ?meeting
"""
rdflibs_own = pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")
JULY_MEETINGS = ["apt-som-2020-07-20", "arf-som-2020-07-21", "eas-som-2020-07-20"]


@pytest.fixture(scope="module")
def service() -> Iterator[str]:
    """The address of the shipped graph's service, without the last slash."""
    command = [Path(sys.executable).with_name("eakg"), "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        found = re.search(r"http://\S+(?=/)", process.stdout.readline())
        assert found
        yield found[0]
        process.terminate()


def slugs(iris: list[str]) -> list[str]:
    return [iri.removeprefix("https://w3id.org/eakg/id/") for iri in iris]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_sparqlwrapper(service: str, method: str) -> None:
    client = SPARQLWrapper(f"{service}/sparql")
    client.setMethod(method)
    client.setReturnFormat(JSON)
    client.setQuery(MEETINGS)
    rows = client.query().convert()["results"]["bindings"]
    assert slugs([row["meeting"]["value"] for row in rows]) == JULY_MEETINGS


@rdflibs_own
def test_sparqlwrapper_construct(service: str) -> None:
    client = SPARQLWrapper(f"{service}/sparql")
    client.setMethod(POST)
    client.setReturnFormat(RDFXML)
    client.setQuery(f"CONSTRUCT {{ ?s ?p ?o }} {{ VALUES ?s {{ <{ASEAN}> }} ?s ?p ?o }}")
    assert set(client.query().convert().subjects()) == {ASEAN}


def test_rdflib_store(service: str) -> None:
    graph = Graph(store=SPARQLStore(f"{service}/sparql"))
    assert slugs([str(row[0]) for row in graph.query(MEETINGS)]) == JULY_MEETINGS


@rdflibs_own
@pytest.mark.parametrize("format_", ["turtle", "json-ld", "nt", "xml"])
def test_rdflib_dereferences(service: str, format_: str) -> None:
    address = str(ASEAN).replace("https://w3id.org/eakg", service)
    graph = Graph().parse(address, format=format_)
    assert "Association of Southeast Asian Nations" in map(str, graph.objects(ASEAN, RDFS.label))


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("text/turtle", "text/turtle"),
        ("application/ld+json", "application/ld+json"),
        ("application/n-triples", "application/n-triples"),
        ("application/rdf+xml", "application/rdf+xml"),
        ("text/html", "text/html"),
        ("text/turtle;q=0.5, application/rdf+xml", "application/rdf+xml"),
    ],
)
def test_curl_follows_to_the_description(service: str, accept: str, content_type: str) -> None:
    done = subprocess.run(
        [
            *("curl", "-sL", "-H", f"Accept: {accept}", "-o", "/dev/null"),
            *("-w", "%{http_code} %{num_redirects} %{content_type}", f"{service}/id/asean"),
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    status, redirects, given = done.stdout.split(maxsplit=2)
    assert (status, redirects) == ("200", "1")
    assert given.startswith(content_type)


def test_roqet(service: str, tmp_path: Path) -> None:
    if not shutil.which("roqet"):
        pytest.skip("roqet is not installed (Debian: rasqal-utils)")
    query = tmp_path / "meetings.rq"
    query.write_text(MEETINGS)
    done = subprocess.run(
        ["roqet", "-q", "-p", f"{service}/sparql", "-r", "csv", str(query)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert slugs(done.stdout.split()[1:]) == JULY_MEETINGS


def test_saved_queries_at_the_endpoint(service: str) -> None:
    eakg = Path(sys.executable).with_name("eakg")
    done = subprocess.run(
        [eakg, "test", "--endpoint", f"{service}/sparql"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "queries passed" in done.stdout

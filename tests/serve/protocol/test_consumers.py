"""Other people's tools consume the running service, unmodified."""

import gzip
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import RDFS
from rdflib.plugins.stores.sparqlstore import SPARQLStore, SPARQLUpdateStore
from SPARQLWrapper import (
    CSV,
    JSON,
    JSONLD,
    N3,
    POST,
    POSTDIRECTLY,
    RDF,
    RDFXML,
    TSV,
    TURTLE,
    URLENCODED,
    XML,
    SPARQLWrapper,
)

from eakg.queries.contract.files import find_queries
from helpers.serving import BEARER, plain_store, send
from helpers.tries import sample

THING = URIRef("https://w3id.org/eakg/id/apt-som-2020-07-20")
MEETINGS = """
    PREFIX eakg: <https://w3id.org/eakg/ontology#>
    PREFIX id: <https://w3id.org/eakg/id/>
    SELECT ?meeting { ?meeting eakg:partOf id:som-series-2020-07 } ORDER BY ?meeting
"""
rdflibs_own = pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")
JULY_MEETINGS = ["apt-som-2020-07-20", "arf-som-2020-07-21", "eas-som-2020-07-20"]


WRAPPED: dict[str, tuple[str, ...]] = {
    MEETINGS: (JSON, XML, CSV, TSV),
    "ASK {}": (JSON, XML),
    f"CONSTRUCT WHERE {{ <{THING}> ?p ?o }}": (XML, RDF, RDFXML, TURTLE, N3, JSONLD),
    f"DESCRIBE <{THING}>": (XML, RDF, RDFXML, TURTLE, N3, JSONLD),
}
"""The formats that SPARQLWrapper has for each form of query."""
COMUNICA = "comunica-sparql"
COMUNICA_ABSENT = (
    "Comunica is not installed; npm install --prefix DIR @comunica/query-sparql@4, and DIR in"
    " EAKG_COMUNICA"
)


@pytest.fixture
def service(shipped_service: str) -> str:
    """The address of the shipped graph's service, without the last slash."""
    return shipped_service


@pytest.fixture(scope="module")
def store() -> Iterator[str]:
    """The address of an empty store that takes updates."""
    with plain_store() as address:
        yield address


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
    client.setQuery(f"CONSTRUCT {{ ?s ?p ?o }} {{ VALUES ?s {{ <{THING}> }} ?s ?p ?o }}")
    assert set(client.query().convert().subjects()) == {THING}


@rdflibs_own
@pytest.mark.filterwarnings("ignore::RuntimeWarning:SPARQLWrapper")
@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(("query", "formats"), WRAPPED.items())
def test_sparqlwrapper_in_every_format(
    service: str, query: str, formats: tuple[str, ...], method: str
) -> None:
    """Each format that it has for a form of query, asked for as it does by all its names; with
    what is converted and read by its own means."""
    for name in formats:
        client = SPARQLWrapper(f"{service}/sparql")
        client.setMethod(method)
        client.setReturnFormat(name)
        client.setQuery(query)
        answer = client.query().convert()
        if query.startswith(("CONSTRUCT", "DESCRIBE")):
            is_text = name in (TURTLE, N3)
            graph = Graph().parse(data=answer, format="turtle") if is_text else answer
            assert THING in set(graph.subjects()), name
        elif name == JSON:
            assert "head" in answer
        elif isinstance(answer, bytes):
            assert b"meeting" in answer, name
        else:
            assert answer.documentElement.tagName == "sparql", name


def test_rdflib_store(service: str) -> None:
    graph = Graph(store=SPARQLStore(f"{service}/sparql"))
    assert slugs([str(row[0]) for row in graph.query(MEETINGS)]) == JULY_MEETINGS


@rdflibs_own
@pytest.mark.parametrize("format_", ["turtle", "json-ld", "nt", "xml"])
def test_rdflib_dereferences(service: str, format_: str) -> None:
    address = str(THING).replace("https://w3id.org/eakg", service)
    graph = Graph().parse(address, format=format_)
    assert "ASEAN Plus Three SOM, 20 July 2020" in map(str, graph.objects(THING, RDFS.label))


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
            *(
                "-w",
                "%{http_code} %{num_redirects} %{content_type}",
                f"{service}/id/apt-som-2020-07-20",
            ),
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    status, redirects, given = done.stdout.split(maxsplit=2)
    assert (status, redirects) == ("200", "1")
    assert given.startswith(content_type)


@pytest.mark.parametrize("form", ["GET", "POST"])
@pytest.mark.parametrize("format_", ["xml", "json", "csv", "tsv"])
def test_rdflib_store_in_every_format(service: str, format_: str, form: str) -> None:
    store = SPARQLStore(f"{service}/sparql", returnFormat=format_, method=form)
    rows = Graph(store=store).query(MEETINGS)
    assert slugs([str(row[0]) for row in rows]) == JULY_MEETINGS


@pytest.mark.parametrize("version", ["--http1.0", "--http1.1"])
@pytest.mark.parametrize("coding", ["identity", "gzip"])
def test_curl_of_each_version(service: str, version: str, coding: str) -> None:
    decode = ["--compressed"] if coding == "gzip" else []
    done = subprocess.run(
        [
            *("curl", "-sS", version, *decode, "-H", f"Accept-Encoding: {coding}"),
            *("--data-urlencode", f"query={MEETINGS}", "-d", "output=csv", f"{service}/sparql/"),
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert slugs(done.stdout.split()[1:]) == JULY_MEETINGS


def test_the_largest_page_is_light(service: str) -> None:
    """At most 60 KB go over the wire, and what search engines read is small."""
    headers = {"Accept": "text/html"}
    for coding in ("gzip, deflate, br, zstd", "gzip"):
        coded = send(service, "GET", "/doc/china", {**headers, "Accept-Encoding": coding})
        assert len(coded.body) == int(coded.headers["content-length"]) <= 60_000
        assert coded.headers["content-encoding"] in coding
    plain = gzip.decompress(coded.body)
    (script,) = re.findall(rb'<script type="application/ld\+json">(.*?)</script>', plain)
    assert len(script) < 10_000
    markup = json.loads(script)
    assert (markup["@type"], markup["name"]) == ("Country", "China")


def test_sparqlwrapper_updates(store: str) -> None:
    client = SPARQLWrapper(f"{store}/sparql", f"{store}/update")
    client.addCustomHttpHeader("Authorization", BEARER["Authorization"])
    client.setMethod(POST)
    for method in (POSTDIRECTLY, URLENCODED):
        client.setRequestMethod(method)
        client.setQuery(f"INSERT DATA {{ <urn:s> <urn:p> '{method}' }}")
        assert client.query().response.status == 200
    client.setQuery("SELECT ?o { <urn:s> <urn:p> ?o } ORDER BY ?o")
    client.setReturnFormat(JSON)
    rows = client.query().convert()["results"]["bindings"]
    assert [row["o"]["value"] for row in rows] == sorted((POSTDIRECTLY, URLENCODED))


def test_rdflib_update_store(store: str) -> None:
    remote = SPARQLUpdateStore(f"{store}/sparql", f"{store}/update", headers=BEARER)
    graph = Graph(store=remote, identifier=URIRef("urn:graph"))
    triple = (URIRef("urn:s"), URIRef("urn:q"), Literal("日本", lang="ja"))
    graph.add(triple)
    assert list(graph) == [triple]
    graph.remove(triple)
    assert len(graph) == 0


def test_a_graph_is_put_with_curl(store: str, tmp_path: Path) -> None:
    data = tmp_path / "data.ttl"
    data.write_text("<x> <urn:p> 1 .")
    address = f"{store}/graphs?graph=http://a.example/g"
    done = subprocess.run(
        [
            *("curl", "-s", "-T", str(data), "-H", "Content-Type: text/turtle"),
            *("-H", f"Authorization: {BEARER['Authorization']}", "-w", "%{http_code}", address),
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "201"
    assert set(Graph().parse(address).subjects()) == {URIRef("http://a.example/x")}


@pytest.mark.parametrize("kind", ["sparql", "file"])
def test_comunica(service: str, kind: str) -> None:
    """As an endpoint, found by its description, and as documents of linked data."""
    folder = os.environ.get("EAKG_COMUNICA")
    places = [Path(folder, "node_modules", ".bin", COMUNICA)] if folder else []
    found = next((str(one) for one in places if one.exists()), shutil.which(COMUNICA))
    if found is None:
        pytest.skip(COMUNICA_ABSENT)
    source, query = f"{service}/sparql", MEETINGS
    if kind == "file":
        # Of one source of each kind: what the document of a series says.
        source = f"{service}/doc/som-series-2020-07"
    done = subprocess.run(
        [found, f"{kind}@{source}", "-q", query, "-t", "application/sparql-results+json"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    rows = json.loads(done.stdout)["results"]["bindings"]
    assert slugs([row["meeting"]["value"] for row in rows]) == JULY_MEETINGS


@pytest.mark.parametrize(
    ("method", "accept", "query", "given"),
    [
        ("GET", "application/sparql-results+json,*/*;q=0.9", MEETINGS, "sparql-results+json"),
        ("POST", "application/sparql-results+json,*/*;q=0.9", MEETINGS, "sparql-results+json"),
        ("POST", "application/sparql-results+json", "ASK {}", "sparql-results+json"),
        (
            "POST",
            "text/turtle,application/n-triples,*/*;q=0.9",
            f"CONSTRUCT WHERE {{ <{THING}> ?p ?o }}",
            "text/turtle",
        ),
        ("POST", "text/turtle,*/*;q=0.9", f"DESCRIBE <{THING}>", "text/turtle"),
    ],
)
def test_yasgui(service: str, method: str, accept: str, query: str, given: str) -> None:
    """The requests that YASGUI 4 sends from a page elsewhere, with those before them that the
    browser sends: header by header as its superagent puts them."""
    origin = {"Origin": "https://yasgui.triply.cc", "Referer": "https://yasgui.triply.cc/"}
    before = send(
        service,
        "OPTIONS",
        "/sparql",
        {
            **origin,
            "Access-Control-Request-Method": method,
            "Access-Control-Request-Headers": "authorization,content-type",
        },
    )
    assert before.status == 200
    assert before.headers["access-control-allow-origin"] == "*"
    assert method in before.headers["access-control-allow-methods"]
    fields = urlencode({"query": query})
    headers = {**origin, "Accept": accept, "Sec-Fetch-Mode": "cors"}
    if method == "GET":
        answer = send(service, "GET", f"/sparql?{fields}", headers)
    else:
        headers["Content-Type"] = "application/x-www-form-urlencoded; charset=UTF-8"
        answer = send(service, "POST", "/sparql", headers, fields.encode())
    assert answer.status == 200
    assert answer.media_type.endswith(given)
    assert answer.headers["access-control-allow-origin"] == "*"


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


def test_saved_queries_at_the_endpoint(service: str, repository: Path) -> None:
    """Twenty of them, and all with EAKG_SOAK."""
    eakg = Path(sys.executable).with_name("eakg")
    files = sample(find_queries([repository / "queries"]), 20)
    done = subprocess.run(
        [eakg, "test", "--timeout", "300", "--endpoint", f"{service}/sparql", *files],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "queries passed" in done.stdout


def test_the_same_bytes_from_command_and_service(service: str, repository: Path) -> None:
    file = repository / "queries/cq08-medical-teams.rq"
    eakg = Path(sys.executable).with_name("eakg")
    done = subprocess.run([eakg, "query", "--format", "csv", file], capture_output=True, check=True)
    headers = {"Content-Type": "application/sparql-query", "Accept": "text/csv"}
    assert send(service, "POST", "/sparql", headers, file.read_bytes()).body == done.stdout

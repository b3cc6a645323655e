"""Dereferencing, documents about things, the ontology, pages, and what every answer carries."""

import base64
import gzip
import hashlib
import html
import re
from pathlib import Path

import pyoxigraph
import pytest
from flask.testing import FlaskClient
from rdflib import DCAT, DCTERMS, PROV, RDF, RDFS, XSD, Graph, Literal, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import FOAF
from werkzeug.test import TestResponse

from eakg.names import DOC, EAKG, ID, INFERRED_GRAPH, background_graph
from eakg.serve.content.abbreviation import short
from eakg.serve.content.things import outline
from eakg.serve.data import sitemap
from eakg.serve.words.links import href, local_path
from eakg.store.graph_files import GraphFile, read_contents
from eakg.store.workers.keeper_process import KeeperProcess
from helpers.holdings import client_of, small_contents
from helpers.processes import eventually

MEETING = "apt-som-2020-07-20"
RDF_FORMATS = {
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "jsonld": "application/ld+json",
    "rdf": "application/rdf+xml",
    "trig": "application/trig",
    "nq": "application/n-quads",
}
HTML = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
rdflibs_own = pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")


@pytest.fixture
def client(small_client: FlaskClient) -> FlaskClient:
    return small_client


@pytest.fixture
def own_client(small_keeper: KeeperProcess) -> FlaskClient:
    """That of an application of the test's own."""
    return client_of(small_keeper)


def graph_at(client: FlaskClient, path: str) -> Graph:
    response = client.get(path)
    assert response.status_code == 200
    return parsed(response.data, response.mimetype)


def parsed(data: bytes, media_type: str) -> Graph:
    """A graph; triples of no graph are Turtle in TriG, and N-Triples in N-Quads."""
    plain = {"application/trig": "turtle", "application/n-quads": "nt"}
    return Graph().parse(data=data, format=plain.get(media_type, media_type))


@pytest.mark.parametrize(
    ("slug", "location"),
    [
        (MEETING, f"/doc/{MEETING}"),
        ("record/statement/R1", "/doc/record/statement/R1"),
        ("v1.ttl", "/doc/v1.ttl"),
        ("caf%C3%A9", "/doc/caf%C3%A9"),
        ("japan?closure=asserted", "/doc/japan?closure=asserted"),
    ],
)
def test_thing_is_seen_at_its_document(client: FlaskClient, slug: str, location: str) -> None:
    response = client.get(f"/id/{slug}")
    assert (response.status_code, response.headers["Location"]) == (303, location)
    assert "Accept" in response.headers["Vary"]
    assert client.head(f"/id/{slug}").status_code == 303
    assert client.get(location).status_code == 200


def test_public_address(small_keeper: KeeperProcess) -> None:
    client = client_of(small_keeper, "https://example.org/")
    assert client.get("/id/japan").headers["Location"] == "https://example.org/doc/japan"


@pytest.mark.parametrize(
    "path",
    [
        "/id/nobody",
        "/doc/nobody",
        "/doc/nobody.ttl",
        "/doc/japan.docx",
        "/id/",
        "/id/a%3E%3Cb",
        "/id/%7B%7D%22",
        "/dump",
        "/static/none.css",
        "/static/../application.py",
    ],
)
def test_unknown(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    assert (response.status_code, response.content_type) == (404, "application/problem+json")
    page = client.get(path, headers=HTML)
    assert (page.status_code, page.mimetype) == (404, "text/html")


def test_path_is_utf_8(client: FlaskClient) -> None:
    response = client.get("/", environ_overrides={"PATH_INFO": "/id/\xff"})
    assert (response.status_code, response.content_type) == (400, "application/problem+json")


@pytest.mark.parametrize(
    ("accept", "given"),
    [
        (None, "text/turtle; charset=utf-8"),
        ("*/*", "text/turtle; charset=utf-8"),
        ("application/ld+json", "application/ld+json"),
        ("application/n-triples;q=0.5, application/rdf+xml", "application/rdf+xml"),
        ("text/turtle;q=0, */*;q=0.1", "application/n-triples"),
        (HTML["Accept"], "text/html; charset=utf-8"),
    ],
)
def test_document_negotiates(client: FlaskClient, accept: str | None, given: str) -> None:
    response = client.get(f"/doc/{MEETING}", headers={"Accept": accept} if accept else {})
    assert response.content_type == given
    assert "Accept" in response.headers["Vary"]


def test_document_not_acceptable(client: FlaskClient) -> None:
    response = client.get(f"/doc/{MEETING}", headers={"Accept": "image/png"})
    assert response.status_code == 406
    others = {"text/html", "application/vnd.eakg.words+json"}
    assert set(response.get_json(force=True)["available"]) == {*RDF_FORMATS.values(), *others}


def test_terms_of_rdf_are_one_switch_away(client: FlaskClient) -> None:
    address = f"/doc/{MEETING}"
    page = client.get(address, headers={"Accept": "text/html"}).text
    assert '<code class="term">' not in page
    (switch,) = re.findall(r'<a href="([^"]*terms=shown[^"]*)">show terms</a>', page)
    shown = client.get(html.unescape(switch), headers={"Accept": "text/html"}).text
    for term in ("eakg:notBefore", "rdf:type"):
        assert f'<code class="term">{term}</code>' in shown
    (canonical,) = re.findall('<link rel="canonical" href="([^"]+)">', shown)
    assert "terms" not in canonical
    (back,) = re.findall(r'<a href="([^"]*)">words alone</a>', shown)
    assert client.get(html.unescape(back), headers={"Accept": "text/html"}).text == page
    for query in ("terms=x", "format=ttl&terms=shown"):
        assert client.get(f"{address}?{query}").status_code == 400


def test_words_of_some_triples_tell_what_was_stated_first(client: FlaskClient) -> None:
    whole = client.get(f"/doc/{MEETING}.words").get_json(force=True)
    some = client.get(f"/doc/{MEETING}.words?most=2").get_json(force=True)
    assert some["total"] == whole["total"]
    assert len(some["outgoing"]) == 2
    assert all(one in whole["outgoing"] for one in some["outgoing"])
    assert {one["by"] for one in some["outgoing"]} == {"asserted"}
    for query in ("most=0", "most=x", "most=501"):
        assert client.get(f"/doc/{MEETING}.words?{query}").status_code == 400
    assert client.get(f"/doc/{MEETING}.ttl?most=2").status_code == 400


@pytest.mark.parametrize("slug", [MEETING, "japan", "caf%C3%A9"])
def test_words_tell_the_triples_of_the_document(client: FlaskClient, slug: str) -> None:
    document = client.get(f"/doc/{slug}.words").get_json(force=True)
    triples = {
        f"{' '.join(one['triple'].values())} ."
        for one in (*document["outgoing"], *document["incoming"])
    }
    lines = set(client.get(f"/doc/{slug}.nt").text.splitlines())
    assert triples
    assert triples <= lines
    assert all(
        ("evidence" in one) == (one["by"] == "asserted")
        for one in (*document["outgoing"], *document["incoming"])
    )


@rdflibs_own
@pytest.mark.parametrize("slug", [MEETING, "record/statement/R1", "v1.ttl", "caf%C3%A9"])
def test_formats_say_the_same(client: FlaskClient, slug: str) -> None:
    # The others have the evidence, too, in graphs of its own.
    extensions = [one for one in RDF_FORMATS if one not in ("trig", "nq")]
    graphs = [graph_at(client, f"/doc/{slug}.{extension}") for extension in extensions]
    assert len(graphs[0]) > 3
    assert all(isomorphic(graphs[0], other) for other in graphs[1:])
    for extension, media_type in RDF_FORMATS.items():
        response = client.get(f"/doc/{slug}.{extension}", headers=HTML)
        assert response.mimetype == media_type
        assert response.data == client.get(f"/doc/{slug}.{extension}").data


def test_description(client: FlaskClient) -> None:
    graph = graph_at(client, f"/doc/{MEETING}.ttl")
    meeting, statement = ID[MEETING], ID["record/statement/R1"]
    for triple in (
        (meeting, EAKG.host, ID["viet-nam"]),
        (meeting, EAKG.involves, ID["viet-nam"]),
        (ID.japan, EAKG.involvedIn, meeting),
        (ID.japan, RDFS.label, Literal("Japan", "en")),
        (EAKG.host, RDFS.label, Literal("host", "en")),
        (statement, RDF.object, ID["viet-nam"]),
        (statement, EAKG.inSentence, ID["record/sentence/3"]),
        (DOC[MEETING], FOAF.primaryTopic, meeting),
        (DOC[MEETING], RDF.type, FOAF.Document),
    ):
        assert triple in graph


def test_asserted_description(client: FlaskClient) -> None:
    graph = graph_at(client, f"/doc/{MEETING}.ttl?closure=asserted")
    assert (ID[MEETING], EAKG.host, ID["viet-nam"]) in graph
    assert (ID[MEETING], EAKG.involves, ID["viet-nam"]) not in graph
    assert client.get(f"/doc/{MEETING}?closure=maybe").status_code == 400


def test_evidence_is_described_too(client: FlaskClient) -> None:
    graph = graph_at(client, "/doc/record/sentence/3")
    assert (ID["record/statement/R1"], EAKG.inSentence, ID["record/sentence/3"]) in graph


def test_large_things_are_paged(own_client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    client = own_client
    monkeypatch.setattr(outline, "PAGE", 2)
    found, path, pages = Graph(), f"/doc/{MEETING}.nt", 0
    while path:
        response = client.get(path)
        assert 'rel="first"' in response.headers["Link"]
        found += graph_at(client, path)
        pages += 1
        path = next(iter(re.findall(r'<([^>]*)>; rel="next"', response.headers["Link"])), "")
    assert pages > 2
    assert "Page 1 of" in str(found.value(DOC[MEETING], RDFS.comment))
    page = client.get(f"/doc/{MEETING}?page=2", headers=HTML).text
    assert f'<a rel="prev" href="/doc/{MEETING}">' in page
    assert f'<a rel="next" href="/doc/{MEETING}?page=3">' in page
    assert client.get(f"/doc/{MEETING}?page={pages + 1}").status_code == 404
    for number in ("0", "-1", "x", "1.5", "9" * 20, "٣"):
        assert client.get(f"/doc/{MEETING}", query_string={"page": number}).status_code == 400
    asked = client.get(f"/doc?iri={ID[MEETING]}&format=nt")
    following = re.findall(r'<([^>]*)>; rel="next"', asked.headers["Link"])[0]
    assert client.get(following).content_type == asked.content_type
    monkeypatch.undo()
    about = {one for one in graph_at(client, f"/doc/{MEETING}.nt") if ID[MEETING] in one}
    assert len(about) > 2
    assert about <= set(found)


def test_document_is_validated(client: FlaskClient) -> None:
    paths = (f"/doc/{MEETING}", f"/doc/{MEETING}.nt", f"/doc/{MEETING}?closure=asserted")
    tags = [client.get(path).headers["ETag"] for path in paths]
    assert len(set(tags)) == 3
    again = client.get(paths[0], headers={"If-None-Match": tags[0]})
    assert (again.status_code, again.data) == (304, b"")
    head = client.head(paths[0])
    assert (head.status_code, head.data, head.headers["ETag"]) == (200, b"", tags[0])


def test_document_links(client: FlaskClient) -> None:
    links = client.get(f"/doc/{MEETING}").headers["Link"]
    for extension in (*RDF_FORMATS, "html"):
        assert f'</doc/{MEETING}.{extension}>; rel="alternate"' in links
    assert f'<{ID[MEETING]}>; rel="describes"' in links
    assert 'rel="describedby"' in links
    assert 'rel="license"' in links
    assert f'<{ID[MEETING]}>; rel="cite-as"' in links
    assert f'<{EAKG.Meeting}>; rel="type"; anchor="{ID[MEETING]}"' in links


def test_page_of_a_thing(client: FlaskClient) -> None:
    page = client.get(f"/doc/{MEETING}", headers=HTML).text
    assert '<a href="/doc/viet-nam" title="https://w3id.org/eakg/id/viet-nam">Viet Nam</a>' in page
    assert 'title="Viet Nam chaired the meeting &amp; hosted it &lt;online&gt;."' in page
    assert page.count('<a class="why inferred"') == 3
    assert 'href="/ontology#Meeting"' in page
    assert "20 July 2020" in page
    assert f'<link rel="alternate" type="text/turtle" href="/doc/{MEETING}.ttl">' in page
    facts = re.findall(r'<(?:li|p) class="(?:lead )?fact.*?</(?:li|p)>', page, re.DOTALL)
    assert len(facts) > 6
    assert all('<a class="why ' in fact for fact in facts)


def test_page_says_the_language_of_a_name_that_is_not_english(client: FlaskClient) -> None:
    page = client.get("/doc/japan", headers=HTML).text
    assert '<span lang="ja">日本</span> <small class="language">ja</small>' in page
    assert '<small class="language">en</small>' not in page


def test_page_escapes(client: FlaskClient) -> None:
    response = client.get("/doc/evil", headers=HTML)
    assert "<script>alert" not in response.text
    assert response.text.count("</script>") == 1
    assert "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;" in response.text
    assert "<b>bold" not in response.text
    assert "default-src 'self'" in response.headers["Content-Security-Policy"]


def test_other_data_are_not_called_ours(tmp_path: Path) -> None:
    file = tmp_path / "cats.ttl"
    file.write_text("<http://example.org/tom> a <http://example.org/Cat> .")
    name = URIRef("http://example.org/cats")
    with KeeperProcess(read_contents([GraphFile(name, file)])) as keeper:
        client = client_of(keeper)
        page = client.get("/", headers={"Accept": "text/html"}).text
        assert "East Asia" not in page
        assert "medical team" not in page
        assert DCTERMS.license not in set(graph_at(client, "/dcat").predicates())


def test_withdrawn(tmp_path: Path) -> None:
    file = tmp_path / "withdrawn.ttl"
    file.write_text(
        f'<{ID["old-summit"]}> <{PROV.invalidatedAtTime}> "2020-08-01"^^<{XSD.date}> ;'
        f" <{DCTERMS.isReplacedBy}> <{ID[MEETING]}> ."
        f'<{ID["moved"]}> <{PROV.invalidatedAtTime}> "2020-08-01"^^<{XSD.date}> ;'
        f" <{DCTERMS.isReplacedBy}> <https://elsewhere.example/moved> ."
    )
    graph = GraphFile(background_graph("withdrawn"), file)
    with KeeperProcess(read_contents([*small_contents().files, graph])) as keeper:
        check_withdrawn(client_of(keeper))
        public = client_of(keeper, "https://example.org/")
        for slug, where in (
            ("old-summit", f"https://example.org/doc/{MEETING}"),
            ("moved", "https://elsewhere.example/moved"),
        ):
            link = f'<{where}>; rel="successor-version"'
            assert public.get(f"/doc/{slug}").headers["Link"] == link


def check_withdrawn(client: FlaskClient) -> None:
    assert "old-summit" not in client.get("/sitemap.xml").text
    for path in ("/id/old-summit", "/doc/old-summit", "/doc/old-summit.ttl"):
        response = client.get(path)
        assert (response.status_code, response.content_type) == (410, "application/problem+json")
        assert response.get_json()["replacedBy"] == [str(ID[MEETING])]
        assert response.headers["Link"] == f'</doc/{MEETING}>; rel="successor-version"'
    page = client.get("/doc/old-summit", headers=HTML)
    assert (page.status_code, page.mimetype) == (410, "text/html")
    assert "withdrawn on 2020-08-01" in page.text


def test_graphs_have_addresses(client: FlaskClient) -> None:
    page = client.get("/graph/background/states", headers=HTML)
    assert (page.status_code, page.mimetype) == (200, "text/html")
    graph = graph_at(client, "/graph/background/states.nt")
    assert (ID.japan, RDF.type, EAKG.State) in graph
    triples = client.get("/graph/background/states")
    assert triples.status_code == 303
    assert triples.headers["Location"] == "/graphs/background/states"
    for path in ("/graph/background/nothing", "/graphs/background/nothing", "/graph/nothing.ttl"):
        for accept in ("*/*", "text/turtle", "text/html", "image/png"):
            assert client.get(path, headers={"Accept": accept}).status_code == 404, (path, accept)
    ontology = client.get("/graph/ontology", headers=HTML)
    assert (ontology.status_code, ontology.headers["Location"]) == (303, "/ontology")


def test_things_by_kind(client: FlaskClient) -> None:
    assert 'href="/things?kind=State"' in client.get("/things").text
    states = client.get("/things?kind=State").text
    for words in ("/doc/japan", "/doc/viet-nam", "Japan"):
        assert words in states
    for query in ("kind=Nothing", "kind=State&page=2"):
        assert client.get(f"/things?{query}").status_code == 404


def downloaded(client: FlaskClient, path: str, **headers: str) -> TestResponse:
    """The response of a download, read and closed."""
    with client.get(path, headers=headers) as response:
        response.get_data()
    return response


def test_dumps(client: FlaskClient) -> None:
    quads = downloaded(client, "/dump.nq.gz")
    assert quads.content_type == "application/gzip"
    lines = gzip.decompress(quads.data).decode().splitlines()
    assert lines == sorted(lines, key=lambda line: (line.rsplit(" ", 2)[1], line))
    for kind, graph in ((EAKG.State, background_graph("states")), (EAKG.Actor, INFERRED_GRAPH)):
        assert f"<{ID.japan}> <{RDF.type}> <{kind}> <{graph}> ." in lines
    parsed = pyoxigraph.parse("\n".join(lines), format=pyoxigraph.RdfFormat.N_QUADS)
    assert len(list(parsed)) == len(lines)
    turtle = gzip.decompress(downloaded(client, "/dump.ttl.gz").data)
    triples = len(Graph().parse(data=turtle, format="turtle"))
    assert eventually(lambda: client.get("/health").get_json().get("triples") == triples)
    digest = hashlib.sha256(quads.data)
    words = client.get("/dump.nq.gz.sha256").text
    assert words == f"{digest.hexdigest()}  dump.nq.gz\n"
    coded = base64.b64encode(digest.digest()).decode()
    assert quads.headers["Repr-Digest"] == f"sha-256=:{coded}:"
    part = downloaded(client, "/dump.nq.gz", Range="bytes=0-9")
    assert (part.status_code, part.data) == (206, quads.data[:10])
    tag = {"If-None-Match": quads.headers["ETag"]}
    assert downloaded(client, "/dump.nq.gz", **tag).status_code == 304
    assert client.get("/dump.xml.gz").status_code == 404


def test_catalogue(client: FlaskClient) -> None:
    graph = graph_at(client, "/dcat")
    (dataset,) = graph.subjects(RDF.type, DCAT.Dataset)
    for distribution in graph.objects(dataset, DCAT.distribution):
        address = str(graph.value(distribution, DCAT.downloadURL))
        data = downloaded(client, address.removeprefix("http://localhost")).data
        assert int(str(graph.value(distribution, DCAT.byteSize))) == len(data)


def test_sitemap(own_client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    client = own_client
    whole = client.get("/sitemap.xml").text
    addresses = re.findall("<loc>(.*?)</loc>", whole)
    assert "http://localhost/doc/japan" in addresses
    for address in addresses:
        with client.get(address.removeprefix("http://localhost"), headers=HTML) as response:
            assert response.status_code in (200, 303)
    monkeypatch.setattr(sitemap, "CAP", 3)
    parts = re.findall("<loc>(.*?)</loc>", client.get("/sitemap.xml").text)
    listed = [
        one for part in parts for one in re.findall("<loc>(.*?)</loc>", client.get(part).text)
    ]
    assert listed == addresses
    assert client.get(f"/sitemap.xml?page={len(parts) + 1}").status_code == 404
    assert "Sitemap: http://localhost/sitemap.xml" in client.get("/robots.txt").text


@rdflibs_own
def test_ontology(client: FlaskClient) -> None:
    graphs = []
    for media_type in RDF_FORMATS.values():
        response = client.get("/ontology", headers={"Accept": media_type})
        assert response.mimetype == media_type
        graphs.append(parsed(response.data, media_type))
    assert all(isomorphic(graphs[0], other) for other in graphs[1:])
    assert (EAKG.State, RDFS.subClassOf, EAKG.Actor) in graphs[0]
    page = client.get("/ontology", headers=HTML).text
    for words in ('id="State"', "Who can act.", "行为体", "ASEAN", 'href="/ontology#Actor"'):
        assert words in page
    assert client.get("/ontology", headers={"Accept": "image/png"}).status_code == 406


def test_front_page(client: FlaskClient) -> None:
    page = client.get("/").text
    assert "<dd>52</dd>" in page
    assert 'href="/doc/japan"' in page
    for link in re.findall(r'href="(/[^"#]*)', page):
        with client.get(link.replace("&amp;", "&")) as response:
            assert response.status_code == 200


def test_health(client: FlaskClient) -> None:
    assert eventually(lambda: "triples" in client.get("/health").get_json())
    response = client.get("/health")
    assert response.get_json() | {"version": "x"} == {
        "status": "ok",
        "version": "x",
        "data": small_contents().version,
        "triples": 52,
    }
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/", "/sparql", "/ontology", f"/doc/{MEETING}", "/nowhere"])
def test_pages_are_for_everyone(client: FlaskClient, path: str) -> None:
    page = client.get(path, headers=HTML).text
    assert '<html lang="en">' in page
    assert 'name="viewport"' in page
    assert 'href="#content">Skip' in page
    assert page.count("<h1") == 1
    assert page.count("<table") == page.count("<caption")
    assert not re.search(r'(?:src|href)="https?://[^"]+\.(?:css|js|woff2?)"', page)
    assert "style=" not in page


@pytest.mark.parametrize("path", ["/", "/health", "/sparql", "/id/japan", "/doc/japan", "/none"])
def test_headers_of_every_answer(client: FlaskClient, path: str) -> None:
    for method in ("GET", "HEAD", "OPTIONS", "DELETE"):
        headers = client.open(path, method=method).headers
        assert headers["Access-Control-Allow-Origin"] == "*"
        assert "ETag" in headers["Access-Control-Expose-Headers"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "Content-Security-Policy" in headers


@pytest.mark.parametrize(
    ("iri", "path", "text"),
    [
        (ID["a/b c"], "/doc/a/b%20c", "id:a/b c"),
        (EAKG.Actor, "/ontology#Actor", "eakg:Actor"),
        (URIRef("https://w3id.org/eakg/ontology"), "/ontology", "ontology"),
        (
            background_graph("x.csv#row=2"),
            "/graph/background/x.csv#row=2",
            "graph:background/x.csv#row=2",
        ),
        (RDFS.label, None, "rdfs:label"),
        (URIRef("urn:x"), None, "urn:x"),
    ],
)
def test_links(iri: URIRef, path: str | None, text: str) -> None:
    assert local_path(str(iri)) == path
    assert short(str(iri)) == text
    assert href("javascript:alert(1)") is None


@pytest.mark.parametrize(
    "address",
    [
        "/doc/japan?page=",
        "/doc/japan.words?most=",
        "/things?page=",
        "/search?q=japan&limit=",
        "/search.json?q=japan&limit=",
        "/reconcile/suggest/entity?prefix=ja&cursor=",
        "/reconcile/properties?type=x&limit=",
        "/explain?s=https%3A%2F%2Fw3id.org%2Feakg%2Fid%2Fjapan&p=a&o=a&all=",
        "/changes?page=",
    ],
)
def test_a_number_of_any_length_is_a_bad_parameter(client: FlaskClient, address: str) -> None:
    assert client.get(address + "9" * 5000).status_code in {400, 404}

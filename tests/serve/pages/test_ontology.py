"""The ontology's page: every term with its axioms in words and its use, in every format."""

import re
from html import unescape
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest
from flask import Flask
from flask.testing import FlaskClient
from rdflib import OWL, RDF, RDFS, SKOS, Graph, Literal, URIRef

from eakg.names import EAKG, ID, ONTOLOGY_GRAPH
from eakg.serve.content.project import shipped_project
from eakg.serve.pages.ontology.terms import Piece, list_of, pieces, terms
from eakg.serve.pages.ontology.usage import PAGE
from eakg.serve.pages.ontology.vocabulary import read_vocabulary
from eakg.store.graph_files import GraphFile, read_contents
from eakg.store.workers.keeper_process import KeeperProcess
from helpers.holdings import client_of

HTML = {"Accept": "text/html"}
EXTENSIONS = {"ttl": "turtle", "nt": "nt", "jsonld": "json-ld", "rdf": "xml"}
rdflibs_own = pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")


@pytest.fixture(scope="module")
def client(shipped_application: Flask) -> FlaskClient:
    return shipped_application.test_client()


@pytest.fixture(scope="module")
def page(client: FlaskClient) -> str:
    for _ in range(24):  # what it tells is made once, and a busy machine takes longer than a wait
        response = client.get("/ontology", headers=HTML)
        if response.status_code != 503:
            break
    assert response.status_code == 200
    return response.text


def article(page: str, name: str) -> str:
    found = re.search(rf'<article id="{name}" class="term">.*?</article>', page, re.DOTALL)
    assert found, name
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found[0])))


def ours(ontology: Graph) -> set[URIRef]:
    kinds = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty)
    found = {one for kind in kinds for one in ontology.subjects(RDF.type, kind)}
    return {one for one in found if isinstance(one, URIRef) and one.startswith(str(EAKG))}


def test_every_term_has_an_anchor_and_its_definition(page: str, ontology: Graph) -> None:
    for term in ours(ontology):
        told = article(page, term.removeprefix(str(EAKG)))
        for definition in ontology.objects(term, SKOS.definition):
            assert re.sub(r"\s+", " ", str(definition)) in told
        for label in ontology.objects(term, RDFS.label):
            assert str(label) in told


def test_anchors_are_there_once_and_links_to_them_lead(page: str) -> None:
    anchors = re.findall(r' id="([^"]+)"', page)
    assert len(anchors) == len(set(anchors))
    targets = set(re.findall(r'href="(?:/ontology)?#([^"]+)"', page))
    assert targets - {"content"} <= set(anchors)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("entitledToAttend", "follows from participates in , then seats admit to"),
        ("State", "known by its ISO 3166-1 alpha-3"),
        ("AssistanceAct", "always act code : AID"),
        ("SummitMeeting", "follows from level : "),
        ("HeadOfGovernment", "follows from holds office : some office of a head of government"),
        ("member", "has one value at most"),
        ("strategicPartnerOf", "holds both ways"),
        ("partOf", "carries on from thing to thing"),
        ("UnsignedAgreement", "not used"),
    ],
)
def test_axioms_in_words(page: str, name: str, words: str) -> None:
    assert re.sub(r"\s", "", words) in re.sub(r"\s", "", article(page, name))


@pytest.mark.parametrize("name", ["State", "MedicalTeamDispatch", "agent", "numericValue"])
def test_use_is_counted(client: FlaskClient, page: str, name: str) -> None:
    pattern = f"?s a <{EAKG[name]}>" if name[0].isupper() else f"?s <{EAKG[name]}> ?o"
    query = f"SELECT DISTINCT ?s ?o {{ GRAPH ?g {{ {pattern} }} }}"
    answer = client.get(f"/sparql?{urlencode({'query': query})}")
    count = len(answer.get_json(force=True)["results"]["bindings"])
    assert f"{count} times" in article(page, name)
    of_use = client.get(f"/ontology/{name}", headers=HTML).text
    assert of_use.count("/explain?") == min(count, 100)  # of a page


def test_queries_of_use_give_the_same(client: FlaskClient, page: str) -> None:
    for name in ("Membership", "recipient"):
        of_use = client.get(f"/ontology/{name}", headers=HTML).text
        run = re.search(r'href="(/sparql\?query=[^"]+)"', of_use)
        assert run
        rows = client.get(run[1], headers={"Accept": "text/csv"}).text.splitlines()[1:]
        said = re.search(r"<p>([\d,]+) ", of_use)
        assert said
        assert len(rows) == int(said[1].replace(",", ""))


@pytest.mark.parametrize(("name", "is_proved"), [("host", True), ("denotedBy", False)])
def test_a_use_leads_to_its_proof_where_there_is_one(
    client: FlaskClient, name: str, is_proved: bool
) -> None:
    """What is only in the evidence is no triple of the graph, and has no proof."""
    page = client.get(f"/ontology/{name}", headers={"Accept": "text/html"}).text
    proofs = [unescape(link) for link in re.findall(r'href="(/explain[^"]*)"', page)]
    assert page.count("<tr>") > 10
    assert bool(proofs) == is_proved
    assert [client.get(link).status_code for link in proofs[:3]] == [200] * len(proofs[:3])


def test_use_is_paged(client: FlaskClient) -> None:
    path, seen, links = "/ontology/Membership", [], ["next"]
    while "next" in links:
        response = client.get(path, headers=HTML)
        seen += re.findall(r'<th scope="row"><a href="/doc/([^"]+)"', response.text)
        found = dict(re.findall(r'<([^>]+)>; rel="(\w+)"', response.headers["Link"]))
        links = list(found.values())
        path = next((at for at, rel in found.items() if rel == "next"), path)
    assert len(seen) == len(set(seen)) > PAGE
    last = client.get(path, headers=HTML)
    assert 'rel="prev"' in last.headers["Link"]


@pytest.mark.parametrize("path", ["/ontology/Nothing", "/ontology/State?page=9", "/ontology.doc"])
def test_unknown(client: FlaskClient, path: str) -> None:
    assert client.get(path, headers=HTML).status_code == 404


@pytest.mark.parametrize("page", ["0", "-1", "x", "²", ""])
def test_page_that_is_none(client: FlaskClient, page: str) -> None:
    assert client.get(f"/ontology/State?page={page}", headers=HTML).status_code == 400


@rdflibs_own
@pytest.mark.parametrize("extension", EXTENSIONS)
def test_extensions_give_what_negotiation_gives(client: FlaskClient, extension: str) -> None:
    by_extension = client.get(f"/ontology.{extension}", headers=HTML)
    by_accept = client.get("/ontology", headers={"Accept": by_extension.mimetype})
    assert by_extension.data == by_accept.data
    graph = Graph().parse(data=by_extension.data, format=EXTENSIONS[extension])
    assert (EAKG.State, RDF.type, OWL.Class) in graph
    for other in (*EXTENSIONS, "html"):
        assert f"</ontology.{other}>" in by_extension.headers["Link"]


def test_html_by_extension(client: FlaskClient) -> None:
    response = client.get("/ontology.html", headers={"Accept": "text/turtle"})
    assert response.mimetype == "text/html"


def test_version_has_an_address(client: FlaskClient, ontology: Graph) -> None:
    (version,) = ontology.objects(URIRef("https://w3id.org/eakg/ontology"), OWL.versionIRI)
    path = str(version).removeprefix("https://w3id.org/eakg")
    response = client.get(path, headers={"Accept": "text/turtle"})
    assert response.data == client.get("/ontology.ttl").data


def test_diagrams_are_well_formed_and_lead_to_terms(page: str) -> None:
    found = re.findall(r"<svg viewBox.*?</svg>", page, re.DOTALL)
    assert len(found) == 2
    for one in found:
        drawing = ElementTree.fromstring(one)  # noqa: S314 our own page
        links = [link.get("href", "") for link in drawing.iter("a")]
        assert len(links) > 20
        assert all(link.startswith("#") for link in links)


def test_tree_has_every_class(page: str, ontology: Graph) -> None:
    (tree,) = (one for one in re.findall(r"<svg.*?</svg>", page, re.DOTALL) if "classes-t" in one)
    classes = {one for one in ours(ontology) if (one, RDF.type, OWL.Class) in ontology}
    for one in classes:
        assert f'href="#{one.removeprefix(str(EAKG))}"' in tree


def test_other_data_has_its_page(small_client: FlaskClient) -> None:
    assert 'id="State"' in small_client.get("/ontology", headers=HTML).text


def test_pieces_of_a_text() -> None:
    assert pieces("id:laos eakg:member id:asean, too") == (
        Piece("id:laos", str(ID.laos)),
        Piece(" "),
        Piece("eakg:member", str(EAKG.member)),
        Piece(" "),
        Piece("id:asean", str(ID.asean)),
        Piece(", too"),
    )
    assert pieces("An agreement.") == (Piece("An agreement."),)


def test_lists_that_run_in_circles_end() -> None:
    a, b = URIRef("http://e.org/a"), URIRef("http://e.org/b")
    one, two = Literal(1), Literal(2)
    index = {
        a: {RDF.first: [one], RDF.rest: [b]},
        b: {RDF.first: [two], RDF.rest: [a]},
    }
    assert list_of(index, a) == [one, two]
    assert list_of(index, RDF.nil) == []


def test_classes_that_are_kinds_of_each_other_are_drawn(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    file = tmp_path_factory.mktemp("loop") / "o.ttl"
    file.write_text(
        f"""@prefix : <{EAKG}> . @prefix owl: <{OWL}> . @prefix rdfs: <{RDFS}> .
        :Root a owl:Class . :A a owl:Class ; rdfs:subClassOf :B , :Root .
        :B a owl:Class ; rdfs:subClassOf :A ."""
    )
    with KeeperProcess(read_contents([GraphFile(ONTOLOGY_GRAPH, file)])) as keeper:
        response = client_of(keeper).get("/ontology", headers=HTML)
        assert response.status_code == 200
        vocabulary = read_vocabulary(keeper.client(), shipped_project(), is_shipped=True)
        assert len(terms(vocabulary, (OWL.Class,), {})) == 3

"""Questions that the words of a search ask, with the values of their parameters."""

from html import unescape
from re import findall

import pytest
from flask.testing import FlaskClient
from rdflib import URIRef

from eakg.serve.app.settings import Settings
from eakg.serve.application import create_app
from eakg.serve.content.project import Project
from eakg.store.embedded import EmbeddedStore
from eakg.store.graph_files import GraphFile, read_contents
from eakg.store.options import StoreOptions
from helpers.patience import PATIENT

DATA = """
@prefix : <http://ships.example/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
:beagle a :Ship ; rdfs:label "Beagle"@en . :endeavour a :Ship ; rdfs:label "HM Bark Endeavour"@en .
:sydney a :Harbour ; rdfs:label "Sydney"@en , "悉尼"@zh . :fitzroy rdfs:label "FitzRoy"@en .
:harbour rdfs:label "harbour"@en .
"""
QUERIES = {
    "captains": (
        "Who commanded a ship between two days?",
        ("ship: {type: iri}", "from: {type: date}", "to: {type: date}"),
        "VALUES ?ship { <http://ships.example/beagle> }"
        ' VALUES ?from { "1831-01-01"^^xsd:date } VALUES ?to { "1836-12-31"^^xsd:date }'
        " ?captain <http://ships.example/commanded> ?ship",
    ),
    "in-harbour": (
        "Which ships lay in a harbour on a day?",
        ("harbour: {type: iri}", "date: {type: date}"),
        'VALUES ?harbour { <http://ships.example/sydney> } VALUES ?date { "1836-01-12"^^xsd:date }'
        " ?ship <http://ships.example/lay> ?harbour",
    ),
    "orders": (
        "What was given to whom by whoever sent a ship?",
        ("sender: {type: iri}",),
        "VALUES ?sender { <http://ships.example/fitzroy> }"
        " ?sender <http://ships.example/gave> ?order",
    ),
    "cargo": (
        "Which cargo did a ship carry before a day?",
        ("ship: {type: iri}", "day: {type: date, minimum: 1800-01-01}"),
        "VALUES ?ship { <http://ships.example/beagle> }"
        ' VALUES ?day { "1836-01-12"^^xsd:date } ?ship <http://ships.example/cargo> ?what',
    ),
    "letters-of-writer": (
        "What did a writer write to whom?",
        ("writer: {type: iri}",),
        "VALUES ?writer { <http://ships.example/fitzroy> }"
        " ?letter <http://ships.example/by> ?writer",
    ),
    "letters-to-reader": (
        "Which letters did a reader get, and who wrote them?",
        ("reader: {type: iri}",),
        "VALUES ?reader { <http://ships.example/fitzroy> }"
        " ?letter <http://ships.example/to> ?reader",
    ),
    "idle": ("Which ships got no crew?", (), "?ship a <http://ships.example/Idle>"),
    "crews": (
        "Which crews were received by ships, and in which port was that?",
        (),
        "?ship <http://ships.example/crew> ?crew",
    ),
    "fleets": ("Which ships sailed together?", (), "?ship <http://ships.example/with> ?other"),
}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    folder = tmp_path_factory.mktemp("ships")
    file = folder / "ships.ttl"
    file.write_text(DATA, "utf-8")
    for name, (question, parameters, pattern) in QUERIES.items():
        lines = [f"#+ summary: {name}", f"#+ question: {question}"]
        lines += ["#+ parameters:", *(f"#+   {one}" for one in parameters)] if parameters else []
        lines += [
            "PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>",
            f"SELECT * {{ {pattern} }}",
        ]
        (folder / f"{name}.rq").write_text("\n".join(lines), "utf-8")
    contents = read_contents([GraphFile(URIRef("http://ships.example/graph"), file)])
    store = EmbeddedStore(contents, StoreOptions(reasoning="none"))
    project = Project(questions=folder)
    return create_app(Settings("none", PATIENT, project=project), store).test_client()


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("who commanded Beagle 1832", ("captains", "Beagle", "1832-01-01", "1832-12-31")),
        ("commanders of the Beagle", ("captains", "Beagle")),
        ("who commanded the HM Bark Endeavour", ("captains", "endeavour")),
        ("commanded from 1831 to 1834", ("captains", "1831-01-01", "1834-12-31")),
        ("ships in Sydney 1836", ("in-harbour", "sydney", "1836-12-31")),
        ("ships 悉尼", ("in-harbour", "sydney")),
        ("ships sailed together", ("fleets",)),
        ("sailed together in 1836", ("fleets",)),
        ("commanded Beagle in Sydney", ("captains", "Beagle")),
        # A word that is the name of something too, as the roles of members are.
        ("since when is FitzRoy a harbour of Sydney", ("in-harbour", "sydney")),
        # A question that tells of all ships in a harbour, in whatever order they are named.
        ("which ships like the Beagle lay in Sydney", ("in-harbour", "sydney")),
        ("which ships in Sydney lay beside the Beagle", ("in-harbour", "sydney")),
        # Days and months, as they are written.
        ("who commanded Beagle in June 1832", ("captains", "Beagle", "1832-06-01", "1832-06-30")),
        ("commanders in Feb 1832", ("captains", "1832-02-01", "1832-02-29")),
        ("commanders on 5 June 1832", ("captains", "1832-06-05", "1832-06-05")),
        ("commanders June 1831 to May 1832", ("captains", "1831-06-01", "1832-05-31")),
        ("ships in Sydney on January 12, 1836", ("in-harbour", "sydney", "1836-01-12")),
        # Stems of words that are shorter in the question.
        ("sailing together", ("fleets",)),
        # Names that ask nothing by themselves, but two that a question has places for.
        ("Beagle 1832", ("captains", "Beagle", "1832-01-01", "1832-12-31")),
        # The word before a name, where the wording has it before a parameter.
        ("who wrote letters to FitzRoy", ("letters-to-reader", "fitzroy")),
        ("letters of FitzRoy", ("letters-of-writer", "fitzroy")),
        # A question that denies goes behind, though it has more of the words.
        ("which ships had a crew", ("crews",)),
        ("which ships got their crews", ("crews",)),
        ("which ships had no crew", ("idle",)),
        # Of verbs whose forms begin differently, any form asks.
        ("what did FitzRoy give", ("orders", "fitzroy")),
        ("who gave what to FitzRoy", ("orders", "fitzroy")),
        ("what does FitzRoy send", ("orders", "fitzroy")),
    ],
)
def test_words_ask_a_question_and_fill_it_in(
    client: FlaskClient, words: str, first: tuple[str, ...]
) -> None:
    page = client.get("/search", query_string={"q": words}, headers={"Accept": "text/html"})
    links = [unescape(link) for link in findall(r'<a href="(/queries/[^"]+)"', page.text)]
    assert links, words
    path, _, values = links[0].partition("?")
    assert path == f"/queries/{first[0]}"
    assert all(value.casefold() in values.casefold() for value in first[1:]), links
    assert values.count("=") == len(first) - 1
    assert client.get(links[0], headers={"Accept": "text/html"}).status_code == 200


@pytest.mark.parametrize(
    "words",
    ["who", "1836", "Beagle", "who painted Sydney", "who painted the walls of Sydney"],
)
def test_what_no_question_has_a_place_for_asks_none(client: FlaskClient, words: str) -> None:
    page = client.get("/search", query_string={"q": words}, headers={"Accept": "text/html"})
    assert '<a href="/queries/' not in page.text


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("commanded Sydney", "captains"),
        ("which ships in Sydney were painted", "in-harbour"),
    ],
)
def test_what_comes_near_is_told_as_such(client: FlaskClient, words: str, first: str) -> None:
    page = client.get("/search", query_string={"q": words}, headers={"Accept": "text/html"}).text
    assert "No question has all of these words" in page
    assert findall(r'<a href="/queries/([\w-]+)', page)[0] == first
    whole = client.get("/search?q=ships+in+Sydney", headers={"Accept": "text/html"}).text
    assert "No question has all of these words" not in whole


def test_things_that_a_question_names_are_offered(client: FlaskClient) -> None:
    address = "/search?q=did+the+beagle+ever+see+Sydney"
    page = client.get(address, headers={"Accept": "text/html"}).text
    named = page[page.index("Things that these words name") :]
    assert findall(r'href="[^"]*ships\.example(?:%2F|/)(\w+)"', named)[:2] == [
        "beagle",
        "sydney",
    ]
    assert "Nothing here is called" not in page
    page = client.get("/search?q=Sydney", headers={"Accept": "text/html"}).text
    assert "Things that these words name" not in page


def test_a_day_that_a_question_does_not_take_is_told_on_its_own_page(client: FlaskClient) -> None:
    page = client.get("/search?q=cargo+of+the+Beagle+1066", headers={"Accept": "text/html"})
    assert page.status_code == 200
    links = [unescape(link) for link in findall(r'<a href="(/queries/cargo[^"]+)"', page.text)]
    assert "day=1066-12-31" in links[0]
    assert "1800-01-01" in client.get(links[0], headers={"Accept": "text/html"}).text

"""The paragraph that a page opens with: sentences by data, on data of others."""

import html
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from rdflib import URIRef
from rdflib.term import Node

from eakg.names import ID
from eakg.serve.app.settings import Settings
from eakg.serve.application import create_app
from eakg.serve.content.presentation import presentation_of
from eakg.serve.content.project import Project
from eakg.serve.content.things import DescribedTriple, outline
from eakg.serve.pages.thing import paragraph
from eakg.serve.words.wording import amount
from eakg.store.embedded import EmbeddedStore
from eakg.store.graph_files import GraphFile, read_contents
from eakg.store.options import StoreOptions
from eakg.store.request import QueryRequest, select
from helpers.patience import PATIENT

PREFIXES = """
@prefix : <http://ships.example/> . @prefix page: <https://w3id.org/eakg/pages#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @prefix schema: <https://schema.org/> .
"""
SENTENCES = """
[] a page:Sentence ; sh:targetClass :Ship ; sh:order 1 ; rdfs:label "She sailed"@en ;
  page:clause
    [ sh:order 1 ; page:path :captain ; page:words "under {}"@en ] ,
    [ sh:order 2 ; page:when true ; page:words ", {}"@en ] ,
    [ sh:order 3 ; page:path :never ; page:words "with {}"@en ] .
[] a page:Sentence ; sh:targetClass :Ship ; sh:order 2 ; rdfs:label "She is named by"@en ;
  page:clause [ page:path [ sh:inversePath :names ] ; page:words "{}"@en ] .
[] a page:Sentence ; sh:targetClass :Ship ; sh:order 3 ; rdfs:label "Aboard were"@en ;
  page:clause [ page:path ( [ sh:inversePath :ship ] :sailor ) ; page:beside :rank ;
    page:most 2 ; page:earliest true ; page:words "{}"@en ] .
[] a page:Sentence ; sh:targetClass :Harbour ; sh:order 4 ; rdfs:label "It lies"@en ;
  page:clause [ page:path :by ; page:words "by {}"@en ] .
"""
DATA = """
:beagle a :Ship ; rdfs:label "Beagle" ; :captain :fitzroy ;
  schema:startDate "1831-12-27"^^xsd:date ; schema:endDate "1836-10-02"^^xsd:date .
:fitzroy rdfs:label "Robert FitzRoy" . :book :names :beagle ; rdfs:label "A voyage" .
:a :ship :beagle ; :sailor :darwin ; :rank "naturalist" ; schema:startDate "1831-12-27"^^xsd:date .
:b :ship :beagle ; :sailor :stokes ; schema:startDate "1825-01-01"^^xsd:date .
:c :ship :beagle ; :sailor :king .
:darwin rdfs:label "Charles Darwin" . :stokes rdfs:label "John Stokes" . :king rdfs:label "King" .
"""


@pytest.mark.parametrize("name", ["china", "rcep", "li-keqiang", "tac", "sco"])
def test_joints_are_the_same_from_all_triples_and_asked(
    shipped_store: EmbeddedStore, name: str
) -> None:
    """What joins a thing to others: derived where its triples are all there, asked for else."""
    presentation = presentation_of(shipped_store, Project())
    iri = ID[name]
    text = f"SELECT ?s ?p ?o {{ {{ ?s ?p ?o }} FILTER(?s = <{iri}> || ?o = <{iri}>) }}"
    triples = [(row["s"], row["p"], row["o"]) for row in select(shipped_store, QueryRequest(text))]
    entries = [DescribedTriple(triple, frozenset()) for triple in triples]
    ends = {end for subject, _, object_ in triples for end in (subject, object_)} - {iri}
    derived = outline._joints_among(iri, entries, presentation.joining)
    joining = outline._joining(shipped_store, iri, presentation)
    asked = outline._joints(shipped_store, iri, ends, joining)
    assert joining == frozenset[Node]().union(*derived.values())
    assert derived == {end: terms for end, terms in asked.items() if terms}


def client_of(folder: Path, text: str) -> FlaskClient:
    file = folder / "ships.ttl"
    file.write_text(PREFIXES + text, "utf-8")
    contents = read_contents([GraphFile(URIRef("http://ships.example/graph"), file)])
    store = EmbeddedStore(contents, StoreOptions(reasoning="none"))
    return create_app(Settings("", PATIENT, project=Project(title="Ships")), store).test_client()


def opening(client: FlaskClient, name: str) -> list[str]:
    """The sentences of a page, without the marks of support."""
    page = client.get(f"/doc?iri=http%3A//ships.example/{name}", headers={"Accept": "text/html"})
    assert page.status_code == 200
    lines = re.findall(r'<div class="sentence-row">\s*<p>(.*?)</p>', page.text, re.S)
    plain = (re.sub(r"<sup>.*?</sup>", "", line, flags=re.S) for line in lines)
    return [" ".join(html.unescape(re.sub(r"<[^>]*>", "", line)).split()) for line in plain]


@pytest.mark.slow
def test_sentences_are_made_of_what_the_patterns_find(tmp_path: Path) -> None:
    client = client_of(tmp_path, SENTENCES + DATA)
    assert opening(client, "beagle") == [
        "She sailed under Robert FitzRoy, in the time from 27 December 1831 to 2 October 1836.",
        "She is named by A voyage.",
        "Aboard were John Stokes (from 1 January 1825), Charles Darwin (rank naturalist,"
        " from 27 December 1831) and 1 more.",
    ]


CREW = """
[] sh:path :when ; page:tells page:time .
:mate :ship :beagle ; :sailor :wickham ; schema:endDate "1834-01-01"^^xsd:date ;
  schema:startDate "1825-01-01"^^xsd:date .
:clerk :ship :beagle ; :sailor :hellyer ; schema:startDate "1832-01-01"^^xsd:date ;
  :when "from 1832" .
:cook :ship :beagle ; :sailor :phillips ; schema:startDate "1833-04-26"^^xsd:date ;
  :when "from 1833-04-26" .
:wickham rdfs:label "Wickham" . :hellyer rdfs:label "Hellyer" . :phillips rdfs:label "Phillips" .
"""


@pytest.mark.slow
def test_what_goes_on_is_told_first_and_in_the_words_of_its_source(tmp_path: Path) -> None:
    """A year may be bounded by its first day, on which nothing need have begun."""
    crew = SENTENCES.replace("page:most 2", "page:most 3")
    (line,) = opening(client_of(tmp_path, crew + CREW + ":beagle a :Ship ."), "beagle")
    assert line == (
        "Aboard were Hellyer (from 1832), Phillips (from 26 April 1833) and Wickham"
        " (1 January 1825 to 1 January 1834)."
    )


VOYAGES = """
[] a page:Sentence ; sh:targetClass :Voyage ; sh:order 1 ; rdfs:label "Of its ship:"@en ;
  page:clause
    [ sh:order 1 ; page:path ( :ship [ sh:inversePath :ship ] ) ; page:nearest page:before ;
      page:words "before it, {}"@en ] ,
    [ sh:order 2 ; page:path ( :ship [ sh:inversePath :ship ] ) ; page:nearest page:after ;
      page:words "; after it, {}"@en ] .
:first a :Voyage ; rdfs:label "First" ; :ship :beagle ;
  schema:startDate "1826-05-22"^^xsd:date ; schema:endDate "1830-10-14"^^xsd:date .
:second a :Voyage ; rdfs:label "Second" ; :ship :beagle ;
  schema:startDate "1831-12-27"^^xsd:date ; schema:endDate "1836-10-02"^^xsd:date .
:leg a :Voyage ; rdfs:label "Leg of the second" ; :ship :beagle ;
  schema:startDate "1835-09-15"^^xsd:date ; schema:endDate "1835-10-20"^^xsd:date .
:third a :Voyage ; rdfs:label "Third" ; :ship :beagle ;
  schema:startDate "1837"^^xsd:gYear ; schema:endDate "1843"^^xsd:gYear .
:planned a :Voyage ; rdfs:label "Planned" ; :ship :beagle ; schema:startDate "1837"^^xsd:gYear .
:other a :Voyage ; rdfs:label "Other" ; :ship :fury ;
  schema:startDate "1830-11-01"^^xsd:date ; schema:endDate "1830-12-01"^^xsd:date .
"""


@pytest.mark.slow
def test_the_nearest_in_time_is_told_where_it_surely_was(tmp_path: Path) -> None:
    client = client_of(tmp_path, VOYAGES)
    assert opening(client, "first") == [
        "Of its ship: after it, Second (27 December 1831 to 2 October 1836)."
    ]
    (line,) = opening(client, "second")
    assert line.startswith("Of its ship: before it, First (22 May 1826 to 14 October 1830)")
    assert "; after it, Planned (from 1837) and Third (1837 to 1843)." in line
    # One that began in an unknown time after, or within another, is neither.
    assert "Second" not in opening(client, "leg")[0]
    assert opening(client, "planned") == [
        "Of its ship: before it, Second (27 December 1831 to 2 October 1836)."
    ]
    assert opening(client, "other") == []


@pytest.mark.slow
def test_what_is_not_counted_is_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paragraph, "_MANY", 3)
    client = client_of(tmp_path, SENTENCES + DATA)
    assert opening(client, "beagle")[-1].endswith("and many more.")


@pytest.mark.slow
def test_there_is_none_where_nothing_is_told(tmp_path: Path) -> None:
    client = client_of(tmp_path, SENTENCES + DATA)
    assert opening(client, "fitzroy") == []
    assert opening(client_of(tmp_path, DATA), "beagle") == []


@pytest.mark.slow
def test_each_value_leads_to_how_we_know(tmp_path: Path) -> None:
    client = client_of(tmp_path, SENTENCES + DATA)
    page = client.get("/doc?iri=http%3A//ships.example/beagle", headers={"Accept": "text/html"})
    rows = re.findall(r'<div class="sentence-row">(.*?)</div>', page.text, re.S)
    for row in rows:
        (way, *_) = re.findall(r'<sup><a class="cite why" href="([^"]+)"', row)
        assert client.get(html.unescape(way)).status_code == 200


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("1150000000000", "1.15 trillion"),
        ("1150000000000.0", "1.15 trillion"),
        ("-2000000", "-2 million"),
        ("4985500000", "4.9855 billion"),
        ("1234567", "1,234,567"),
        ("1234567.25", "1,234,567.25"),
        ("45000.0", "45,000"),
        ("9999", "9999"),
        ("7.0", "7.0"),
        ("0.25", "0.25"),
        ("1e9", "1e9"),
        ("many", "many"),
    ],
)
def test_large_numbers_are_words_that_say_the_same(number: str, words: str) -> None:
    assert amount(number) == words


@pytest.mark.slow
def test_periods_are_drawn_with_and_without_columns(tmp_path: Path) -> None:
    section = """
:voyages a sh:PropertyGroup ; rdfs:label "Voyages"@en ; sh:order 1 ; page:bothWays true ;
  page:aboutClass :Voyage ; page:inTime true .
[] sh:path :ship ; sh:group :voyages .
"""
    column = """
[] a page:Column ; page:section :voyages ; rdfs:label "By"@en ; sh:order 1 ; page:property :by .
:first :by :king . :second :by :fitzroy .
"""
    for data, name in ((section, "Second"), (section + column, "Robert FitzRoy")):
        client = client_of(tmp_path, data + DATA + VOYAGES)
        page = client.get("/doc?iri=http%3A//ships.example/beagle", headers={"Accept": "text/html"})
        (figure,) = re.findall(r'<figure class="periods">(.*?)</figure>', page.text, re.DOTALL)
        assert name in figure
        assert "1836" in figure

"""Query files in the manner of grlc's users are read as they are."""

from pathlib import Path

import pytest
from rdflib import URIRef
from rdflib.namespace import XSD

from eakg.queries.contract.saved import SavedQuery, read_query
from helpers.saved_query_files import run

FILES = Path(__file__).with_name("data_grlc")
JAZZ = "http://dbpedia.org/resource/Jazz"


def query(name: str) -> SavedQuery:
    return read_query(FILES / f"{name}.rq")


def test_there_are_twenty() -> None:
    assert len(list(FILES.glob("*.rq"))) >= 20


@pytest.mark.parametrize("path", sorted(FILES.glob("*.rq")), ids=lambda path: path.stem)
def test_it_is_read_without_change(path: Path) -> None:
    found = read_query(path)
    assert found.text == path.read_text("utf-8")
    assert found.expect is None


def test_what_the_decorators_say() -> None:
    assert query("summary").summary == "Cities with more than a million people"
    assert "only rivers with a label in English.\nSee" in query("description").description
    assert query("endpoint").endpoint == "https://query.wikidata.org/sparql"
    assert (query("method").method, query("method-post").method) == ("GET", "POST")
    assert query("tags").tags == ("library", "books and periodicals")
    assert query("languages").description == "Give the name: nothing else"
    assert query("comments").summary == "What is said of a thing"
    assert query("comments").tags == ("one",)
    assert query("none").summary == "none"


def test_defaults_and_choices() -> None:
    assert query("defaults").terms({}) == {"_genre_iri": URIRef(JAZZ)}
    (genre,) = query("enumerate").parameters
    assert [value for _, value in genre.values] == [JAZZ, JAZZ.replace("Jazz", "Blues")]
    assert [one.name for one in query("enumerate-several").parameters] == ["genre", "hometown"]
    (gene,) = query("enumerate-by-the-endpoint").parameters
    assert gene.values == ()
    terms = query("datatypes").terms({"day": "2020-01-31"})
    assert {name: getattr(term, "datatype", None) for name, term in terms.items()} == {
        "_year_gYear": XSD.gYear,
        "_area_string": None,
        "_day_xsd_date": XSD.date,
        "_value_decimal": XSD.decimal,
    }
    assert str(terms["_area_string"]) == "NO"


@pytest.mark.slow
def test_they_are_looked_at_without_an_error() -> None:
    result = run("lint-queries", str(FILES))
    errors = [line for line in result.stdout.splitlines() if ": error: " in line]
    # Wikidata's prefixes are its own; a plain SPARQL 1.1 engine does not know them.
    assert all("endpoint.rq" in line for line in errors), errors

"""Charts of years on the page of a thing: what they count, and that all of it is reached."""

import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from rdflib import URIRef

from eakg.serve.app.settings import Settings
from eakg.serve.application import create_app
from eakg.serve.content.bounds import Bounds
from eakg.serve.drawings.column_chart import ColumnValue, columns
from eakg.serve.pages.thing.years import YearRange, year_of, years_written
from eakg.store.embedded import EmbeddedStore
from eakg.store.graph_files import GraphFile, read_contents
from eakg.store.options import StoreOptions
from helpers.patience import PATIENT

SHIP = "/doc?iri=http%3A//ships.example/beagle"
SHAPES = """@prefix : <http://ships.example/> . @prefix page: <https://w3id.org/eakg/pages#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @prefix schema: <https://schema.org/> .
:voyages a sh:PropertyGroup ; rdfs:label "Voyages"@en ; sh:order 1 ; page:bothWays true ;
  page:aboutClass :Voyage ; page:byYear true .
[] sh:path :ship ; sh:group :voyages .
"""
YEARS = [1820 + number % 40 for number in range(300)]


def data() -> Iterator[str]:
    for number, year in enumerate(YEARS):
        yield f':v{number} a :Voyage ; :ship :beagle ; rdfs:label "voyage {number}" ;'
        yield f' schema:startDate "{year}-05-01"^^xsd:date .'
    yield ':odd a :Voyage ; :ship :beagle ; rdfs:label "voyage without a day" .'


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    file: Path = tmp_path_factory.mktemp("years") / "ships.ttl"
    file.write_text(SHAPES + "\n".join(data()), "utf-8")
    contents = read_contents([GraphFile(URIRef("http://ships.example/graph"), file)])
    store = EmbeddedStore(contents, StoreOptions(reasoning="none"))
    return create_app(Settings("", PATIENT), store).test_client()


def page(client: FlaskClient, path: str) -> str:
    answer = client.get(path, headers={"Accept": "text/html"})
    assert answer.status_code == 200
    return html.unescape(answer.text)


def counted(text: str) -> dict[str, int]:
    """The numbers of the chart, by the address that each leads to."""
    mark = re.compile(r'<a href="([^"]*years=[^"]*)">\s*<g[^>]*>\s*<title>[^:]*: (\d+)</title>')
    return {path: int(number) for path, number in mark.findall(text)}


def voyages(text: str) -> set[str]:
    return set(re.findall(r'title="(voyage [^"]+)"', text))


@pytest.mark.slow
def test_each_row_of_a_large_page_is_reached_by_the_years(client: FlaskClient) -> None:
    text = page(client, SHIP)
    assert len(voyages(text)) == 8
    assert "The latest 8 of them" in text
    assert "One has no day and is not in the chart." in text
    reached: set[str] = set()
    numbers = counted(text)
    assert sum(numbers.values()) == len(YEARS)
    for path, number in numbers.items():
        rows = voyages(page(client, path))
        assert len(rows) == number
        reached |= rows
    assert reached == {f"voyage {number}" for number in range(len(YEARS))}


@pytest.mark.slow
def test_one_year_is_told_alone(client: FlaskClient) -> None:
    rows = voyages(page(client, f"{SHIP}&section=voyages&years=1831"))
    assert rows == {f"voyage {number}" for number, year in enumerate(YEARS) if year == 1831}


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("&section=voyages&years=1999", 404),
        ("&section=none&years=1831", 404),
        ("&years=1831", 400),
        ("&section=voyages&years=1840-1830", 400),
        ("&section=voyages&years=soon", 400),
        ("&section=voyages&years=", 400),
    ],
)
def test_years_that_are_none(client: FlaskClient, query: str, status: int) -> None:
    assert client.get(SHIP + query, headers={"Accept": "text/html"}).status_code == status


@pytest.mark.parametrize(
    ("bounds", "year"),
    [
        (Bounds("2020-12-31", "2021-01-01"), 2020),
        (Bounds(None, "2021-01-01"), 2021),
        (Bounds("1967", None), 1967),
        (Bounds("1967-08", "1967-09"), 1967),
        (Bounds(), None),
    ],
)
def test_the_year_of_the_first_day_that_there_can_be(bounds: Bounds, year: int | None) -> None:
    assert year_of(bounds) == year


@given(st.integers(0, 9999), st.integers(0, 9999))
def test_years_are_read_as_they_are_written(one: int, other: int) -> None:
    years = YearRange(min(one, other), max(one, other))
    assert years_written(str(years)) == years


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=40))
def test_columns_are_as_high_as_their_numbers(numbers: list[int]) -> None:
    drawn = columns(ColumnValue("y", None, number) for number in numbers)
    for mark in drawn.marks:
        assert 0 <= mark.x <= mark.x + mark.width <= drawn.width + 1e-6
        assert mark.y + mark.height == pytest.approx(drawn.base)
        assert bool(mark.height) is bool(mark.column.value)
    heights = sorted((mark.column.value, mark.height) for mark in drawn.marks)
    assert [height for _, height in heights] == sorted(height for _, height in heights)

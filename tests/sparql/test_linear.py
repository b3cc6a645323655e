"""Reading is linear in the length of a text: twice the text, at most 2.1 times the work.

Counted is the work itself (`helpers.counted_reading`), so that no clock decides. The families of
texts are those of `helpers.long_texts`, every other one; EAKG_SOAK=1 takes all, and longer texts.
Times are measured by `benchmarks/reading.py`.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import URIRef

from eakg.sparql import cursor, lexer, spelling
from eakg.sparql.binding import ParameterError, bind, block_values, variables
from eakg.sparql.calls import calls_service, without_calls
from eakg.sparql.dataset import Dataset, with_dataset
from eakg.sparql.exact.rewriting import exact_query
from eakg.sparql.failures import QueryError
from eakg.sparql.faults.scope import scope_faults
from eakg.sparql.head import query_tokens
from eakg.sparql.projection import is_projection, projected_variables
from eakg.sparql.query import inspect_query, names_graph
from eakg.sparql.row_patterns import NotUnderstoodError, patterns
from eakg.sparql.service import service_calls
from eakg.sparql.spelling import engine_spelling
from eakg.sparql.update import UpdateReader
from helpers.counted_reading import CountedPattern, CountedText, Meter, counted, work_of
from helpers.long_texts import FAMILIES
from helpers.tries import SOAK, sample, tries

pytestmark = pytest.mark.slow
SIZE = 6000 if SOAK else 100
LONGER = (1, 2, 20, 40)
"""How much longer texts are taken of a family that takes more than twice the work."""
PACKAGE = "eakg.sparql"
BASE = "http://e.example/"
RATIO = 2.1
CONSTANT = 500
"""Work that a text of no length takes too."""
READERS: dict[str, Callable[[str], object]] = {
    "inspection": lambda text: inspect_query(text, BASE),
    "names of graphs": lambda text: names_graph(text, "urn:g", BASE),
    "spelling": lambda text: engine_spelling(text, BASE),
    "exact": lambda text: exact_query(text, BASE, lambda: ("urn:g",)),
    "service": calls_service,
    "without calls": without_calls,
    "calls": lambda text: service_calls(text, BASE),
    "dataset": lambda text: with_dataset(text, Dataset(("urn:g",), ())),
    "update": lambda text: list(UpdateReader(text, BASE).operations()),
    "variables": variables,
    "values": block_values,
    "binding": lambda text: bind(text, {"a": URIRef("urn:x"), "v1": URIRef("urn:y")}),
    "projected": projected_variables,
    "projection": is_projection,
    "faults": lambda text: scope_faults(query_tokens(text)),
    "patterns of rows": patterns,
}


@pytest.fixture(scope="module")
def meter() -> Iterator[Meter]:
    with counted(PACKAGE) as meter:
        yield meter


def work(meter: Meter, read: Callable[[str], object], text: str) -> int:
    """What reading a text takes."""

    def call() -> None:
        with suppress(QueryError, ParameterError, NotUnderstoodError):
            read(CountedText(text, meter))

    return work_of(meter, PACKAGE, call)


@pytest.mark.parametrize("family", sample([*FAMILIES], 63))
def test_twice_the_text_takes_twice_the_work(meter: Meter, family: str) -> None:
    slow = [*READERS]
    # What is nested is followed to a depth that has a bound, and to that by the square.
    for times in LONGER:
        slow = slow_readers(meter, family, slow, times * SIZE)
    assert not slow


def slow_readers(meter: Meter, family: str, names: Iterable[str], size: int) -> list[str]:
    """Those of some readers that take more for twice the text than they may."""
    text, longer_text = FAMILIES[family](size), FAMILIES[family](2 * size)
    most = RATIO * len(longer_text) / len(text) / 2
    return [
        name
        for name in names
        if work(meter, READERS[name], longer_text)
        > most * work(meter, READERS[name], text) + CONSTANT
    ]


@pytest.mark.parametrize(
    "pattern",
    [lexer._TOKEN, cursor._NAME, cursor._GLUED_TOKEN, spelling._DOTS, re.compile(r"(?:a|ab)*c\b")],
)
@settings(max_examples=tries(60))
@given(text=st.text("aé:.'\"\\<>#{_1-@Ab \n", max_size=12))
def test_the_counting_matcher_finds_what_the_library_finds(
    pattern: "re.Pattern[str]", text: str
) -> None:
    ours, theirs = CountedPattern(pattern, Meter()), pattern
    found, expected = ours.search(text), theirs.search(text)
    assert (found is None) == (expected is None)
    if found and expected:
        assert (found.span(), found.lastgroup) == (expected.span(), expected.lastgroup)


def test_what_takes_the_square_is_found(meter: Meter) -> None:
    quadratic = re.compile(r"a*b")

    def take(text: str) -> object:
        return CountedPattern(quadratic, meter).search(text)

    assert work(meter, take, "a" * 200) > 3.5 * work(meter, take, "a" * 100)

"""Files of expected rows: what is written is read as it was."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import Literal, URIRef

from eakg.rdf.cells import read_rows, table_of_terms, table_of_values, write_rows
from eakg.rdf.results import Solutions
from helpers.random_terms import TEXTS
from helpers.tries import tries

pytestmark = pytest.mark.slow

TERMS = TEXTS.map(Literal) | st.just(URIRef("http://example.org/a"))


@pytest.mark.parametrize("extension", ["csv", "tsv"])
@given(rows=st.lists(st.dictionaries(st.sampled_from("xy"), TERMS), max_size=6))
@settings(max_examples=tries(200))
def test_rows_are_read_as_they_were_written(extension: str, rows: list[dict[str, Literal]]) -> None:
    solutions = Solutions(("x", "y"), tuple(rows))  # type: ignore[arg-type]  # terms they are
    table = table_of_terms if extension == "tsv" else table_of_values
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"rows.{extension}"
        path.write_bytes(write_rows(solutions, path).encode())
        assert read_rows(path) == table(solutions)

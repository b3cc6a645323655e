"""Frames hold what results say, as rdflib's reader of the same results has it."""

from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import polars
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import XSD, BNode, Literal, URIRef
from rdflib.plugins.sparql.results.tsvresults import TSVResultParser
from rdflib.term import Node

from eakg.analysis.frames import frame_of
from eakg.rdf.notation import write_term
from eakg.store.embedded import EmbeddedStore
from eakg.store.graph_files import read_contents
from eakg.store.request import QueryRequest

TYPE = f'"^^<{XSD}'


def column(*cells: str) -> polars.Series:
    lines = "".join(f"{cell}\t0\n" for cell in cells)
    return frame_of(f"?x\t?y\n{lines}".encode())["x"]


@pytest.mark.parametrize(
    ("cells", "dtype", "values"),
    [
        (("1", "", "-20"), polars.Int64, [1, None, -20]),
        (("1", "2.5", "1e3"), polars.Float64, [1.0, 2.5, 1000.0]),
        (("true", "false"), polars.Boolean, [True, False]),
        ((f'"1{TYPE}boolean>', f'"false{TYPE}boolean>'), polars.Boolean, [True, False]),
        ((f'"7{TYPE}int>', f'"8{TYPE}byte>', "9"), polars.Int64, [7, 8, 9]),
        ((f'"7{TYPE}int>', f'"8.5{TYPE}float>'), polars.Float64, [7.0, 8.5]),
        ((f'"INF{TYPE}double>', "1e0"), polars.Float64, [float("inf"), 1.0]),
        ((f'"2020-07-20{TYPE}date>', ""), polars.Date, [date(2020, 7, 20), None]),
        (
            (f'"2020-07-20T10:00:00{TYPE}dateTime>',),
            polars.Datetime("us"),
            [datetime(2020, 7, 20, 10)],
        ),
        (("<urn:a>", "<urn:b>"), polars.String, ["urn:a", "urn:b"]),
        (('"a"@en', '"b"@en'), polars.String, ["a", "b"]),
        (('"a"@en', '"b"@fr', '"c"'), polars.String, ["a", "b", "c"]),
        ((r'"a\tb\n\"c\\"',), polars.String, ['a\tb\n"c\\']),
        ((r'"\u00e9"@fr', r'"\U0001F600"@fr'), polars.String, ["é", "😀"]),
        # What is not one type is text, and no value is lost or made.
        (("true", "1"), polars.String, ["true", "1"]),
        (("<urn:a>", '"<b>"', "_:c", "3"), polars.String, ["urn:a", "<b>", "_:c", "3"]),
        (
            (f'"2020-07-20{TYPE}date>', f'"2020-07-20Z{TYPE}date>'),
            polars.String,
            ["2020-07-20", "2020-07-20Z"],
        ),
        ((f'"2020-13-20{TYPE}date>',), polars.String, ["2020-13-20"]),
        ((f'"many{TYPE}integer>',), polars.String, ["many"]),
        (('"1"', '"2"'), polars.String, ["1", "2"]),
        (('"1"@en',), polars.String, ["1"]),
        (('""', '"x"'), polars.String, ["", "x"]),
        (("", ""), polars.String, [None, None]),
    ],
)
def test_a_column_has_the_type_of_its_terms(
    cells: tuple[str, ...], dtype: Any, values: list[Any]
) -> None:
    series = column(*cells)
    assert (series.dtype, series.to_list()) == (dtype, values)


def test_times_with_a_zone_are_those_of_utc() -> None:
    series = column(
        f'"2020-07-20T10:00:00Z{TYPE}dateTime>', f'"2020-07-20T10:00:00.25+08:00{TYPE}dateTime>'
    )
    assert series.dtype == polars.Datetime("us", "UTC")
    assert [one.isoformat() for one in series] == [
        "2020-07-20T10:00:00+00:00",
        "2020-07-20T02:00:00.250000+00:00",
    ]


def test_a_column_that_changes_further_on_is_read_too() -> None:
    cells = [str(number) for number in range(5_000)]
    assert column(*cells).dtype == polars.Int64
    assert column(*cells, "0.5").to_list()[-1] == 0.5
    assert column(*cells, "<urn:x>").to_list()[-2:] == ["4999", "urn:x"]


def test_results_without_columns_or_rows() -> None:
    assert frame_of(b"\n\n").shape == (0, 0)
    assert frame_of(b"?x\t?y\n").columns == ["x", "y"]


texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=6)
datatypes = st.sampled_from(
    [XSD.integer, XSD.decimal, XSD.double, XSD.boolean, XSD.date, XSD.int, URIRef("urn:d")]
)
terms = st.one_of(
    st.integers().map(Literal),
    st.decimals(allow_nan=False, allow_infinity=False, places=2).map(Literal),
    st.floats(allow_nan=False).map(
        lambda value: Literal(Decimal(repr(value))) if abs(value) < 9 else Literal(value)
    ),
    st.booleans().map(Literal),
    st.dates().map(Literal),
    texts.map(Literal),
    st.builds(lambda text, tag: Literal(text, lang=tag), texts, st.sampled_from(["en", "zh-hant"])),
    st.builds(
        lambda text, datatype: Literal(text, datatype=datatype, normalize=False), texts, datatypes
    ),
    st.sampled_from([URIRef("urn:a"), URIRef("http://e.example/x"), None]),
)


@pytest.mark.slow
@given(st.lists(st.tuples(terms, terms), max_size=5))
def test_no_value_is_lost_or_made(rows: list[tuple[Node | None, Node | None]]) -> None:
    """The engine writes the terms; rdflib and frames read them."""
    store = EmbeddedStore(read_contents([]))
    values = " ".join(
        f"({' '.join('UNDEF' if term is None else write_term(term) for term in row)})"
        for row in rows
    )
    data = store.query(QueryRequest(f"SELECT * {{ VALUES (?x ?y) {{ {values} }} }}", "tsv")).read()
    frame = frame_of(data)
    assert len(frame) == len(rows)
    for name, place in (("x", 0), ("y", 1)):
        for cell, row in zip(frame[name], rows, strict=True):
            assert same(cell, row[place])


def same(cell: Any, term: Node | None) -> bool:
    """Whether a cell has the value, or else the text, of a term."""
    if cell is None or term is None:
        return cell is None and term is None
    assert not isinstance(term, BNode)
    if isinstance(cell, str):
        return cell == str(term) or Decimal(cell) == Decimal(str(term))
    assert isinstance(term, Literal)
    value = term.toPython()
    return bool(value == cell or float(value) == pytest.approx(float(cell)))


def test_rdflib_reads_the_same_rows() -> None:
    data = f'?x\t?y\n<urn:a>\t"2020-07-20{TYPE}date>\n\t12\n'.encode()
    rows = list(TSVResultParser().parse(BytesIO(data)))
    frame = frame_of(data)
    assert frame["x"].to_list() == [None if row.get("x") is None else str(row["x"]) for row in rows]
    assert frame["y"].to_list() == [f"{row['y']}" for row in rows]

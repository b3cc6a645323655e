"""Lexical forms and values of the datatypes of OWL 2 RL, after XSD 1.1 part 2."""

import pytest
from rdflib import Literal, URIRef
from rdflib.namespace import RDF, XSD

from eakg.reason.literals.datatypes import (
    are_different,
    in_value_space,
    is_well_formed,
    out_of_value_space,
    value_of,
)


def literal(lexical: str, datatype: URIRef) -> Literal:
    return Literal(lexical, datatype=datatype, normalize=False)


VALID = {
    XSD.integer: ["0", "-0", "+1", "007", "9" * 5000],
    XSD.byte: ["-128", "127"],
    XSD.unsignedLong: ["18446744073709551615"],
    XSD.positiveInteger: ["1"],
    XSD.decimal: ["1.", ".5", "-1.50", "7"],
    XSD.float: ["0", "0.0", "-0", "1e40", "1E-60", "INF", "-INF", "NaN", "1.0E10"],
    XSD.double: ["0.0E0", "1e310", "INF", "-INF", "NaN"],
    XSD.boolean: ["true", "false", "0", "1"],
    XSD.string: ["", "a\nb"],
    XSD.normalizedString: [" a  b "],
    XSD.token: ["", "a b"],
    XSD.language: ["zh-Hant-TW"],
    XSD.Name: ["a:b", "_1", "東"],
    XSD.NCName: ["a-b", "東亞"],
    XSD.NMTOKEN: ["1a", "-"],
    XSD.hexBinary: ["", "0fA1"],
    XSD.base64Binary: ["", "YWI=", "YW Jj"],
    XSD.anyURI: ["", "?a", "%", "http://example.org/東"],
    XSD.dateTime: [
        "2020-07-20T09:00:00",
        "2020-07-20T24:00:00Z",
        "2020-02-29T23:59:59.999+14:00",
        "-0044-03-15T00:00:00",
        "12020-01-01T00:00:00",
    ],
    XSD.dateTimeStamp: ["2020-07-20T09:00:00-05:00"],
    XSD.date: ["2020-07-20", "2020-07-20Z", "0000-01-01"],
    XSD.time: ["09:00:00.5", "24:00:00"],
    XSD.gYear: ["2020", "-0001"],
    XSD.gYearMonth: ["2020-07"],
    XSD.gMonthDay: ["--02-29"],
    XSD.gDay: ["---31"],
    XSD.gMonth: ["--12"],
    RDF.XMLLiteral: ["", "text", "<b>a</b> and <i/>"],
    RDF.PlainLiteral: ["a@", "a@b@en"],
}
INVALID = {
    XSD.integer: ["", "1.0", "one", " 1", "1_000", "١"],
    XSD.byte: ["128"],
    XSD.unsignedLong: ["-1"],
    XSD.positiveInteger: ["0"],
    XSD.decimal: ["1e3", ".", "", "NaN"],
    XSD.float: ["inf", "nan", "1,0", "", "Infinity"],
    XSD.double: ["1e", "0x1"],
    XSD.boolean: ["True", "TRUE", "yes"],
    XSD.language: ["zh_TW", "abcdefghi"],
    XSD.Name: ["1a", ""],
    XSD.NCName: ["a:b"],
    XSD.NMTOKEN: ["a b", ""],
    XSD.hexBinary: ["0fA", "xy"],
    XSD.base64Binary: ["YWI", "!", "YWJ=", "YR=="],
    XSD.dateTime: [
        "2020-07-20",
        "2020-07-20T24:00:01",
        "2021-02-29T00:00:00",
        "2020-13-01T00:00:00",
        "20-01-01T00:00:00",
        "2020-07-20T09:00:00+15:00",
        "",
    ],
    XSD.dateTimeStamp: ["2020-07-20T09:00:00"],
    XSD.date: ["2020-7-20", "2020-02-30", "July"],
    XSD.time: ["9:00:00"],
    XSD.gYear: ["20"],
    XSD.gMonthDay: ["--02-30"],
    RDF.XMLLiteral: ["<b>", "&nbsp;"],
    RDF.PlainLiteral: ["a"],
}


def cases(table: dict[URIRef, list[str]]) -> list[tuple[str, URIRef]]:
    return [(lexical, datatype) for datatype, forms in table.items() for lexical in forms]


@pytest.mark.parametrize(("lexical", "datatype"), cases(VALID))
def test_lexical_forms(lexical: str, datatype: URIRef) -> None:
    assert is_well_formed(literal(lexical, datatype))
    assert in_value_space(literal(lexical, datatype), datatype)
    assert not out_of_value_space(literal(lexical, datatype), datatype)


@pytest.mark.parametrize(("lexical", "datatype"), cases(INVALID))
def test_ill_formed(lexical: str, datatype: URIRef) -> None:
    assert not is_well_formed(literal(lexical, datatype))
    assert out_of_value_space(literal(lexical, datatype), datatype)


@pytest.mark.parametrize(
    ("text", "datatype"),
    [("a\tb", XSD.normalizedString), (" a", XSD.token), ("a  b", XSD.token), ("a:b", XSD.NCName)],
)
def test_strings_outside_of_a_datatype_for_strings(text: str, datatype: URIRef) -> None:
    assert out_of_value_space(Literal(text), datatype)


def test_nothing_is_known_of_other_datatypes() -> None:
    unknown = literal("x", URIRef("http://example.org/metre"))
    assert is_well_formed(unknown)
    assert not out_of_value_space(unknown, XSD.integer)
    assert not out_of_value_space(literal("1", XSD.integer), unknown.datatype)
    assert not are_different(unknown, literal("y", unknown.datatype))


SAME = [
    # Decimals and what is derived from them have one value space (XSD 1.1 section 3.4.13).
    ("1", XSD.integer, "01", XSD.byte),
    ("1", XSD.integer, "1.0", XSD.decimal),
    ("0", XSD.integer, "-0", XSD.nonPositiveInteger),
    (".50", XSD.decimal, "+0.5", XSD.decimal),
    # NaN is identical to itself, though not equal (2.2.2); lexical forms round (E.1).
    ("NaN", XSD.double, "NaN", XSD.double),
    ("1e40", XSD.float, "INF", XSD.float),
    ("1e400", XSD.double, "INF", XSD.double),
    ("-0", XSD.float, "-1e-60", XSD.float),
    # Halfway between two floats is rounded to the even one, a hair above it to the upper one.
    ("16777217", XSD.float, "16777216", XSD.float),
    ("16777217.0000000000001", XSD.float, "16777218", XSD.float),
    ("16777218.9999999999999", XSD.float, "16777218", XSD.float),
    ("340282356779733661637539395458142568447", XSD.float, "3.4028235e38", XSD.float),
    ("true", XSD.boolean, "1", XSD.boolean),
    # Strings: OWL 2 Structural Specification section 4.3, rdf:PlainLiteral section 3.
    ("a", XSD.string, "a", XSD.token),
    ("a@", RDF.PlainLiteral, "a", XSD.string),
    ("0f", XSD.hexBinary, "0F", XSD.hexBinary),
    ("YWI=", XSD.base64Binary, "Y W I =", XSD.base64Binary),
    # Midnight at the end of a day is that at the beginning of the next (3.3.7.2, E.3.5).
    ("2020-12-31T24:00:00", XSD.dateTime, "2021-01-01T00:00:00", XSD.dateTime),
    ("24:00:00", XSD.time, "00:00:00", XSD.time),
    ("09:00:00.50", XSD.time, "09:00:00.5", XSD.time),
    ("2020-07-20T09:00:00Z", XSD.dateTime, "2020-07-20T09:00:00-00:00", XSD.dateTimeStamp),
]
"""Pairs of one value."""
DIFFERENT = [
    ("1", XSD.integer, "2", XSD.integer),
    # The value spaces of primitive datatypes are disjoint (XSD 1.1 section 2.2, OWL 2 sections 4.1,
    # 4.2, 4.5 and 4.6).
    ("1", XSD.integer, "1", XSD.double),
    ("1", XSD.float, "1", XSD.double),
    ("NaN", XSD.float, "NaN", XSD.double),
    ("1", XSD.boolean, "1", XSD.integer),
    ("0f", XSD.hexBinary, "Dw==", XSD.base64Binary),
    ("a", XSD.anyURI, "a", XSD.string),
    ("2020-07-20", XSD.date, "2020-07-20T00:00:00", XSD.dateTime),
    ("2020", XSD.gYear, "2020", XSD.integer),
    # Equal, not identical (XSD 1.1 section 3.3.4, OWL 2 section 4.2).
    ("0.0", XSD.double, "-0.0", XSD.double),
    ("0", XSD.float, "-0", XSD.float),
    # Whatever fits into it, a decimal is not rounded (3.3.3).
    ("0.1", XSD.decimal, "0.1000000000000000055511151231257827", XSD.decimal),
    # Case is a part of what a datatype for strings holds.
    ("en", XSD.language, "EN", XSD.language),
    # The offset of the time zone is a part of the value: equal, not identical (XSD 1.1 sections
    # 2.2.1, 2.2.2 and 3.3.7, OWL 2 section 4.7); so is having none.
    ("2020-07-20T00:00:00Z", XSD.dateTime, "2020-07-20T09:00:00+09:00", XSD.dateTime),
    ("2020-07-20T09:00:00Z", XSD.dateTime, "2020-07-20T10:00:00+01:00", XSD.dateTimeStamp),
    ("2020-07-20T00:00:00Z", XSD.dateTime, "2020-07-20T00:00:00", XSD.dateTime),
    ("00:00:00Z", XSD.time, "09:00:00+09:00", XSD.time),
    ("2000-12-12+13:00", XSD.date, "2000-12-11-11:00", XSD.date),
    ("2020-07-20", XSD.date, "2020-07-23", XSD.date),
    ("2020-07-20", XSD.date, "2020-07-20Z", XSD.date),
    ("2020Z", XSD.gYear, "2020+09:00", XSD.gYear),
]
"""Pairs of two values."""


@pytest.mark.parametrize(
    ("pair", "same"), [*((pair, True) for pair in SAME), *((pair, False) for pair in DIFFERENT)]
)
def test_values_are_one_when_they_are_identical(
    pair: tuple[str, URIRef, str, URIRef], same: bool
) -> None:
    left, right = literal(*pair[:2]), literal(*pair[2:])
    assert value_of(left) is not None
    assert (value_of(left) == value_of(right)) is same
    assert are_different(left, right) is not same
    assert are_different(right, left) is not same


@pytest.mark.parametrize(
    ("left", "right", "different"),
    [
        (Literal("a"), literal("a", XSD.token), False),
        (Literal("a"), Literal("a", lang="en"), True),
        (Literal("a", lang="en-GB"), Literal("a", lang="en-gb"), False),
        (literal("a@en", RDF.PlainLiteral), Literal("a", lang="en"), False),
        (literal("<a/>", RDF.XMLLiteral), literal("<a></a>", RDF.XMLLiteral), False),
        (literal("x", XSD.integer), literal("1", XSD.integer), False),
    ],
)
def test_dt_diff(left: Literal, right: Literal, different: bool) -> None:
    assert are_different(left, right) is different
    assert are_different(right, left) is different

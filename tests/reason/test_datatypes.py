"""Lexical forms and values of the datatypes of OWL 2 RL, after XSD 1.1 part 2."""

import pytest
from rdflib import Literal, URIRef
from rdflib.namespace import RDF, XSD

from eakg.reason.literals.datatypes import (
    are_different,
    in_value_space,
    is_well_formed,
    out_of_value_space,
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
    XSD.base64Binary: ["YWI", "!"],
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


@pytest.mark.parametrize(
    ("left", "right", "different"),
    [
        (literal("1", XSD.integer), literal("01", XSD.byte), False),
        (literal("1", XSD.integer), literal("1.0", XSD.decimal), False),
        (literal("1", XSD.integer), literal("1", XSD.double), True),
        (literal("1", XSD.float), literal("1", XSD.double), True),
        (literal("0.0", XSD.double), literal("-0.0", XSD.double), True),
        (literal("NaN", XSD.double), literal("NaN", XSD.double), False),
        (literal("1e40", XSD.float), literal("INF", XSD.float), False),
        (literal("1e400", XSD.double), literal("INF", XSD.double), False),
        (literal("true", XSD.boolean), literal("1", XSD.boolean), False),
        (Literal("a"), literal("a", XSD.token), False),
        (Literal("a"), Literal("a", lang="en"), True),
        (Literal("a", lang="en-GB"), Literal("a", lang="en-gb"), False),
        (literal("a@en", RDF.PlainLiteral), Literal("a", lang="en"), False),
        (literal("0f", XSD.hexBinary), literal("0F", XSD.hexBinary), False),
        (literal("a", XSD.anyURI), Literal("a"), True),
        (
            literal("2020-12-31T24:00:00", XSD.dateTime),
            literal("2021-01-01T00:00:00", XSD.dateTime),
            False,
        ),
        (
            literal("2020-07-20T09:00:00Z", XSD.dateTime),
            literal("2020-07-20T09:00:00+00:00", XSD.dateTimeStamp),
            False,
        ),
        (
            literal("2020-07-20T09:00:00Z", XSD.dateTime),
            literal("2020-07-20T10:00:00+01:00", XSD.dateTime),
            True,
        ),
        (literal("2020-07-20", XSD.date), literal("2020-07-23", XSD.date), True),
        (literal("<a/>", RDF.XMLLiteral), literal("<a></a>", RDF.XMLLiteral), False),
        (literal("x", XSD.integer), literal("1", XSD.integer), False),
    ],
)
def test_dt_diff(left: Literal, right: Literal, different: bool) -> None:
    assert are_different(left, right) is different
    assert are_different(right, left) is different

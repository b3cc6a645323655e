"""Literals and their values, for the rules of table 8 (dt-type1, dt-type2, dt-diff, dt-not-type).

Covers the datatypes of OWL 2 RL (https://www.w3.org/TR/owl2-profiles/ section 4.2), rdf:langString
and the dates and times of XSD. Lexical forms are those of XSD 1.1 part 2
(https://www.w3.org/TR/xmlschema11-2/), without white space around them. Nothing is known of any
other datatype, so nothing is concluded about its literals.
"""

import base64
import binascii
import math
import re
import struct
from collections.abc import Callable, Hashable
from decimal import Decimal
from functools import cache, lru_cache
from xml.parsers import expat

from rdflib import Literal
from rdflib.namespace import RDF, RDFS, XSD
from rdflib.term import Node

from eakg.reason.literals import instants

Value = tuple[str, Hashable]
"""The name of a value space that shares nothing with the others, and a value of it.

Two values are the same when they are identical, which is more than equal: OWL 2 Structural
Specification section 4 (https://www.w3.org/TR/owl2-syntax/), XSD 1.1 part 2 sections 2.2.1 and
2.2.2. Keys (OWL 2 section 9.5) and functional properties compare so."""

_INTEGER_BOUNDS: dict[Node, tuple[int | None, int | None]] = {
    XSD.integer: (None, None),
    XSD.nonNegativeInteger: (0, None),
    XSD.nonPositiveInteger: (None, 0),
    XSD.positiveInteger: (1, None),
    XSD.negativeInteger: (None, -1),
    XSD.long: (-(2**63), 2**63 - 1),
    XSD.int: (-(2**31), 2**31 - 1),
    XSD.short: (-(2**15), 2**15 - 1),
    XSD.byte: (-(2**7), 2**7 - 1),
    XSD.unsignedLong: (0, 2**64 - 1),
    XSD.unsignedInt: (0, 2**32 - 1),
    XSD.unsignedShort: (0, 2**16 - 1),
    XSD.unsignedByte: (0, 2**8 - 1),
}
# NameStartChar without the colon, and NameChar without it: https://www.w3.org/TR/xml/#NT-Name
_START = (
    "A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d"
    "\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_CHAR = _START + r"\-.0-9" + "\u00b7\u0300-\u036f\u203f-\u2040"
_STRINGS: dict[Node, str] = {
    XSD.string: r"[\s\S]*",
    XSD.normalizedString: r"[^\t\n\r]*",
    XSD.token: r"([^\t\n\r ]+( [^\t\n\r ]+)*)?",
    XSD.language: r"[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*",
    XSD.Name: f"[:{_START}][:{_CHAR}]*",
    XSD.NCName: f"[{_START}][{_CHAR}]*",
    XSD.NMTOKEN: f"[:{_CHAR}]+",
}
_INTEGER = re.compile(r"[+-]?[0-9]+")
_DECIMAL = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)")
_FLOAT = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?|[+-]?INF|NaN")
_HEX = re.compile(r"([0-9a-fA-F]{2})*")
_BASE64 = re.compile(r"([A-Za-z0-9+/=] ?)*(?<! )")
_PLAIN = re.compile(r"([\s\S]*)@([a-zA-Z]{1,8}(?:-[a-zA-Z0-9]{1,8})*)?")


def _integer(lexical: str, datatype: Node) -> Value | None:
    low, high = _INTEGER_BOUNDS[datatype]
    if not _INTEGER.fullmatch(lexical):
        return None
    value = Decimal(lexical)
    inside = (low is None or value >= low) and (high is None or value <= high)
    return ("number", value) if inside else None


def _decimal(lexical: str, _: Node) -> Value | None:
    return ("number", Decimal(lexical)) if _DECIMAL.fullmatch(lexical) else None


def _floating(lexical: str, datatype: Node) -> Value | None:
    if not _FLOAT.fullmatch(lexical):
        return None
    number = float(lexical)
    if math.isnan(number):
        return (str(datatype), "NaN")
    # The two zeros are equal and not identical (XSD 1.1 section 3.3.4): their bits differ.
    bits = _single(lexical, number) if datatype == XSD.float else struct.pack(">d", number)
    return (str(datatype), bits)


def _single(lexical: str, number: float) -> bytes:
    """The float nearest to what is written, as bits.

    Arguments: the lexical form, and the double nearest to it. Rounding that again could end on the
    wrong side of the middle of two floats; unless it is rounded to odd in between.
    """
    if number and math.isfinite(number):
        exact = Decimal(lexical)
        if exact != Decimal(number) and not struct.pack(">d", number)[-1] & 1:
            number = math.nextafter(number, math.inf if exact > Decimal(number) else -math.inf)
    try:
        return struct.pack(">f", number)
    except OverflowError:
        return struct.pack(">f", math.copysign(math.inf, number))


def _string(lexical: str, datatype: Node) -> Value | None:
    return ("string", lexical) if _string_form(datatype).fullmatch(lexical) else None


@cache
def _string_form(datatype: Node) -> re.Pattern[str]:
    # Those of names take long to compile, and are seldom wanted.
    return re.compile(_STRINGS[datatype])


def _plain(lexical: str, _: Node) -> Value | None:
    match = _PLAIN.fullmatch(lexical)
    if match is None:
        return None
    text, language = match.groups()
    return ("language-tagged string", (text, language.lower())) if language else ("string", text)


def _boolean(lexical: str, _: Node) -> Value | None:
    truth = {"true": True, "1": True, "false": False, "0": False}.get(lexical)
    return None if truth is None else ("boolean", truth)


def _hexadecimal(lexical: str, datatype: Node) -> Value | None:
    return (str(datatype), bytes.fromhex(lexical)) if _HEX.fullmatch(lexical) else None


def _base64(lexical: str, datatype: Node) -> Value | None:
    if not _BASE64.fullmatch(lexical):
        return None
    compact = lexical.replace(" ", "")
    try:
        octets = base64.b64decode(compact, validate=True)
    except binascii.Error:
        return None
    # The last character must not have bits that belong to no octet (3.3.16.2).
    return (str(datatype), octets) if base64.b64encode(octets).decode() == compact else None


def _iri(lexical: str, datatype: Node) -> Value:
    return (str(datatype), lexical)


def _xml(lexical: str, datatype: Node) -> Value | None:
    try:
        expat.ParserCreate().Parse(f"<x>{lexical}</x>", True)
    except expat.ExpatError:
        return None
    return (str(datatype), lexical)


def _instant(lexical: str, datatype: Node) -> Value | None:
    value = instants.instant(lexical, datatype)
    space = XSD.dateTime if datatype == XSD.dateTimeStamp else datatype
    return None if value is None else (str(space), value)


_VALUES: dict[Node, Callable[[str, Node], Value | None]] = {
    **dict.fromkeys(_INTEGER_BOUNDS, _integer),
    **dict.fromkeys(_STRINGS, _string),
    **dict.fromkeys(instants.INSTANT_DATATYPES, _instant),
    XSD.decimal: _decimal,
    XSD.float: _floating,
    XSD.double: _floating,
    XSD.boolean: _boolean,
    XSD.hexBinary: _hexadecimal,
    XSD.base64Binary: _base64,
    XSD.anyURI: _iri,
    RDF.XMLLiteral: _xml,
    RDF.PlainLiteral: _plain,
}
DATATYPES: frozenset[Node] = frozenset(_VALUES) | {RDF.langString, RDFS.Literal}


def is_well_formed(literal: Literal) -> bool:
    """Whether a literal has a value, as far as its datatype is known."""
    return literal.datatype not in _VALUES or value_of(literal) is not None


@lru_cache(maxsize=65536)
def _value(lexical: str, datatype: Node) -> Value | None:
    return _VALUES[datatype](lexical, datatype)


def value_of(literal: Literal) -> Value | None:
    """Value of a literal; None if its lexical form is ill-formed or its datatype is unknown."""
    if literal.language:
        return ("language-tagged string", (str(literal), literal.language.lower()))
    datatype = literal.datatype or XSD.string
    return _value(str(literal), datatype) if datatype in _VALUES else None


def in_value_space(literal: Literal, datatype: Node) -> bool:
    """Whether a literal's value is one of a datatype's (dt-type2).

    False also where nothing is known, which `out_of_value_space` tells apart.
    """
    value = value_of(literal)
    if value is None:
        return False
    space, content = value
    if datatype == RDFS.Literal:
        return True
    if datatype == RDF.PlainLiteral:
        return space in ("string", "language-tagged string")
    if datatype == RDF.langString:
        return space == "language-tagged string"
    if datatype in _STRINGS:
        return space == "string" and bool(_string_form(datatype).fullmatch(str(content)))
    if datatype in _INTEGER_BOUNDS and isinstance(content, Decimal):
        low, high = _INTEGER_BOUNDS[datatype]
        whole = content == content.to_integral_value()
        return whole and (low is None or content >= low) and (high is None or content <= high)
    if datatype == XSD.decimal:
        return space == "number"
    if datatype == XSD.dateTimeStamp and isinstance(content, tuple):
        return space == str(XSD.dateTime) and content[-1] is not None
    return space == str(datatype) or (datatype == XSD.boolean and space == "boolean")


def out_of_value_space(literal: Literal, datatype: Node) -> bool:
    """Whether a literal is known to have no value in a datatype (dt-not-type)."""
    is_known = bool(literal.language) or (literal.datatype or XSD.string) in _VALUES
    return is_known and datatype in DATATYPES and not in_value_space(literal, datatype)


def comparable_value(literal: Literal) -> Value | None:
    """What tells a literal from those that are known to have another value; None where nothing is
    known. Literals of XML are not told from each other: they may differ in spelling alone."""
    value = value_of(literal)
    return ("XML", "") if value is not None and literal.datatype == RDF.XMLLiteral else value


def are_different(left: Literal, right: Literal) -> bool:
    """Whether two literals are known to have different values (dt-diff)."""
    values = comparable_value(left), comparable_value(right)
    return None not in values and values[0] != values[1]

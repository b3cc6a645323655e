"""Results in TSV as frames of Polars with typed columns.

A column has the type that all its terms have: whole numbers, other numbers, truth values, days,
times; else it has text, that of an IRI, of a literal without its datatype and language, or of a
blank node.

Specification: SPARQL 1.1 Query Results CSV and TSV Formats, section 4.
"""

import re
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any, TypeVar

from rdflib import XSD

from eakg.problems import extra_package
from eakg.rdf import unescape

if TYPE_CHECKING:
    import polars

    _Texts = TypeVar("_Texts", polars.Series, polars.Expr)

_INTEGERS = (
    *("integer", "long", "int", "short", "byte", "nonNegativeInteger", "positiveInteger"),
    *("nonPositiveInteger", "negativeInteger", "unsignedLong", "unsignedInt", "unsignedShort"),
    "unsignedByte",
)
_NUMERIC = frozenset({"integer", "number"})
_LOOKED_AT = 1_000  # rows
_LITERAL = r'(?s)^"(.*)"(?:@[^"]*|\^\^<[^"]*>)?$'
_ZONE = re.compile(r"(?:Z|[+-]\d\d:\d\d)$")
_DATATYPE = r'\^\^<([^">]*)>$'
_TYPES = {
    **{str(XSD[name]): "integer" for name in _INTEGERS},
    **{str(XSD[name]): "number" for name in ("decimal", "double", "float")},
    **{str(XSD[name]): "time" for name in ("dateTime", "dateTimeStamp")},
    str(XSD.boolean): "truth",
    str(XSD.date): "day",
}
"""What the datatypes are in a frame."""


def frame_of(data: bytes) -> "polars.DataFrame":
    """The frame of a result in TSV: a row for each solution, a column for each variable, null where
    it is unbound. Raises: ProblemsError where Polars is not installed."""
    with extra_package("rows and frames of an answer", "eakg[frames]"):
        import polars

    if not BytesIO(data).readline().strip():
        # Polars has no rows without columns.
        return polars.DataFrame()
    try:
        frame = _read(data, infer_schema_length=_LOOKED_AT)
    except polars.exceptions.ComputeError:
        # A column is not further on what it is at its beginning.
        frame = _read(data, infer_schema=False)
    has_escapes = b"\\" in data
    # The work on one column does not wait for that on another.
    uniform = {one.name: form for one in frame.get_columns() if (form := _form_of(one))}
    terms = frame.lazy()
    holds, values = polars.collect_all(
        [
            terms.select(form.holds.alias(name) for name, form in uniform.items()),
            terms.select(form.values.alias(name) for name, form in uniform.items()),
        ]
    )
    columns = []
    for column in frame.get_columns():
        if column.dtype == polars.String:
            name = column.name
            if (
                name in uniform
                and holds[name].all()
                and values[name].null_count() == column.null_count()
            ):
                column = values[name]
                if has_escapes and column.dtype == polars.String:
                    column = _unescaped(column)
            else:
                column = _mixed(column)
        columns.append(column.alias(column.name.removeprefix("?")))
    return polars.DataFrame(columns)


def _read(data: bytes, **settings: Any) -> "polars.DataFrame":
    import polars

    return polars.read_csv(BytesIO(data), separator="\t", quote_char=None, **settings)


@dataclass(frozen=True)
class _Form:
    """What all terms of a column may have in common, as those of most columns have: that they are
    IRIs, or literals of one datatype or language. `holds` is whether each term has it, `values`
    what they are then, null for a term whose datatype has no such value."""

    holds: "polars.Expr"
    values: "polars.Expr"


def _form_of(column: "polars.Series") -> _Form | None:
    """The form of the first term of a column; None where there is none, or a bare number is."""
    import polars

    if column.dtype != polars.String:
        return None
    present = column.drop_nulls()
    first = "" if present.is_empty() else present[0]
    terms = polars.col(column.name)
    if first.startswith("<"):
        return _Form(terms.str.starts_with("<").all(), _cut(terms, ">"))
    if first.startswith('"'):
        # Nothing but a literal has a quotation mark.
        ending = first[first.rindex('"') :]
        texts = _cut(terms, ending)
        kind = _TYPES.get(ending[4:-1], "")
        is_zoned = bool(_ZONE.search(first.removesuffix(ending)))
        values = _times(texts, is_zoned=is_zoned) if kind == "time" else _values(texts, kind)
        return _Form(terms.str.ends_with(ending).all(), values)
    return None


def _cut(terms: "polars.Expr", ending: str) -> "polars.Expr":
    """What is between the first sign and the ending of each term."""
    return terms.str.head(-len(ending)).str.slice(1)


def _mixed(column: "polars.Series") -> "polars.Series":
    """A column of terms of several datatypes or kinds as one of values, where these are of one type
    in a frame, else as one of texts."""
    if column.null_count() == len(column):
        return column
    types = column.str.extract(_DATATYPE)
    kinds = {_TYPES.get(name, "") for name in types.drop_nulls().unique()}
    is_bare = ~column.str.contains('^["<_]')
    texts = column.str.replace("^<(.*)>$", "$1").str.replace(_LITERAL, "$1")
    if types.null_count() == (is_bare | column.is_null()).sum():
        for kind in _kinds(kinds, has_bare=is_bare.any()):
            values = _values(texts, kind)
            if values.null_count() == texts.null_count():
                return values
        if kinds == {"time"}:
            for is_zoned in (True, False):
                times = _times(texts, is_zoned=is_zoned)
                if times.null_count() == texts.null_count():
                    return times
    return _unescaped(texts)


def _kinds(kinds: set[str], *, has_bare: bool) -> tuple[str, ...]:
    """What terms of some datatypes may all be in a frame, the narrowest first. Arguments: what the
    datatypes are in a frame; whether there are terms without one."""
    if kinds <= _NUMERIC:
        # Whole numbers among others are numbers.
        return ("integer", "number", *(() if kinds else ("bare truth",)))
    return tuple(kinds - {"time", ""}) if len(kinds) == 1 and not has_bare else ()


def _values(texts: "_Texts", kind: str) -> "_Texts":
    """Texts as values of a type, null where one has none in it; of no type as they are."""
    import polars

    match kind:
        case "integer":
            return texts.cast(polars.Int64, strict=False)
        case "number":
            return texts.cast(polars.Float64, strict=False)
        case "truth" | "bare truth":
            values = {"true": True, "false": False}
            values |= {"1": True, "0": False} if kind == "truth" else {}
            return texts.replace_strict(values, default=None, return_dtype=polars.Boolean)
        case "day":
            return texts.str.to_date("%Y-%m-%d", strict=False, cache=False)
        case _:
            return texts


def _times(texts: "_Texts", *, is_zoned: bool) -> "_Texts":
    """Texts as times, those with a zone as times of UTC; null where one is no such time."""
    form = "%Y-%m-%dT%H:%M:%S%.f"
    if is_zoned:
        texts, form = texts.str.replace("Z$", "+00:00"), f"{form}%:z"
    return texts.str.to_datetime(form, time_unit="us", strict=False, cache=False)


def _unescaped(texts: "polars.Series") -> "polars.Series":
    if not texts.str.contains("\\", literal=True).any():
        return texts

    def plain(text: str) -> str:
        return unescape(text) if "\\" in text else text

    return texts.map_elements(plain, return_dtype=texts.dtype)

"""Results in TSV as frames of Polars with typed columns.

A column has the type that all its terms have: whole numbers, other numbers, truth values, days,
times; else it has text, that of an IRI, of a literal without its datatype and language, or of a
blank node.

Specification: SPARQL 1.1 Query Results CSV and TSV Formats, section 4.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING, Any

from rdflib import XSD

from eakg.problems import extra_package
from eakg.rdf import unescape

if TYPE_CHECKING:
    import polars

_INTEGERS = (
    *("integer", "long", "int", "short", "byte", "nonNegativeInteger", "positiveInteger"),
    *("nonPositiveInteger", "negativeInteger", "unsignedLong", "unsignedInt", "unsignedShort"),
    "unsignedByte",
)
_NUMERIC = frozenset({"integer", "number"})
_LOOKED_AT = 1_000  # rows
_MANY_ROWS = 100_000
_LITERAL = r'(?s)^"(.*)"(?:@[^"]*|\^\^<[^"]*>)?$'
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
    read = partial(_values_of, has_escapes=b"\\" in data)
    columns = frame.get_columns()
    if len(frame) < _MANY_ROWS:
        series = [read(column) for column in columns]
    else:
        # The work of Polars on one column does not wait for that on another.
        with ThreadPoolExecutor(os.cpu_count()) as executor:
            series = list(executor.map(read, columns))
    return polars.DataFrame([one.alias(one.name.removeprefix("?")) for one in series])


def _read(data: bytes, **settings: Any) -> "polars.DataFrame":
    import polars

    return polars.read_csv(BytesIO(data), separator="\t", quote_char=None, **settings)


def _values_of(column: "polars.Series", *, has_escapes: bool) -> "polars.Series":
    """A column of terms as one of values; bare numbers and truth values are that already.

    Arguments: the column; whether any term has an escape.
    """
    import polars

    if column.dtype != polars.String:
        return column
    terms = column.drop_nulls()
    if terms.is_empty():
        return column
    first = terms[0]
    if first.startswith("<") and _all(terms.str.starts_with("<")):
        return _cut(column, ">")
    if first.startswith('"'):
        # Most columns are of one datatype, or of one language.
        ending = first[first.rindex('"') :]
        # Nothing but a literal has a quotation mark.
        if _all(terms.str.ends_with(ending)):
            texts = _cut(column, ending)
            values = _values(texts, _TYPES.get(ending[4:-1], ""))
            if values is not None:
                return values
            return _unescaped(texts) if has_escapes else texts
    elif not first.startswith(("<", "_:")):
        for kind in ("integer", "number", "bare truth"):
            if (values := _values(column, kind)) is not None:
                return values
    return _mixed(column)


def _cut(column: "polars.Series", ending: str) -> "polars.Series":
    """What is between the first sign and the ending of each term."""
    return column.str.head(-len(ending)).str.slice(1)


def _mixed(column: "polars.Series") -> "polars.Series":
    """A column of terms of several datatypes or kinds as one of values, where these are of one type
    in a frame, else as one of texts."""
    types = column.str.extract(_DATATYPE)
    kinds = {_TYPES.get(name, "") for name in types.drop_nulls().unique()}
    is_bare = ~column.str.contains('^["<_]')
    if is_bare.any():
        kinds.add("number")
    texts = column.str.replace("^<(.*)>$", "$1").str.replace(_LITERAL, "$1")
    if types.null_count() == (is_bare | column.is_null()).sum():
        # Whole numbers among others are numbers.
        kind = "number" if kinds == _NUMERIC else next(iter(kinds)) if len(kinds) == 1 else ""
        for narrower in ("integer", "number") if kinds <= _NUMERIC else (kind,):
            if (values := _values(texts, narrower)) is not None:
                return values
    return _unescaped(texts)


def _values(texts: "polars.Series", kind: str) -> "polars.Series | None":
    """Texts as values of a type, None where one of them has none in it."""
    import polars

    match kind:
        case "integer":
            values = texts.cast(polars.Int64, strict=False)
        case "number":
            values = texts.cast(polars.Float64, strict=False)
        case "truth" | "bare truth":
            spellings = ["true", "false", *(["1", "0"] if kind == "truth" else [])]
            if not _all(texts.drop_nulls().is_in(spellings)):
                return None
            values = texts.is_in(["true", "1"])
        case "day":
            values = texts.str.to_date("%Y-%m-%d", strict=False, cache=False)
        case "time":
            return _times(texts)
        case _:
            return None
    return values if values.null_count() == texts.null_count() else None


def _times(texts: "polars.Series") -> "polars.Series | None":
    """Times with a zone as those of UTC, without one as they are; of both there is no one type."""
    is_zoned = texts.drop_nulls().str.contains(r"(?:Z|[+-]\d\d:\d\d)$")
    if _all(is_zoned):
        texts, form = texts.str.replace("Z$", "+00:00"), "%Y-%m-%dT%H:%M:%S%.f%:z"
    elif is_zoned.any():
        return None
    else:
        form = "%Y-%m-%dT%H:%M:%S%.f"
    values = texts.str.to_datetime(form, time_unit="us", strict=False, cache=False)
    return values if values.null_count() == texts.null_count() else None


def _unescaped(texts: "polars.Series") -> "polars.Series":
    if not texts.str.contains("\\", literal=True).any():
        return texts

    def plain(text: str) -> str:
        return unescape(text) if "\\" in text else text

    return texts.map_elements(plain, return_dtype=texts.dtype)


def _all(column: "polars.Series") -> bool:
    return bool(column.all())

"""grlc's convention: a variable such as `?_genre_iri` is a parameter, named and typed by itself.

The convention is that of https://grlc.io and of BASIL before it: `?_name` is a plain literal,
`?__name` may be left out, `?_name_iri` is an IRI, `?_name_integer` has a datatype of XML Schema,
`?_name_en` a language, `?_name_prefix_datatype` any datatype.
"""

import re
from collections.abc import Mapping

from rdflib import URIRef
from rdflib.namespace import XSD

from eakg.queries.contract.parameters import TYPES, Parameter

_NAME = re.compile(
    "(?P<required>__?)(?P<name>[^_]+)_?(?P<type>[a-zA-Z0-9]+)?_?(?P<more>[a-zA-Z0-9]+)?.*"
)


def placeholder(variable: str, prefixes: Mapping[str, str]) -> Parameter | None:
    """The parameter that a variable of this name is, or None.

    Arguments: the name without its question mark; the query's namespaces by prefix.
    """
    match = _NAME.fullmatch(variable)
    if match is None:
        return None
    kind, more = match["type"], match["more"]
    found = Parameter(match["name"], (variable,), required=match["required"] == "_")
    if kind is None:
        return found
    if kind in TYPES:
        return _typed(found, "string" if kind == "literal" else kind)
    if kind in XSD:
        return _typed(found, "literal", datatype=XSD[kind])
    if more is not None and kind in prefixes:
        return _typed(found, "literal", datatype=URIRef(prefixes[kind] + more))
    if len(kind) == 2:
        return _typed(found, "literal", language=kind)
    return found


def _typed(
    found: Parameter, type_: str, datatype: URIRef | None = None, language: str | None = None
) -> Parameter:
    return Parameter(
        found.name,
        found.variables,
        type_,
        datatype=datatype,
        language=language,
        required=found.required,
    )

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
    kind, local_name = match["type"], match["more"]
    parameter = Parameter(match["name"], (variable,), required=match["required"] == "_")
    if kind is None:
        return parameter
    if kind in TYPES:
        return _with_type(parameter, "string" if kind == "literal" else kind)
    if kind in XSD:
        return _with_type(parameter, "literal", datatype=XSD[kind])
    if local_name is not None and kind in prefixes:
        return _with_type(parameter, "literal", datatype=URIRef(prefixes[kind] + local_name))
    if len(kind) == 2:
        return _with_type(parameter, "literal", language=kind)
    return parameter


def _with_type(
    parameter: Parameter, type_: str, datatype: URIRef | None = None, language: str | None = None
) -> Parameter:
    return Parameter(
        parameter.name,
        parameter.variables,
        type_,
        datatype=datatype,
        language=language,
        required=parameter.required,
    )

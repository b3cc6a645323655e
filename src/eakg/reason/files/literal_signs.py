"""What the spelling of a literal tells of its value, as patterns for Python and for Rust alike."""

CANONICAL_INTEGER = r'^"(?:0|-?[1-9][0-9]*)"\^\^<http://www.w3.org/2001/XMLSchema#integer>$'
BOUND = r'^"[01]"\^\^<http://www.w3.org/2001/XMLSchema#nonNegativeInteger>$'
"""A cardinality that the rules speak of."""
DATATYPE_NAME = r"#(\w+)>$"
TAG_WITH_CAPITALS = r'"@[^"]*[A-Z][^"]*$'
LIKE_STRING = "(?:string|normalizedString|token|language|Name|NCName|NMTOKEN|PlainLiteral)>"
"""The end of a literal that may be the value of a plain one."""
UNLIKE_NUMBERS = {"string", "date", "dateTime", "time", "gYear", "boolean", "anyURI"}
"""Datatypes whose values are no numbers."""

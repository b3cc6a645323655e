"""Prefixed names in configuration files."""

from collections.abc import Mapping

from rdflib import URIRef


def expand(name: str, prefixes: Mapping[str, str]) -> URIRef:
    """The IRI of a prefixed name such as `eakg:State`.

    Raises: ValueError when the prefix is none of these.
    """
    prefix, colon, local = name.partition(":")
    if not colon or prefix not in prefixes or not local:
        names = ", ".join(sorted(prefixes))
        raise ValueError(f"{name!r} is no prefixed name; the prefixes are {names}")
    return URIRef(prefixes[prefix] + local)

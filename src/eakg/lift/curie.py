"""Prefixed names in configuration files."""

from rdflib import URIRef

from eakg.names import PREFIXES


def expand(name: str) -> URIRef:
    """The IRI of a prefixed name such as `eakg:State`.

    Raises: ValueError when the prefix is none of `eakg.names.PREFIXES`.
    """
    prefix, colon, local = name.partition(":")
    if not colon or prefix not in PREFIXES or not local:
        prefixes = ", ".join(sorted(PREFIXES))
        raise ValueError(f"{name!r} is no prefixed name; the prefixes are {prefixes}")
    return URIRef(PREFIXES[prefix] + local)

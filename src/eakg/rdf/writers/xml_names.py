"""Names of XML elements at the ends of IRIs.

A name is here what the XML parser takes for one: parsers read the names of the fourth edition of
XML 1.0 and before, which are fewer than those of the fifth (section 2.3).
"""

from collections.abc import Iterator
from functools import lru_cache
from xml.parsers import expat


def is_name(text: str) -> bool:
    """Whether a text is a name without a colon (Namespaces in XML 1.0, section 3)."""
    return bool(text) and _starts_name(text[0]) and all(map(_continues_name, text))


def starts_of_names(iri: str) -> Iterator[int]:
    """Where the names begin that stand at the end of an IRI, the longest first."""
    start = len(iri)
    while start and _continues_name(iri[start - 1]):
        start -= 1
    return (place for place in range(start, len(iri)) if _starts_name(iri[place]))


@lru_cache(1 << 12)
def _starts_name(character: str) -> bool:
    return character != ":" and _is_well_formed(f"<{character}/>")


@lru_cache(1 << 12)
def _continues_name(character: str) -> bool:
    return character not in ": \t\r\n/" and _is_well_formed(f"<a{character}/>")


def _is_well_formed(document: str) -> bool:
    try:
        expat.ParserCreate("utf-8").Parse(document.encode(), True)
    except expat.ExpatError:
        return False
    return True

"""Catalogs: which file stands for which IRI, as Protege writes them beside ontologies.

Specification: OASIS XML Catalogs 1.1, sections 6 (entries) and 7.2 (resolution of a URI). `uri`,
`rewriteURI`, `uriSuffix`, `nextCatalog`, `group` and `xml:base` are read; what is said of system
and public identifiers is of no document that is imported. Nothing beside a catalog is read but the
catalogs that it names, and these only where they are files.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit
from xml.parsers import expat

from eakg.problems import Problem, ProblemsError
from eakg.rdf.documents import read_bytes

CATALOG = "catalog-v001.xml"
"""The name that Protege gives to catalogs."""
_NAMESPACE = "urn:oasis:names:tc:entity:xmlns:xml:catalog"
_BASE = "http://www.w3.org/XML/1998/namespace base"
_ENTRIES = {
    "uri": ("name", "uri"),
    "rewriteURI": ("uriStartString", "rewritePrefix"),
    "uriSuffix": ("uriSuffix", "uri"),
    "nextCatalog": ("", "catalog"),
}
"""What an entry is looked up by, and where it leads to."""


@dataclass(frozen=True)
class CatalogEntry:
    """An entry: its kind, what it is looked up by, and the address that it leads to."""

    kind: str
    key: str
    target: str


def local_path(address: str) -> Path | None:
    """The file that an address is of; None of one elsewhere."""
    parts = urlsplit(address)
    if parts.scheme != "file" or parts.netloc not in ("", "localhost"):
        return None
    return Path(unquote(parts.path))


def look_up(catalog: Path, iri: str) -> str | None:
    """The address that a catalog has for an IRI; None where it has none.

    Of the entries for the IRI itself the first is taken, of the others the one with the longest
    key, and the next catalogs are asked where there is none. Raises: ProblemsError.
    """
    return _look_up(catalog, iri, set())


def _look_up(catalog: Path, iri: str, asked_catalogs: set[Path]) -> str | None:
    if catalog.absolute() in asked_catalogs:
        return None
    asked_catalogs.add(catalog.absolute())
    entries = read_catalog(catalog)
    for entry in entries:
        if entry.kind == "uri" and entry.key == iri:
            return entry.target
    longest = sorted(entries, key=lambda entry: -len(entry.key))
    for entry in longest:
        if entry.kind == "rewriteURI" and iri.startswith(entry.key):
            return entry.target + iri[len(entry.key) :]
    for entry in longest:
        if entry.kind == "uriSuffix" and iri.endswith(entry.key):
            return entry.target
    for entry in entries:
        path = local_path(entry.target)
        if entry.kind == "nextCatalog" and path is not None and path.is_file():
            address = _look_up(path, iri, asked_catalogs)
            if address is not None:
                return address
    return None


def read_catalog(path: Path) -> list[CatalogEntry]:
    """The entries of a catalog, in order. Raises: ProblemsError where it cannot be read."""
    try:
        return list(_entries(read_bytes(path), path.absolute().as_uri()))
    except (expat.ExpatError, LookupError, ValueError) as error:
        line = error.lineno if isinstance(error, expat.ExpatError) else 0
        message = f"is no XML catalog ({error}); correct it, or take it away"
        raise ProblemsError([Problem(str(path), line, message)]) from error


def _entries(document: bytes, address: str) -> Iterator[CatalogEntry]:
    """The entries of a document: no external entity is read, and expat lets none grow much."""
    entries: list[CatalogEntry] = []
    bases = [address]

    def start(name: str, attributes: dict[str, str]) -> None:
        base = urljoin(bases[-1], attributes.get(_BASE, ""))
        bases.append(base)
        namespace, _, kind = name.rpartition(" ")
        if namespace != _NAMESPACE or kind not in _ENTRIES:
            return
        key, target = _ENTRIES[kind]
        if target in attributes and (not key or attributes.get(key)):
            address = urljoin(base, attributes[target])
            entries.append(CatalogEntry(kind, attributes.get(key, ""), address))

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _: bases.pop()
    parser.Parse(document, True)
    return iter(entries)

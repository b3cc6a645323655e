"""Which file an address of the service is published in."""

import hashlib
import re
from functools import lru_cache
from posixpath import dirname, relpath
from urllib.parse import quote, unquote, urlsplit

from eakg.rdf import FORMATS

_SAFE = "-_.~+@,"
_ENDINGS = frozenset(
    {
        *(".html", ".ttl", ".nt", ".jsonld", ".rdf", ".trig", ".nq", ".csv", ".tsv", ".rq"),
        *(".json", ".xml", ".txt", ".gz", ".sha256", ".css", ".js", ".svg", ".ico"),
    }
)
_DESCRIPTIONS = {"dcat": ".ttl", ".well-known/void": ".ttl"}
"""What is never a page, and has no format in its address."""
_EXTENSIONS = {one.name: one.extension for one in FORMATS}
_FORMAT = re.compile(r"(?:^|&)format=(\w+)")
_LONGEST = 120  # characters of a name, which file systems take with an ending
_DIGITS = 16  # of a digest
_LINKS = 1 << 12  # that are remembered, as all pages have some of them


@lru_cache(_LINKS)
def file_of(address: str, ending: str = ".html") -> str:
    """The file of an address, given as path and query: below the folder of the site, its parts in
    letters that every file system and every server takes as they are.

    Arguments: the address; the ending where the path has none of a format.
    """
    parts = urlsplit(address)
    path = parts.path.strip("/") or "index"
    ending = _DESCRIPTIONS.get(path, ending)
    names = [_name(unquote(one)) for one in path.split("/")]
    stem, dot, extension = names[-1].rpartition(".")
    if dot and f".{extension}" in _ENDINGS:
        names[-1], ending = stem, f".{extension}"
    elif match := _FORMAT.search(parts.query):
        is_ending = f".{match[1]}" in _ENDINGS  # as json, which is not only that of results
        extension = match[1] if is_ending else _EXTENSIONS.get(match[1], match[1])
        ending = f".{extension}" if f".{extension}" in _ENDINGS else ending
    if parts.query and not path.startswith("static/"):
        names[-1] += f"@{hashlib.sha256(parts.query.encode()).hexdigest()[:_DIGITS]}"
    return "/".join(names) + ending


def _name(text: str) -> str:
    name = quote(text, safe=_SAFE).replace("%", "=") or "="
    if len(name) > _LONGEST:
        name = f"{name[:_LONGEST]}@{hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]}"
    return f"={name}" if name in (".", "..") else name


@lru_cache(_LINKS)
def link_between(source: str, target: str, fragment: str = "") -> str:
    """The link from a file of the site to another, as it stands in a page."""
    link = quote(relpath(target, dirname(source) or "."), safe="/=@+,~")
    return f"{link}#{fragment}" if fragment else link

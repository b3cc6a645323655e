"""The pages of the site for robots: sitemaps (https://www.sitemaps.org/protocol.html)."""

from collections.abc import Iterable
from xml.sax.saxutils import escape

from flask import Blueprint, Response, request
from werkzeug.exceptions import NotFound

from eakg.serve.app import absolute, page_path, query_string, represented, state
from eakg.serve.words import graph_path, thing_path

blueprint = Blueprint("sitemap", __name__)
CAP = 50_000  # addresses that one sitemap may have
_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
_FIXED = (
    *("/", "/things", "/overviews", "/ontology", "/queries", "/sparql", "/rules"),
    "/contradictions",
)
_COMPUTATIONS = ("/sparql?", "/explain", "/search?", "/graphs?", "/cite?")


@blueprint.get("/sitemap.xml")
def sitemap() -> Response:
    """The pages of things, tables and terms; in parts, with an index, where there are many."""
    parameters = query_string(request)
    part = parameters.page() if "page" in parameters.names else None
    parts = ("sitemap", absolute("/"), part)
    return represented(request, state().store, parts, lambda: _sitemap(part))


def _sitemap(part: int | None) -> Response:
    register = state().register
    first_paths = [*_FIXED, *map(graph_path, sorted(state().catalogue.graphs()))]
    size = len(first_paths) + register.pages()
    parts = max(1, -(-size // CAP))
    if part is None and parts > 1:
        body = _xml("sitemapindex", "sitemap", (f"/sitemap.xml?page={n + 1}" for n in range(parts)))
    else:
        first = CAP * ((part or 1) - 1)
        if first >= size:
            raise NotFound
        paths = first_paths[first : first + CAP]
        begin = max(0, first - len(first_paths))
        things = register.with_pages(begin, CAP - len(paths))
        body = _xml("urlset", "url", [*paths, *map(thing_path, things)])
    return Response(body, content_type="application/xml; charset=utf-8")


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Where the sitemap is; what is computed for each question is not for robots: queries, proofs,
    searches, and the pages with less in them of what has a page."""
    lines = "".join(f"Disallow: {page_path(path)}\n" for path in _COMPUTATIONS)
    text = f"User-agent: *\n{lines}Sitemap: {absolute('/sitemap.xml')}\n"
    return Response(text, content_type="text/plain; charset=utf-8")


def _xml(root: str, element: str, paths: Iterable[str]) -> str:
    entries = "\n".join(
        f"<{element}><loc>{location}</loc></{element}>"
        for location in map(escape, map(absolute, paths))
    )
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    return f'{head}\n<{root} xmlns="{_NAMESPACE}">\n{entries}\n</{root}>\n'

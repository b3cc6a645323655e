"""The pages of the site for robots: sitemaps (https://www.sitemaps.org/protocol.html)."""

from collections.abc import Iterable
from xml.sax.saxutils import escape

from flask import Blueprint, Response, request
from rdflib import PROV
from werkzeug.exceptions import NotFound

from eakg.names import ID
from eakg.serve.app import absolute, query_string, represented, state
from eakg.serve.words import local_path
from eakg.store import QueryRequest, select

blueprint = Blueprint("sitemap", __name__)
CAP = 50_000  # addresses that one sitemap may have
_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
_THINGS = f"""SELECT DISTINCT ?thing {{ {{ ?thing ?p ?o }} UNION {{ GRAPH ?g {{
  ?span <http://www.w3.org/ns/oa#hasSource> ?thing }} }}
  FILTER(STRSTARTS(STR(?thing), "{ID}"))
  FILTER NOT EXISTS {{ ?thing <{PROV.invalidatedAtTime}> ?when }} }} ORDER BY ?thing"""
_FIXED = (
    *("/", "/things", "/overviews", "/ontology", "/queries", "/sparql", "/rules"),
    "/contradictions",
)


@blueprint.get("/sitemap.xml")
def sitemap() -> Response:
    """The pages of things, tables and terms; in parts, with an index, where there are many."""
    parameters = query_string(request)
    part = parameters.page() if "page" in parameters.names else None
    parts = ("sitemap", absolute("/"), part)
    return represented(request, state().store, parts, lambda: _sitemap(part))


def _sitemap(part: int | None) -> Response:
    paths = _paths()
    parts = max(1, -(-len(paths) // CAP))
    if part is None and parts > 1:
        body = _xml("sitemapindex", "sitemap", (f"/sitemap.xml?page={n + 1}" for n in range(parts)))
    else:
        first = CAP * ((part or 1) - 1)
        if first >= len(paths):
            raise NotFound
        body = _xml("urlset", "url", paths[first : first + CAP])
    return Response(body, content_type="application/xml; charset=utf-8")


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Where the sitemap is; queries are not for robots."""
    text = f"User-agent: *\nDisallow: /sparql?\nSitemap: {absolute('/sitemap.xml')}\n"
    return Response(text, content_type="text/plain; charset=utf-8")


def _paths() -> list[str]:
    things = (str(row["thing"]) for row in select(state().store, QueryRequest(_THINGS)))
    graphs = sorted(state().catalogue.graphs())
    return [*_FIXED, *filter(None, map(local_path, (*graphs, *things)))]


def _xml(root: str, element: str, paths: Iterable[str]) -> str:
    entries = "\n".join(
        f"<{element}><loc>{location}</loc></{element}>"
        for location in map(escape, map(absolute, paths))
    )
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    return f'{head}\n<{root} xmlns="{_NAMESPACE}">\n{entries}\n</{root}>\n'

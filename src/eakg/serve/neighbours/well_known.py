"""What programs look for at addresses that everybody knows: how to search here (OpenSearch 1.1),
whom to tell of weaknesses (RFC 9116), which interfaces there are (RFC 9727), the icon, and the
context of JSON-LD."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.sax.saxutils import escape

from flask import Blueprint, Response, current_app, request
from werkzeug.exceptions import NotFound

from eakg.serve.app import absolute, query_string, represented, state, tagged
from eakg.serve.data import context_of, own_address

blueprint = Blueprint("well_known", __name__)
_ICON = "icon.svg"
_OPEN_SEARCH = "http://a9.com/-/spec/opensearch/1.1/"
_LINKSET = "application/linkset+json"
_API_CATALOG = "https://www.rfc-editor.org/info/rfc9727"
_NAME = 16  # characters of a short name, at most
_VALID = timedelta(days=365)


@blueprint.get("/context.jsonld")
def context() -> Response:
    """The context by which JSON-LD is compacted here."""
    query_string(request)

    def make() -> Response:
        body = json.dumps({"@context": context_of(state().catalogue)}, indent=1)
        return Response(body, content_type="application/ld+json")

    return represented(request, state().store, ("context",), make)


@blueprint.get("/opensearch.xml")
def open_search() -> Response:
    """How a browser or a catalogue searches here."""
    query_string(request)

    def make() -> Response:
        project = state().catalogue.project()
        name = escape(project.brand[:_NAME].strip())
        about = escape((project.title or project.brand)[:1024])
        languages = "".join(f"<Language>{escape(one)}</Language>\n" for one in project.languages)
        pages = (("text/html", "/search?q="), ("application/json", "/search.json?q="))
        urls = "".join(
            f'<Url type="{kind}" template="{escape(absolute(path))}{{searchTerms}}"/>\n'
            for kind, path in pages
        )
        body = (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f'<OpenSearchDescription xmlns="{_OPEN_SEARCH}">\n'
            f"<ShortName>{name}</ShortName>\n<Description>{about}</Description>\n{urls}{languages}"
            "<InputEncoding>UTF-8</InputEncoding>\n<OutputEncoding>UTF-8</OutputEncoding>\n"
            "</OpenSearchDescription>\n"
        )
        return Response(body, content_type="application/opensearchdescription+xml; charset=utf-8")

    return represented(request, state().store, ("opensearch", absolute("/")), make)


@blueprint.get("/.well-known/api-catalog")
def api_catalog() -> Response:
    """The interfaces that there are, as a linkset."""
    query_string(request)

    def make() -> Response:
        descriptions = {
            "service-desc": [
                {"href": absolute("/openapi.json"), "type": "application/vnd.oai.openapi+json"}
            ],
            "service-meta": [
                {"href": absolute("/.well-known/void"), "type": "text/turtle"},
                {"href": absolute("/dcat"), "type": "text/turtle"},
            ],
            "service-doc": [{"href": absolute("/"), "type": "text/html"}],
        }
        entries = [{"anchor": absolute(path), **descriptions} for path in ("/sparql", "/reconcile")]
        items = [{"href": entry["anchor"]} for entry in entries]
        catalog = {"anchor": absolute("/.well-known/api-catalog"), "item": items}
        body = json.dumps({"linkset": [catalog, *entries]}, indent=1)
        return Response(body, content_type=f'{_LINKSET}; profile="{_API_CATALOG}"')

    return tagged(request, ("api-catalog", absolute("/")), make)


@blueprint.get("/.well-known/security.txt")
def security() -> Response:
    """Whom to tell of a weakness, where the project says whom to write to."""
    query_string(request)
    project = state().catalogue.project()
    if project.contact is None:
        raise NotFound
    expires = (datetime.now(UTC) + _VALID).strftime("%Y-%m-%dT00:00:00Z")
    text = (
        f"Contact: {project.contact}\nExpires: {expires}\n"
        f"Preferred-Languages: {', '.join(project.languages)}\n"
        f"Canonical: {own_address(state().settings)}/.well-known/security.txt\n"
    )
    return tagged(
        request, (text,), lambda: Response(text, content_type="text/plain; charset=utf-8")
    )


@blueprint.get("/favicon.ico")
def icon() -> Response:
    """The icon, for who asks for it without reading a page."""
    query_string(request)
    data = Path(str(current_app.static_folder), _ICON).read_bytes()
    return tagged(request, (data,), lambda: Response(data, content_type="image/svg+xml"))

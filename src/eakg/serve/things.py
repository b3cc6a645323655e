"""Things and the documents about them: 303 from /id to /doc, five formats."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, render_template, request
from rdflib import URIRef
from werkzeug.exceptions import NotFound

from eakg.names import DOC, PREFIXES
from eakg.serve.caching import entity_tag, mark, not_modified
from eakg.serve.description import LICENCE, Description, describe, find
from eakg.serve.links import document_path
from eakg.serve.negotiation import HTML, Page, Representation, negotiate
from eakg.serve.parameters import query_string
from eakg.serve.state import address, state
from eakg.serve.thing_page import page_of
from eakg.store.formats import GRAPH_FORMATS, TURTLE
from eakg.store.request import Closure
from eakg.store.serialization import serialize

blueprint = Blueprint("things", __name__)
FORMATS: Sequence[Representation] = (*GRAPH_FORMATS, HTML)


@dataclass(frozen=True)
class Document:
    """A document that was asked for: its thing, and the format that its address names."""

    slug: str
    iri: URIRef
    representation: Representation | None


@blueprint.get("/id/<path:slug>")
def thing(slug: str) -> Response:
    """A thing is no document: see the one about it (303)."""
    closure = query_string(request).closure()
    if find(state().store, slug) is None:
        raise NotFound
    location = address(document_path(slug)) + _query(closure)
    response = Response(status=303, content_type="text/plain; charset=utf-8")
    response.headers["Location"] = location
    response.headers["Link"] = f'<{location}>; rel="describedby"'
    return response


@blueprint.get("/doc/<path:slug>")
def document(slug: str) -> Response:
    """The document about a thing."""
    closure = query_string(request).closure()
    found = _resolve(slug)
    representation = found.representation or negotiate(request, FORMATS)
    settings = state().settings
    tag = entity_tag(state().version, settings.public_url, found.iri, representation.name, closure)
    response = not_modified(request, tag)
    if response is None:
        description = describe(state().store, found.slug, found.iri, closure)
        response = mark(_represent(description, representation, closure), tag)
    response.headers["Link"] = ", ".join(_links(found, closure))
    return response


def _resolve(slug: str) -> Document:
    """A slug may have dots; an extension is one only where the whole is not a slug itself."""
    store = state().store
    if (iri := find(store, slug)) is not None:
        return Document(slug, iri, None)
    stem, _, extension = slug.rpartition(".")
    for representation in FORMATS:
        if representation.extension == extension and (iri := find(store, stem)) is not None:
            return Document(stem, iri, representation)
    raise NotFound


def _represent(
    description: Description, representation: Representation, closure: Closure
) -> Response:
    if isinstance(representation, Page):
        page = render_template("thing.html", page=page_of(description), closure=closure)
        return Response(page, content_type=representation.content_type)
    prefixes = {**PREFIXES, "doc": str(DOC), "foaf": "http://xmlns.com/foaf/0.1/"}
    data = serialize(description.statements(), representation, prefixes)
    return Response(data, content_type=representation.content_type)


def _links(found: Document, closure: Closure) -> list[str]:
    links = [
        f"<{address(document_path(found.slug, one.extension))}{_query(closure)}>;"
        f' rel="alternate"; type="{one.media_type}"'
        for one in FORMATS
    ]
    described_by = address(document_path(found.slug, TURTLE.extension))
    return [
        *links,
        f'<{described_by}>; rel="describedby"; type="{TURTLE.media_type}"',
        f'<{found.iri}>; rel="describes"',
        f'<{LICENCE}>; rel="license"',
    ]


def _query(closure: Closure) -> str:
    return "" if closure == "full" else f"?closure={closure}"

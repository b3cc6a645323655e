"""Things and the documents about them: 303 from /id to /doc, in every graph format and in pages."""

from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus
from typing import Any
from urllib.parse import urljoin

from flask import Blueprint, Response, request
from rdflib import URIRef
from werkzeug.exceptions import NotFound

from eakg.names import ID
from eakg.rdf import (
    ResultKind,
    escaped,
    is_iri,
    spellings,
)
from eakg.serve.app import (
    FORMAT_NAMES,
    HTML,
    INFERENCE_NAMES,
    BadParameterError,
    Parameters,
    ProblemDetails,
    Representation,
    acceptable_representations,
    address,
    in_first_that_holds,
    name_in_path,
    page_path_of,
    publication_tag,
    query_string,
    represented,
    state,
)
from eakg.serve.content import (
    find,
    find_exactly,
    outline_of,
    withdrawal,
)
from eakg.serve.data import (
    QUAD_FORMATS,
)
from eakg.serve.pages.thing.document import FORMATS, ThingDocument, links_of
from eakg.serve.pages.thing.json_form import IN_WORDS
from eakg.serve.pages.thing.kept_page import KeptPage
from eakg.serve.pages.thing.last_told import last_told
from eakg.serve.pages.thing.representation import is_large, represent
from eakg.serve.pages.thing.years import years_written
from eakg.serve.past import VERSION, choose_version, version_query
from eakg.store import Closure

blueprint = Blueprint("things", __name__)
_PARAMETERS = (
    *(VERSION, "closure", "page", "section", "years", "most", "terms"),
    *FORMAT_NAMES,
    *INFERENCE_NAMES,
)
_MOST = 500


@blueprint.get("/id/<path:slug>")
def thing(slug: str) -> Response:
    """A thing is no document: see the one about it (303)."""
    parameters = query_string(request)
    closure = parameters.closure()
    choose_version(parameters)
    iri = _find(name_in_path(request.environ, slug))
    if iri is None:
        iri = _thing_here()
    if iri is None:
        raise NotFound
    if (withdrawn_response := _withdrawal_response(iri)) is not None:
        return withdrawn_response
    return _see_document(_document(iri, None, closure, 1).at(1))


@blueprint.before_app_request
def own_path() -> Response | None:
    """What lies at no path of the service may be a thing whose IRI is this address."""
    is_elsewhere = isinstance(request.routing_exception, NotFound)
    if not is_elsewhere or request.method not in ("GET", "HEAD"):
        return None
    iri = _thing_here()
    return None if iri is None else _see_document(_document(iri, None, "full", 1).at(1))


def _thing_here() -> URIRef | None:
    """The thing below a base of the project that has the path of the request."""
    settings, store = state().settings, state().store
    bases = settings.project.base
    first, slash, rest = request.path.removeprefix("/").partition("/")
    path = f"{escaped(first)}{slash}{name_in_path(request.environ, rest) if rest else ''}"
    query = request.query_string.decode("latin-1")
    roots = {urljoin(base, "/") for base in bases}
    if settings.public_url:
        roots.add(f"{settings.public_url.rstrip('/')}/")
    for spelling in spellings(path + (f"?{query}" if query else "")):
        for root in sorted(roots):
            iri = root + spelling
            if iri.startswith(bases) and (thing_iri := find_exactly(store, iri)) is not None:
                return thing_iri
    return None


def _see_document(location: str) -> Response:
    response = Response(status=303, content_type="text/plain; charset=utf-8")
    response.headers["Location"] = location
    response.headers["Link"] = f'<{location}>; rel="describedby"'
    return response


@blueprint.get("/doc/<path:slug>")
def document(slug: str) -> Response:
    """The document about a thing."""
    parameters = query_string(request).only(*_PARAMETERS)
    choose_version(parameters)
    closure, page = parameters.closure(), parameters.page()
    spelled = name_in_path(request.environ, slug)
    choices = _choices(parameters)
    parts = ("doc", spelled, closure, page, *choices.values())

    def target() -> ThingDocument:
        return replace(_resolve(spelled, closure, page), **choices)

    return _represented(parameters, parts, target)


@blueprint.get("/doc")
def document_of() -> Response:
    """The document about the thing whose IRI is given as `iri`. Names that a path could not carry
    safely have this address."""
    parameters = query_string(request).only("iri", *_PARAMETERS)
    choose_version(parameters)
    closure, page = parameters.closure(), parameters.page()
    iri, choices = parameters.single("iri"), _choices(parameters)
    if iri is None or not is_iri(iri):
        raise BadParameterError("the parameter iri is the whole IRI of a thing")

    def target() -> ThingDocument:
        thing_iri = _find_whole(iri)
        if thing_iri is None:
            raise NotFound
        return replace(_document(thing_iri, None, closure, page), **choices)

    return _represented(parameters, ("doc of", iri, closure, page, *choices.values()), target)


def _choices(parameters: Parameters) -> dict[str, Any]:
    """What else is asked of a document, by the names of `ThingDocument`."""
    terms = parameters.single("terms")
    if terms not in (None, "shown"):
        raise BadParameterError("terms is shown, or is not given")
    section, text = parameters.single("section"), parameters.single("years")
    years = None if text is None else years_written(text)
    if text is not None and (years is None or section is None):
        raise BadParameterError("years is 2020 or 2015-2019, of a section")
    return {
        "section": section,
        "years": years,
        "most": parameters.number("most", _MOST),
        "terms": terms is not None,
    }


def _represented(
    parameters: Parameters, parts: tuple[object, ...], find_target: Callable[[], ThingDocument]
) -> Response:
    def make() -> Response:
        target = find_target()
        if (withdrawn_response := _withdrawal_response(target.iri)) is not None:
            return withdrawn_response
        representations = (
            (target.representation,)
            if target.representation is not None
            else acceptable_representations(
                # In quads the triples are in named graphs, where few look for them.
                request,
                parameters,
                FORMATS,
                ResultKind.GRAPH,
                # Triples with their words, for programs that ask for no RDF.
                (*QUAD_FORMATS, IN_WORDS),
            )
        )
        store, shelf = state().store, state().shelf
        is_page = representations[0] is HTML and not parameters.formats()
        page_key = _page_key(target) if is_page else None
        if page_key and (page := KeptPage.find(shelf, page_key)):
            response = Response(page.text, content_type=HTML.content_type)
            response.headers["Link"] = page.links
            return response
        version = store.version
        presentation = state().catalogue.presentation()
        key = target.iri, target.closure, target.page
        outline = last_told().outline.get(
            store,
            key,
            lambda: outline_of(store, shelf, target.iri, target.closure, presentation, target.page),
        )
        if outline is None:
            raise NotFound
        response = in_first_that_holds(
            representations, lambda representation: represent(outline, representation, target)
        )
        # What a parameter asks for is asked for of further pages too.
        representation = representations[0] if parameters.formats() else target.representation
        links = ", ".join(links_of(replace(target, representation=representation), outline))
        response.headers["Link"] = links
        if page_key and is_large(outline) and response.content_type == HTML.content_type:
            KeptPage(links, response.get_data(as_text=True)).keep(shelf, version, page_key)
        return response

    # Which format the address names, and so whether Accept counts, is for the store to say.
    accept = (request.headers.get("Accept"), *parameters.formats())
    whole = (state().settings.public_url, *parts, accept, *version_query().values())
    return represented(request, state().store, whole, make)


def _page_key(document: ThingDocument) -> str | None:
    """What the page of a document depends on, but for the data; None of one that is asked for with
    choices, which few do."""
    if document != _document(document.iri, None, "full", 1) or version_query():
        return None
    return publication_tag(state().settings.public_url, request.root_path, document.iri)


def _find(slug: str) -> URIRef | None:
    return find(state().store, slug, state().catalogue.escaped_names)


def _last_named(slug: str) -> URIRef | None:
    """The same, for who asks for a thing in one format after the other."""
    return last_told().name.get(state().store, slug, lambda: _find(slug))


def _find_whole(iri: str) -> URIRef | None:
    """An IRI in the spelling of the graph, where it is below a path of ours; else as it is."""
    if iri.startswith(str(ID)):
        return _find(iri.removeprefix(str(ID)))
    return find_exactly(state().store, iri)


def _document(
    iri: URIRef, representation: Representation | None, closure: Closure, page: int
) -> ThingDocument:
    """The document about a thing, whose IRI is spelled as the graph spells it."""
    return ThingDocument(iri, representation, closure, page)


def _resolve(slug: str, closure: Closure, page: int) -> ThingDocument:
    """A slug may have dots; an extension is one only where the whole is not a slug itself."""
    stem, _, extension = slug.rpartition(".")
    representation = next((one for one in FORMATS if one.extension == extension), None)
    if (iri := _last_named(slug) if representation is None else _find(slug)) is not None:
        return _document(iri, None, closure, page)
    if representation is not None and (iri := _last_named(stem)) is not None:
        return _document(iri, representation, closure, page)
    raise NotFound


def _withdrawal_response(iri: URIRef) -> Response | None:
    """410 for a thing that was withdrawn, else None."""
    store = state().store
    record = last_told().withdrawal.get(store, iri, lambda: withdrawal(store, iri))
    if record is None:
        return None
    instead = [_seen_at(one) for one in record.replacements]
    detail = f"this was withdrawn on {record.date}"
    detail += f"; see {', '.join(map(str, record.replacements))}" if instead else ""
    headers = {"Link": ", ".join(f'<{one}>; rel="successor-version"' for one in instead)}
    return ProblemDetails(
        HTTPStatus.GONE,
        "withdrawn",
        detail,
        {"replacedBy": [str(one) for one in record.replacements]},
        headers if instead else {},
    ).response()


def _seen_at(iri: URIRef) -> str:
    """Where a thing is described: here, or at its own address."""
    path = page_path_of(str(iri))
    return str(iri) if path is None else address(path)

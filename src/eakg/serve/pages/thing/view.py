"""Things and the documents about them: 303 from /id to /doc, in every graph format and in pages."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urljoin

from flask import Blueprint, Response, render_template, request
from rdflib import FOAF, URIRef
from rdflib.term import Node
from werkzeug.exceptions import NotFound

from eakg.names import BASE, DOC, ID, PREFIXES
from eakg.rdf import (
    GRAPH_FORMATS,
    JSON_LD,
    TURTLE,
    ResultKind,
    escaped,
    is_iri,
    serialize,
    spellings,
)
from eakg.serve.app import (
    FORMAT_NAMES,
    HTML,
    INFERENCE_NAMES,
    BadParameterError,
    Page,
    Parameters,
    ProblemDetails,
    Representation,
    absolute,
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
    SKOLEM,
    Bounds,
    Outline,
    days_of,
    description_of,
    find,
    find_exactly,
    outline_of,
    withdrawal,
)
from eakg.serve.data import (
    COMPACTED_TYPE,
    QUAD_FORMATS,
    compacted,
    dataset_iri,
    own_address,
    quads_of,
    wants_compacted,
    write_quads,
)
from eakg.serve.pages.reading import reading_of
from eakg.serve.pages.thing.claims import claims_of
from eakg.serve.pages.thing.json_form import IN_WORDS, thing_json
from eakg.serve.pages.thing.kept_page import KeptPage
from eakg.serve.pages.thing.last_told import last_told
from eakg.serve.pages.thing.markup import markup_of
from eakg.serve.pages.thing.page import page_of
from eakg.serve.pages.thing.paragraph import paragraph_of
from eakg.serve.pages.thing.periods import periods_of
from eakg.serve.pages.thing.placement import (
    LARGE,
    Placement,
    Selection,
    first_page,
    relations_in,
    relations_of,
    section_of,
    whole,
)
from eakg.serve.pages.thing.years import FEW, YearRange, year_charts, years_written
from eakg.serve.past import VERSION, choose_version, version_query
from eakg.serve.words import local_path, thing_path
from eakg.store import Closure

blueprint = Blueprint("things", __name__)
FORMATS: Sequence[Representation] = (*GRAPH_FORMATS, HTML, IN_WORDS)
_PARAMETERS = (
    *(VERSION, "closure", "page", "section", "years", "most", "terms"),
    *FORMAT_NAMES,
    *INFERENCE_NAMES,
)
_MOST = 500
_PREFIXES = {**PREFIXES, "doc": str(DOC), "foaf": str(FOAF)}


@dataclass(frozen=True)
class ThingDocument:
    """A document that was asked for: its thing, the format that its address names, which page, and
    which section of the page alone, and of that what began in which years; how many triples from it
    and to it a document in words has; whether a page says beside the words which terms of RDF these
    stand for."""

    iri: URIRef
    representation: Representation | None
    closure: Closure
    page: int
    section: str | None = None
    years: YearRange | None = None
    most: int | None = None
    terms: bool = False

    def at(self, page: int, extension: str = "") -> str:
        """The address of a page of it, in the format of an extension."""
        return self._at(page, extension, self.closure)

    def in_closure(self, closure: Closure) -> str:
        """The address of its first page, with or without what follows."""
        return self._at(1, "", closure)

    def in_terms(self, terms: bool) -> str:
        """The address of this page with the terms of RDF, or without."""
        other = replace(self, terms=terms)
        return other._at(self.page, "", self.closure, self.section or "", self.years)

    def part(self, section: str) -> str:
        """The address of a section with all that it has."""
        return self._at(self.page, "", self.closure, section)

    def part_of_years(self, section: str, years: YearRange) -> str:
        """The address of what a section has that began in some years."""
        return self._at(self.page, "", self.closure, section, years)

    def _at(
        self,
        page: int,
        extension: str,
        closure: Closure,
        section: str = "",
        years: YearRange | None = None,
    ) -> str:
        query = [] if closure == "full" else [f"closure={closure}"]
        query += [f"page={page}"] if page > 1 else []
        query += [f"section={quote(section)}"] if section else []
        query += [f"years={years}"] if years else []
        query += ["terms=shown"] if self.terms and not extension else []
        query += [f"{name}={value}" for name, value in version_query().items()]
        path = thing_path(str(self.iri), extension)
        joint = "&" if "?" in path else "?"
        return address(path) + (joint + "&".join(query) if query else "")


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
            representations, lambda representation: _represent(outline, representation, target)
        )
        # What a parameter asks for is asked for of further pages too.
        representation = representations[0] if parameters.formats() else target.representation
        links = ", ".join(_links(replace(target, representation=representation), outline))
        response.headers["Link"] = links
        if page_key and _is_large(outline) and response.content_type == HTML.content_type:
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
    if (iri := _find(slug)) is not None:
        return _document(iri, None, closure, page)
    stem, _, extension = slug.rpartition(".")
    for representation in FORMATS:
        if representation.extension == extension and (iri := _find(stem)) is not None:
            return _document(iri, representation, closure, page)
    raise NotFound


def _withdrawal_response(iri: URIRef) -> Response | None:
    """410 for a thing that was withdrawn, else None."""
    record = withdrawal(state().store, iri)
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


def _represent(
    outline: Outline, representation: Representation, document: ThingDocument
) -> Response:
    if document.most is not None and representation is not IN_WORDS:
        raise BadParameterError("most is for format=words; other formats have the whole document")
    if representation is HTML:
        return Response(_page(outline, document), content_type=HTML.content_type)
    if document.section is not None:
        raise BadParameterError("section is for pages; other formats have the whole document")
    if document.terms:
        raise BadParameterError("terms is for pages; other formats have them anyway")
    catalogue, store = state().catalogue, state().store
    licences = catalogue.project().licences_of(outline.graphs)
    about = URIRef(_document_iri(document))
    if isinstance(representation, Page):
        text = thing_json(store, outline, catalogue.presentation(), document.most)
        return Response(text, content_type=representation.content_type)
    ends = outline.outgoing, outline.incoming
    description = last_told().description.get(
        store,
        (outline.iri, outline.closure, outline.page),
        lambda: description_of(store, outline, catalogue.presentation(), *ends),
    )
    if representation in QUAD_FORMATS:
        data = write_quads(quads_of(store, description, about, licences), representation)
        return Response(data, content_type=representation.content_type)
    triples = description.triples(about, licences)
    if representation == JSON_LD and wants_compacted(request.headers.get("Accept")):
        data = compacted(triples, catalogue, absolute("/context.jsonld"))
        return Response(data, content_type=COMPACTED_TYPE)
    data = serialize(triples, representation, _PREFIXES)
    return Response(data, content_type=representation.content_type)


def _selection(
    placement: Placement, document: ThingDocument, days: Mapping[Node, Bounds]
) -> Selection:
    """What a page has of the triples that are told of its thing. Raises: NotFound."""
    section, years = document.section, document.years
    if section is not None:
        things = None
        if years is not None:
            relations = relations_in(placement, section)
            things = {one for one in relations if years.has(days.get(one, Bounds()))}
        part = section_of(placement, section, things)
        if part is None:
            raise NotFound
        return part
    return first_page(placement, days) if _is_large(placement.outline) else whole(placement)


def _is_large(outline: Outline) -> bool:
    return len(outline.outgoing) + len(outline.incoming) > LARGE


def _days(placement: Placement) -> Mapping[Node, Bounds]:
    """When what has rows in tables was, where a page asks for that."""
    relations = relations_of(placement)
    if len(relations) <= FEW and not _is_large(placement.outline):
        return {}
    return days_of(state().store, relations, placement.presentation)


def _page(outline: Outline, document: ThingDocument) -> str:
    catalogue, store = state().catalogue, state().store
    presentation, inverses = catalogue.presentation(), catalogue.inverses()
    placement = Placement(presentation, outline, inverses)
    days = _days(placement)
    selection = _selection(placement, document, days)
    ends = selection.outgoing, selection.incoming
    properties = {entry.triple[1] for entry in selection.incoming}
    names = {name for one in properties for name in inverses.get(one, ())}
    description = description_of(store, outline, presentation, *ends, names, for_page=True)
    is_first = outline.page == 1 and document.section is None
    has_text = is_first and str(document.iri) in catalogue.documents()
    kinds = outline.kinds.get(document.iri, frozenset())
    superclasses = catalogue.superclasses(kinds)
    thing_page = page_of(
        description, placement, superclasses, catalogue.documents(), selection.rest
    )
    anchors = {
        entry.triple: section.anchor
        for section in thing_page.sections
        for entry, _ in placement.sections.get(section.anchor, ())
    }
    full_address = replace(document, terms=False).in_closure("full")
    claims = claims_of(outline) if is_first else None
    return render_template(
        "thing.html",
        page=thing_page,
        paragraph=paragraph_of(store, document.iri, kinds, document.closure, presentation, anchors)
        if is_first
        else (),
        claimed=claims,
        periods=periods_of(thing_page.sections, presentation.sections),
        years=year_charts(placement, days, document.part_of_years, document.years),
        reading=reading_of(store, document.iri, claims.of_text if claims else ())
        if has_text
        else None,
        closure=document.closure,
        has_inferred=outline.pages > 1
        or any(entry.inferred for entry in (*outline.outgoing, *outline.incoming)),
        document=document,
        terms=document.terms,
        formats=FORMATS,
        licences=catalogue.project().licences_of(outline.graphs),
        data=markup_of(thing_page, _lasting_address(document), catalogue.matches(), superclasses),
        here=full_address,
        outside=_outside(document),
        uses=catalogue.properties().get(str(document.iri), 0),
        query=f"SELECT ?subject ?object WHERE {{ ?subject <{document.iri}> ?object }} LIMIT 1000",
    )


def _outside(document: ThingDocument) -> str | None:
    """Where the thing is on the web, if it is described elsewhere than at a path of ours."""
    iri = str(document.iri)
    is_elsewhere = local_path(iri) is None and SKOLEM not in iri
    return iri if is_elsewhere and iri.startswith(("http://", "https://")) else None


def _lasting_address(document: ThingDocument) -> str:
    """The whole address of the document, whatever host was asked."""
    path = thing_path(str(document.iri))
    if state().settings.public_url or not str(document.iri).startswith(str(ID)):
        return own_address(state().settings) + path
    return f"{BASE}{path.removeprefix('/')}"


def _document_iri(document: ThingDocument) -> str:
    """What the document itself is called in RDF."""
    if document.iri.startswith(str(ID)):
        return str(DOC[document.iri.removeprefix(str(ID))])
    return own_address(state().settings) + thing_path(str(document.iri))


def _links(document: ThingDocument, outline: Outline) -> list[str]:
    """RFC 8288; the types are of RFC 6903, cite-as of RFC 8574, describes of RFC 6892."""
    paths = {
        representation.media_type: document.at(document.page, representation.extension)
        for representation in FORMATS
    }
    links = [f'<{path}>; rel="alternate"; type="{name}"' for name, path in paths.items()]
    extension = document.representation.extension if document.representation else ""
    pages = {
        "first": 1,
        "prev": document.page - 1,
        "next": document.page + 1,
        "last": outline.pages,
    }
    if outline.pages > 1:
        links += [
            f'<{document.at(number, extension)}>; rel="{name}"'
            for name, number in pages.items()
            if 1 <= number <= outline.pages
        ]
    turtle = TURTLE.media_type
    links.append(f'<{paths[turtle]}>; rel="describedby"; type="{turtle}"')
    licences = state().catalogue.project().licences_of(outline.graphs)
    kinds = outline.kinds.get(document.iri, ())
    types = sorted(str(kind) for kind in kinds if isinstance(kind, URIRef))
    links += [
        f'<{document.iri}>; rel="describes"',
        f'<{document.iri}>; rel="cite-as"',
        '<https://schema.org/AboutPage>; rel="type"',
        f'<{dataset_iri(state().settings, state().catalogue)}>; rel="collection"',
        f'<{address("/linkset")}?iri={quote(document.iri, safe="")}>; rel="linkset";'
        ' type="application/linkset+json"',
        *(f'<{one}>; rel="license"' for one in licences),
        *(f'<{one}>; rel="type"; anchor="{document.iri}"' for one in types),
    ]
    return links

"""The representations of a document: its page, its RDF, its words for programs."""

from collections.abc import Mapping
from dataclasses import replace

from flask import Response, render_template, request
from rdflib import FOAF, URIRef
from rdflib.term import Node
from werkzeug.exceptions import NotFound

from eakg.names import DOC, PREFIXES
from eakg.rdf import (
    JSON_LD,
    serialize,
)
from eakg.serve.app import (
    HTML,
    BadParameterError,
    Page,
    Representation,
    absolute,
    state,
)
from eakg.serve.content import (
    Bounds,
    Outline,
    days_of,
    description_of,
    with_names,
)
from eakg.serve.data import (
    COMPACTED_TYPE,
    QUAD_FORMATS,
    compacted,
    homes_of,
    quads_of,
    wants_compacted,
    write_quads,
)
from eakg.serve.pages.reading import reading_of
from eakg.serve.pages.thing.claims import claims_of
from eakg.serve.pages.thing.document import (
    FORMATS,
    ThingDocument,
    document_iri,
    lasting_address,
    outside,
)
from eakg.serve.pages.thing.json_form import IN_WORDS, thing_json
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
from eakg.serve.pages.thing.years import FEW, year_charts

_PREFIXES = {**PREFIXES, "doc": str(DOC), "foaf": str(FOAF)}


def represent(
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
    about = URIRef(document_iri(document))
    if isinstance(representation, Page):
        text = thing_json(store, outline, catalogue.presentation(), document.most)
        return Response(text, content_type=representation.content_type)
    ends = outline.outgoing, outline.incoming
    key = outline.iri, outline.closure, outline.page
    description = last_told().description.get(
        store, key, lambda: description_of(store, outline, catalogue.presentation(), *ends)
    )
    if representation in QUAD_FORMATS:
        homes = last_told().homes.get(store, key, lambda: homes_of(store, description))
        data = write_quads(quads_of(description, homes, about, licences), representation)
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
    return first_page(placement, days) if is_large(placement.outline) else whole(placement)


def is_large(outline: Outline) -> bool:
    """Whether a page of it does not have all that is told at once."""
    return len(outline.outgoing) + len(outline.incoming) > LARGE


def _days(placement: Placement) -> Mapping[Node, Bounds]:
    """When what has rows in tables was, where a page asks for that."""
    relations = relations_of(placement)
    if len(relations) <= FEW and not is_large(placement.outline):
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
    key = outline.iri, outline.closure, outline.page
    is_whole = ends == (outline.outgoing, outline.incoming)
    last = last_told().description.last(store, key) if is_whole else None
    description = (
        description_of(store, outline, presentation, *ends, names, for_page=True)
        if last is None
        else with_names(store, last, names, outline.closure, presentation)
    )
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
        paragraph=paragraph_of(store, description, document.closure, presentation, anchors)
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
        data=markup_of(thing_page, lasting_address(document), catalogue.matches(), superclasses),
        here=full_address,
        outside=outside(document),
        uses=catalogue.properties().get(str(document.iri), 0),
        query=f"SELECT ?subject ?object WHERE {{ ?subject <{document.iri}> ?object }} LIMIT 1000",
    )

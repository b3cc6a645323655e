"""The links of things and of the data set for machines: FAIR Signposting, level 2.

Specification: https://signposting.org/FAIR/; RFC 9264 (linksets).
"""

import json
from typing import Any

from flask import Blueprint, Response, request
from rdflib import URIRef
from werkzeug.exceptions import NotFound

from eakg.rdf import GRAPH_FORMATS, is_iri, sparql_term
from eakg.serve.app import (
    HTML,
    BadParameterError,
    absolute,
    query_string,
    represented,
    state,
)
from eakg.serve.content import find_exactly
from eakg.serve.data import dataset_iri, dataset_licences, thing_licences
from eakg.serve.words import thing_path
from eakg.store import QueryRequest, select

blueprint = Blueprint("linkset", __name__)
MEDIA_TYPE = "application/linkset+json"


@blueprint.get("/linkset")
def linkset() -> Response:
    """The links of the data set, or of the thing whose IRI is given as `iri`."""
    iri = query_string(request).single("iri")
    if iri is not None and not is_iri(iri):
        raise BadParameterError("the parameter iri is the whole IRI of a thing")

    def make() -> Response:
        links = _of_dataset() if iri is None else _of_thing(iri)
        body = json.dumps({"linkset": links}, indent=1, ensure_ascii=False)
        return Response(body, content_type=MEDIA_TYPE)

    return represented(request, state().store, ("linkset", absolute("/"), iri), make)


def _of_thing(iri: str) -> list[dict[str, Any]]:
    if find_exactly(state().store, iri) is None:
        raise NotFound
    text = f"SELECT DISTINCT ?kind {{ {sparql_term(URIRef(iri))} a ?kind FILTER(isIRI(?kind)) }}"
    kinds = sorted(str(row["kind"]) for row in select(state().store, QueryRequest(text)))
    licences = thing_licences(state().store, iri, state().catalogue)
    page = absolute(thing_path(iri))
    representations = [
        {"href": absolute(thing_path(iri, format_.extension)), "type": format_.media_type}
        for format_ in GRAPH_FORMATS
    ]
    links: dict[str, Any] = {
        "anchor": page,
        "cite-as": [{"href": iri}],
        "describedby": representations,
        "collection": [{"href": str(dataset_iri(state().settings, state().catalogue))}],
        "type": [{"href": "https://schema.org/AboutPage"}, *({"href": one} for one in kinds)],
    }
    if licences:
        links["license"] = [{"href": one} for one in licences]
    back = [
        {"anchor": representation["href"], "describes": [{"href": page, "type": HTML.media_type}]}
        for representation in representations
    ]
    return [links, *back]


def _of_dataset() -> list[dict[str, Any]]:
    dataset = dataset_iri(state().settings, state().catalogue)
    links: dict[str, Any] = {
        "anchor": absolute("/"),
        "cite-as": [{"href": str(dataset)}],
        "describedby": [
            {"href": absolute("/dcat"), "type": "text/turtle"},
            {"href": absolute("/.well-known/void"), "type": "text/turtle"},
        ],
        "item": [
            {"href": absolute(f"/dump.{name}.gz"), "type": "application/gzip"}
            for name in state().dumps.names()
        ],
        "type": [{"href": "https://schema.org/Dataset"}, {"href": "https://schema.org/AboutPage"}],
    }
    if licences := dataset_licences(state().catalogue):
        links["license"] = [{"href": one} for one in licences]
    return [links]

"""The proof of one triple, to its support: JSON, or PROV-O in Turtle."""

import json
from collections.abc import Callable

from flask import Blueprint, Response, request
from rdflib.graph import _TripleType as Triple
from rdflib.term import Node
from werkzeug.exceptions import NotFound

from eakg.reason.engine.spelling import TermSyntaxError, spelled, term
from eakg.reason.explanation import NotInClosureError
from eakg.reason.proof import to_json
from eakg.reason.provenance import to_prov
from eakg.serve.caching import entity_tag, mark, not_modified
from eakg.serve.errors import BadParameter
from eakg.serve.negotiation import Page, negotiate
from eakg.serve.parameters import Parameters, query_string
from eakg.serve.proofs import Proofs
from eakg.serve.state import state
from eakg.store.reasoner import Explained

blueprint = Blueprint("explain", __name__)
JSON = Page("json", "application/json", "json", "application/json")
TURTLE = Page("turtle", "text/turtle", "ttl", "text/turtle; charset=utf-8")


@blueprint.get("/explain")
def explain() -> Response:
    """Why a triple of the graph holds."""
    parameters = query_string(request)
    triple = _term(parameters, "s"), _term(parameters, "p"), _term(parameters, "o")
    representation = negotiate(request, (JSON, TURTLE))
    proofs = state().proofs
    words = "explain", *map(spelled, triple), representation.name
    response = not_modified(request, entity_tag(proofs.version, *words))
    if response is not None:
        return response
    explained = _explained(proofs, triple)
    body = _WRITERS[representation.name](explained)
    tag = entity_tag(explained.version, *words)
    return mark(Response(body, content_type=representation.content_type), tag)


def _explained(proofs: Proofs, triple: Triple) -> Explained:
    try:
        return proofs.explain(triple)
    except NotInClosureError:
        raise NotFound from None


def _term(parameters: Parameters, name: str) -> Node:
    value = parameters.one(name)
    if value is None:
        raise BadParameter(
            f"the parameter {name} is missing; give s, p and o, each <iri> or a literal"
        )
    try:
        return term(value, {})
    except TermSyntaxError as error:
        raise BadParameter(f"{name}: {error}") from None


def _json(explained: Explained) -> str:
    return json.dumps(to_json(explained.proof, explained.support.of), ensure_ascii=False)


def _turtle(explained: Explained) -> str:
    return to_prov(explained.proof, explained.support).serialize(format="turtle")


_WRITERS: dict[str, Callable[[Explained], str]] = {"json": _json, "turtle": _turtle}

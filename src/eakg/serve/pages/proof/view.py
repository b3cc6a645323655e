"""The proof of one triple, to its support: a page, JSON, or PROV-O in Turtle."""

import json
from collections.abc import Callable, Iterable

from flask import Blueprint, Response, render_template, request
from markupsafe import Markup, escape
from rdflib import BNode
from rdflib.term import Node
from werkzeug.exceptions import NotFound

from eakg.rdf import (
    ResultKind,
    TermSyntaxError,
    Triple,
    resolve_term,
    write_term,
)
from eakg.reason.proofs import NotInClosureError, part_of, proof_json, prov_turtle
from eakg.serve.app import (
    HTML,
    PLAIN_JSON,
    BadParameterError,
    Page,
    Parameters,
    Proofs,
    address,
    page_path,
    query_string,
    represented,
    select_representation,
    state,
)
from eakg.serve.data import served_regime
from eakg.serve.pages.proof.page import proof_page
from eakg.serve.words import proof_path
from eakg.store import SupportedProof

blueprint = Blueprint("explain", __name__)
TURTLE = Page("turtle", "text/turtle", "ttl", "text/turtle; charset=utf-8")
_OFFERS = (PLAIN_JSON, TURTLE, HTML)
PROV_STEPS = 1_000
"""Steps of a proof that are told in PROV-O; what they rest on is told at addresses of its own."""


@blueprint.get("/explain")
def explain() -> Response:
    """Why a triple of the graph holds."""
    parameters = query_string(request)
    triple = _term(parameters, "s"), _term(parameters, "p"), _term(parameters, "o")
    representation = _representation(parameters)
    is_flat = _is_flat(parameters)
    store, proofs = state().store, state().proofs

    def make() -> Response:
        explanation = _proof_of(proofs, triple)
        if representation == PLAIN_JSON:
            body = _json(explanation, is_flat=is_flat)
        else:
            body = _WRITERS[representation.name](explanation)
        return Response(body, content_type=representation.content_type)

    form = f"{representation.name} {is_flat:d}"
    parts = state().settings.public_url, "explain", *map(write_term, triple), form
    response = represented(request, store, parts, make)
    location = address(proof_path(triple))
    response.headers["Link"] = ", ".join(
        f'<{location}&format={offer.name}>; rel="alternate"; type="{offer.media_type}"'
        for offer in _OFFERS
    )
    return response


def emphasised(sentence: str, words: Iterable[str]) -> Markup:
    """A sentence with the first occurrence of each of some words marked in it."""
    spans = [
        (start, start + len(word))
        for word in words
        if (start := sentence.find(word)) >= 0 < len(word)
    ]
    html, position = Markup(""), 0
    for start, end in sorted(spans):
        if start >= position:
            mark = Markup("<mark>{}</mark>").format(sentence[start:end])
            html, position = html + escape(sentence[position:start]) + mark, end
    return html + escape(sentence[position:])


def _representation(parameters: Parameters) -> Page:
    return select_representation(request, parameters, _OFFERS, ResultKind.GRAPH)


def _proof_of(proofs: Proofs, triple: Triple) -> SupportedProof:
    try:
        return proofs.explain(triple)
    except NotInClosureError as error:
        raise NotFound(f"there is no proof of this triple: {error}") from None


def _term(parameters: Parameters, name: str) -> Node:
    value = parameters.single(name)
    if value is None:
        raise BadParameterError(
            f"the parameter {name} is missing; give s, p and o, each <iri> or a literal"
        )
    try:
        term = resolve_term(value, {})
    except TermSyntaxError as error:
        raise BadParameterError(f"{name}: {error}") from None
    if isinstance(term, BNode):
        raise BadParameterError(f"{name}: a blank node has no name that others know")
    return term


def _is_flat(parameters: Parameters) -> bool:
    """Whether JSON is wanted step by step."""
    value = parameters.single("steps")
    if value not in (None, "", "0", "1"):
        raise BadParameterError("steps: 1 for each step once, or 0")
    return value == "1"


def _json(explanation: SupportedProof, *, is_flat: bool) -> str:
    proof, supports, size = explanation.proof, explanation.supports, explanation.size
    document = proof_json(proof, supports, is_flat=is_flat, size=size)
    return json.dumps(document, ensure_ascii=False)


def _turtle(explanation: SupportedProof) -> str:
    proof = part_of(explanation.proof, PROV_STEPS)
    size = explanation.size or (explanation.proof.size if proof is not explanation.proof else None)
    return prov_turtle(proof, explanation.supports, size=size).decode()


def _page(explanation: SupportedProof) -> str:
    return render_template(
        "proof.html",
        page=proof_page(state().store, explanation),
        here=page_path(proof_path(explanation.proof.triple)),
        rules=served_regime(state().settings).description.removeprefix("the rules of "),
    )


_WRITERS: dict[str, Callable[[SupportedProof], str]] = {
    TURTLE.name: _turtle,
    HTML.name: _page,
}

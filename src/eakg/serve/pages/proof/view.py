"""The proof of one triple, to its support: a page, JSON, or PROV-O in Turtle; and the proofs from
several sets of triples, as a page or JSON."""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

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
from eakg.reason.justifications import SearchEnd, justifications_json
from eakg.reason.proofs import NotInClosureError, part_of, proof_json, prov_turtle
from eakg.serve.app import (
    HTML,
    PLAIN_JSON,
    BadParameterError,
    Page,
    Parameters,
    address,
    forbid_storing,
    page_path,
    query_string,
    represented,
    select_representation,
    state,
)
from eakg.serve.data import served_regime
from eakg.serve.pages.proof.page import justification_page, proof_page
from eakg.serve.words import proof_path
from eakg.store import SupportedJustifications, SupportedProof

blueprint = Blueprint("explain", __name__)
TURTLE = Page("turtle", "text/turtle", "ttl", "text/turtle; charset=utf-8")
_OFFERS = (PLAIN_JSON, TURTLE, HTML)
_OFFERS_OF_SEVERAL = (PLAIN_JSON, HTML)
MOST_JUSTIFICATIONS = 20
"""Justifications of a triple that may be asked for at once."""
PROV_STEPS = 1_000
"""Steps of a proof that are told in PROV-O; what they rest on is told at addresses of its own."""


@blueprint.get("/explain")
def explain() -> Response:
    """Why a triple of the graph holds."""
    parameters = query_string(request)
    triple = requested_triple(parameters)
    most = _most(parameters)
    if most is not None:
        return _explain_all(parameters, triple, most)
    representation = select_representation(request, parameters, _OFFERS, ResultKind.GRAPH)
    is_flat = _is_flat(parameters)
    store, proofs = state().store, state().proofs

    def make() -> Response:
        with _denial():
            explanation = proofs.explain(triple)
        if representation == PLAIN_JSON:
            body = _json(explanation, is_flat=is_flat)
        else:
            body = _WRITERS[representation.name](explanation)
        return Response(body, content_type=representation.content_type)

    form = f"{representation.name} {is_flat:d}"
    parts = state().settings.public_url, "explain", *map(write_term, triple), form
    response = represented(request, store, parts, make)
    return _linked(response, address(proof_path(triple)), _OFFERS)


def _explain_all(parameters: Parameters, triple: Triple, most: int) -> Response:
    """From which sets of triples a triple follows."""
    representation = select_representation(
        request, parameters, _OFFERS_OF_SEVERAL, ResultKind.GRAPH
    )
    is_flat = _is_flat(parameters)
    store, proofs = state().store, state().proofs
    is_certain = True

    def make() -> Response:
        nonlocal is_certain
        with _denial():
            justifications = proofs.justifications(triple, most)
        is_certain = justifications.end != SearchEnd.EFFORT.value
        write = _justifications_json if representation == PLAIN_JSON else _justifications_page
        return Response(write(justifications, is_flat), content_type=representation.content_type)

    form = f"{representation.name} {is_flat:d} {most}"
    parts = state().settings.public_url, "explain", *map(write_term, triple), form
    response = represented(request, store, parts, make)
    if not is_certain:
        # How far a search comes until it is given up depends on the time that it takes.
        del response.headers["ETag"]
        forbid_storing(response.headers)
    location = f"{address(proof_path(triple))}&all={most}"
    return _linked(response, location, _OFFERS_OF_SEVERAL)


def _linked(response: Response, location: str, offers: Iterable[Page]) -> Response:
    """A response with links to each of its forms."""
    response.headers["Link"] = ", ".join(
        f'<{location}&format={offer.name}>; rel="alternate"; type="{offer.media_type}"'
        for offer in offers
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


@contextmanager
def _denial() -> Iterator[None]:
    """Raises: NotFound where a triple does not follow."""
    try:
        yield
    except NotInClosureError as error:
        raise NotFound(f"there is no proof of this triple: {error}") from None


def requested_triple(parameters: Parameters) -> Triple:
    """The triple of the parameters s, p and o. Raises: BadParameterError."""
    return _term(parameters, "s"), _term(parameters, "p"), _term(parameters, "o")


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


def _most(parameters: Parameters) -> int | None:
    """How many justifications are wanted; None where one proof is."""
    return parameters.number("all", MOST_JUSTIFICATIONS) if parameters.single("all") else None


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


def _justifications_json(justifications: SupportedJustifications, is_flat: bool) -> str:
    parts = [
        (proof, None if proof.size == size else size)
        for proof, size in zip(justifications.proofs, justifications.sizes, strict=True)
    ]
    document = justifications_json(
        parts, SearchEnd(justifications.end), justifications.supports, is_flat=is_flat
    )
    return json.dumps(document, ensure_ascii=False)


def _justifications_page(justifications: SupportedJustifications, _: bool) -> str:
    page = justification_page(state().store, justifications, state().catalogue.presentation())
    path = proof_path(justifications.triple)
    return render_template("justifications.html", page=page, here=page_path(path))


def _turtle(explanation: SupportedProof) -> str:
    proof = part_of(explanation.proof, PROV_STEPS)
    size = explanation.size or (explanation.proof.size if proof is not explanation.proof else None)
    return prov_turtle(proof, explanation.supports, size=size).decode()


def _page(explanation: SupportedProof) -> str:
    return render_template(
        "proof.html",
        page=proof_page(state().store, explanation, state().catalogue.presentation()),
        here=page_path(proof_path(explanation.proof.triple)),
        rules=served_regime(state().settings).description.removeprefix("the rules of "),
    )


_WRITERS: dict[str, Callable[[SupportedProof], str]] = {
    TURTLE.name: _turtle,
    HTML.name: _page,
}

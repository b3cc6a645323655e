"""The proof of one triple, to its support: a page, JSON, or PROV-O in Turtle; and the rules."""

import json
from collections.abc import Callable, Iterable
from itertools import groupby
from urllib.parse import quote

from flask import Blueprint, Response, render_template, request
from markupsafe import Markup, escape
from rdflib.term import Node
from werkzeug.exceptions import NotFound

from eakg.rdf import TermSyntaxError, Triple, resolve_term, turtle_of, write_term
from eakg.reason.proofs import NotInClosureError, to_json, to_prov
from eakg.reason.rules import WORDS, rule_set, rules_text
from eakg.serve.app import (
    HTML,
    PLAIN_JSON,
    BadParameterError,
    Page,
    Parameters,
    Proofs,
    address,
    negotiate,
    page_path,
    query_string,
    represented,
    state,
    tagged,
)
from eakg.serve.pages.proof.page import proof_page
from eakg.serve.words import proof_path
from eakg.store import SupportedProof

blueprint = Blueprint("explain", __name__)
TURTLE = Page("turtle", "text/turtle", "ttl", "text/turtle; charset=utf-8")
_OFFERS = (PLAIN_JSON, TURTLE, HTML)


@blueprint.get("/explain")
def explain() -> Response:
    """Why a triple of the graph holds."""
    parameters = query_string(request)
    triple = _term(parameters, "s"), _term(parameters, "p"), _term(parameters, "o")
    representation = _representation(parameters)
    store, proofs = state().store, state().proofs

    def make() -> Response:
        body = _WRITERS[representation.name](_proof_of(proofs, triple))
        return Response(body, content_type=representation.content_type)

    parts = state().settings.public_url, "explain", *map(write_term, triple), representation.name
    response = represented(request, store, parts, make)
    location = address(proof_path(triple))
    response.headers["Link"] = ", ".join(
        f'<{location}&format={offer.name}>; rel="alternate"; type="{offer.media_type}"'
        for offer in _OFFERS
    )
    return response


@blueprint.get("/rules")
def rules() -> Response:
    """The rules, in words and in their notation."""
    query_string(request)

    def page() -> Response:
        rules = {rule.name: rule for rule in rule_set().rules}
        tables = [
            (number, [(rule, rules_text(rule)) for rule in members])
            for number, members in groupby(rules.values(), key=lambda rule: rule.table)
        ]
        text = render_template("rules.html", tables=tables, words=WORDS)
        return Response(text, content_type=HTML.content_type)

    return tagged(request, (state().settings.public_url, "rules"), page)


@blueprint.get("/id/rule/<name>")
def rule(name: str) -> Response:
    """A rule, which proofs in PROV-O have for their plan: see where it is explained (303)."""
    if name not in rule_set():
        raise NotFound
    return Response(status=303, headers={"Location": address(f"/rules#{quote(name)}")})


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
    name = parameters.single("format")
    if name is None:
        return negotiate(request, _OFFERS)
    for representation in _OFFERS:
        if representation.name == name:
            return representation
    raise BadParameterError(f"format is one of {', '.join(offer.name for offer in _OFFERS)}")


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
        return resolve_term(value, {})
    except TermSyntaxError as error:
        raise BadParameterError(f"{name}: {error}") from None


def _json(explanation: SupportedProof) -> str:
    return json.dumps(to_json(explanation.proof, explanation.supports), ensure_ascii=False)


def _turtle(explanation: SupportedProof) -> str:
    return turtle_of(to_prov(explanation.proof, explanation.supports)).decode()


def _page(explanation: SupportedProof) -> str:
    return render_template(
        "proof.html",
        page=proof_page(state().store, explanation),
        here=page_path(proof_path(explanation.proof.triple)),
    )


_WRITERS: dict[str, Callable[[SupportedProof], str]] = {
    PLAIN_JSON.name: _json,
    TURTLE.name: _turtle,
    HTML.name: _page,
}

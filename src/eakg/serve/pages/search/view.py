"""The search page, and suggestions in JSON."""

import json

from flask import Blueprint, Response, render_template, request

from eakg.queries.contract import SavedQuery
from eakg.rdf import ResultKind
from eakg.serve.app import (
    HTML,
    PLAIN_JSON,
    BadParameterError,
    Page,
    Parameters,
    address,
    page_path_of,
    query_string,
    represented,
    select_representation,
    state,
)
from eakg.serve.data import saved_queries
from eakg.serve.pages.search.index import SearchMatch, find
from eakg.text import fold

blueprint = Blueprint("find", __name__)
_USUAL, _MOST = 20, 100
_LONGEST = 200  # characters; it is compared with every name


@blueprint.get("/search")
def search() -> Response:
    """Things by name: a page, or JSON by `format=` or Accept."""
    offers = (HTML, PLAIN_JSON)
    return _answer(
        select_representation(request, query_string(request), offers, ResultKind.SOLUTIONS)
    )


@blueprint.get("/search.json")
def suggestions() -> Response:
    """Things by name, in JSON."""
    return _answer(PLAIN_JSON)


def _answer(representation: Page) -> Response:
    parameters = query_string(request)
    query = (parameters.single("q") or "").strip()
    if len(query) > _LONGEST:
        raise BadParameterError(f"q has at most {_LONGEST} characters")
    limit = _limit(parameters)

    def answer() -> Response:
        matches = find(state().register, query, limit)
        if representation is HTML:
            body = render_template(
                "search.html",
                query=query,
                matches=matches,
                examples=state().catalogue.project().search_example,
                has_questions=bool(saved_queries()),
                questions=_questions(query),
            )
        else:
            results = [_suggestion(match) for match in matches]
            body = json.dumps({"query": query, "results": results}, ensure_ascii=False)
        return Response(body, content_type=representation.content_type)

    questions = map(_wording, saved_queries().values())
    parts = (state().settings.public_url, "search", query, limit, representation.name, *questions)
    return represented(request, state().store, parts, answer)


def _questions(query: str) -> list[SavedQuery]:
    """The saved queries that have all words of a search in their question, as beginnings of words;
    none where nothing is searched."""
    words = fold(query).split()
    return [
        saved_query
        for saved_query in saved_queries().values()
        if words
        and all(
            any(one.startswith(word) for one in fold(_wording(saved_query)).split())
            for word in words
        )
    ]


def _wording(query: SavedQuery) -> str:
    return f"{query.question} {query.summary}"


def _limit(parameters: Parameters) -> int:
    value = parameters.single("limit")
    if value is None:
        return _USUAL
    if not (value.isascii() and value.isdigit() and 0 < int(value) <= _MOST):
        raise BadParameterError(f"limit is a number from 1 to {_MOST}")
    return int(value)


def _suggestion(match: SearchMatch) -> dict[str, object]:
    entry = match.entry
    return {
        "iri": entry.iri,
        "label": entry.label,
        "kind": entry.kind,
        "name": match.name.text,
        "language": match.name.language,
        "page": address(path) if (path := page_path_of(entry.iri)) else entry.iri,
        "score": round(match.score, 3),
    }

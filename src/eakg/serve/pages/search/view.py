"""The search page, and suggestions in JSON."""

import contextlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import chain

from flask import Blueprint, Response, render_template, request
from rdflib import URIRef

from eakg.evidence import anchor_of
from eakg.names import PREFIXES
from eakg.queries.contract import Parameter, SavedQuery
from eakg.rdf import NotRdf11Error, ResultKind, is_iri
from eakg.serve.app import (
    HTML,
    PLAIN_JSON,
    BadParameterError,
    Page,
    address,
    forbid_storing,
    page_href,
    page_path_of,
    query_string,
    represented,
    select_representation,
    state,
)
from eakg.serve.content import class_filter
from eakg.serve.data import saved_queries
from eakg.serve.overviews import overview_offers
from eakg.serve.pages.search.answer import AnswerStart, answer_start
from eakg.serve.pages.search.facets import CHOICES, faceted, facets_of
from eakg.serve.pages.search.index import LONGEST, NamedThing, SearchMatch, find, things_by_name
from eakg.serve.pages.search.question import AnsweringQuestion, is_described, questions_of
from eakg.serve.pages.search.search_words import plain_words, search_words, spans_of
from eakg.serve.register import SENTENCE, FoundPassage, distinct_passages
from eakg.serve.words import DisplayTerm, naming_of
from eakg.sparql import LimitExceededError, OverloadedError, ParameterError, QueryError
from eakg.store import QueryRequest, select

blueprint = Blueprint("find", __name__)
_USUAL, _MOST = 20, 100
_TEXTS = 10


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
    if len(query) > LONGEST and not is_iri(query):
        raise BadParameterError(f"q has at most {LONGEST} characters, unless it is an IRI")
    limit = parameters.number("limit", _MOST) or _USUAL
    choices = {name: value for name in CHOICES if (value := parameters.single(name))}

    is_late = False

    def answer() -> Response:
        nonlocal is_late
        if representation is HTML:
            body, is_late = _page(query, choices, limit)
        else:
            results = [_suggestion(match) for match in find(state().register, query, limit)]
            body = json.dumps({"query": query, "results": results}, ensure_ascii=False)
        return Response(body, content_type=representation.content_type)

    queries = saved_queries().values(), (one.query for one in overview_offers().values())
    questions = map(_wording, chain(*queries))
    address_parts = state().settings.public_url, "search", query, limit, representation.name
    parts = (*address_parts, *sorted(choices.items()), *questions)
    response = represented(request, state().store, parts, answer)
    if is_late:
        del response.headers["ETag"]
        forbid_storing(response.headers)
    return response


def _page(query: str, choices: dict[str, str], limit: int) -> tuple[str, bool]:
    """The page of what is found: questions, things, and texts that have the words; and whether it
    lacks an answer that would have held it up."""
    catalogue, register = state().catalogue, state().register
    things = faceted(state().store, find(register, query, _MOST), catalogue.presentation())
    matches = [one.match for one in things if one.has(choices)]
    words = query if len(query) <= LONGEST else ""
    names = things_by_name(register, spans_of(words))
    mentions = {} if matches else search_words(words, names).names
    questions = _questions(words, names)
    start, is_late = _answer_start(questions)
    page = render_template(
        "search.html",
        query=query,
        matches=matches[:limit],
        rest=len(matches) - limit,
        facets=facets_of(things, choices, query),
        examples=catalogue.project().search_example,
        has_questions=bool(saved_queries()),
        questions=questions,
        start=start,
        mentions=_terms(mentions.values()),
        kinds=catalogue.kinds(),
        passages=_passages(words),
    )
    return page, is_late


def _answer_start(questions: Sequence[AnsweringQuestion]) -> tuple[AnswerStart | None, bool]:
    """How the answer to the first of some questions begins, and whether it does not come in time;
    what is wrong with a question, its own page says."""
    with contextlib.suppress(ParameterError, NotRdf11Error, QueryError):
        try:
            return answer_start(questions[0]) if questions else None, False
        except (LimitExceededError, OverloadedError):
            return None, True
    return None, False


def _passages(query: str) -> list[tuple[FoundPassage, str | None]]:
    """Texts with the words of a search, each with the path of its place."""
    documents = state().catalogue.documents()
    with state().register.open() as database:
        passages = distinct_passages(database, plain_words(query), _TEXTS)
    return [(passage, _place(passage, documents)) for passage in passages]


def _place(passage: FoundPassage, documents: tuple[str, ...]) -> str | None:
    """Where a text stands: a sentence in its document, a row in its table, or a thing."""
    for document in documents:
        if passage.kind == SENTENCE and passage.place.startswith(f"{document}/"):
            return f"{page_href(document)}#{anchor_of(passage.place, document)}"
    return page_href(passage.place)


def _terms(things: Iterable[NamedThing]) -> list[DisplayTerm]:
    """Things by their names, each once."""
    iris = dict.fromkeys(URIRef(thing.iri) for thing in things)
    naming = naming_of(state().store, iris, state().catalogue.presentation())
    return [naming.of(iri) for iri in iris]


def _questions(text: str, names: Mapping[str, NamedThing]) -> list[AnsweringQuestion]:
    """The saved queries that a search asks, those that are drawn among them, with the values that
    it has for their parameters."""
    if not text:
        return []
    drawings = [one.query for one in overview_offers().values()]
    questions = questions_of([*saved_queries().values(), *drawings], text, names, _fits)
    return [
        replace(question, is_drawn=any(question.query is query for query in drawings))
        for question in questions
    ]


def _fits(parameter: Parameter, thing: NamedThing) -> bool:
    """Whether a thing is of a kind that a parameter is described by, or of most of the kinds of its
    default; of none, where that has none."""
    if is_described(parameter, thing):
        return True
    default = (parameter.default or "").strip("<>")
    prefix, _, name = default.partition(":")
    default = f"{PREFIXES[prefix]}{name}" if prefix in PREFIXES else default
    if not is_iri(default):
        return True
    condition = f"FILTER({class_filter(state().catalogue.project())})"
    texts = (
        f"SELECT DISTINCT ?class {{ <{iri}> a ?class {condition} }}" for iri in (default, thing.iri)
    )
    classes, kinds_of_thing = (
        {row["class"] for row in select(state().store, QueryRequest(text))} for text in texts
    )
    return len(classes & kinds_of_thing) * 2 > len(classes) or not classes | kinds_of_thing


def _wording(query: SavedQuery) -> str:
    return f"{query.question} {query.summary} {query.text}"


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

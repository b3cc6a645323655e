"""Search by name within a query, as SERVICE of this very service.

    SERVICE search: { ?thing search:words "Timor" ; search:name ?name ; search:score ?score }

gives the things that `/search` finds, each with the name by which it was found, the language of
that, how well it fits from 0 to 1, and its kind; `search:limit 5` gives the five that fit best.
"""

import json
from collections.abc import Callable
from functools import partial

from rdflib import XSD

from eakg.rdf import whole_number
from eakg.serve.app import state
from eakg.serve.pages.search.index import SearchMatch, find
from eakg.serve.register import Register
from eakg.sparql import QueryRefusedError
from eakg.sparql.syntax import (
    PredicatePath,
    TermKind,
    TermNode,
    Triples,
    parse_query,
    rdf_term,
)
from eakg.store import QueryRequest
from eakg.store.client import reading_within
from eakg.store.elsewhere import with_services

SEARCH = "https://w3id.org/eakg/search#"
_WORDS, _LIMIT = f"{SEARCH}words", f"{SEARCH}limit"
_USUAL, _MOST = 20, 1_000
_LONGEST = 200  # characters; it is compared with every name
_FORM = 'write { ?thing search:words "..." ; search:name ?name } and no more than that'
Binding = dict[str, str]
_VALUES: dict[str, Callable[[SearchMatch], Binding]] = {
    f"{SEARCH}name": lambda match: _text(match.name.text, match.name.language),
    f"{SEARCH}language": lambda match: _text(match.name.language or ""),
    f"{SEARCH}label": lambda match: _text(match.entry.label),
    f"{SEARCH}kind": lambda match: _text(match.entry.kind),
    f"{SEARCH}score": lambda match: {
        "type": "literal",
        "value": f"{match.score:.3f}",
        "datatype": str(XSD.decimal),
    },
}
"""What a match has, as a term of SPARQL JSON."""


def answer_search(register: Register, query: str) -> bytes:
    """The solutions of the pattern of a call, in SPARQL JSON.

    Arguments: the register of the things; the query that has the pattern. Raises: QueryRefusedError
    for a pattern of another form; StoreError and its kinds.
    """
    thing, properties = _search(query)
    words = properties.pop(_WORDS, None)
    limit = _limit(properties.pop(_LIMIT, None))
    if words is None or words.kind is not TermKind.LITERAL:
        raise QueryRefusedError(f"search:words has the words, a literal; {_FORM}")
    text = str(rdf_term(words))
    if len(text) > _LONGEST:
        raise QueryRefusedError(f"search:words has at most {_LONGEST} characters")
    columns = {_variable(term, _short(name)): _VALUES[name] for name, term in properties.items()}
    rows = [
        {
            thing: {"type": "uri", "value": match.entry.iri},
            **{column: value(match) for column, value in columns.items()},
        }
        for match in find(register, text, limit)
    ]
    head = {"vars": [thing, *columns]}
    return json.dumps({"head": head, "results": {"bindings": rows}}).encode()


def with_calls_answered(request: QueryRequest, *, calls: bool) -> QueryRequest:
    """The request with what its calls of SERVICE give in their place: of this service, and of the
    hosts that may be asked. Where others are called and none may be, it is as it was.

    Arguments: the request; whether its query calls any. Raises: StoreError and its kinds.
    """
    if not calls:
        return request
    access, limits = state().settings.access, state().settings.limits
    seconds = limits.seconds(request.timeout)
    services = {SEARCH: partial(answer_search, state().register)}
    with reading_within(seconds):
        return with_services(request, access.services, seconds, services)


def _search(query: str) -> tuple[str, dict[str, TermNode]]:
    """The variable of the things that are looked for, and the object of each property of them.

    Raises: QueryRefusedError.
    """
    where = parse_query(query).where
    elements = where.elements if where is not None else ()
    subjects = set()
    properties: dict[str, TermNode] = {}
    for element in elements:
        if not isinstance(element, Triples) or not isinstance(element.subject, TermNode):
            raise QueryRefusedError(f"SERVICE search: has one thing and its properties; {_FORM}")
        subjects.add(_variable(element.subject, "the subject"))
        for item in element.properties:
            name = item.path.term.iri if isinstance(item.path, PredicatePath) else None
            if name not in (_WORDS, _LIMIT, *_VALUES) or not isinstance(item.object, TermNode):
                names = ", ".join(_short(one) for one in (_WORDS, _LIMIT, *_VALUES))
                raise QueryRefusedError(f"SERVICE search: has the properties {names}")
            if name in properties:
                raise QueryRefusedError(f"{_short(name)} is there twice; ask for each once")
            properties[name] = item.object
    if len(subjects) != 1:
        raise QueryRefusedError(f"SERVICE search: is about one variable; {_FORM}")
    return subjects.pop(), properties


def _short(name: str) -> str:
    return f"search:{name.removeprefix(SEARCH)}"


def _variable(term: TermNode, place: str) -> str:
    if term.kind is not TermKind.VARIABLE:
        raise QueryRefusedError(f"{place} is a variable within SERVICE search:; {_FORM}")
    return term.name


def _limit(term: TermNode | None) -> int:
    if term is None:
        return _USUAL
    text = str(rdf_term(term)) if term.kind is TermKind.LITERAL else ""
    number = whole_number(text, _MOST)
    if not number:
        raise QueryRefusedError(f"search:limit is a number from 1 to {_MOST}")
    return number


def _text(text: str, language: str | None = None) -> Binding:
    tag = {"xml:lang": language} if language else {}
    return {"type": "literal", "value": text, **tag}

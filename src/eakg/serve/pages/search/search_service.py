"""Search by name and in texts within a query, as SERVICE of this very service.

    SERVICE search: { ?thing search:words "Timor" ; search:name ?name ; search:score ?score }
    SERVICE search: { ?place search:inText "medical team" ; search:text ?text }

The first gives the things that `/search` finds, each with the name by which it was found, the
language of that, how well it fits from 0 to 1, and its kind; the second the sentences, rows of
tables and things in whose texts the words are. `search:limit 5` gives the five that fit best.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from rdflib import XSD

from eakg.rdf import whole_number
from eakg.serve.app import state
from eakg.serve.pages.search.index import find
from eakg.serve.pages.search.search_words import plain_words
from eakg.serve.register import Register, passages_with
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
_LIMIT = f"{SEARCH}limit"
_USUAL, _MOST = 20, 1_000
_LONGEST = 200  # characters; it is compared with every name
_FORM = 'write { ?thing search:words "..." ; search:name ?name } and no more than that'
Binding = dict[str, str]
"""A term of SPARQL JSON."""


@dataclass(frozen=True)
class _Finding:
    """What was found: its IRI, and what it has, by the local names of properties."""

    iri: str
    values: Mapping[str, Binding]


def _by_name(register: Register, words: str, most: int) -> Iterator[_Finding]:
    """Things with such a name."""
    for match in find(register, words, most):
        values = {
            "name": _text(match.name.text, match.name.language),
            "language": _text(match.name.language or ""),
            "label": _text(match.entry.label),
            "kind": _text(match.entry.kind),
            "score": _decimal(match.score),
        }
        yield _Finding(match.entry.iri, values)


def _in_texts(register: Register, words: str, most: int) -> Iterator[_Finding]:
    """Places of texts with all of the words, or where none has, with any of them."""
    with register.open() as database:
        passages = passages_with(database, plain_words(words), most)
    for passage in passages:
        values = {
            "text": _text(passage.text, passage.language),
            "language": _text(passage.language or ""),
            "kind": _text(passage.kind),
            "score": _decimal(passage.score),
        }
        yield _Finding(passage.place, values)


_SEARCHES: dict[str, tuple[Callable[[Register, str, int], Iterator[_Finding]], tuple[str, ...]]] = {
    f"{SEARCH}words": (_by_name, ("name", "language", "label", "kind", "score")),
    f"{SEARCH}inText": (_in_texts, ("text", "language", "kind", "score")),
}
"""The ways to search, by the property that has the words, and what each gives."""
_COLUMNS = dict.fromkeys(f"{SEARCH}{name}" for _, names in _SEARCHES.values() for name in names)
_PROPERTIES = (*_SEARCHES, _LIMIT, *_COLUMNS)


def answer_search(register: Register, query: str) -> bytes:
    """The solutions of the pattern of a call, in SPARQL JSON.

    Arguments: the register of the things; the query that has the pattern. Raises: QueryRefusedError
    for a pattern of another form; StoreError and its kinds.
    """
    subject, properties = _search(query)
    limit = _limit(properties.pop(_LIMIT, None))
    ways = [name for name in _SEARCHES if name in properties]
    way = ways[0] if len(ways) == 1 else f"{SEARCH}words"
    words = properties.pop(way, None)
    if words is None or words.kind is not TermKind.LITERAL:
        raise QueryRefusedError(f"{_short(way)} has the words, a literal; {_FORM}")
    text = str(rdf_term(words))
    if len(text) > _LONGEST:
        raise QueryRefusedError(f"{_short(way)} has at most {_LONGEST} characters")
    search, offers = _SEARCHES[way]
    columns: dict[str, str] = {}
    for name, term in properties.items():
        if name.removeprefix(SEARCH) not in offers:
            names = ", ".join(f"search:{one}" for one in offers)
            raise QueryRefusedError(f"{_short(way)} gives {names}, not {_short(name)}")
        column = _variable(term, _short(name))
        if column in (subject, *columns):
            raise QueryRefusedError(f"?{column} is there twice; {_FORM}")
        columns[column] = name.removeprefix(SEARCH)
    rows = [
        {
            subject: {"type": "uri", "value": finding.iri},
            **{column: finding.values[name] for column, name in columns.items()},
        }
        for finding in search(register, text, limit)
    ]
    head = {"vars": [subject, *columns]}
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
            if name not in _PROPERTIES or not isinstance(item.object, TermNode):
                names = ", ".join(map(_short, _PROPERTIES))
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


def _decimal(number: float) -> Binding:
    return {"type": "literal", "value": f"{number:.3f}", "datatype": str(XSD.decimal)}


def _text(text: str, language: str | None = None) -> Binding:
    tag = {"xml:lang": language} if language else {}
    return {"type": "literal", "value": text, **tag}

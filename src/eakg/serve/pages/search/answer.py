"""The beginning of the answer to a question that words ask."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from rdflib import URIRef

from eakg.rdf import ResultKind, Solutions, read_results
from eakg.serve.app import state
from eakg.serve.pages.search.question import AnsweringQuestion
from eakg.serve.words import DisplayTerm, labelled_table, naming_of
from eakg.sparql import inspect_query
from eakg.store import MEBIBYTE, QueryRequest

_MOST = 5  # rows
_SHARE = 20  # of the time that a query may take


@dataclass(frozen=True)
class AnswerStart:
    """Rows of an answer, each with its terms as they are shown, and how many more there are. A
    truth value is a row of one word."""

    rows: tuple[tuple[DisplayTerm, ...], ...]
    rest: int


def answer_start(question: AnsweringQuestion) -> AnswerStart | None:
    """How the answer to a question begins, of which words give all things that it is about; None
    where it has none, is large, or is another each time.

    Raises: ParameterError for a value that a parameter does not take; NotRdf11Error for a term that
    is none; StoreError and its kinds, TimeLimitExceededError among them where it would hold up the
    page.
    """
    query, settings = question.query, state().settings
    free = [one for one in query.parameters if one.name not in question.values]
    has_things = all(one.type != "iri" for one in free)
    if question.is_drawn or not question.values or query.is_update or not has_things:
        return None
    inspection = inspect_query(query.text)
    if inspection.volatile or inspection.service or inspection.kind is ResultKind.GRAPH:
        return None
    request = QueryRequest(
        query.bound(question.values),
        closure=query.closure or "full",
        timeout=settings.limits.timeout / _SHARE,
    )
    with state().store.query(request) as result:
        if result.size > MEBIBYTE:
            return None
        answer = read_results(result.read(), rdf12=True)
    if isinstance(answer, bool):
        word = "Yes" if answer else "No"
        return AnswerStart(((DisplayTerm(word, word, None),),), 0)
    if not answer.rows:
        return None
    rest = max(0, len(answer.rows) - _MOST)
    return AnswerStart(tuple(_rows(answer, question.topics)), rest)


def _rows(solutions: Solutions, topics: Collection[str]) -> Iterator[tuple[DisplayTerm, ...]]:
    """The first rows as they are shown, those before topics that have a thing of some."""
    ordered = sorted(
        solutions.rows, key=lambda row: all(str(term) not in topics for term in row.values())
    )
    rows = ordered[:_MOST]
    terms = {term for row in rows for term in row.values() if isinstance(term, URIRef)}
    naming = naming_of(state().store, terms, state().catalogue.presentation())
    table = labelled_table(Solutions(solutions.variables, tuple(rows)), naming=naming)
    for cells in table.cells:
        yield tuple(cell for cell in cells if cell is not None)

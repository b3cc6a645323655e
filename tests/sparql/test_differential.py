"""Random SPARQL is understood as the engine understands it: its dataset, its form, its calls of
SERVICE, and where other clauses or solutions are written into its text.

Queries are asked of graphs with one triple each, whose object is the number of the graph.
"""

import re
from collections.abc import Iterable
from itertools import count
from typing import TypeAlias

import pyoxigraph as ox
import pytest

from eakg.rdf.formats import ResultKind
from eakg.sparql.dataset import Dataset, with_dataset
from eakg.sparql.failures import GraphExistsError, GraphNotFoundError, QuerySyntaxError
from eakg.sparql.query import Inspection, inspect_query
from eakg.sparql.service import JOIN_IDENTITY, service_calls, with_values
from eakg.store.changes.proposals import propose
from eakg.store.changes.requests import UpdateRequest
from eakg.store.graphs.loaded import LoadedStore
from eakg.store.graphs.spellings import stored_quad
from helpers.random_sparql import BASE, GRAPHS, RandomQuery, Writer
from helpers.tries import SOAK

QUERIES = 200_000 if SOAK else 20_000
PARTS = 10
UPDATES = 20_000 if SOAK else 2_000
OWN = "own"
"""The number of the store's own default graph."""
Numbers: TypeAlias = frozenset[str]
Quads: TypeAlias = frozenset[ox.Quad]
Says: TypeAlias = bool | tuple[Numbers, Numbers]
_KINDS = {
    ox.QuerySolutions: ResultKind.SOLUTIONS,
    ox.QueryBoolean: ResultKind.BOOLEAN,
    ox.QueryTriples: ResultKind.GRAPH,
}


def store_of(names: Iterable[str]) -> ox.Store:
    store = ox.Store()
    subject, predicate = ox.NamedNode("http://e/s"), ox.NamedNode("http://e/p")
    store.add(ox.Quad(subject, predicate, ox.Literal(OWN)))
    for number, name in enumerate(names):
        store.add(ox.Quad(subject, predicate, ox.Literal(str(number)), ox.NamedNode(name)))
    return store


STORE = store_of(GRAPHS)
PLAIN = LoadedStore(store_of(GRAPHS), GRAPHS, "0" * 16, default_graph="strict", derives=False)


def engine(text: str) -> tuple[ResultKind, Says] | OSError | None:
    """The form of a query and what it says of its dataset: the numbers of the graphs of the default
    graph and of the named ones, or the answer of ASK. The error where SERVICE is called, None where
    the text cannot be read."""
    try:
        answer = STORE.query(text, base_iri=BASE)
        kind = _KINDS[type(answer)]
        return kind, bool(answer) if isinstance(answer, ox.QueryBoolean) else numbers(answer)
    except OSError as error:
        return error
    except (SyntaxError, ValueError, RuntimeError):
        return None


def numbers(answer: ox.QuerySolutions | ox.QueryTriples) -> tuple[Numbers, Numbers]:
    default: set[str] = set()
    named: set[str] = set()
    for row in answer:
        if isinstance(row, ox.Triple):
            is_named, number = row.predicate.value == "http://e/is-named", row.object
        elif row["q0"] is None:  # the solution in the place of a call
            continue
        else:
            is_named, number = row["q0"].value == "http://e/is-named", row["o0"]
        (named if is_named else default).add(number.value)
    return frozenset(default), frozenset(named)


def numbers_of(names: Iterable[str]) -> Numbers:
    return frozenset(str(GRAPHS.index(name)) for name in names if name in GRAPHS)


def dataset_of(inspection: Inspection) -> tuple[Numbers, Numbers]:
    if not inspection.has_dataset:
        return frozenset({OWN}), numbers_of(GRAPHS)
    return numbers_of(inspection.default_graphs), numbers_of(inspection.named_graphs)


def expected(query: RandomQuery, dataset: tuple[Numbers, Numbers]) -> Says:
    """What the engine would say of a query over a dataset."""
    default, named = dataset
    match query:
        case RandomQuery(form="ASK", default_number=int(number)):
            return str(number) in default
        case RandomQuery(form="ASK", named_number=int(number)):
            return str(number) in named
        case RandomQuery(form="ASK"):
            return bool(default or named)
        case RandomQuery(form="DESCRIBE"):
            return default, frozenset()
    return dataset


def complaint(query: RandomQuery) -> str | None:
    """What is wrong with our reading of a query; "" where it is right, None where the engine does
    not read the query."""
    heard = engine(query.text)
    if heard is None:
        return None
    inspection = inspect_query(query.text, BASE)
    if inspection.service:
        # A call that is SILENT and fails gives one solution without bindings.
        loud = re.sub("silent", " " * len("silent"), query.text, flags=re.IGNORECASE)
        called = isinstance(heard, OSError) or isinstance(engine(loud), OSError)
        return without_calls(query) if called else "there is no call"
    if isinstance(heard, OSError):
        return "there is a call"
    kind, says = heard
    if inspection.kind is not kind:
        return f"the form is {kind}, not {inspection.kind}"
    dataset = dataset_of(inspection)
    wanted = expected(query, dataset)
    if says != wanted:
        return f"over {dataset} it would say {wanted}, it says {says}"
    return with_another_dataset(query)


def without_calls(query: RandomQuery) -> str:
    """What is wrong with the query with nothing in the place of its calls."""
    calls = service_calls(query.text, BASE)
    text = with_values(query.text, calls, [JOIN_IDENTITY] * len(calls))
    heard = engine(text)
    if heard is None or isinstance(heard, OSError) or inspect_query(text).service:
        return f"with nothing in the place of its calls: {heard}, {text!r}"
    return ""


def with_another_dataset(query: RandomQuery) -> str:
    """What is wrong with the query over a dataset that is written into it."""
    text = with_dataset(query.text, Dataset((GRAPHS[1],), (GRAPHS[2], GRAPHS[3])))
    heard = engine(text)
    wanted = expected(query, (frozenset("1"), frozenset("23")))
    if heard is None or isinstance(heard, OSError) or heard[1] != wanted:
        return f"over another dataset it would say {wanted}, it says {heard}: {text!r}"
    return ""


@pytest.mark.parametrize("part", range(PARTS))
def test_queries_are_read_as_the_engine_reads_them(part: int) -> None:
    wrong = []
    readable = 0
    for number in count(part, PARTS):
        query = Writer(number, glue=number % 10 / 10).query()
        complained = complaint(query)
        readable += complained is not None
        if complained:
            wrong.append((complained, query.text))
        if readable == QUERIES // PARTS:
            break
    assert sorted(wrong, key=lambda pair: len(pair[1])) == []


def effect(text: str) -> Quads | None:
    """What the engine's store holds after an update; None where it is refused."""
    store = store_of(GRAPHS)
    try:
        store.update(text, base_iri=BASE)
    except (SyntaxError, ValueError, RuntimeError):
        return None
    return frozenset(store)


def own_effect(text: str) -> Quads | None:
    """What there is after our own reading of an update; None where it is refused."""
    change = propose(PLAIN, UpdateRequest(text, base_iri=BASE)).change
    return (frozenset(store_of(GRAPHS)) - change.removed) | {*map(stored_quad, change.added)}


def test_updates_are_read_as_the_engine_reads_them() -> None:
    wrong = []
    readable = 0
    for number in count():
        text = Writer(number, glue=number % 10 / 10).update()
        heard = effect(text)
        try:
            own = own_effect(text)
        except (GraphExistsError, GraphNotFoundError):
            continue  # the engine is not as strict: COPY of no graph makes the other empty
        except QuerySyntaxError:
            own = None
        readable += heard is not None
        if own != heard:
            wrong.append(text)
        if readable == UPDATES:
            break
    assert sorted(wrong, key=len) == []

"""A graph that is open: asked, with evidence and proofs."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial
from http import HTTPStatus
from os import PathLike
from pathlib import Path
from typing import Any, Self
from weakref import finalize

from rdflib import Graph
from rdflib.term import Node

from eakg.analysis.opening import own_service
from eakg.analysis.service_store import ServiceStore
from eakg.analysis.table import TabularAnswer
from eakg.keyed_files import nearest
from eakg.queries.ask import QueryTarget, target_contents
from eakg.rdf import ResultKind, write_term
from eakg.serve import ServeOptions
from eakg.serve.agents import Service, ServiceElsewhere, ServiceRefusalError, explain
from eakg.sparql import inspect_query
from eakg.store import Closure

Place = str | PathLike[str]


@dataclass(frozen=True)
class SavedQuestion:
    """A saved question: its name, in words, and the names of its parameters."""

    name: str
    question: str
    parameters: tuple[str, ...]


@dataclass(frozen=True)
class ProofSteps:
    """Why a triple holds: the steps of its proof, each with its `number`, its `triple`, `by` what
    and `from` which steps it is, and its `sources`; and the same in words."""

    steps: tuple[dict[str, Any], ...]
    text: str

    def __str__(self) -> str:
        return self.text


class KnowledgeGraph:
    """A graph that is open; a context manager that closes it.

    All methods raise ServiceRefusalError where a question is refused, with the reason, and
    StoreError where nobody answers. Argument: the service, and what holds it open.
    """

    def __init__(self, service: Service, stack: ExitStack) -> None:
        self._service = service
        self.close = finalize(self, stack.close)
        """Ends what holds the graph; nothing can be asked after it."""

    @property
    def version(self) -> str:
        """The version of the data."""
        return self._service.get("/sparql", [("query", "ASK {}"), ("format", "json")]).version

    def query(self, text: str, closure: Closure = "full") -> TabularAnswer | bool | Graph:
        """The answer to a query: its rows, the truth value of ASK, or the triples of CONSTRUCT and
        DESCRIBE.

        Arguments: the query in SPARQL 1.1; whether what follows is asked too.
        """
        kind = inspect_query(text).kind
        get = partial(self._service.get, "/sparql")
        parameters = [("query", text), ("closure", closure)]
        if kind is ResultKind.GRAPH:
            return Graph().parse(data=get([*parameters, ("format", "nt")], "*/*").body, format="nt")
        if kind is ResultKind.BOOLEAN:
            return bool(get([*parameters, ("format", "json")], "*/*").document["boolean"])
        reply = get([*parameters, ("format", "tsv")], "*/*")
        return TabularAnswer(self._service, text, closure, reply.body, reply.version)

    def questions(self) -> list[SavedQuestion]:
        """The saved questions that `ask` takes."""
        return [
            SavedQuestion(
                entry["name"],
                entry["question"] or entry["summary"],
                tuple(parameter["name"] for parameter in entry["parameters"]),
            )
            for entry in self._service.get("/queries").document["queries"]
        ]

    def ask(self, name: str, /, **values: object) -> TabularAnswer | bool | Graph:
        """The answer to a saved question.

        Arguments: its name; the values of its parameters, a day as a date or as it is written, a
        thing by its IRI or name. A parameter that is a word of Python has `_` behind it: `from_`.
        """
        pairs = [(key.removesuffix("_"), _value_text(value)) for key, value in values.items()]
        names = [question.name for question in self.questions()]
        if name not in names:
            match = nearest(name, names)
            hint = f"; did you mean {match}?" if match else "; questions() has them"
            words = f"there is no question {name!r}{hint}"
            raise ServiceRefusalError(HTTPStatus.NOT_FOUND, "no-such-question", words, {})
        bound = self._service.get(f"/queries/{name}.rq", [*pairs, ("bound", "1")], "*/*")
        closure: Closure = "asserted" if bound.closure == "asserted" else "full"
        return self.query(bound.body.decode(), closure)

    def why(self, subject: str | Node, predicate: str | Node, object_: str | Node) -> ProofSteps:
        """Why a triple holds. Terms are rdflib's, or text as `eakg explain` takes it: `id:china`,
        `a`, `<iri>`, a literal as in N-Triples. No steps where the graph does not say so."""
        places = ("subject", "predicate", "object")
        terms = map(_notation, (subject, predicate, object_))
        answer = explain(self._service, dict(zip(places, terms, strict=True)))
        return ProofSteps(tuple(answer.members.get("steps", ())), answer.text)

    @property
    def graph(self) -> Graph:
        """What is asserted and what follows, as a graph of rdflib that asks this one; read-only."""
        return Graph(ServiceStore(self._service))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_graph(*places: Place, reasoning: bool = True) -> KnowledgeGraph:
    """The graph that comes with the package, or that of RDF files, or of a running service.

    Arguments: files and folders of RDF, or the address of one service of EAKG, or nothing;
    whether what follows from files is there too. Raises: ProblemsError for what cannot be read;
    ValueError where an address does not stand alone.
    """
    addresses = [str(one) for one in places if str(one).startswith(("http://", "https://"))]
    if addresses and len(places) > 1:
        raise ValueError(f"{addresses[0]} is a service, and is opened alone")
    with ExitStack() as stack:
        service: Service = (
            ServiceElsewhere(addresses[0])
            if addresses
            else stack.enter_context(_service_of(tuple(map(Path, places)), reasoning=reasoning))
        )
        return KnowledgeGraph(service, stack.pop_all())


@contextmanager
def _service_of(data: tuple[Path, ...], *, reasoning: bool) -> Iterator[Service]:
    options = (
        ServeOptions(timeout=_SECONDS)
        if reasoning
        else ServeOptions(timeout=_SECONDS, reasoning="none")
    )
    target = QueryTarget(data=data, reasons=reasoning)
    with target_contents(target) as contents, own_service(contents, options) as service:
        yield service


_SECONDS = 300.0  # that a query may run: whoever asks waits for it


def _value_text(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if isinstance(value, date) else str(value)


def _notation(term: str | Node) -> str:
    return write_term(term) if isinstance(term, Node) else str(term)

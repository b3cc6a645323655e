"""The kinds of messages between the processes of a store.

The process that starts the keeper sends a `Setup`, with a `HeadStart` before it where the files are
large, and hears `Ready` or a ProblemsError; later it may send `RetirementRequest` and hears
`Retirement`.

A client connects to the keeper's Unix socket and sends one message:

- `LeaseRequest`: a `LeaseOffer`, with the descriptors of a channel to the worker, of its result
  file and of the `VersionPage`. The worker answers over the channel until the client closes it or
  the keeper ends.
- `LongLaneRequest`, for a query beyond its moment of work, or whose worker has ended: the worker
  goes on in the keeper's lanes, at once or when it has a turn; where it was ended for want of
  memory, another comes then, as a lease does. Closing the connection ends the query.
- `UpdateRequest` or `GraphWrite`: `AppliedChange` once the change is durable and visible.
- `ExplainRequest`: an `Explanation`, or `NoEntailment`; `JustificationsRequest`: a
  `JustifiedExplanation`, or `NoEntailment`.
- `LoadRequest`: a `Load`.

A worker answers a `QueryRequest`, an `InspectionRequest` or a write with an `WorkerOutcome`.

The reasoner says an `InferredGraph` when it is ready. It answers a `CandidateChange` with an
`InferredChange`, after which it hears a `Decision`, and an `ExplainRequest` as above.

Where something goes wrong, the answer is a StoreError.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias, TypeVar, get_args

from rdflib import Literal, URIRef
from rdflib.term import Node

from eakg.evidence import Support
from eakg.problems import Problem, ProblemsError
from eakg.rdf import ResultKind, Triple, read_term, write_term
from eakg.reason.contradictions import Inconsistency, OnContradiction
from eakg.sparql import StoreError, from_message, to_message
from eakg.store.changes import (
    AppliedChange,
    Change,
    GraphWrite,
    Quads,
    UpdateRequest,
    n_quads,
    quads_of,
)
from eakg.store.graph_files import Contents, GraphFile
from eakg.store.messages.codec import Codec, MessageError, TypeAdapter
from eakg.store.options import StoreOptions
from eakg.store.request import InspectionRequest, Limits, Load, QueryRequest

_M = TypeVar("_M")

# Between the keeper and the process that starts it


@dataclass(frozen=True)
class Setup:
    """What the keeper needs to know when it starts: the files to load, the limits of queries, the
    path of the Unix socket to listen on, and what the store does besides answering."""

    contents: Contents
    limits: Limits
    address: str
    options: StoreOptions


@dataclass(frozen=True)
class HeadStart:
    """Files that a `Setup` is to name, within so many seconds: the keeper loads all but what
    follows, which is being found out."""

    files: tuple[GraphFile, ...]
    seconds: float


@dataclass(frozen=True)
class Ready:
    """The keeper answers; the names of the graphs that it holds, and what is to be told of the
    files that they came from."""

    graphs: tuple[str, ...]
    notices: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class RetirementRequest:
    """Another keeper has taken the place of this one: it gives out no more workers, and ends when
    those that it gave out have done their work."""


@dataclass(frozen=True)
class Retirement:
    """From here on nobody begins to ask this keeper."""


# Between a client and the keeper


@dataclass(frozen=True)
class LeaseRequest:
    """Asks for a worker."""


@dataclass(frozen=True)
class LeaseOffer:
    """A worker, by its number and that of its process, and the version of the data that it answers
    from; where these are on disk as they are usually asked, also the folder that has them."""

    worker: int
    pid: int
    version: str
    folder: str = ""


@dataclass(frozen=True)
class LongLaneRequest:
    """Asks that the query of a worker go on in the long lane.

    It may run `seconds` in all, of which so many have `elapsed`, and wait for `patience` seconds.
    Processors had worked `processor` seconds for the worker when it began.
    """

    worker: int
    seconds: float
    elapsed: float
    patience: float
    processor: float


@dataclass(frozen=True)
class LoadRequest:
    """Asks how busy the keeper is."""


@dataclass(frozen=True)
class ExplainRequest:
    """Asks why a triple holds, and for so many seconds."""

    triple: Triple
    seconds: float


@dataclass(frozen=True)
class InferenceStep:
    """A triple of a proof, the rule that it is by, and its premises by their places among the
    steps."""

    triple: Triple
    by: str
    premises: tuple[int, ...]


@dataclass(frozen=True)
class Explanation:
    """A proof in steps, premises before conclusions, with what supports each triple asserted in
    it, the version of the data, the number of steps of the whole proof where this is a part, and
    what lists and classes without names are made of."""

    steps: tuple[InferenceStep, ...]
    supports: tuple[Support, ...]
    version: str
    size: int | None = None
    definitions: tuple[Triple, ...] = ()


@dataclass(frozen=True)
class JustificationsRequest:
    """Asks for so many justifications of a triple, and for so many seconds."""

    triple: Triple
    most: int
    seconds: float


@dataclass(frozen=True)
class JustifiedExplanation:
    """Proofs of a triple by the places of their conclusions among steps, premises before
    conclusions, and the other members of `SupportedJustifications`."""

    triple: Triple
    steps: tuple[InferenceStep, ...]
    roots: tuple[int, ...]
    sizes: tuple[int, ...]
    end: str
    supports: tuple[Support, ...]
    version: str
    definitions: tuple[Triple, ...] = ()


@dataclass(frozen=True)
class ConsistencyRequest:
    """Asks where the graph contradicts itself, with proofs for the first `limit`."""

    limit: int


@dataclass(frozen=True)
class ProvedClash:
    """A contradiction, and the places among the steps of the proofs of the facts that clash."""

    inconsistency: Inconsistency
    proofs: tuple[int, ...]


@dataclass(frozen=True)
class ExplainedEmptyTerm:
    """A class that nothing can be in, or a property that nothing can have, as
    `ProvedIncoherence`, with the places of its proofs among the steps."""

    term: URIRef
    is_property: bool
    above: URIRef | None
    rule: str
    message: str
    proofs: tuple[int, ...]
    things: tuple[tuple[Node, str], ...]


@dataclass(frozen=True)
class Consistency:
    """How many contradictions there are, the first of them with their proofs in steps, the version
    of the data, and a `CoherenceReport`: terms, and why nobody looked for any."""

    total: int
    clashes: tuple[ProvedClash, ...]
    steps: tuple[InferenceStep, ...]
    version: str
    terms: tuple[ExplainedEmptyTerm, ...] = ()
    reason: str = ""


@dataclass(frozen=True)
class NoEntailment:
    """The triple does not follow."""


# Between a client and its worker


@dataclass(frozen=True)
class Output:
    """What a worker made of a request: the result of a query, an `Inspection` in JSON, or the bytes
    of a proposed `Change`.

    `content` is None where all `size` bytes are in the result file. `seconds` is how long a query
    was evaluated; `created` says that the graph that is written to would be a new one.
    """

    size: int
    version: str
    content: bytes | None
    seconds: float = 0.0
    created: bool = False


@dataclass(frozen=True)
class WorkerOutcome:
    """The end of a request; with the `last` the worker ends."""

    body: Output | StoreError
    last: bool = False


# Between the keeper and the reasoner


@dataclass(frozen=True)
class InferredGraph:
    """All that follows from what is asserted."""

    quads: Quads


@dataclass(frozen=True)
class CandidateChange:
    """A change of what is asserted that does not count yet, what becomes of it where it
    contradicts, and the seconds in which what follows from it is to be found out."""

    change: Change
    on_contradiction: OnContradiction
    seconds: float


@dataclass(frozen=True)
class InferredChange:
    """What follows otherwise with the candidate."""

    change: Change


@dataclass(frozen=True)
class Decision:
    """Whether the candidate counts."""

    accepted: bool


Message: TypeAlias = (
    HeadStart
    | Setup
    | Ready
    | ProblemsError
    | RetirementRequest
    | Retirement
    | LeaseRequest
    | LeaseOffer
    | LongLaneRequest
    | LoadRequest
    | Load
    | ExplainRequest
    | Explanation
    | JustificationsRequest
    | JustifiedExplanation
    | ConsistencyRequest
    | Consistency
    | NoEntailment
    | QueryRequest
    | InspectionRequest
    | UpdateRequest
    | GraphWrite
    | AppliedChange
    | Output
    | WorkerOutcome
    | InferredGraph
    | CandidateChange
    | InferredChange
    | Decision
    | StoreError
)
KINDS: Mapping[str, type] = {kind.__name__: kind for kind in get_args(Message)}
"""Each kind of message by its name."""
ADAPTERS: Mapping[Any, TypeAdapter] = {
    Path: TypeAdapter(str, str, Path),
    ResultKind: TypeAdapter(str, str, ResultKind),
    URIRef: TypeAdapter(str, str, URIRef),
    Literal: TypeAdapter(str, write_term, read_term),
    Node: TypeAdapter(str, write_term, read_term),
    StoreError: TypeAdapter(Any, to_message, from_message),
    ProblemsError: TypeAdapter(tuple[Problem, ...], lambda error: error.problems, ProblemsError),
    Change: TypeAdapter(bytes, lambda change: change.content, Change.from_bytes),
    frozenset: TypeAdapter(bytes, n_quads, quads_of),
}
CODEC = Codec(KINDS, ADAPTERS)


def encode(message: Message) -> bytes:
    """A message as bytes."""
    return CODEC.encode(message)


def decode(data: bytes | memoryview) -> Message:
    """The message that `encode` wrote. Raises: MessageError on anything else."""
    return CODEC.decode(data)  # type: ignore[return-value]  # of one of the kinds


def expect(message: Message, kind: type[_M]) -> _M:
    """A message that is to be of a kind.

    Raises: the StoreError or ProblemsError that it is; MessageError when it is of another kind.
    """
    if isinstance(message, kind):
        return message
    if isinstance(message, StoreError | ProblemsError):
        raise message
    raise MessageError(f"a {type(message).__name__} is no answer here")

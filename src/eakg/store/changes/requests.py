"""Changes as they are asked of a store, and what comes of them."""

from dataclasses import dataclass
from typing import Literal, Protocol

Action = Literal["put", "post", "delete"]


@dataclass(frozen=True)
class UpdateRequest:
    """A SPARQL update: one or more operations that are done all or none.

    `using_graphs` and `using_named_graphs` are the dataset of the protocol; with either of them no
    operation may have USING or WITH of its own. `timeout` in seconds may lower the store's limit,
    never raise it.
    Specification: SPARQL 1.1 Update; SPARQL 1.1 Protocol section 2.2.
    """

    text: str
    using_graphs: tuple[str, ...] = ()
    using_named_graphs: tuple[str, ...] = ()
    base_iri: str | None = None
    timeout: float | None = None


@dataclass(frozen=True)
class GraphWrite:
    """A write of the Graph Store Protocol; `graph` None is the default graph.

    "put" makes the graph what `data` says, "post" merges `data` into it, "delete" drops it.
    `format` is the short name or the media type of a graph format. Blank nodes of `data` are new
    ones. It is made on the version `on_version` of the data alone, where one is given.
    Specification: SPARQL 1.1 Graph Store HTTP Protocol sections 5.3 to 5.5.
    """

    graph: str | None
    action: Action
    data: bytes = b""
    format: str = ""
    base_iri: str | None = None
    timeout: float | None = None
    on_version: str | None = None


Write = UpdateRequest | GraphWrite


@dataclass(frozen=True)
class AppliedChange:
    """A change that is durable and visible.

    `version` is that of the store with the change in it; `added` and `removed` count asserted
    triples; `created` says that the graph written to was not there before; `by_value` how many
    literals were added that the engine keeps by value and not as they are written, by their kind.
    """

    version: str
    added: int
    removed: int
    created: bool
    by_value: tuple[tuple[str, int], ...] = ()


class UpdateService(Protocol):
    """Whatever takes changes: a store in this process, or the client of one in another."""

    def update(self, request: UpdateRequest | GraphWrite) -> AppliedChange:
        """Make the change durable and visible, whole or not at all. Raises: StoreError and its
        kinds, after which nothing has changed."""
        ...

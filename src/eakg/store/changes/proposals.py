"""What an update would change, worked out on a store.

Each operation is evaluated as the query that its pattern is, over the dataset that it has there,
and its templates are filled in from the solutions. That gives the difference itself, at the cost
of what changes and not of what is there, and an update sees the same graphs as a query.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

import pyoxigraph

from eakg.rdf import find_format
from eakg.sparql import (
    Data,
    Dataset,
    EvaluationError,
    GraphExistsError,
    GraphNotFoundError,
    Graphs,
    Manage,
    Modify,
    Operation,
    QuerySyntaxError,
    ResultTooLargeError,
    Target,
    UpdateRefusedError,
    VersionPassedError,
    calls_service,
    variables,
)
from eakg.store.changes.change import Change, Tally, apply, graph_name
from eakg.store.changes.operations import operations
from eakg.store.changes.requests import GraphWrite, UpdateRequest, Write
from eakg.store.changes.templates import (
    Binding,
    QuadStream,
    data_quads,
    filled,
    stored,
    template_quads,
    triple_of,
)
from eakg.store.graphs import (
    INFERRED,
    MERGE,
    OWN,
    GraphNode,
    LoadedStore,
    graph_node,
    usual_dataset,
)

_NOTHING = Manage("CLEAR", silent=True, target="urn:x-eakg:no-such-graph")


@dataclass(frozen=True)
class Proposal:
    """A change that is not made yet, and whether the graph written to would be a new one."""

    change: Change
    created: bool = False


def propose(loaded: LoadedStore, request: Write) -> Proposal:
    """What the request would change.

    Arguments: the store, which may be changed in the course of it and is as before when this
    returns or raises; the request. Raises: QueryError and UpdateError and their kinds.
    Specification: SPARQL 1.1 Update section 3; Graph Store HTTP Protocol section 5.
    """
    proposer = Proposer(loaded)
    if isinstance(request, GraphWrite):
        return proposer.graph_write(request)
    return Proposal(proposer.update(request))


def write_proposal(loaded: LoadedStore, request: Write, output: BinaryIO) -> bool:
    """Write the bytes of what the request would change; whether the graph written to would be new.

    Raises: those of `propose`, and ResultTooLargeError where the output may not grow further.
    """
    proposal = propose(loaded, request)
    try:
        output.write(proposal.change.content)
        output.flush()
    except OSError as error:
        raise ResultTooLargeError("the update changes more than one update may") from error
    return proposal.created


class Proposer:
    """Requests to a store, each as a change."""

    def __init__(self, loaded: LoadedStore) -> None:
        self.loaded = loaded

    def update(self, request: UpdateRequest) -> Change:
        """The change of all operations together."""
        if calls_service(request.text):
            raise UpdateRefusedError(
                "SERVICE is not offered: no part of an update is sent to other endpoints"
            )
        made = Tally()
        try:
            *first, last = operations(request.text, request.base_iri) or [_NOTHING]
            for operation in first:
                change = self._operation(operation, request)
                apply(self.loaded, change)
                made.add(change)
            return made.change().then(self._operation(last, request))
        finally:
            if back := made.change().undone():
                apply(self.loaded, back)

    def graph_write(self, request: GraphWrite) -> Proposal:
        """The change of a write of the Graph Store Protocol."""
        if request.on_version not in {None, self.loaded.version}:
            raise VersionPassedError("the data have changed since they were looked at")
        name = OWN if request.graph is None else request.graph
        try:
            graph_node(name)
        except ValueError as error:
            raise UpdateRefusedError(f"{name!r} is no name for a graph: {error}") from None
        self._check_target(name)
        there = name == OWN or name in self.loaded.graphs
        if request.action == "delete":
            if not there:
                raise GraphNotFoundError(f"there is no graph <{name}>", name)
            return Proposal(self._dropped(name))
        new = frozenset(_parsed(request, graph_node(name)))
        old = self._quads(name)
        gone = old - new if request.action == "put" else frozenset()
        created = frozenset() if there else frozenset({name})
        return Proposal(Change(gone, new - old, created=created), not there)

    def _operation(self, operation: Operation, request: UpdateRequest) -> Change:
        match operation:
            case Data():
                quads = data_quads(operation.prologue, operation.block, request.base_iri)
                return self._change(*((), quads) if operation.insert else (quads, ()))
            case Modify():
                return self._modify(operation, request)
            case Manage():
                return self._manage(operation)

    def _change(
        self, removed: Iterable[pyoxigraph.Quad], added: Iterable[pyoxigraph.Quad]
    ) -> Change:
        """What the quads change here; those in both stay."""
        store = self.loaded.store
        wanted, unwanted = frozenset(added), frozenset(removed)
        for name in {graph_name(quad) for quad in wanted | unwanted}:
            self._check_target(name)
        gone = frozenset(quad for quad in unwanted - wanted if quad in store)
        new = frozenset(quad for quad in wanted if quad not in store)
        graphs = {graph_name(quad) for quad in new}
        return Change(gone, new, created=frozenset(graphs - {OWN} - {*self.loaded.graphs}))

    def _check_target(self, name: str) -> None:
        """Raises: UpdateRefusedError when the graph is not written to."""
        if self.loaded.derives and name == INFERRED:
            raise UpdateRefusedError(
                f"<{name}> holds what follows from the other graphs and cannot be written to;"
                " write to the graphs that it follows from"
            )
        if name.startswith(MERGE):
            raise UpdateRefusedError(f"<{name}> is no name for a graph here")

    # DELETE and INSERT by a pattern

    def _modify(self, operation: Modify, request: UpdateRequest) -> Change:
        using, using_named = operation.using_graphs, operation.using_named_graphs
        if request.using_graphs or request.using_named_graphs:
            if using or using_named or operation.with_graph:
                raise UpdateRefusedError(
                    "the dataset is given both beside the update and in it, by USING or WITH"
                )
            using, using_named = request.using_graphs, request.using_named_graphs
        base = request.base_iri
        within = graph_node(operation.with_graph or OWN)
        delete = template_quads(operation.prologue, operation.delete, base, within)
        insert = template_quads(operation.prologue, operation.insert, base, within)
        solutions = self._solutions(operation, self._dataset(operation, using, using_named), base)
        removed: set[pyoxigraph.Quad] = set()
        added: set[pyoxigraph.Quad] = set()
        for binding in solutions:
            removed.update(filled(delete, binding))
            added.update(filled(insert, binding))
        return self._change(stored(removed), stored(added))

    def _dataset(
        self, operation: Modify, using: tuple[str, ...], using_named: tuple[str, ...]
    ) -> Dataset:
        usual = usual_dataset(self.loaded.holdings, "full", self.loaded.default_graph)
        if using or using_named:
            return Dataset(using, using_named)
        if operation.with_graph:
            return Dataset((operation.with_graph,), usual.named_graphs)
        return usual

    def _solutions(
        self, operation: Modify, dataset: Dataset, base_iri: str | None
    ) -> Iterator[Binding]:
        names = sorted(variables(operation.delete + operation.insert))
        projection = " ".join(f"?{name}" for name in names) or "*"
        try:
            found = self.loaded.store.query(
                f"{operation.prologue}SELECT {projection} WHERE {operation.where}",
                base_iri=base_iri,
                default_graph=[self.loaded.merge(dataset.default_graphs)]
                if dataset.default_graphs
                else [],
                named_graphs=[pyoxigraph.NamedNode(name) for name in dataset.named_graphs],
            )
            for solution in found:  # type: ignore[union-attr]  # of SELECT
                values = ((name, solution[name]) for name in names)
                yield {name: value for name, value in values if value is not None}
        except (SyntaxError, ValueError, RuntimeError, OSError) as error:
            raise EvaluationError(str(error)) from None

    # Operations on graphs

    def _manage(self, operation: Manage) -> Change:
        match operation.verb:
            case "LOAD" if operation.silent:
                return Change()
            case "LOAD":
                raise UpdateRefusedError("LOAD is not offered: nothing is fetched from elsewhere")
            case "CREATE":
                return self._create(str(operation.target), silent=operation.silent)
            case "CLEAR" | "DROP":
                return self._clear(operation)
        source, target = map(_target_name, (operation.source, operation.target))
        self._check_target(target)
        if not self._has(source):
            if operation.silent:
                return Change()
            raise GraphNotFoundError(f"there is no graph <{source}>", source)
        if source == target:
            return Change()
        old = frozenset() if operation.verb == "ADD" else self._quads(target)
        node = graph_node(target)
        copies = (pyoxigraph.Quad(*triple_of(quad), node) for quad in self._quads(source))
        change = self._change(old, copies)
        if not self._has(target):
            change = change.then(Change(created=frozenset({target}) - change.created))
        return change.then(self._dropped(source)) if operation.verb == "MOVE" else change

    def _create(self, name: str, *, silent: bool) -> Change:
        self._check_target(name)
        if not self._has(name):
            return Change(created=frozenset({name}))
        if silent:
            return Change()
        raise GraphExistsError(f"the graph <{name}> is there already")

    def _clear(self, operation: Manage) -> Change:
        target = operation.target
        if isinstance(target, Graphs):
            named = [n for n in self.loaded.graphs if not (self.loaded.derives and n == INFERRED)]
            names = {Graphs.DEFAULT: [OWN], Graphs.NAMED: named, Graphs.ALL: [OWN, *named]}[target]
        else:
            self._check_target(target)
            if not self._has(target) and not operation.silent:
                raise GraphNotFoundError(f"there is no graph <{target}>", target)
            names = [target] if self._has(target) else []
        total = Change()
        for name in names:
            part = self._dropped(name) if operation.verb == "DROP" else Change(self._quads(name))
            total = total.then(part)
        return total

    def _dropped(self, name: str) -> Change:
        self._check_target(name)
        return Change(self._quads(name), dropped=frozenset({name}) - {OWN})

    def _has(self, name: str) -> bool:
        return name == OWN or name in self.loaded.graphs

    def _quads(self, name: str) -> frozenset[pyoxigraph.Quad]:
        found = self.loaded.store.quads_for_pattern(None, None, None, graph_node(name))
        return frozenset(found)


def _parsed(request: GraphWrite, node: GraphNode) -> QuadStream:
    result_format = find_format(request.format)
    if result_format is None or result_format.syntax is None:
        raise UpdateRefusedError(f"there is no graph format {request.format!r}")
    try:
        parsed = pyoxigraph.parse(
            request.data,
            format=result_format.syntax.engine,
            base_iri=request.base_iri,
            rename_blank_nodes=True,
        )
        return stored(pyoxigraph.Quad(*triple_of(_ungraphed(quad)), node) for quad in parsed)
    except SyntaxError as error:
        raise QuerySyntaxError(str(error.msg), error.lineno, error.offset) from None
    except ValueError as error:
        raise QuerySyntaxError(str(error)) from None


def _ungraphed(quad: pyoxigraph.Quad) -> pyoxigraph.Quad:
    if quad.graph_name != pyoxigraph.DefaultGraph():
        raise UpdateRefusedError("the data names graphs of its own; write each graph by itself")
    return quad


def _target_name(target: Target) -> str:
    return OWN if target == Graphs.DEFAULT else str(target)

"""What an update would change, worked out on a store.

Each operation is evaluated as the query that its pattern is, over the dataset that it has there,
and its templates are filled in from the solutions. That gives the difference itself, at the cost
of what changes and not of what is there, and an update sees the same graphs as a query.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, BinaryIO

import pyoxigraph

from eakg.rdf import LARGEST_LINE, LARGEST_LITERAL, find_format
from eakg.sparql import (
    Data,
    Dataset,
    EvaluationError,
    GraphExistsError,
    GraphNotFoundError,
    Graphs,
    InexactQueryError,
    LiteralTooLargeError,
    Manage,
    Modify,
    Operation,
    QuerySyntaxError,
    ResultTooLargeError,
    StoreError,
    Target,
    UpdateRefusedError,
    VersionPassedError,
    as_sent,
    calls_service,
    engine_spelling,
    inexact_at,
    projected_variables,
    variables,
)
from eakg.store.changes.change import Change, Tally, apply, graph_name
from eakg.store.changes.operations import operations
from eakg.store.changes.requests import GraphWrite, UpdateRequest, Write
from eakg.store.changes.templates import (
    Binding,
    QuadStream,
    data_quads,
    fill_template,
    template_quads,
    triple_of,
)
from eakg.store.graphs import (
    DEFAULT_NAME,
    INFERRED_NAME,
    MERGE,
    REIFIERS_NAME,
    GraphNode,
    LoadedStore,
    ask_engine,
    check_depth,
    graph_node,
    has_reifiers,
    holdings_for,
    make_reifiers,
    require_default_graph,
    sent_quads,
    source_term,
    stored_quad,
    usual_dataset,
    without_frames,
)

_NO_OPERATION = Manage("CLEAR", silent=True, target="urn:x-eakg:no-such-graph")


@dataclass(frozen=True)
class Proposal:
    """A change that is not made yet, and whether the graph written to would be a new one."""

    change: Change
    created: bool = False


def propose(loaded_store: LoadedStore, request: Write) -> Proposal:
    """What the request would change.

    Arguments: the store, which may be changed in the course of it and is as before when this
    returns or raises; the request. Raises: QueryError and UpdateError and their kinds.
    Specification: SPARQL 1.1 Update section 3; Graph Store HTTP Protocol section 5.
    """
    return without_frames(partial(_propose, loaded_store, request), StoreError)


def _propose(loaded_store: LoadedStore, request: Write) -> Proposal:
    proposer = Proposer(loaded_store)
    if isinstance(request, GraphWrite):
        proposal = proposer.graph_write(request)
    else:
        proposal = Proposal(proposer.update(request))
    content = proposal.change.content
    _check_size(content)
    check_depth(content)
    return proposal


def _check_size(content: bytes) -> None:
    """Raise LiteralTooLargeError where neither the keeper nor a file could be read with it."""
    if len(content) > LARGEST_LINE and max(map(len, content.splitlines())) > LARGEST_LINE:
        raise LiteralTooLargeError(
            f"a triple of the change takes more than {LARGEST_LITERAL >> 20} MiB;"
            " keep such a text in a file of its own and give its address"
        )


def write_proposal(loaded_store: LoadedStore, request: Write, output: BinaryIO) -> bool:
    """Write the bytes of what the request would change; whether the graph written to would be new.

    Raises: those of `propose`, and ResultTooLargeError where the output may not grow further.
    """
    proposal = propose(loaded_store, request)
    try:
        output.write(proposal.change.content)
        output.flush()
    except OSError as error:
        raise ResultTooLargeError("the update changes more than one update may") from error
    return proposal.created


class Proposer:
    """Requests to a store, each as a change."""

    def __init__(self, loaded_store: LoadedStore) -> None:
        self.loaded_store = loaded_store

    def update(self, request: UpdateRequest) -> Change:
        """The change of all operations together."""
        if calls_service(request.text):
            raise UpdateRefusedError(
                "SERVICE is not offered: no part of an update is sent to other endpoints"
            )
        check_depth(request.text.encode(errors="replace"))
        spelled = replace(request, text=engine_spelling(request.text, request.base_iri))
        try:
            return self._update(spelled)
        except (InexactQueryError, QuerySyntaxError) as error:
            raise as_sent(error, request.text, request.base_iri) from None

    def _update(self, request: UpdateRequest) -> Change:
        tally = Tally()
        try:
            *first, last = operations(request.text, request.base_iri) or [_NO_OPERATION]
            for operation in first:
                change = self._operation(operation, request)
                apply(self.loaded_store, change)
                tally.add(change)
            return tally.change().compose(self._operation(last, request))
        finally:
            if inverse := tally.change().inverse():
                apply(self.loaded_store, inverse)

    def graph_write(self, request: GraphWrite) -> Proposal:
        """The change of a write of the Graph Store Protocol."""
        if request.on_version not in {None, self.loaded_store.version}:
            raise VersionPassedError("the data have changed since they were looked at")
        name = DEFAULT_NAME if request.graph is None else request.graph
        try:
            graph_node(name)
        except ValueError as error:
            raise UpdateRefusedError(f"{name!r} is no name for a graph: {error}") from None
        self._check_target(name)
        exists = name == DEFAULT_NAME or name in self.loaded_store.graphs
        if request.action == "delete":
            if not exists:
                raise GraphNotFoundError(f"there is no graph <{name}>", name)
            return Proposal(self._drop(name))
        new = frozenset(_read_data(request, graph_node(name)))
        old = self._quads(name)
        removed = old - new if request.action == "put" else frozenset()
        new_graphs = frozenset() if exists else frozenset({name})
        return Proposal(Change(removed, new - old, created=new_graphs), not exists)

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
        self, deletions: Iterable[pyoxigraph.Quad], insertions: Iterable[pyoxigraph.Quad]
    ) -> Change:
        """What the quads change here; those in both stay. To delete a triple is to delete it with
        all cases of its language tag that its sources have."""
        store, spellings = self.loaded_store.store, self.loaded_store.spellings
        inserted_quads = frozenset(insertions)
        asked_quads = frozenset(map(stored_quad, deletions))
        stored_quads = frozenset(quad for quad in asked_quads if quad in store)
        deleted_quads = frozenset(spellings.sources(stored_quads))
        for name in {graph_name(quad) for quad in inserted_quads | asked_quads}:
            self._check_target(name)
        removed = deleted_quads - inserted_quads
        added = frozenset(
            quad
            for quad in inserted_quads
            if (twin := stored_quad(quad)) not in store or quad.object not in spellings.of(twin)
        )
        graphs = {graph_name(quad) for quad in added}
        return Change(
            removed, added, created=frozenset(graphs - {DEFAULT_NAME} - {*self.loaded_store.graphs})
        )

    def _check_target(self, name: str) -> None:
        """Raises: UpdateRefusedError when the graph is not written to."""
        if self.loaded_store.derives and name == INFERRED_NAME:
            raise UpdateRefusedError(
                f"<{name}> holds what follows from the other graphs and cannot be written to;"
                " write to the graphs that it follows from"
            )
        if name == REIFIERS_NAME and name not in self.loaded_store.graphs:
            raise UpdateRefusedError(
                f"<{name}> is made of the graphs of evidence and cannot be written to; write an"
                " rdf:Statement to one of them"
            )
        if name.startswith(MERGE):
            raise UpdateRefusedError(f"<{name}> is no name for a graph here")

    # DELETE and INSERT by a pattern

    def _modify(self, operation: Modify, request: UpdateRequest) -> Change:
        using_graphs, using_named_graphs = operation.using_graphs, operation.using_named_graphs
        if request.using_graphs or request.using_named_graphs:
            if using_graphs or using_named_graphs or operation.with_graph:
                raise UpdateRefusedError(
                    "the dataset is given both beside the update and in it, by USING or WITH"
                )
            using_graphs, using_named_graphs = request.using_graphs, request.using_named_graphs
        base = request.base_iri
        target_graph = graph_node(operation.with_graph or DEFAULT_NAME)
        delete = template_quads(operation.prologue, operation.delete, base, target_graph)
        insert = template_quads(operation.prologue, operation.insert, base, target_graph)
        dataset = self._dataset(operation, using_graphs, using_named_graphs, base)
        solutions = self._solutions(operation, dataset, request)
        deletions: set[pyoxigraph.Quad] = set()
        insertions: set[pyoxigraph.Quad] = set()
        for binding in solutions:
            deletions.update(fill_template(delete, binding))
            insertions.update(fill_template(insert, binding))
        return self._change(deletions, insertions)

    def _dataset(
        self,
        operation: Modify,
        using_graphs: tuple[str, ...],
        using_named_graphs: tuple[str, ...],
        base: str | None,
    ) -> Dataset:
        request_dataset = Dataset(using_graphs, using_named_graphs)
        holdings = holdings_for(
            self.loaded_store, request_dataset, f"{operation.prologue}ASK {operation.where}", base
        )
        usual = usual_dataset(holdings, "full", self.loaded_store.default_graph)
        if using_graphs or using_named_graphs:
            return request_dataset
        if operation.with_graph:
            return Dataset((operation.with_graph,), usual.named_graphs)
        return usual

    def _solutions(
        self, operation: Modify, dataset: Dataset, request: UpdateRequest
    ) -> Iterator[Binding]:
        names = sorted(variables(operation.delete + operation.insert))
        projected = projected_variables(operation.where)

        def form(name: str, value: Any) -> Any:
            return self.loaded_store.unique_form(value) if name in projected else source_term(value)

        projection = " ".join(f"?{name}" for name in names) or "*"
        head = f"{operation.prologue}SELECT {projection} WHERE "
        try:
            results = ask_engine(
                self.loaded_store, head + operation.where, request.base_iri, dataset
            )
            for solution in results.answer:  # type: ignore[union-attr]  # of SELECT
                values = ((name, form(name, solution[name])) for name in names)
                yield {name: value for name, value in values if value is not None}
        except InexactQueryError as error:
            place = operation.where_start + (error.offset - len(head))
            raise inexact_at(request.text, place, error.complaint) from None
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
        if operation.verb == "MOVE":
            self._check_target(source)
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
            change = change.compose(Change(created=frozenset({target}) - change.created))
        return change.compose(self._drop(source)) if operation.verb == "MOVE" else change

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
            named_graphs = [
                n
                for n in self.loaded_store.graphs
                if not (self.loaded_store.derives and n == INFERRED_NAME)
            ]
            names = {
                Graphs.DEFAULT: [DEFAULT_NAME],
                Graphs.NAMED: named_graphs,
                Graphs.ALL: [DEFAULT_NAME, *named_graphs],
            }[target]
        else:
            self._check_target(target)
            if not self._has(target) and not operation.silent:
                raise GraphNotFoundError(f"there is no graph <{target}>", target)
            names = [target] if self._has(target) else []
        total = Change()
        for name in names:
            part = self._drop(name) if operation.verb == "DROP" else Change(self._quads(name))
            total = total.compose(part)
        return total

    def _drop(self, name: str) -> Change:
        self._check_target(name)
        return Change(self._quads(name), dropped=frozenset({name}) - {DEFAULT_NAME})

    def _has(self, name: str) -> bool:
        if name == REIFIERS_NAME:
            return has_reifiers(self.loaded_store)
        return name == DEFAULT_NAME or name in self.loaded_store.graphs

    def _quads(self, name: str) -> frozenset[pyoxigraph.Quad]:
        if name == REIFIERS_NAME:
            make_reifiers(self.loaded_store)
        return frozenset(self.loaded_store.source_quads(name))


def _read_data(request: GraphWrite, node: GraphNode) -> QuadStream:
    result_format = find_format(request.format)
    if result_format is None or result_format.syntax is None:
        raise UpdateRefusedError(f"there is no graph format {request.format!r}")
    quads = sent_quads(request.data, result_format.syntax, request.base_iri)
    try:
        return [pyoxigraph.Quad(*triple_of(require_default_graph(quad)), node) for quad in quads]
    except ValueError as error:
        raise QuerySyntaxError(str(error)) from None


def _target_name(target: Target) -> str:
    return DEFAULT_NAME if target == Graphs.DEFAULT else str(target)

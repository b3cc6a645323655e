"""The SPARQL 1.1 Graph Store HTTP Protocol: whole graphs, read and written.

A graph is named indirectly, `/graphs?graph=IRI` and `/graphs?default`, or directly: what follows
`/graphs/` is the end of its name.
"""

import json
import uuid
from dataclasses import dataclass
from functools import partial
from urllib.parse import quote, unquote

from flask import Blueprint, Request, Response, request
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import PreconditionFailed

from eakg.names import GRAPH
from eakg.rdf import (
    GRAPH_FORMATS,
    N_TRIPLES_SYNTAX,
    ResultFormat,
    ResultKind,
    Syntax,
    find_format,
    is_iri,
)
from eakg.serve.app import (
    MAX_WRITE,
    BadParameterError,
    UnsupportedBodyError,
    absolute,
    acceptable_representations,
    available,
    body_of,
    check_writer,
    condition_status,
    in_first_that_holds,
    publication_tag,
    query_string,
    represented,
    respond,
    state,
)
from eakg.sparql import GraphNotFoundError
from eakg.store import QueryRequest
from eakg.store.changes import Action, AppliedChange, GraphWrite
from eakg.store.graphs import merge_documents, sent_document

blueprint = Blueprint("graphs", __name__)
_TRIPLES = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
_MULTIPART = "multipart/form-data"
_SAFE = "/:@!$&'()*+,;=~-._?"  # in a name as it is; other characters of ASCII are coded


@dataclass(frozen=True)
class GraphTarget:
    """The graph that a request is about; `name` None is the default graph."""

    name: str | None

    def __str__(self) -> str:
        return "the default graph" if self.name is None else f"the graph <{self.name}>"

    @property
    def base_iri(self) -> str:
        """What relative IRIs in a body are resolved against."""
        return self.name or absolute("/graphs")


@blueprint.get("/graphs")
@blueprint.get("/graphs/<path:path>")
def get(path: str | None = None) -> Response:
    """The triples of the graph. Raises: GraphNotFoundError."""
    target = _target(path)
    parameters = query_string(request)
    # What is not there is not there in any format.
    if not _exists(target):
        raise _not_found(target)
    representations = acceptable_representations(
        request, parameters, GRAPH_FORMATS, ResultKind.GRAPH
    )
    return in_first_that_holds(representations, partial(_represent, target))


def _represent(target: GraphTarget, representation: ResultFormat) -> Response:
    store = state().store

    def make() -> Response:
        if not _exists(target):
            raise _not_found(target)
        graphs = () if target.name is None else (target.name,)
        query = QueryRequest(_TRIPLES, representation.name, "full", graphs)
        return respond(store.query(query), representation)

    return represented(request, store, _parts(target, representation), make)


@blueprint.put("/graphs")
@blueprint.put("/graphs/<path:path>")
def put(path: str | None = None) -> Response:
    """Make the graph what the body says."""
    check_writer(state().settings, request.headers.get("Authorization"))
    return _write(_target(path), "put")


@blueprint.post("/graphs")
@blueprint.post("/graphs/<path:path>")
def post(path: str | None = None) -> Response:
    """Merge the body into the graph; into a new one where none is named."""
    check_writer(state().settings, request.headers.get("Authorization"))
    if path is None and query_string(request).names <= {"timeout"}:
        return _write(GraphTarget(str(GRAPH[str(uuid.uuid4())])), "post")
    return _write(_target(path), "post")


@blueprint.delete("/graphs")
@blueprint.delete("/graphs/<path:path>")
def delete(path: str | None = None) -> Response:
    """Drop the graph."""
    check_writer(state().settings, request.headers.get("Authorization"))
    target = _target(path)
    write = GraphWrite(target.name, "delete", timeout=_timeout(), on_version=_precondition(target))
    return _answer(target, state().writer.update(write))


def _timeout() -> float | None:
    """The seconds that the request gives the change."""
    return query_string(request).timeout()


def _not_found(target: GraphTarget) -> GraphNotFoundError:
    return GraphNotFoundError(f"there is no graph <{target.name}> here", target.name or "")


def _exists(target: GraphTarget) -> bool:
    if target.name is None:
        return True
    query = QueryRequest(f"ASK {{ GRAPH <{target.name}> {{}} }}")
    return bool(json.loads(state().store.query(query).read())["boolean"])


def _precondition(target: GraphTarget) -> str | None:
    """The version of the data that meets the conditions of the request, if it has any.

    Raises: PreconditionFailed.
    Specification: RFC 9110 section 13.1.
    """
    if not ("If-Match" in request.headers or "If-None-Match" in request.headers):
        return None
    version = state().version
    tags = [publication_tag(version, *_parts(target, one)) for one in GRAPH_FORMATS]
    if condition_status(request, tags, _exists(target)) is not None:
        raise PreconditionFailed
    return version


def _parts(target: GraphTarget, representation: ResultFormat) -> tuple[object, ...]:
    """What the triples of a graph depend on, but for the version of the data."""
    return "graph", target.name, representation.name


def _target(path: str | None) -> GraphTarget:
    parameters = query_string(request)
    iri = parameters.single("graph")
    default = parameters.single("default") is not None
    if (path is not None) + (iri is not None) + default != 1:
        raise BadParameterError("say which graph: ?default, ?graph=IRI, or /graphs/ and its name")
    if default:
        return GraphTarget(None)
    return GraphTarget(_name(path) if path is not None else _iri(iri or ""))


def _name(path: str) -> str:
    """The name of the graph at this path: characters that no IRI may have are coded."""
    return str(GRAPH["".join(one if _may_stand(one) else quote(one, safe=_SAFE) for one in path)])


def _may_stand(character: str) -> bool:
    return not character.isascii() and is_iri(GRAPH[character])


def _iri(iri: str) -> str:
    """The name given in the address; the address of a graph on this service leads to its name."""
    prefix = absolute("/graphs/")
    if iri.startswith(prefix):
        return _name(iri.removeprefix(prefix))
    if not is_iri(iri):
        raise BadParameterError(f"the graph {iri!r} is not an absolute IRI")
    return iri


def _write(target: GraphTarget, action: Action) -> Response:
    request.max_content_length = request.max_form_memory_size = MAX_WRITE
    if request.mimetype == _MULTIPART:
        parts = [(part.read(), _syntax(part)) for _, part in request.files.items(multi=True)]
        if not parts or request.form:
            raise BadParameterError("each part of the body is a file: name it by filename")
        data, syntax = merge_documents(parts, target.base_iri), N_TRIPLES_SYNTAX
    else:
        syntax = _syntax(request)
        data = sent_document(body_of(request), syntax)
    write = GraphWrite(
        target.name,
        action,
        data,
        syntax.media_type,
        target.base_iri,
        _timeout(),
        _precondition(target),
    )
    return _answer(target, state().writer.update(write))


def _syntax(body: FileStorage | Request) -> Syntax:
    format_ = find_format(body.mimetype)
    if format_ is None or format_.syntax is None:
        raise UnsupportedBodyError(
            f"the media type {body.mimetype or '(none)'} is not read",
            (*available(GRAPH_FORMATS), _MULTIPART),
        )
    return format_.syntax


def _answer(target: GraphTarget, outcome: AppliedChange) -> Response:
    response = Response(status=201 if outcome.created else 204)
    response.headers["EAKG-Data-Version"] = outcome.version
    if outcome.by_value:
        response.headers["EAKG-By-Value"] = _by_value(outcome)
    if outcome.created and target.name is not None:
        response.headers["Location"] = _address(target.name)
    return response


def _by_value(outcome: AppliedChange) -> str:
    """The literals that are kept by value, by their kind, as the value of a header."""
    return ", ".join(f"{kind.replace(' ', '-')}={count}" for kind, count in outcome.by_value)


def _address(graph: str) -> str:
    """Where the graph of this name is on this service."""
    path = unquote(graph.removeprefix(str(GRAPH)))
    if _name(path) == graph:
        return absolute(f"/graphs/{quote(path)}")
    return absolute(f"/graphs?graph={quote(graph, safe='')}")

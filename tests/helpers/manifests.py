"""The W3C SPARQL tests of queries, updates and syntax, read from their manifests.

They are read in place, from `sparql` in the folder that EAKG_W3C names, or in `../shared/w3c`
beside the repository.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pyoxigraph
import pytest

from helpers.house import ROOT

_DEFAULT_FOLDER = ROOT.parent / "shared" / "w3c"
SUITE = Path(os.environ.get("EAKG_W3C", _DEFAULT_FOLDER)) / "sparql"
ABSENT = f"no W3C tests: {SUITE} is no folder (set EAKG_W3C)"

_MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
_QT = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#"
_UT = "http://www.w3.org/2009/sparql/tests/test-update#"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
_KINDS = {
    "QueryEvaluationTest": "query",
    "CSVResultFormatTest": "query",
    "UpdateEvaluationTest": "update",
    "PositiveSyntaxTest": "good query",
    "PositiveSyntaxTest11": "good query",
    "NegativeSyntaxTest": "bad query",
    "NegativeSyntaxTest11": "bad query",
    "PositiveUpdateSyntaxTest": "good update",
    "PositiveUpdateSyntaxTest11": "good update",
    "NegativeUpdateSyntaxTest": "bad update",
    "NegativeUpdateSyntaxTest11": "bad update",
}
_ELSEWHERE = {"entailment", "protocol", "http-rdf-update", "service-description"}

Graphs = tuple[tuple[str | None, Path], ...]
"""Files, each with the name of its graph; None for the default graph."""


@dataclass(frozen=True)
class Case:
    """One test.

    `kind` is "query" or "update" for an evaluation test, and "good query", "bad query", "good
    update" or "bad update" for one of syntax. `name` is suite/folder/name, `text` the file of the
    query or update, `data` what the store holds before, `result` the file of the expected result of
    a query, `after` what the store holds after an update. `lax` lets a solution come more rarely
    than it is expected.
    """

    name: str
    kind: str
    text: Path
    data: Graphs = ()
    result: Path | None = None
    final_data: Graphs = ()
    lax: bool = False

    @property
    def base_iri(self) -> str:
        """What relative IRIs in the text are resolved against."""
        return self.text.as_uri()


def cases(suite: str, *kinds: str) -> list[Case]:
    """The tests of a suite ("sparql10", "sparql11", "sparql12"), of some kinds or of all; those of
    entailment regimes and of protocols are not among them."""
    return [
        case
        for manifest in sorted((SUITE / suite).glob("*/manifest.ttl"))
        if manifest.parent.name not in _ELSEWHERE
        for case in _Manifest(manifest).cases()
        if not kinds or case.kind in kinds
    ]


def parameters(*selection: Case) -> list[Any]:
    """The tests for `pytest.mark.parametrize`; one that is skipped where there is no suite."""
    if not SUITE.is_dir():
        return [pytest.param(None, marks=pytest.mark.skip(reason=ABSENT), id="absent")]
    return [pytest.param(case, id=case.name) for case in selection]


class _Manifest:
    def __init__(self, path: Path) -> None:
        self.folder = path.parent
        self.store = pyoxigraph.Store()
        self.store.load(path=str(path), format=pyoxigraph.RdfFormat.TURTLE, base_iri=path.as_uri())

    def cases(self) -> Iterator[Case]:
        visited = set()
        for entries in self._objects(None, _MF + "entries"):
            for node in self._list(entries):
                for type_ in self._objects(node, _RDF + "type"):
                    kind = _KINDS.get(type_.value.partition("#")[2])
                    if kind is not None and node not in visited:
                        visited.add(node)
                        yield self._case(node, kind)

    def _case(self, node: Any, kind: str) -> Case:
        name = f"{self.folder.parent.name}/{self.folder.name}/{node.value.rpartition('#')[2]}"
        action = self._object(node, _MF + "action")
        result = self._object(node, _MF + "result")
        text = self._object(action, _QT + "query") or self._object(action, _UT + "request")
        if kind == "update":
            final_data = self._graphs(result, _UT)
            return Case(name, kind, _path(text), self._graphs(action, _UT), final_data=final_data)
        if kind == "query":
            data = self._graphs(action, _QT)
            lax = self._object(node, _MF + "resultCardinality") is not None
            return Case(name, kind, _path(text), data, _path(result), lax=lax)
        return Case(name, kind, _path(text or action))

    def _graphs(self, node: Any, namespace: str) -> Graphs:
        graphs: list[tuple[str | None, Path]] = [
            (None, _path(file)) for file in self._objects(node, namespace + "data")
        ]
        for graph in self._objects(node, namespace + "graphData"):
            file = self._object(graph, namespace + "graph")
            if file is None:
                graphs.append((graph.value, _path(graph)))
            else:
                graphs.append((self._object(graph, _LABEL).value, _path(file)))
        return tuple(graphs)

    def _objects(self, subject: Any, predicate: str) -> list[Any]:
        if subject is None or isinstance(subject, pyoxigraph.NamedNode | pyoxigraph.BlankNode):
            pattern = self.store.quads_for_pattern(subject, pyoxigraph.NamedNode(predicate), None)
            return [quad.object for quad in pattern]
        return []

    def _object(self, subject: Any, predicate: str) -> Any:
        return next(iter(self._objects(subject, predicate)), None) if subject else None

    def _list(self, node: Any) -> Iterator[Any]:
        while node.value != _RDF + "nil":
            yield self._object(node, _RDF + "first")
            node = self._object(node, _RDF + "rest")


def _path(node: Any) -> Path:
    return Path(unquote(urlsplit(node.value).path))

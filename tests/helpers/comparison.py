"""Whether two answers are the same: term by term, blank nodes by what they stand for."""

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyoxigraph

_RS = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
_SYNTAX = {
    ".ttl": pyoxigraph.RdfFormat.TURTLE,
    ".nt": pyoxigraph.RdfFormat.N_TRIPLES,
    ".rdf": pyoxigraph.RdfFormat.RDF_XML,
    ".trig": pyoxigraph.RdfFormat.TRIG,
    ".nq": pyoxigraph.RdfFormat.N_QUADS,
}
_RESULTS = {
    ".srx": pyoxigraph.QueryResultsFormat.XML,
    ".srj": pyoxigraph.QueryResultsFormat.JSON,
    ".tsv": pyoxigraph.QueryResultsFormat.TSV,
}

_XSD = "http://www.w3.org/2001/XMLSchema#"
_NUMBERS: dict[str, Callable[[str], Any]] = {
    f"{_XSD}integer": int,
    f"{_XSD}decimal": lambda text: Decimal(text).normalize(),
    f"{_XSD}double": float,
    f"{_XSD}float": float,
}

Row = dict[str, Any]


class Solutions(list[Row]):
    """The solutions of a query, each from variables to terms."""


Graph = frozenset[pyoxigraph.Triple]
Answer = bool | Solutions | Graph


def read_graph(path: Path) -> Graph:
    """The triples of a file."""
    return graph_of(path.read_bytes(), _SYNTAX[path.suffix], path.as_uri())


def read_graphs(path: Path) -> dict[str | None, Graph]:
    """The triples of a file by the names of its graphs, None for the default graph."""
    quads = list(
        pyoxigraph.parse(path.read_bytes(), format=_SYNTAX[path.suffix], base_iri=path.as_uri())
    )
    names = {quad.graph_name for quad in quads}
    return {
        None if isinstance(name, pyoxigraph.DefaultGraph) else name.value: frozenset(
            quad.triple for quad in quads if quad.graph_name == name
        )
        for name in names
    }


def graph_of(data: bytes, syntax: pyoxigraph.RdfFormat, base_iri: str | None = None) -> Graph:
    """The triples of a document."""
    quads = pyoxigraph.parse(data, format=syntax, base_iri=base_iri)
    return frozenset(quad.triple for quad in quads)


def read_result(path: Path) -> Answer:
    """The expected answer in a file."""
    if path.suffix == ".csv":
        return solutions_in_csv(path.read_text("utf-8"))
    if path.suffix in _RESULTS:
        return result_of(path.read_bytes(), _RESULTS[path.suffix])
    graph = read_graph(path)
    return _result_set(graph) if any(_is_about_results(triple) for triple in graph) else graph


def result_of(data: bytes, syntax: pyoxigraph.QueryResultsFormat) -> Answer:
    """The answer in a document."""
    results = pyoxigraph.parse_query_results(data, format=syntax)
    if isinstance(results, pyoxigraph.QueryBoolean):
        return bool(results)
    names = [variable.value for variable in results.variables]
    return Solutions(
        {name: row[name] for name in names if row[name] is not None} for row in results
    )


def solutions_in_csv(text: str) -> Solutions:
    """The solutions in CSV, which does not tell an IRI from a literal: all come as strings, those
    that look like labels of blank nodes as such."""
    return Solutions(
        {
            name: pyoxigraph.BlankNode(value[2:]) if value.startswith("_:") else value
            for name, value in row.items()
            if value
        }
        for row in csv.DictReader(io.StringIO(text, newline=""))
    )


def is_same_answer(
    left: Answer, right: Answer, *, lax: bool = False, by_value: bool = False
) -> bool:
    """Whether the answers are the same.

    With `lax` the solutions of `left` may come more rarely than in `right`, each at least once;
    with `by_value` a number may have another form.
    """
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, Solutions) and isinstance(right, Solutions):
        if by_value:
            left, right = _values(left), _values(right)
        if lax:
            left, right = _distinct(left), _distinct(right)
        return _are_same_rows(list(left), list(right))
    if isinstance(left, frozenset) and isinstance(right, frozenset):
        return _canonical(left) == _canonical(right)
    return False


def _values(rows: Solutions) -> Solutions:
    return Solutions({name: _value(term) for name, term in row.items()} for row in rows)


def _value(term: Any) -> Any:
    """The term with one form for each number."""
    if isinstance(term, pyoxigraph.Literal) and term.datatype.value in _NUMBERS:
        form = str(_NUMBERS[term.datatype.value](term.value))
        return pyoxigraph.Literal(form, datatype=term.datatype)
    return term


def _distinct(rows: Solutions) -> Solutions:
    return Solutions(
        dict(row) for row in {tuple(sorted(row.items(), key=_by_name)) for row in rows}
    )


def _by_name(item: tuple[str, Any]) -> str:
    return item[0]


def _canonical(graph: Graph) -> set[Any]:
    dataset = pyoxigraph.Dataset(pyoxigraph.Quad(*triple) for triple in graph)
    dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.UNSTABLE)
    return set(dataset)


def _are_same_rows(left: list[Row], right: list[Row]) -> bool:
    if Counter(map(_ground, left)) != Counter(map(_ground, right)):
        return False
    return next(_matches(left, right, {}), None) is not None


def _ground(row: Row) -> frozenset[tuple[str, str]]:
    return frozenset((name, _word(value)) for name, value in row.items())


def _word(value: Any) -> str:
    if isinstance(value, pyoxigraph.BlankNode):
        return "_:"
    if isinstance(value, pyoxigraph.Triple):
        return " ".join(map(_word, value))
    return str(value)


def _matches(left: list[Row], right: list[Row], names: dict[Any, Any]) -> Iterator[dict[Any, Any]]:
    """Ways to rename the blank nodes of some rows so that they become the others."""
    if not left:
        yield names
        return
    for place, row in enumerate(right):
        mapping = _map_row(left[0], row, names)
        if mapping is not None:
            yield from _matches(left[1:], right[:place] + right[place + 1 :], mapping)
            if mapping == names:
                return


def _map_row(left: Row, right: Row, names: dict[Any, Any]) -> dict[Any, Any] | None:
    if left.keys() != right.keys():
        return None
    mapping = dict(names)
    for name, value in left.items():
        if not _match_value(value, right[name], mapping):
            return None
    return mapping


def _match_value(left: Any, right: Any, names: dict[Any, Any]) -> bool:
    if isinstance(left, pyoxigraph.BlankNode) and isinstance(right, pyoxigraph.BlankNode):
        if left not in names and right in names.values():
            return False
        return bool(names.setdefault(left, right) == right)
    if isinstance(left, pyoxigraph.Triple) and isinstance(right, pyoxigraph.Triple):
        return all(_match_value(one, other, names) for one, other in zip(left, right, strict=True))
    return bool(left == right)


def _is_about_results(triple: pyoxigraph.Triple) -> bool:
    return getattr(triple.object, "value", "") == f"{_RS}ResultSet"


def _result_set(graph: Graph) -> Answer:
    """The answer in the vocabulary of https://www.w3.org/2001/sw/DataAccess/tests/result-set"""

    def objects(subject: Any, name: str) -> list[Any]:
        return [
            triple.object
            for triple in graph
            if triple.predicate.value == _RS + name and subject in (None, triple.subject)
        ]

    for value in objects(None, "boolean"):
        return bool(value.value == "true")
    return Solutions(
        {
            objects(binding, "variable")[0].value: objects(binding, "value")[0]
            for binding in objects(solution, "binding")
        }
        for solution in objects(None, "solution")
    )

"""Results of queries as Python values: SPARQL 1.1 Query Results JSON Format."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from rdflib import BNode, Literal, URIRef
from rdflib.term import Node

from eakg.rdf.codes import carrier_of
from eakg.rdf.notation import write_term
from eakg.rdf.terms import DIRECTION, TRIPLE_TERM, NotRdf11Error, literal

Row: TypeAlias = dict[str, Node]
"""The terms of a solution by variable; one that is unbound is left out."""


class NoResultError(ValueError):
    """What is no result of a query."""


@dataclass(frozen=True)
class Solutions:
    """The solutions of a SELECT, in order, and its variables, in theirs."""

    variables: tuple[str, ...]
    rows: tuple[Row, ...]


def read_results(data: bytes, *, rdf12: bool = False) -> Solutions | bool:
    """The solutions of SELECT or the truth value of ASK. Raises: as `results_of`."""
    try:
        results = json.loads(data)
    except ValueError as error:
        raise NoResultError(f"it is no JSON: {error}") from error
    return results_of(results, rdf12=rdf12)


def results_of(results: object, *, rdf12: bool = False) -> Solutions | bool:
    """The solutions of SELECT or the truth value of ASK.

    Arguments: what is in the JSON; whether terms that RDF 1.2 adds are read too, into carriers
    (`eakg.rdf.carriers`). Raises: NoResultError when it is no result; NotRdf11Error when a term in
    it is none of RDF 1.1 and is not to be read. Specification: sections 3 and 4.
    """
    try:
        match results:
            case {"boolean": bool(value)}:
                return value
            case {"head": {"vars": variables}, "results": {"bindings": bindings}}:
                term = _carried if rdf12 else _term
                rows: list[Row] = [{name: term(row[name]) for name in row} for row in bindings]
                return Solutions(tuple(map(str, variables)), tuple(rows))
    except (AttributeError, KeyError, TypeError) as error:
        raise NoResultError(f"it is no result in JSON: {error!r}") from error
    raise NoResultError("it is no result in JSON")


def _term(binding: Mapping[str, Any]) -> URIRef | BNode | Literal:
    value = str(binding["value"])
    match binding["type"]:
        case "uri":
            return URIRef(value)
        case "bnode":
            return BNode(value)
        case "literal" | "typed-literal" if "its:dir" in binding:
            raise NotRdf11Error(DIRECTION)
        case "literal" | "typed-literal":
            return literal(value, binding.get("xml:lang"), binding.get("datatype"))
        case "triple":
            raise NotRdf11Error(TRIPLE_TERM)
        case kind:
            raise NotRdf11Error(f"a term of the unknown type {kind!r}")


def _carried(binding: Mapping[str, Any]) -> URIRef | BNode | Literal:
    match binding:
        case {"type": "literal", "value": value, "xml:lang": language, "its:dir": direction}:
            return carrier_of(f"{write_term(Literal(value))}@{language}--{direction}")
        case {"type": "triple", "value": {"subject": s, "predicate": p, "object": o}}:
            return carrier_of(
                f"<<( {' '.join(write_term(_carried(part)) for part in (s, p, o))} )>>"
            )
    return _term(binding)

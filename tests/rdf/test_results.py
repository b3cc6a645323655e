"""Results in JSON, read by one reader: SPARQL 1.1 Query Results JSON Format."""

import json

import pytest
from rdflib import XSD, BNode, Literal, URIRef
from rdflib.term import Node

from eakg.rdf.results import NoResultError, Solutions, read_results
from eakg.rdf.terms import NotRdf11Error
from eakg.sparql.failures import BadAnswerError
from eakg.sparql.service import values_of

TERMS: list[tuple[dict[str, object], Node]] = [
    ({"type": "uri", "value": "urn:a"}, URIRef("urn:a")),
    ({"type": "bnode", "value": "b0"}, BNode("b0")),
    ({"type": "literal", "value": "x"}, Literal("x")),
    ({"type": "literal", "value": "x", "xml:lang": "fr"}, Literal("x", lang="fr")),
    ({"type": "literal", "value": "x", "datatype": str(XSD.string)}, Literal("x")),
    (
        {"type": "literal", "value": "01", "datatype": str(XSD.integer)},
        Literal("01", datatype=XSD.integer, normalize=False),
    ),
    # As the Working Draft of 2006 had it, and Virtuoso still has it.
    (
        {"type": "typed-literal", "value": "1", "datatype": str(XSD.integer)},
        Literal("1", datatype=XSD.integer),
    ),
]
# SPARQL 1.2 Query Results JSON Format, section 4.2.3
NO_TERMS: list[tuple[dict[str, object], str]] = [
    ({"type": "triple", "value": {}}, "triple term"),
    ({"type": "literal", "value": "x", "xml:lang": "ar", "its:dir": "rtl"}, "base direction"),
    ({"type": "number", "value": "1"}, "unknown type 'number'"),
    ({"type": "literal", "value": "x", "xml:lang": "a b"}, "no language tag"),
]
NO_RESULTS: list[object] = [
    None,
    [],
    {},
    {"boolean": "true"},
    {"head": {}, "results": {"bindings": []}},
    {"head": {"vars": ["x"]}, "results": {"bindings": [{"x": {"value": "1"}}]}},
    {"head": {"vars": ["x"]}, "results": {"bindings": ["x"]}},
    {"head": {"vars": ["x"]}, "results": {}},
]


def of(term: dict[str, object]) -> bytes:
    results = {"head": {"vars": ["x", "y"]}, "results": {"bindings": [{"x": term}]}}
    return json.dumps(results).encode()


@pytest.mark.parametrize(("written", "term"), TERMS)
def test_a_term(written: dict[str, object], term: Node) -> None:
    assert read_results(of(written)) == Solutions(("x", "y"), ({"x": term},))


@pytest.mark.parametrize(("written", "name"), NO_TERMS)
def test_a_term_that_is_none_is_named(written: dict[str, object], name: str) -> None:
    with pytest.raises(NotRdf11Error, match=name):
        read_results(of(written))
    with pytest.raises(BadAnswerError, match=name):
        values_of(of(written))


@pytest.mark.parametrize("value", [True, False])
def test_a_truth_value(value: bool) -> None:
    assert read_results(json.dumps({"head": {}, "boolean": value}).encode()) is value


@pytest.mark.parametrize("results", NO_RESULTS)
def test_what_is_no_result(results: object) -> None:
    with pytest.raises(NoResultError):
        read_results(json.dumps(results).encode())
    with pytest.raises(BadAnswerError):
        values_of(json.dumps(results).encode())
    with pytest.raises(NoResultError):
        read_results(b"<sparql/>")

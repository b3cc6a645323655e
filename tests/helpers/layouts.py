"""Triples of all kinds, and what stores of several layouts say of them."""

import io
import json
from collections.abc import Iterable, Iterator

from eakg.store.graphs import LoadedStore, evaluate
from eakg.store.request import QueryRequest

XSD = "http://www.w3.org/2001/XMLSchema#"
LITERALS = (
    *('"plain"', '"a \\"quoted\\" _:x"', '"x"@en', '"y"@EN', '"z"@en-GB', '"<< ^^<"', '"\\u00e9"'),
    *(f'"{form}"^^<{XSD}integer>' for form in ("1", "01", "-0", "+3", "x")),
    *(f'"{form}"^^<{XSD}decimal>' for form in ("1.5", "1.50", "1")),
    *(f'"{form}"^^<{XSD}date>' for form in ("2020-07-23", "2020-07-23Z", "nonsense")),
    *(f'"{form}"^^<{XSD}boolean>' for form in ("true", "1")),
    *(f'"5"^^<{XSD}int>', f'"s"^^<{XSD}string>', '"x"^^<urn:t>', '"1"^^<urn:x-eakg-form:urn:t>'),
    '<<( <urn:a> <urn:b> "01"^^<urn:t> )>>',
)
NODES = ("<urn:a>", "<urn:b>", "<urn:_:c>", "_:n", "_:m", "_:graph")
ENDS = (" .\n", ".\n", " . # why\n", "\t.\n", " .\r\n", " .\n\n# _:x\n")
QUERIES = (
    "SELECT * { ?s ?p ?o }",
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
    "SELECT DISTINCT ?p { ?s ?p ?o . ?o ?q ?v }",
    "SELECT ?s { ?s a/<http://www.w3.org/2000/01/rdf-schema#subClassOf>* ?c }",
    "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g",
    "SELECT * { ?s ?p ?o FILTER NOT EXISTS { GRAPH ?g { ?s ?p ?o } } }",
    "SELECT * { GRAPH ?g { ?s ?p ?o } ?o ?q ?v }",
    "SELECT (COUNT(*) AS ?n) FROM <{0}> FROM <{1}> { ?s ?p ?o }",
    "SELECT * FROM NAMED <{1}> { GRAPH ?g { ?s ?p ?o } }",
    "SELECT * { ?graph ?p ?o }",
    "ASK { <urn:a> <urn:p> <urn:b> }",
    "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }",
)


def answers(loaded_store: LoadedStore, request: QueryRequest) -> object:
    output = io.BytesIO()
    evaluate(loaded_store, request, output)
    if request.format == "ntriples":
        return sorted(output.getvalue().splitlines())
    answer = json.loads(output.getvalue())
    if "boolean" in answer:
        return answer
    return sorted(json.dumps(row, sort_keys=True) for row in answer["results"]["bindings"])


def requests(names: Iterable[str]) -> Iterator[QueryRequest]:
    for text in QUERIES:
        request_format = "ntriples" if text.startswith("CONSTRUCT") else "json"
        for closure in ("full", "asserted"):
            query = text
            for number, name in enumerate(names):
                query = query.replace(f"{{{number}}}", name)
            yield QueryRequest(query, request_format, closure)

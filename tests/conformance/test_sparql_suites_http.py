"""The W3C tests of SPARQL queries and updates, on a running service without reasoning and with its
own default graph: some of them, and with EAKG_SOAK all. Without the service all are tried by
test_sparql_query.py and test_sparql_update.py.
"""

import json
from collections.abc import Iterator
from urllib.parse import quote

import pyoxigraph
import pytest

from helpers.comparison import (
    Answer,
    Graph,
    graph_of,
    is_same_answer,
    read_graph,
    result_of,
    solutions_in_csv,
)
from helpers.manifests import Case, Graphs, parameters
from helpers.serving import BEARER, plain_store, send
from helpers.sparql_suites import REFUSED, dataset_of, is_right, query_cases, update_cases
from helpers.tries import sample

QUERY = {"Content-Type": "application/sparql-query"}
UPDATE = {"Content-Type": "application/sparql-update", **BEARER}


@pytest.fixture(scope="module")
def service() -> Iterator[str]:
    with plain_store() as address:
        yield address


HELD: dict[str, Graphs] = {}
"""What each service holds, for tests that only ask."""


def hold(service: str, graphs: Graphs) -> None:
    """Make the files all that the service holds."""
    if HELD.get(service) == graphs:
        return
    parts = ["DROP ALL"]
    for name, path in graphs:
        syntax = pyoxigraph.RdfFormat.from_extension(path.suffix[1:])
        quads = pyoxigraph.parse(
            path=str(path), format=syntax, base_iri=path.as_uri(), rename_blank_nodes=True
        )
        triples = pyoxigraph.serialize(
            (quad.triple for quad in quads), format=pyoxigraph.RdfFormat.N_TRIPLES
        )
        block = f"{{ {(triples or b'').decode()} }}"
        parts += [] if name is None else [f"CREATE SILENT GRAPH <{name}>"]
        parts.append(f"INSERT DATA {block if name is None else f'{{ GRAPH <{name}> {block} }}'}")
    answer = send(service, "POST", "/update", UPDATE, " ;\n".join(parts).encode())
    assert answer.status == 200, answer
    HELD[service] = graphs


def text_of(case: Case) -> bytes:
    return f"BASE <{case.base_iri}>\n{case.text.read_text('utf-8')}".encode()


def answered(service: str, case: Case) -> Answer | None:
    """The answer to the query of a test, or None where there is none."""
    csv = case.result is not None and case.result.suffix == ".csv"
    accept = "text/csv" if csv else "application/sparql-results+json, application/n-triples"
    answer = send(service, "POST", "/sparql", {**QUERY, "Accept": accept}, text_of(case))
    if answer.status != 200:
        return None
    if csv:
        return solutions_in_csv(answer.body.decode())
    if answer.media_type == "application/n-triples":
        return graph_of(answer.body, pyoxigraph.RdfFormat.N_TRIPLES)
    return result_of(answer.body, pyoxigraph.QueryResultsFormat.JSON)


def refusal(service: str, case: Case) -> str:
    """The code of the problem that the query of a test is answered with."""
    answer = send(service, "POST", "/sparql", {**QUERY, "Accept": "*/*"}, text_of(case))
    assert answer.status in {403, 501}
    return str(json.loads(answer.body)["code"])


def query_passes(service: str, case: Case) -> bool:
    if case.kind == "query":
        hold(service, dataset_of(case))
        answer = answered(service, case)
        return answer is not None and is_right(answer, case)
    accept = {"Accept": "*/*", **QUERY}
    answer = send(service, "POST", "/sparql", accept, text_of(case))
    if case.kind == "bad query":
        return answer.status == 400
    # It is read; but no service is asked (403), and no function added (400 without a line).
    return answer.status in {200, 403} or b'"query-syntax"' not in answer.body


def graph(service: str, name: str | None) -> Graph:
    which = "default" if name is None else f"graph={quote(name, safe='')}"
    answer = send(service, "GET", f"/graphs?{which}", {"Accept": "application/n-triples"})
    assert answer.status in {200, 404}
    return graph_of(answer.body if answer.status == 200 else b"", pyoxigraph.RdfFormat.N_TRIPLES)


def names(service: str) -> set[str]:
    query = b"SELECT ?g { GRAPH ?g { ?s ?p ?o } }"
    answer = send(service, "POST", "/sparql", {**QUERY, "Accept": "text/csv"}, query)
    return set(answer.body.decode().split()[1:])


def update_passes(service: str, case: Case) -> bool:
    hold(service, case.data)
    del HELD[service]
    answer = send(service, "POST", "/update", UPDATE, text_of(case))
    if case.kind == "bad update":
        return answer.status == 400
    if case.kind == "good update":
        # It is read; but nothing is fetched (403), and the graphs are not there (404).
        return answer.status in {200, 403, 404}
    expected: dict[str | None, Graph] = {None: frozenset()}
    for name, path in case.final_data:
        expected[name] = expected.get(name, frozenset()) | read_graph(path)
    found = {*names(service), *expected}
    return answer.status == 200 and all(
        is_same_answer(graph(service, name), expected.get(name, frozenset())) for name in found
    )


@pytest.mark.parametrize(
    "case",
    parameters(*sample([*query_cases("sparql10"), *query_cases("sparql11")], 200)),
)
def test_query(service: str, case: Case) -> None:
    if case.name in REFUSED:
        hold(service, dataset_of(case))
        assert refusal(service, case) == REFUSED[case.name].code
        return
    assert query_passes(service, case)


@pytest.mark.parametrize("case", parameters(*sample(update_cases("sparql11"), 40)))
def test_update(service: str, case: Case) -> None:
    assert update_passes(service, case)

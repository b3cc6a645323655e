"""A look-up, which is known at a glance, is what the whole way of reading finds it to be."""

from collections.abc import Callable
from io import BytesIO
from itertools import product
from pathlib import Path
from random import Random

import pytest
from rdflib import URIRef

from eakg.rdf.formats import ResultKind
from eakg.sparql import projection, spelling
from eakg.sparql import query as reading
from eakg.sparql.exact import rewriting
from eakg.sparql.exact.rewriting import ExactQuery, exact_query
from eakg.sparql.failures import StoreError
from eakg.sparql.projection import projected_variables
from eakg.sparql.query import Inspection, inspect_query, lookup_kind, point_pattern
from eakg.sparql.spelling import engine_spelling
from eakg.store.graph_files import Contents, GraphFile
from eakg.store.graphs import evaluation
from eakg.store.graphs.evaluation import evaluate
from eakg.store.graphs.forms import literal_coding
from eakg.store.graphs.graph_load import load
from eakg.store.request import CLOSURES, QueryRequest
from helpers import random_sparql

BASE = "http://e/"
SEEDS = 3000
CODING = literal_coding(is_used=True)
LOOKUPS = (
    "SELECT * { <http://e/a> ?p ?o }",
    "select ?p $o where { <a> ?p ?o . } limit 10 offset 0",
    'SELECT DISTINCT ?s{?s <http://e/p>"x"@en-gb,"y"; a ?c.?c ?p"FROM <http://e/a>"}# SERVICE ?x {',
    "ASK { ?graph a <#service> }#1",
    "# FROM <http://e/a>\nASK\r\nWHERE{<a>?p?o}",
)
OTHERS = (
    *("SELECT * {", "SELECT ?p $p { <a> ?p ?o }", "SELECT * FROM <a> { ?s ?p ?o }", "ASK { ?s a }"),
    *("SELECT * { ?s ?p ?o FILTER(?o) }", "SELECT * { ?s ?p+ ?o }", "SELECT * { ?s ?p 01 }"),
    *(
        "PREFIX : <a> SELECT * { : ?p ?o }",
        "SELECT * { GRAPH <a> { ?s ?p ?o } }",
        "ASK { [] ?p 1 }",
    ),
    *("SELECT * { SERVICE <a> { ?s ?p ?o } }", "\ufeffASK { ?s ?p ?o }", "DESCRIBE <a>"),
    *("\u017fELECT * { ?s ?p ?o }", "A\u017fK { ?s ?p ?o }", "AS\u212a { ?s ?p ?o }"),
    *("ASK { ?s ?p '''a''' }", 'ASK { ?s ?p """a""" }', 'ASK { ?s ?p "a\\u0022" }'),
    *("ASK { ?\u00e9 ?p ?o }", "ASK { ?\U00010000 ?p ?o }", "ASK { <a\\u0020> ?p ?o }"),
    *('ASK { ?s ?p "a"@en-GB }', 'ASK { ?s ?p "a"@en--ltr }', 'ASK { ?s ?p "1"^^<a> }'),
    *("SELECT (1 AS ?x) { ?s ?p ?o }", "SELECT ?s { ?s ?p ?o } ORDER BY ?s", "ASK { ?s ?p ?o } }"),
)
_BLANKS = (" ", " ", "\n", "\t", "\r\n", "# } FROM <a> { SERVICE ?x {\n", "# GRAPH 'a\r", "")
_NODES = ("?s", "$o", "?graph", "?rand", "<http://e/a>", "<b>", "<#service>", "<x?y=1.2.3>", "<ü>")
_OBJECTS = (*_NODES, '"a"', '""', '"{ SERVICE"', '"x"@de', '"<"@zh-hant-x-1', '"TRUE.1.2.3"')


def whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read all texts the whole way."""
    for module in (reading, spelling, rewriting, evaluation):
        monkeypatch.setattr(module, "lookup_kind", lambda _: None)


def random_lookup(random: Random) -> str:
    """A text that is a look-up, or nearly."""

    def blank() -> str:
        return random.choice(_BLANKS)

    def properties() -> str:
        verb = random.choice((*_NODES, " a ", "a"))
        objects = [random.choice(_OBJECTS) for _ in range(random.choice((1, 1, 1, 2)))]
        return blank() + verb + blank() + f"{blank()},{blank()}".join(objects) + blank()

    def triples() -> str:
        parts = [properties() for _ in range(random.choice((1, 1, 2)))]
        return random.choice(_NODES) + ";".join(parts)

    columns = "".join(random.choice(("?s", " $o", " ?p", " ?graph")) for _ in range(2))
    head = random.choice(("SELECT *", "select" + columns, f"Select{blank()}distinct *", "aSk"))
    body = f".{blank()}".join(triples() for _ in range(random.choice((1, 1, 2, 3))))
    where = random.choice(("", "WHERE", "where"))
    tail = random.choice(("", "", "LIMIT 3", "limit10offset20", "OFFSET 0", "LIMIT 01"))
    dot = random.choice(("", "."))
    return (
        f"{blank()}{head}{blank()}{where}{blank()}{{{blank()}{body}{dot}}}{blank()}{tail}{blank()}"
    )


def read(text: str) -> tuple[Inspection, str, ExactQuery]:
    """What is found of a text on its way to the engine, of a store with literals in code."""
    exact = exact_query(text, BASE, coding=CODING)
    return inspect_query(text, BASE), engine_spelling(text, BASE), exact


def test_lookups_are_known() -> None:
    assert [lookup_kind(text) for text in LOOKUPS] == [
        *(ResultKind.SOLUTIONS,) * 3,
        *(ResultKind.BOOLEAN,) * 2,
    ]


@pytest.mark.parametrize("text", OTHERS)
def test_whatever_can_be_read_in_two_ways_is_none(text: str) -> None:
    assert lookup_kind(text) is None


def _of_writer(seed: int) -> str:
    return random_sparql.Writer(seed).query().text


def _of_this_test(seed: int) -> str:
    return random_lookup(Random(seed))


@pytest.mark.slow
@pytest.mark.parametrize(("write", "least"), [(_of_this_test, SEEDS // 3), (_of_writer, 0)])
def test_the_whole_way_finds_the_same(
    write: Callable[[int], str], least: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = [text for text in map(write, range(SEEDS)) if lookup_kind(text) is not None]
    texts += LOOKUPS
    assert len(texts) > least
    found = [read(text) for text in texts]
    whole(monkeypatch)
    assert found == [read(text) for text in texts]


@pytest.mark.slow
@pytest.mark.parametrize("write", [_of_this_test, _of_writer])
def test_the_variables_of_triples_are_the_same(
    write: Callable[[int], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = [*map(write, range(SEEDS)), *LOOKUPS, *OTHERS]
    found = [projected_variables(text) for text in texts]
    patterns = [point_pattern(text) for text in texts]
    monkeypatch.setattr(projection, "point_pattern", lambda _: None)
    for text, pattern, names in zip(texts, patterns, found, strict=True):
        whole_names = projected_variables(text)
        if pattern is not None:  # a column that no triple has a value for has none at all
            whole_names &= {term[1:] for term in pattern}
        assert names == whole_names, text


def test_the_whole_way_answers_the_same(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    data = tmp_path / "data.ttl"
    data.write_text(
        "@prefix : <http://e/> . :a :p '01'^^<http://www.w3.org/2001/XMLSchema#integer>, 1 ."
        " :a :p 'x'@en-GB, 'x'@de, :b ; a :c . :b :p 'y', [ :p :a ] . :b a :c ."
    )
    loaded_store = load(Contents((GraphFile(URIRef("http://e/g"), data),), "1"))
    texts = [
        "SELECT * { <a> ?p ?o }",
        "SELECT ?o { <a> <p> ?o ; a <c> }",
        'SELECT ?s { ?s <p> "x"@en-gb }',
        "SELECT DISTINCT ?p { ?s ?p ?o . ?s a <c> } LIMIT 3",
        "ASK { <b> <p> <a> }",
        'ASK { ?s <p> "y" }',
        "SELECT * { <nowhere> ?p ?o }",
        "SELECT * { <a b> ?p ?o }",
        "SELECT * { <http://e/[> ?p ?o }",
    ]

    def answers() -> list[bytes | str]:
        found: list[bytes | str] = []
        for text, name, closure in product(texts, ("json", "xml"), CLOSURES):
            output = BytesIO()
            try:
                evaluate(loaded_store, QueryRequest(text, name, closure, base_iri=BASE), output)
                found.append(output.getvalue())
            except StoreError as error:
                found.append(repr(error))
        return found

    found = answers()
    whole(monkeypatch)
    assert found == answers()
    assert any(b"XMLSchema#integer" in one for one in found if isinstance(one, bytes))

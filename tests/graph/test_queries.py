"""Saved queries: their contracts, their answers, and that these need the inference they name.

Of some the expectation is changed, and of some rules the axioms are left out; with EAKG_SOAK of
each.
"""

import re
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import Graph, URIRef
from rdflib.namespace import OWL, RDF, RDFS

from eakg.dataset.layout import Layout
from eakg.names import ID, INFERRED_GRAPH, is_evidence
from eakg.problems import ProblemsError
from eakg.queries.ask.endpoint import StoreEndpoint
from eakg.queries.contract.files import find_queries
from eakg.queries.contract.saved import SavedQuery, read_query
from eakg.queries.verdict.comparison import compare_rows
from eakg.queries.verdict.outcome import Verdict, check
from eakg.rdf.cells import CellTable, number, read_rows, truth, write_rows
from eakg.reason.closure import materialize, without_blank_nodes
from eakg.store.embedded import EmbeddedStore
from eakg.store.graph_files import GraphFile, read_contents
from eakg.store.graphs.ingestion import split_by_graph
from eakg.store.request import Closure
from helpers.answers import ANSWERS
from helpers.house import ROOT
from helpers.saved_query_files import values_in
from helpers.tries import SOAK, sample

IN_ORDER_OF_TIME = {"cq06": "day", "cq08": "arrival"}


SEVERAL_ROWS_EACH = {"cq30": ("page", "checked")}
"""Columns of which a thing may have several values, so that it has several rows."""
RULES: dict[str, tuple[tuple[URIRef, URIRef | None], ...]] = {
    "cax-sco": ((RDFS.subClassOf, None),),
    "prp-spo1": ((RDFS.subPropertyOf, None),),
    "prp-spo2": ((OWL.propertyChainAxiom, None),),
    "prp-trp": ((RDF.type, OWL.TransitiveProperty),),
    "prp-inv": ((OWL.inverseOf, None),),
    "cls-hv2": ((OWL.hasValue, None),),
    "cls-svf1": ((OWL.someValuesFrom, None),),
}
"""The axioms without which a rule has nothing to work on."""
PATHS = [
    path
    for place, path in enumerate(find_queries([ROOT / "queries"]))
    if SOAK or place % 4 == 0 or "inference: []" not in path.read_text("utf-8")
]
"""The queries that are asked without each of these: those that name a rule, and some others."""
Answers = dict[str, list[tuple[str, ...]]]


def name_of(path: Path) -> str:
    """The number of a question, or the name of a query that is none of the thirty."""
    number, _, words = path.stem.partition("-")
    return number if words and re.fullmatch("cq[0-9]+", number) else path.stem


NAMES = sorted(name_of(path) for path in ROOT.joinpath("queries").glob("*.rq"))
ROWS = [name for name in NAMES if name not in ("description-of-thing", "is-entitled")]
"""The queries that give rows, not a graph or a truth value."""


@pytest.fixture(scope="module")
def endpoint(shipped_store: EmbeddedStore) -> StoreEndpoint:
    return StoreEndpoint(shipped_store)


@pytest.fixture(scope="module")
def queries(layout: Layout) -> dict[str, SavedQuery]:
    return {name_of(path): read_query(path) for path in find_queries([layout.queries])}


@cache
def results(endpoint: StoreEndpoint, text: str, closure: Closure) -> dict[str, Any]:
    return endpoint.select(text, closure)


def answer(
    endpoint: StoreEndpoint, query: SavedQuery, closure: Closure = "full"
) -> list[dict[str, str]]:
    table = values_in(results(endpoint, query.text, closure))
    return [
        {
            name: cell.rpartition("#")[2] if name == "property" else cell.removeprefix(str(ID))
            for name, cell in zip(table.columns, row, strict=True)
        }
        for row in table.rows
    ]


def test_the_thirty_questions_are_there(queries: dict[str, SavedQuery]) -> None:
    assert set(queries) == set(NAMES)
    assert set(ANSWERS) <= set(NAMES)
    assert sorted(ANSWERS) == [f"cq{number:02}" for number in range(1, 31)]
    for name, query in queries.items():
        assert query.question.endswith("?")
        assert query.summary
        assert query.expect
        if name in ANSWERS:
            assert f"competency-question-{int(name[2:])}" in query.tags


@pytest.mark.parametrize("name", ANSWERS)
def test_the_answer_is_what_follows_from_the_dossier(
    endpoint: StoreEndpoint, queries: dict[str, SavedQuery], name: str
) -> None:
    columns, expected = ANSWERS[name]
    rows = answer(endpoint, queries[name])
    assert {tuple(row[column] for column in columns) for row in rows} == expected
    if name not in SEVERAL_ROWS_EACH:
        assert len(rows) == len(expected)
    if name in IN_ORDER_OF_TIME:
        days = [row[IN_ORDER_OF_TIME[name]] for row in rows]
        assert days == sorted(days)


def test_the_pages_are_those_of_the_dossier_as_far_as_it_checked_them(
    endpoint: StoreEndpoint, queries: dict[str, SavedQuery], acts: list[dict[str, str]]
) -> None:
    found: dict[str, set[tuple[str, str]]] = {row["id"]: set() for row in acts}
    for row in answer(endpoint, queries["cq30"]):
        if row["page"]:
            found[row["identifier"]].add((row["page"], row["checked"]))
    for row in acts:
        pages = re.findall(r"https?://[^\s;,]+(?<![).])", row["date_source"])
        assert found[row["id"]] == {(page, row["date_status"]) for page in pages}, row["id"]


def test_ten_have_parameters_each_with_a_default_and_words(queries: dict[str, SavedQuery]) -> None:
    with_parameters = [query for query in queries.values() if query.parameters]
    assert len(with_parameters) >= 10
    for query in with_parameters:
        assert "parameters" in query.tags
        for parameter in query.parameters:
            assert parameter.default, query.name
            assert parameter.description, query.name


@pytest.mark.parametrize("name", ROWS)
def test_things_come_as_iris_beside_their_labels(
    endpoint: StoreEndpoint, queries: dict[str, SavedQuery], name: str
) -> None:
    found = results(endpoint, queries[name].text, "full")
    for binding in found["results"]["bindings"]:
        for column, term in binding.items():
            if term["type"] == "uri" and term["value"].startswith(str(ID)):
                label = binding.get(f"{column}Label") or binding["roleLabel"]
                assert label["type"] == "literal"
                assert not label["value"].startswith("http")


@pytest.mark.parametrize("name", ROWS)
def test_inference_is_needed_exactly_where_it_is_named(
    endpoint: StoreEndpoint, queries: dict[str, SavedQuery], name: str
) -> None:
    full = answer(endpoint, queries[name])
    asserted = answer(endpoint, queries[name], "asserted")
    if queries[name].inference:
        assert asserted != full
        assert check(queries[name], endpoint, "asserted").verdict is Verdict.FAILED
    else:
        assert asserted == full


@pytest.fixture(scope="module")
def without(
    layout: Layout, ontology: Graph, said: Graph, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str | None], Answers]:
    """Gives the answers to all queries from a closure without the axioms of one rule, if any."""
    folder = tmp_path_factory.mktemp("without")
    inferred = folder / "inferred.nt"
    # Nothing follows in evidence, which is most of what there is to load.
    shipped = [
        GraphFile(name, path)
        for name, path in layout.named_graphs()
        if name != INFERRED_GRAPH and not is_evidence(name)
    ]
    (folder / "parts").mkdir()
    files = [*split_by_graph(shipped, folder / "parts"), GraphFile(INFERRED_GRAPH, inferred)]

    def answers(rule: str | None) -> Answers:
        axioms = ontology + Graph()
        for predicate, object_ in RULES.get(rule or "", ()):
            axioms.remove((None, predicate, object_))
        closure = materialize(axioms + said)
        without_blank_nodes(closure.inferred).serialize(inferred, "nt", encoding="utf-8")
        asked = StoreEndpoint(EmbeddedStore(read_contents(files)))
        return {
            path.stem: sorted(values_in(asked.select(read_query(path).text, "full")).rows)
            for path in PATHS
            if name_of(path) in ROWS or path.stem == "is-entitled"
        }

    return answers


def test_the_rules_that_a_query_names_are_those_it_needs(
    queries: dict[str, SavedQuery], without: Callable[[str | None], Answers]
) -> None:
    whole = without(None)
    needed: dict[str, set[str]] = {query.name: set() for query in queries.values()}
    rules = sample([*RULES], 2)
    for rule in rules:
        for name, rows in without(rule).items():
            if rows != whole[name]:
                needed[name].add(rule)
    for query in queries.values():
        if query.name not in whole:
            continue
        named = {re.sub(r"^(prp-inv)[12]$", r"\1", rule) for rule in query.inference}
        assert named & {*rules} == needed[query.name], query.name


@pytest.mark.parametrize("name", sample([name for name in ROWS if name != "names-of-thing"], 20))
def test_a_changed_expectation_fails(
    endpoint: StoreEndpoint, queries: dict[str, SavedQuery], name: str, tmp_path: Path
) -> None:
    query = queries[name]
    assert check(query, endpoint).verdict is Verdict.PASSED
    assert query.expect
    assert query.expect.rows
    expected = read_rows(query.expect.rows)
    (tmp_path / "expected").mkdir()
    copy = tmp_path / query.path.name
    copy.write_text(query.text, encoding="utf-8")
    rows = expected.rows
    one_more = ("x",) * len(expected.columns)
    changes: list[tuple[tuple[str, ...], ...]] = [(*rows, one_more)]
    if rows:
        first, *rest = rows
        changes += [tuple(rest), (*rows, first), ((f"x{first[0]}", *first[1:]), *rest)]
    for changed in changes:
        file = tmp_path / "expected" / query.expect.rows.name
        file.write_text(write_rows(CellTable(expected.columns, changed), file), encoding="utf-8")
        assert check(read_query(copy), endpoint).verdict is Verdict.FAILED, changed


def test_order_counts_only_where_it_is_said_to() -> None:
    one, other = (CellTable(("a",), rows) for rows in ((("1",), ("2",)), (("2",), ("1",))))
    assert compare_rows(one, other, "bag") is None
    difference = compare_rows(one, other, "ordered")
    assert difference
    assert "order" in difference.note


def test_rows_count_as_often_as_they_come() -> None:
    twice, once = CellTable(("a",), (("1",), ("1",))), CellTable(("a",), (("1",),))
    for expected, actual in ((twice, once), (once, twice)):
        assert compare_rows(expected, actual, "bag")


def test_columns_are_compared_too() -> None:
    assert compare_rows(CellTable(("a",), ()), CellTable(("b",), ()), "bag")


def test_a_number_is_compared_by_value_beside_a_code_that_looks_like_one() -> None:
    actual = values_in(
        {
            "head": {"vars": ["code", "value"]},
            "results": {
                "bindings": [
                    {
                        "code": {"type": "literal", "value": "007"},
                        "value": {
                            "type": "literal",
                            "value": "5.60",
                            "datatype": "http://www.w3.org/2001/XMLSchema#decimal",
                        },
                    }
                ]
            },
        }
    )
    for spelling in ("5.6", "5.60", "5.6E0", "56e-1"):
        assert compare_rows(CellTable(actual.columns, (("007", spelling),)), actual, "bag") is None
    assert compare_rows(CellTable(actual.columns, (("7", "5.6"),)), actual, "bag")
    assert compare_rows(CellTable(actual.columns, (("007", "5.61"),)), actual, "bag")


def test_an_unbound_cell_is_empty_and_ask_is_a_row() -> None:
    word = {"type": "literal", "value": "x"}
    unbound = {"head": {"vars": ["a", "b"]}, "results": {"bindings": [{"b": word}]}}
    assert values_in(unbound).rows == (("", "x"),)
    assert truth(False) == CellTable(("boolean",), (("false",),))


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6), st.integers(0, 5))
def test_two_spellings_of_a_number_become_one(value: Decimal, zeros: int) -> None:
    plain = format(value, "f")
    spellings = {plain, plain + "0" * zeros, f"{value:E}", f"+{plain}".replace("+-", "-")}
    assert len({number(spelling) for spelling in spellings}) == 1
    assert Decimal(number(plain)) == value


@given(
    st.decimals(allow_nan=False, allow_infinity=False, places=6),
    st.decimals(allow_nan=False, allow_infinity=False, places=6),
)
def test_two_numbers_become_one_only_when_they_are_equal(one: Decimal, other: Decimal) -> None:
    assert (number(str(one)) == number(str(other))) == (one == other)


@pytest.mark.parametrize("text", ["", "abc", "NaN", "INF", "1_000", " 5", "٣", "2020-07-20", "1e"])
def test_what_is_no_number_stays_as_it_is(text: str) -> None:
    assert number(text) == text


def test_a_number_of_any_size_has_a_short_spelling() -> None:
    assert len(number("1E999999")) < 100


HEADERS = {
    "unknown key": ("#+ summry: x", 1, "unknown key 'summry'"),
    "no YAML": ("#+ summary: x\n#+ tags: [a", 2, "no YAML"),
    "no mapping": ("#+ just words", 1, "key: value"),
    "no such rows": ("#+ expect: {rows: expected/none.csv}", 1, "none.csv"),
    "unknown comparison": ("#+ expect: {rows: x.csv, compare: sett}", 1, "'sett'"),
    "unknown expectation": ("#+ expect: {row: x.csv}", 1, "did you mean 'rows'"),
}


@pytest.mark.parametrize("case", HEADERS)
def test_a_wrong_header_is_named_with_its_line(case: str, tmp_path: Path) -> None:
    header, line, words = HEADERS[case]
    path = tmp_path / "q.rq"
    path.write_text(f"{header}\nASK {{}}\n", encoding="utf-8")
    with pytest.raises(ProblemsError) as raised:
        read_query(path)
    (problem,) = raised.value.problems
    assert (problem.file, problem.line) == (str(path), line)
    assert words in problem.message


def test_all_that_is_wrong_in_a_header_is_named(tmp_path: Path) -> None:
    path = tmp_path / "q.rq"
    path.write_text("#+ sumary: x\n#+ expect: {rows: no.csv, compare: sett}\nASK {}\n", "utf-8")
    with pytest.raises(ProblemsError) as raised:
        read_query(path)
    assert len(raised.value.problems) == 2


def test_a_query_without_a_header_expects_nothing(tmp_path: Path) -> None:
    path = tmp_path / "q.rq"
    path.write_text("# a comment\nASK {}\n", encoding="utf-8")
    query = read_query(path)
    assert (query.expect, query.inference, query.summary) == (None, (), "q")


@pytest.mark.parametrize("content", [b"", b"a,b\n1\n", b'a\n"1\n', b"a\n\xff\n"])
def test_a_file_of_rows_that_is_none(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_bytes(content)
    with pytest.raises(ProblemsError, match=r"rows\.csv"):
        read_rows(path)

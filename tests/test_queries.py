"""Saved queries: their contracts, their answers, and that these need the inference they name."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eakg.dataset.layout import Layout
from eakg.names import ID
from eakg.problems import ProblemsError
from eakg.queries.endpoint import EmbeddedEndpoint
from eakg.queries.outcome import Verdict, check
from eakg.queries.rows import Table, compare_rows, number, read_bindings, read_rows
from eakg.queries.saved import SavedQuery, find_queries, read_query
from eakg.store.contents import GraphFile, contents
from eakg.store.embedded import EmbeddedStore
from eakg.store.request import Closure

ASEAN = {
    *("brunei", "cambodia", "indonesia", "laos", "malaysia", "myanmar", "philippines"),
    *("singapore", "thailand", "vietnam"),
}
TEAMS = {
    ("cambodia", "2020-03-23", "phnom-penh", "7"),
    ("laos", "2020-03-29", "vientiane", ""),
    ("philippines", "2020-04-05", "manila", "12"),
    ("myanmar", "2020-04-08", "yangon", "12"),
    ("malaysia", "2020-04-18", "kuala-lumpur", "8"),
    ("myanmar", "2020-04-24", "yangon", ""),
}
GIVERS = {"government-of-china", "enterprises-of-china", "ngos-of-china"}
SENT = {
    ("medteam-cambodia-2020-03", "cambodia"),
    ("medteam-laos-2020-03", "laos"),
    ("medteam-philippines-2020-04", "philippines"),
    ("medteam-myanmar-2020-04", "myanmar"),
    ("medteam-malaysia-2020-04", "malaysia"),
}
ANSWERS: dict[str, tuple[tuple[str, ...], set[tuple[str, ...]]]] = {
    "cq01": (
        ("meeting", "day", "format"),
        {
            ("apt-som-2020-07-20", "2020-07-20", "format-video"),
            ("eas-som-2020-07-20", "2020-07-20", "format-video"),
            ("arf-som-2020-07-21", "2020-07-21", "format-video"),
        },
    ),
    "cq02": (
        ("meeting", "mechanism"),
        {
            ("apt-som-2020-07-20", "asean-plus-three"),
            ("eas-som-2020-07-20", "eas"),
            ("arf-som-2020-07-21", "arf"),
        },
    ),
    "cq04": (("state",), {(state,) for state in ASEAN | {"china", "japan", "rok"}}),
    "cq06": (
        ("meeting", "day", "level"),
        {
            ("special-acfmm-2020-02-20", "2020-02-20", "level-foreign-ministers"),
            ("special-apt-summit-2020-04-14", "2020-04-14", "level-leaders"),
            ("special-aem3-2020-06-04", "2020-06-04", "level-economic-ministers"),
            ("special-atm-2020-07-16", "2020-07-16", "level-transport-ministers"),
        },
    ),
    "cq08": (("state", "arrival", "place", "size"), TEAMS),
    "cq09": (("state",), {(state,) for state in ASEAN - {team[0] for team in TEAMS}}),
    "cq11": (
        ("from", "to", "act", "giver", "recipient"),
        {
            ("asean", "china", "a026", "people-of-asean-countries", "china"),
            ("asean", "china", "a027", "people-of-asean-countries", "china"),
            ("china", "asean", "a028", "government-of-china", "asean-countries"),
            ("china", "asean", "a029", "enterprises-of-china", "asean-countries"),
            ("china", "asean", "a030", "ngos-of-china", "asean-countries"),
            *(("china", "asean", act, giver, to) for act, to in SENT for giver in GIVERS),
        },
    ),
    "cq14": (
        ("person", "office", "state"),
        {
            ("prayut-chan-o-cha", "pm-thailand", "thailand"),
            ("hun-sen", "pm-cambodia", "cambodia"),
        },
    ),
    "cq17": (
        ("growthPercent", "sharePercent", "publisher", "impliedTotalBillionCny"),
        {("5.6", "14.7", "gac-china", str(round(2090 / Decimal("0.147"))))},
    ),
    "cq25": (
        ("chair", "meeting", "person"),
        {
            ("vietnam", "apt-som-2020-07-20", "nguyen-quoc-dung"),
            ("vietnam", "eas-som-2020-07-20", "nguyen-quoc-dung"),
            ("vietnam", "arf-som-2020-07-21", "nguyen-quoc-dung"),
            ("vietnam", "special-apt-summit-2020-04-14", "nguyen-xuan-phuc"),
            ("vietnam", "special-aem3-2020-06-04", "tran-tuan-anh"),
        },
    ),
}
"""By number of the question, the columns that matter and what the facts dossier gives for them."""
IN_ORDER_OF_TIME = {"cq06": "day", "cq08": "arrival"}


@pytest.fixture(scope="module")
def endpoint(layout: Layout) -> EmbeddedEndpoint:
    files = (GraphFile(name, path) for name, path in layout.named_graphs())
    return EmbeddedEndpoint(EmbeddedStore(contents(files)))


@pytest.fixture(scope="module")
def queries(layout: Layout) -> dict[str, SavedQuery]:
    return {path.stem[:4]: read_query(path) for path in find_queries([layout.queries])}


def answer(
    endpoint: EmbeddedEndpoint, query: SavedQuery, closure: Closure = "full"
) -> list[dict[str, str]]:
    table = read_bindings(endpoint.select(query.text, closure))
    return [
        {name: cell.removeprefix(str(ID)) for name, cell in zip(table.columns, row, strict=True)}
        for row in table.rows
    ]


def test_the_ten_questions_are_there(queries: dict[str, SavedQuery]) -> None:
    assert set(queries) == set(ANSWERS)
    for query in queries.values():
        assert query.question.endswith("?")
        assert query.summary
        assert f"competency-question-{int(query.name[2:4])}" in query.tags
        assert query.rows


@pytest.mark.parametrize("name", ANSWERS)
def test_the_answer_is_what_follows_from_the_dossier(
    endpoint: EmbeddedEndpoint, queries: dict[str, SavedQuery], name: str
) -> None:
    columns, expected = ANSWERS[name]
    rows = answer(endpoint, queries[name])
    assert {tuple(row[column] for column in columns) for row in rows} == expected
    assert len(rows) == len(expected)
    if name in IN_ORDER_OF_TIME:
        days = [row[IN_ORDER_OF_TIME[name]] for row in rows]
        assert days == sorted(days)


@pytest.mark.parametrize("name", ANSWERS)
def test_things_come_as_iris_beside_their_labels(
    endpoint: EmbeddedEndpoint, queries: dict[str, SavedQuery], name: str
) -> None:
    results = endpoint.select(queries[name].text, "full")
    for binding in results["results"]["bindings"]:
        for column, term in binding.items():
            if term["type"] == "uri":
                assert binding[f"{column}Label"]["type"] == "literal"
                assert not binding[f"{column}Label"]["value"].startswith("http")


@pytest.mark.parametrize("name", ANSWERS)
def test_inference_is_needed_exactly_where_it_is_named(
    endpoint: EmbeddedEndpoint, queries: dict[str, SavedQuery], name: str
) -> None:
    full = answer(endpoint, queries[name])
    asserted = answer(endpoint, queries[name], "asserted")
    if queries[name].inference:
        assert len(asserted) < len(full)
        assert all(row in full for row in asserted)
        assert check(queries[name], endpoint, "asserted").verdict is Verdict.FAILED
    else:
        assert asserted == full


@pytest.mark.parametrize("name", ANSWERS)
def test_a_changed_expectation_fails(
    endpoint: EmbeddedEndpoint, queries: dict[str, SavedQuery], name: str, tmp_path: Path
) -> None:
    query = queries[name]
    assert check(query, endpoint).verdict is Verdict.PASSED
    assert query.rows
    header, *rows = query.rows.read_text(encoding="utf-8").splitlines(keepends=True)
    text = query.path.read_text(encoding="utf-8")
    (tmp_path / "expected").mkdir()
    copy = tmp_path / query.path.name
    copy.write_text(text, encoding="utf-8")
    for changed in (rows[1:], [*rows, rows[0]], [rows[0].replace("eakg", "eakx", 1), *rows[1:]]):
        expected = tmp_path / "expected" / query.rows.name
        expected.write_text("".join([header, *changed]), encoding="utf-8")
        assert check(read_query(copy), endpoint).verdict is Verdict.FAILED, changed


def test_order_counts_only_where_it_is_said_to() -> None:
    one, other = (Table(("a",), rows) for rows in ((("1",), ("2",)), (("2",), ("1",))))
    assert compare_rows(one, other, "bag") is None
    difference = compare_rows(one, other, "ordered")
    assert difference
    assert difference.moved


def test_rows_count_as_often_as_they_come() -> None:
    twice, once = Table(("a",), (("1",), ("1",))), Table(("a",), (("1",),))
    for expected, actual in ((twice, once), (once, twice)):
        assert compare_rows(expected, actual, "bag")


def test_columns_are_compared_too() -> None:
    assert compare_rows(Table(("a",), ()), Table(("b",), ()), "bag")


def test_a_number_is_compared_by_value_beside_a_code_that_looks_like_one() -> None:
    actual = read_bindings(
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
        assert compare_rows(Table(actual.columns, (("007", spelling),)), actual, "bag") is None
    assert compare_rows(Table(actual.columns, (("7", "5.6"),)), actual, "bag")
    assert compare_rows(Table(actual.columns, (("007", "5.61"),)), actual, "bag")


def test_an_unbound_cell_is_empty_and_ask_is_a_row() -> None:
    unbound = {"head": {"vars": ["a", "b"]}, "results": {"bindings": [{"b": {"value": "x"}}]}}
    assert read_bindings(unbound).rows == (("", "x"),)
    assert read_bindings({"boolean": False}) == Table(("boolean",), (("false",),))


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
    "unknown comparison": ("#+ expect: {compare: set}", 1, "'set'"),
    "unknown expectation": ("#+ expect: {row: x.csv}", 1, "{rows: FILE.csv"),
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
    path.write_text("#+ sumary: x\n#+ expect: {rows: no.csv, compare: set}\nASK {}\n", "utf-8")
    with pytest.raises(ProblemsError) as raised:
        read_query(path)
    assert len(raised.value.problems) == 3


def test_a_query_without_a_header_expects_nothing(tmp_path: Path) -> None:
    path = tmp_path / "q.rq"
    path.write_text("# a comment\nASK {}\n", encoding="utf-8")
    query = read_query(path)
    assert (query.rows, query.inference, query.summary) == (None, (), "q")


@pytest.mark.parametrize("content", [b"", b"a,b\n1\n", b'a\n"1\n', b"a\n\xff\n"])
def test_a_file_of_rows_that_is_none(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_bytes(content)
    with pytest.raises(ProblemsError, match=r"rows\.csv"):
        read_rows(path)

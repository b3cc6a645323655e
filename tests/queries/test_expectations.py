"""What saved queries expect: each kind passes where it holds, and fails where it is changed."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from rdflib import URIRef

from eakg.problems import ExitStatus
from eakg.queries.ask.endpoint import StoreEndpoint
from eakg.queries.contract.saved import read_query
from eakg.queries.verdict.outcome import check, exit_status
from eakg.store.embedded import EmbeddedStore
from eakg.store.graph_files import GraphFile, read_contents
from helpers.saved_query_files import Files, files_in, run

pytestmark = pytest.mark.slow

SIZES = "SELECT ?x ?size { ?x :size ?size . FILTER (ISIRI(?x)) } ORDER BY ?x"
SIZES_CSV = "x,size\nhttp://example.org/a,1\nhttp://example.org/b,2\nhttp://example.org/c,2\n"
SIZES_TSV = (
    "?x\t?size\n<http://example.org/a>\t1\n<http://example.org/b>\t2\n<http://example.org/c>\t2\n"
)
ONLY_SIZES = "SELECT ?size { ?x :size ?size . FILTER (ISIRI(?x)) } ORDER BY ?size"
WEIGHTS = "SELECT ?w { ?x :weight ?w } ORDER BY ?w"
NEAR = "SELECT ?x ?y { ?x :near ?y . FILTER (ISBLANK(?y)) }"
SHARED = "SELECT ?x ?y { ?x :near ?y . ?y :near ?x }"
NAMES = "SELECT ?x ?name { ?x :name ?name }"
GRAPH = "CONSTRUCT { ?x :close ?y . ?y :big ?size } WHERE { ?x :near ?y . ?y :size ?size }"


@dataclass(frozen=True)
class Case:
    """An expectation that holds, and changes to it that do not.

    `files` are the expected files by name; each of `wrong` is a header and files instead.
    """

    body: str
    header: str
    wrong: tuple[str, ...] = ()
    files: tuple[tuple[str, str], ...] = ()
    wrong_files: tuple[tuple[tuple[str, str], ...], ...] = ()


def rows(name: str, *contents: str) -> tuple[tuple[tuple[str, str], ...], ...]:
    return tuple(((name, content),) for content in contents)


IRI = "http://example.org/"
TRIPLES = """PREFIX : <http://example.org/>
:a :close :b . :b :close _:1 . :b :big 2 . _:1 :big 9 . :c :close _:2 , _:3 .
:c :big 2 . _:3 :close :c .
_:2 :big 9 . _:3 :big 9 .
"""
SHAPE = """@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix : <http://example.org/> .
:Close a sh:NodeShape ; sh:targetSubjectsOf :close ;
"""
CASES = {
    "bag": Case(
        SIZES,
        "expect: {rows: e.csv}",
        files=(("e.csv", SIZES_CSV),),
        wrong_files=rows(
            "e.csv",
            "x,size\n",
            SIZES_CSV.replace(",1", ",3"),
            SIZES_CSV + f"{IRI}d,4\n",
            SIZES_CSV + f"{IRI}a,1\n",
            "\n".join(SIZES_CSV.split("\n")[:-2]) + "\n",
            SIZES_CSV.replace("x,size", "size,x"),
            SIZES_CSV.replace("x,size", "x,sise"),
        ),
    ),
    "bag, twice": Case(
        ONLY_SIZES,
        "expect: {rows: e.csv, compare: bag}",
        files=(("e.csv", "size\n2\n1\n2\n"),),
        wrong_files=rows("e.csv", "size\n2\n1\n", "size\n2\n1\n1\n", "size\n2\n1\n2\n2\n"),
    ),
    "set": Case(
        ONLY_SIZES,
        "expect: {rows: e.csv, compare: set}",
        files=(("e.csv", "size\n2\n1\n"),),
        wrong_files=rows("e.csv", "size\n1\n", "size\n1\n2\n3\n", "size\n"),
    ),
    "ordered": Case(
        ONLY_SIZES,
        "expect: {rows: e.csv, compare: ordered}",
        files=(("e.csv", "size\n1\n2\n2\n"),),
        wrong_files=rows("e.csv", "size\n2\n1\n2\n", "size\n1\n2\n"),
    ),
    "contains": Case(
        SIZES,
        "expect: {rows: e.csv, compare: contains}",
        files=(("e.csv", f"x,size\n{IRI}b,2\n"),),
        wrong_files=rows("e.csv", f"x,size\n{IRI}b,3\n", f"x,size\n{IRI}b,2\n{IRI}b,2\n"),
    ),
    "terms": Case(
        SIZES,
        "expect: {rows: e.tsv}",
        files=(("e.tsv", SIZES_TSV),),
        wrong_files=rows(
            "e.tsv",
            SIZES_TSV.replace("\t1", "\t1.0"),
            SIZES_TSV.replace("\t1", '\t"1"'),
            SIZES_TSV.replace(f"<{IRI}a>", f'"{IRI}a"'),
        ),
    ),
    "terms with languages": Case(
        NAMES,
        "expect: {rows: e.tsv, compare: contains}",
        files=(("e.tsv", f'?x\t?name\n<{IRI}a>\t"eins"@de\n<{IRI}c>\t"three"\n'),),
        wrong_files=rows(
            "e.tsv",
            f'?x\t?name\n<{IRI}a>\t"eins"@en\n',
            f'?x\t?name\n<{IRI}a>\t"eins"\n',
            f'?x\t?name\n<{IRI}c>\t"three"@en\n',
        ),
    ),
    "tolerance": Case(
        WEIGHTS,
        "expect: {rows: e.csv, tolerance: 0.1}",
        files=(("e.csv", "w\n2.6\n2.8\n"),),
        wrong_files=rows("e.csv", "w\n2.6\n2.9\n", "w\n2.6\n2.6\n", "w\n2.6\n"),
        wrong=("expect: {rows: e.csv, tolerance: 0.01}", "expect: {rows: e.csv}"),
    ),
    "tolerance in order": Case(
        WEIGHTS,
        "expect: {rows: e.tsv, compare: ordered, tolerance: 0.1}",
        files=(("e.tsv", "?w\n2.45\n2.7\n"),),
        wrong_files=rows("e.tsv", "?w\n2.7\n2.45\n"),
    ),
    "blank nodes": Case(
        NEAR,
        "expect: {rows: e.csv}",
        files=(("e.csv", f"x,y\n{IRI}b,_:1\n{IRI}c,_:2\n{IRI}c,_:3\n"),),
        wrong_files=rows(
            "e.csv",
            f"x,y\n{IRI}b,_:1\n{IRI}c,_:2\n{IRI}c,_:2\n",
            f"x,y\n{IRI}b,_:1\n{IRI}c,_:1\n{IRI}c,_:3\n",
            f"x,y\n{IRI}b,_:1\n{IRI}b,_:2\n{IRI}c,_:3\n",
            f"x,y\n{IRI}b,1\n{IRI}c,_:2\n{IRI}c,_:3\n",
        ),
    ),
    "shared blank nodes": Case(
        SHARED,
        "expect: {rows: e.tsv}",
        files=(("e.tsv", f"?x\t?y\n<{IRI}c>\t_:n\n_:n\t<{IRI}c>\n"),),
        wrong_files=rows("e.tsv", f"?x\t?y\n<{IRI}c>\t_:n\n_:m\t<{IRI}c>\n"),
    ),
    "unbound": Case(
        "SELECT ?x ?code { ?x :name ?n OPTIONAL { ?x :code ?code } FILTER (LANG(?n) != 'de') }",
        "expect: {rows: e.csv}",
        files=(("e.csv", f"x,code\n{IRI}a,\n{IRI}b,\n{IRI}c,007\n"),),
        wrong_files=rows(
            "e.csv",
            f"x,code\n{IRI}a,0\n{IRI}b,\n{IRI}c,007\n",
            f"x,code\n{IRI}a,\n{IRI}b,\n{IRI}c,7\n",
        ),
    ),
    "count": Case(
        SIZES,
        "expect: {count: 3}",
        wrong=("expect: {count: 2}", "expect: {count: 4}", "expect: {count: 0}"),
    ),
    "range": Case(
        SIZES,
        "expect: {count: {min: 2, max: 4}}",
        wrong=("expect: {count: {min: 4}}", "expect: {count: {max: 2}}"),
    ),
    "not empty": Case(SIZES, "expect: {empty: false}", wrong=("expect: {empty: true}",)),
    "empty": Case(
        "SELECT ?x { ?x :none ?y }", "expect: {empty: true}", wrong=("expect: {empty: false}",)
    ),
    "true": Case("ASK { :a :size 1 }", "expect: {ask: true}", wrong=("expect: {ask: false}",)),
    "false": Case("ASK { :a :size 2 }", "expect: {ask: false}", wrong=("expect: {ask: true}",)),
    "true as rows": Case(
        "ASK { :a :size 1 }",
        "expect: {rows: e.csv}",
        files=(("e.csv", "boolean\ntrue\n"),),
        wrong_files=rows("e.csv", "boolean\nfalse\n"),
    ),
    "graph": Case(
        GRAPH,
        "expect: {graph: e.ttl}",
        files=(("e.ttl", TRIPLES),),
        wrong_files=rows(
            "e.ttl",
            TRIPLES.replace("_:3", "_:2"),
            TRIPLES.replace("_:1 :big 9", "_:1 :big 8"),
            TRIPLES + ":c :close :a .",
            TRIPLES.replace(":a :close :b .", ""),
        ),
    ),
    "shapes": Case(
        GRAPH,
        "expect: {shapes: e.ttl}",
        wrong=("expect: {shapes: [e.ttl, strict.ttl]}",),
        files=(
            ("e.ttl", f"{SHAPE} sh:property [ sh:path :big ; sh:maxCount 1 ] ."),
            ("strict.ttl", f"{SHAPE} sh:property [ sh:path :big ; sh:minCount 1 ] ."),
        ),
        wrong_files=rows(
            "e.ttl",
            f"{SHAPE} sh:property [ sh:path :big ; sh:minCount 1 ] .",
            f"{SHAPE} sh:property [ sh:path :close ; sh:maxCount 1 ; sh:severity sh:Warning ] .",
            f"{SHAPE} sh:property [ sh:path :close ; sh:nodeKind sh:Literal ] .",
        ),
    ),
    "number of triples": Case(
        "CONSTRUCT { ?x :close ?y } { ?x :near ?y . FILTER (ISIRI(?y)) }",
        "expect: {count: 2}",
        wrong=("expect: {count: 1}", "expect: {empty: true}"),
    ),
    "kind": Case(
        SIZES,
        "expect: {columns: {x: {kind: iri}, size: {kind: literal}}}",
        wrong=(
            "expect: {columns: {x: {kind: literal}}}",
            "expect: {columns: {size: {kind: blank}}}",
        ),
    ),
    "datatype": Case(
        SIZES,
        "expect: {columns: {size: {datatype: xsd:integer}}}",
        wrong=(
            "expect: {columns: {size: {datatype: xsd:string}}}",
            "expect: {columns: {x: {datatype: xsd:string}}}",
        ),
    ),
    "language": Case(
        "SELECT ?name { ?x :name ?name . FILTER (LANG(?name) = 'de') }",
        "expect: {columns: {name: {language: de}}}",
        wrong=("expect: {columns: {name: {language: en}}}",),
    ),
    "pattern": Case(
        NAMES,
        "expect: {columns: {name: {pattern: '[a-z]+'}}}",
        wrong=("expect: {columns: {name: {pattern: '[a-z]'}}}",),
    ),
    "values": Case(
        SIZES,
        "expect: {columns: {size: {values: [1, 2]}, "
        "x: {values: ['http://example.org/a', ':b', ':c']}}}",
        wrong=(
            "expect: {columns: {size: {values: [1]}}}",
            "expect: {columns: {x: {values: [':a']}}}",
        ),
    ),
    "minimum and maximum": Case(
        "SELECT ?d ?w { ?x :since ?d ; :weight ?w }",
        "expect: {columns: {d: {minimum: 2020-01-01, maximum: 2021-06-30}, "
        "w: {minimum: 2.5, maximum: 10}}}",
        wrong=(
            "expect: {columns: {d: {minimum: 2020-01-02}}}",
            "expect: {columns: {d: {maximum: 2021-06-29}}}",
            "expect: {columns: {w: {minimum: 2.6}}}",
            "expect: {columns: {w: {maximum: 2.7}}}",
        ),
    ),
    "bound": Case(
        SIZES,
        "expect: {columns: {x: {bound: true}}}",
        wrong=("expect: {columns: {y: {bound: true}}}",),
    ),
    "unique": Case(
        SIZES,
        "expect: {columns: {x: {unique: true}}}",
        wrong=("expect: {columns: {size: {unique: true}}}",),
    ),
}


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return files_in(tmp_path)


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> StoreEndpoint:
    data = files_in(tmp_path_factory.mktemp("data")).folder / "data.ttl"
    file = GraphFile(URIRef("http://example.org/data"), data)
    return StoreEndpoint(EmbeddedStore(read_contents([file])))


Contents = tuple[tuple[str, str], ...]
Verdict = Callable[[Case, str, Contents], ExitStatus]


@pytest.fixture
def verdict(files: Files, endpoint: StoreEndpoint) -> Verdict:
    """The exit status of a case with a header and files of its own."""

    def status(case: Case, header: str, expected: Contents) -> ExitStatus:
        for name, content in expected:
            files.write(name, content)
        query = read_query(files.query("q", header, case.body))
        return exit_status([check(query, endpoint)])

    return status


@pytest.mark.parametrize("name", CASES)
def test_an_expectation_holds_and_a_changed_one_does_not(name: str, verdict: Verdict) -> None:
    case = CASES[name]
    assert verdict(case, case.header, case.files) == 0
    assert case.wrong or case.wrong_files
    for wrong in case.wrong:
        assert verdict(case, wrong, case.files) == 1, wrong
    for expected in case.wrong_files:
        assert verdict(case, case.header, expected) == 1, expected


def test_unbound_in_a_column_that_must_be_bound(files: Files) -> None:
    files.query(
        "q",
        "expect: {columns: {code: {bound: true}}}",
        "SELECT ?code { ?x :name ?n OPTIONAL { ?x :code ?code } }",
    )
    result = files.test()
    assert result.exit_code == 1
    assert "code is unbound in 4 of 5 rows" in result.stdout


MESSAGES = {
    "rows": (
        "expect: {rows: e.csv}",
        SIZES,
        ["- http://example.org/a, 3", "+ http://example.org/a, 1"],
    ),
    "count": ("expect: {count: {min: 4}}", SIZES, ["3 rows came; by the contract at least 4"]),
    "ask": (
        "expect: {ask: false}",
        "ASK {}",
        ["ASK gives false by the contract; what came is true"],
    ),
    "kind": (
        "expect: {columns: {x: {kind: blank}}}",
        SIZES,
        ["x is not of the kind blank: <http://example.org/a>"],
    ),
    "shapes": (
        "expect: {shapes: shapes.ttl}",
        GRAPH,
        ["<http://example.org/a> <http://example.org/big>: Less than 1 values"],
    ),
    "shapes of rows": (
        "expect: {shapes: shapes.ttl}",
        SIZES,
        ["shapes are expected, and only CONSTRUCT and DESCRIBE give triples"],
    ),
    "graph of rows": ("expect: {graph: e.ttl}", SIZES, ["only CONSTRUCT and DESCRIBE give one"]),
    "rows of a graph": ("expect: {rows: e.csv}", GRAPH, ["CONSTRUCT and DESCRIBE give triples"]),
    "columns of a graph": (
        "expect: {columns: {x: {bound: true}}}",
        GRAPH,
        ["only SELECT gives them"],
    ),
    "triples": (
        "expect: {graph: e.ttl}",
        "CONSTRUCT WHERE { :a :size ?s }",
        ["+ <http://example.org/a>"],
    ),
}


@pytest.mark.parametrize("name", MESSAGES)
def test_what_differs_is_told(name: str, files: Files) -> None:
    header, body, words = MESSAGES[name]
    files.write("e.csv", SIZES_CSV.replace(",1", ",3"))
    files.write("e.ttl", "")
    files.write("shapes.ttl", f"{SHAPE} sh:property [ sh:path :big ; sh:minCount 1 ] .")
    files.query("q", header, body)
    result = files.test()
    assert result.exit_code == 1
    assert "q.rq: failed\n" in result.stdout
    for one in words:
        assert one in result.stdout


@pytest.mark.parametrize(
    ("content", "words"), [("", "has no shape with a target"), (":a :b", "e.ttl:1: ")]
)
def test_shapes_that_cannot_be_used(files: Files, content: str, words: str) -> None:
    files.write("e.ttl", content)
    files.query("q", "expect: {shapes: e.ttl}", GRAPH)
    result = files.test()
    assert result.exit_code == 2
    assert words in result.stdout + result.stderr


def test_a_long_difference_is_cut(files: Files) -> None:
    files.write("e.csv", "n\n")
    numbers = " ".join(map(str, range(50)))
    files.query("q", "expect: {rows: e.csv}", f"SELECT ?n {{ VALUES ?n {{ {numbers} }} }}")
    result = files.test()
    assert "+ ... and 30 more" in result.stdout


WRONG = {
    "both": ("expect: {count: 1, empty: true}", "count and empty exclude each other"),
    "ask and rows": ("expect: {ask: true, count: 1}", "ask stands alone"),
    "graph and columns": (
        "expect: {graph: g.ttl, columns: {x: {bound: true}}}",
        "no rows or columns",
    ),
    "a table of another kind": ("expect: {rows: e.json}", ".csv or .tsv"),
    "a graph of another kind": ("expect: {graph: g.xml}", ".ttl or .nt"),
    "no file": ("expect: {rows: none.csv}", "--update"),
    "no shapes": ("expect: {shapes: [data.ttl, none.ttl]}", "none.ttl, whose shapes are expected"),
    "shapes and rows": ("expect: {shapes: data.ttl, rows: data.csv}", "leave out one"),
    "compare nothing": ("expect: {count: 1, compare: set}", "compare and tolerance are about rows"),
    "negative": ("expect: {count: -1}", "count"),
    "no pattern": ("expect: {columns: {x: {pattern: '['}}}", "pattern"),
    "nothing": ("expect: {}", "expect"),
    "twice": ("expect: {count: 1}\nexpect: {count: 2}", "the key 'expect' is there twice"),
    "data and endpoint": (
        "endpoint: http://x/\ndata: d.ttl",
        "data and endpoint exclude each other",
    ),
    "closure": ("closure: all", "closure is full or asserted, not 'all'"),
    "timeout": ("timeout: 0", "timeout"),
    "inference": ("inference: {a: b}", "inference cannot be"),
    "alias": ("tags: &a [x, *a]", "aliases of YAML"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_contract_that_cannot_be_used(name: str, files: Files) -> None:
    header, words = WRONG[name]
    files.query("q", header, "SELECT ?x { ?x ?p ?y }")
    result = files.test()
    assert result.exit_code == 2
    assert words in result.stderr
    assert f"{files.folder / 'q.rq'}:" in result.stderr


def test_update_shows_the_difference_and_writes(files: Files) -> None:
    files.write("e.csv", SIZES_CSV.replace(",1", ",3"))
    files.query("rows", "expect: {rows: e.csv}", SIZES)
    files.query("terms", "expect: {rows: new/e.tsv}", SIZES)
    files.query(
        "graph",
        "expect: {graph: g.ttl}",
        "CONSTRUCT { ?x :is ?size } WHERE { ?x :size ?size . FILTER (ISIRI(?x)) }",
    )
    files.query("blank", "expect: {graph: b.nt}", GRAPH)
    result = files.test("--update")
    assert result.exit_code == 0
    assert "  - http://example.org/a, 3\n  + http://example.org/a, 1\n" in result.stdout
    for name in ("e.csv", "new/e.tsv", "g.ttl", "b.nt"):
        assert f"{files.folder / name} is written" in result.stdout
    assert (files.folder / "e.csv").read_text() == SIZES_CSV
    assert files.test().exit_code == 0
    again = files.test("--update")
    assert (again.exit_code, again.stdout) == (0, "")


def test_update_leaves_alone_what_it_cannot_know(files: Files) -> None:
    files.write("some.csv", "x,size\nhttp://example.org/z,1\n")
    files.query("some", "expect: {rows: some.csv, compare: contains}", SIZES)
    files.query("count", "expect: {count: 1}", SIZES)
    files.query("broken", "expect: {rows: b.csv}", "SELECT")
    result = files.test("--update")
    assert result.exit_code == 6
    assert (files.folder / "some.csv").read_text() == "x,size\nhttp://example.org/z,1\n"
    assert not (files.folder / "b.csv").exists()
    assert "count.rq: failed" in result.stdout
    assert "some.rq: failed" in result.stdout


@pytest.mark.parametrize("content", ["?a\n<x y>\n", "?a\nplain\n", '?a\n"x"@\n', "?a\t?b\n1\n"])
def test_a_file_of_terms_that_is_none(content: str, files: Files) -> None:
    files.write("e.tsv", content)
    files.query("q", "expect: {rows: e.tsv}", "SELECT ?a { :a :size ?a }")
    result = files.test()
    assert result.exit_code == 2
    assert "e.tsv:2: " in result.stderr


def test_a_query_that_expects_nothing_has_to_run(files: Files) -> None:
    files.query("q", "summary: x", SIZES)
    result = files.test()
    assert (result.exit_code, result.stdout) == (
        0,
        "0 of 1 queries passed; 1 expect nothing and ran.\n",
    )
    strict = files.test("--strict")
    assert strict.exit_code == 1
    assert "add `#+ expect:`" in strict.stdout


def test_the_help_names_every_option() -> None:
    told = run("test", "--help").stdout
    for option in (
        "--endpoint",
        "--data",
        "--closure",
        "--param",
        "--junit",
        "--github",
        "--markdown",
        "-j",
        "--update",
    ):
        assert option in told

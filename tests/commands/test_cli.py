"""The command line: what the commands take, what they print, and the status they end with."""

import json
import re
import socket
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from xml.etree import ElementTree

import click
import pytest
from rdflib import Graph, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import OWL, RDF, RDFS

from eakg import __version__
from eakg.cli import COMMANDS, main
from helpers.house import ROOT
from helpers.small_dataset import Small

FAMILY = """\
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix : <http://x/> .
:Cat rdfs:subClassOf :Animal .
:near a owl:SymmetricProperty .
:tom a :Cat ; :near :spike .
"""
CONTRADICTION = """\
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix : <http://x/> .
:Cat owl:disjointWith :Dog .

:tom a :Cat .
:rex a :Dog .
:tom a :Dog .
"""
TOM, NEAR = URIRef("http://x/tom"), URIRef("http://x/near")
COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?state a <https://w3id.org/eakg/ontology#State> }"


@pytest.fixture
def states(small: Small) -> tuple[str, str]:
    """The option that names a file of three states, which is loaded sooner than the shipped
    graph."""
    lines = [f"<http://x/{n}> a <https://w3id.org/eakg/ontology#State> .\n" for n in range(3)]
    Path("states.ttl").write_text("".join(lines), "utf-8")
    return "--data", "states.ttl"


@pytest.fixture
def nowhere() -> str:
    """The address of an endpoint that does not answer."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}/sparql"


def test_the_commands_that_are_there(small: Small) -> None:
    result = small.run("--help")
    assert result.exit_code == 0
    for name in ("build", "validate", "reason", "explain", "query", "test", "serve"):
        assert f"\n  {name} " in result.stdout
        assert small.run(name, "--help").exit_code == 0


def test_help_imports_no_command() -> None:
    """Nor anything that a command stands on: the list of modules tells, and no clock."""
    program = (
        "import sys\n"
        "from eakg.cli import main\n"
        "main(['--help'], standalone_mode=False)\n"
        "print([one for one in sys.modules if one.startswith('eakg.')], file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stderr == "['eakg.collector', 'eakg.cli']\n"
    assert "explain" in done.stdout


@pytest.mark.parametrize("name", COMMANDS)
def test_the_summary_of_a_command_is_how_its_help_begins(name: str) -> None:
    command = main.get_command(click.Context(main), name)
    assert command is not None
    assert command.name == name
    first = (command.help or "").partition("\n\n")[0]
    assert COMMANDS[name][1] == " ".join(first.split())


def test_every_command_is_in_the_list() -> None:
    folder = ROOT / "src/eakg/commands"
    begin = re.compile(r"^@click\.(command|group)\(", re.MULTILINE)
    modules = {
        ".".join(path.relative_to(folder).with_suffix("").parts)
        for path in folder.rglob("*.py")
        if begin.search(path.read_text())
    }
    assert {place.rpartition(".")[0] for place, _ in COMMANDS.values()} == modules


@pytest.mark.parametrize("command", ["update", "nonsense"])
def test_a_command_that_is_not_there(small: Small, command: str) -> None:
    result = small.run(command)
    assert result.exit_code == 2
    assert f"No such command '{command}'" in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("build", "--nonsense"),
        ("reason",),
        ("query",),
        ("query", "none.rq"),
        ("query", "-", "--closure", "half"),
        ("serve", "--port", "70000"),
        ("serve", "--timeout", "0"),
    ],
)
def test_wrong_usage(small: Small, arguments: tuple[str, ...]) -> None:
    assert small.run(*arguments).exit_code == 2


def test_the_version(small: Small) -> None:
    first, engine, data = small.run("--version").stdout.splitlines()
    assert first == f"eakg, version {__version__}"
    assert f"pyoxigraph {version('pyoxigraph')}" in engine
    assert re.fullmatch("data: [0-9a-f]{16}", data)


def test_it_runs_as_a_program(small: Small) -> None:
    command = [sys.executable, "-c", "from eakg.cli import main; main()", "reason", "none.ttl"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == "none.ttl: no such file; check the path\n"


# Reason


def test_reason_gives_sorted_triples_that_can_be_read_again(small: Small) -> None:
    Path("in.ttl").write_text(FAMILY, "utf-8")
    result = small.run("reason", "in.ttl")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines == sorted(lines)
    assert len(lines) == len(set(lines))
    closure = Graph().parse(data=result.stdout, format="nt")
    assert all(triple in closure for triple in Graph().parse(data=FAMILY, format="turtle"))
    assert (TOM, RDF.type, URIRef("http://x/Animal")) in closure
    assert (URIRef("http://x/spike"), NEAR, TOM) in closure
    assert (TOM, OWL.sameAs, TOM) not in closure
    assert (TOM, RDF.type, OWL.Thing) not in closure


def test_reason_gives_only_what_is_new(small: Small) -> None:
    Path("in.ttl").write_text(FAMILY, "utf-8")
    new = Graph().parse(data=small.run("reason", "in.ttl", "--only-inferred").stdout, format="nt")
    assert set(new) == {
        (TOM, RDF.type, URIRef("http://x/Animal")),
        (URIRef("http://x/spike"), NEAR, TOM),
    }


def test_reason_takes_several_files_as_one_graph(small: Small) -> None:
    lines = FAMILY.splitlines(keepends=True)
    Path("one.ttl").write_text("".join(lines[:5]), "utf-8")
    Path("two.ttl").write_text("".join(lines[:3] + lines[5:]), "utf-8")
    Path("in.ttl").write_text(FAMILY, "utf-8")
    assert small.run("reason", "one.ttl", "two.ttl").stdout == small.run("reason", "in.ttl").stdout


def test_reason_writes_the_syntax_that_the_name_says(small: Small) -> None:
    Path("in.ttl").write_text(FAMILY, "utf-8")
    graphs = []
    for name in ("out.nt", "out.ttl"):
        result = small.run("reason", "in.ttl", "-o", name)
        assert (result.exit_code, result.stdout) == (0, "")
        graphs.append(Graph().parse(name))
    assert isomorphic(*graphs)
    assert len(graphs[0]) > 5


@pytest.mark.parametrize(
    ("output", "words"),
    [("out.docx", "name the output .nt or .ttl"), ("in.ttl/out.nt", "cannot be written")],
)
def test_reason_cannot_write(small: Small, output: str, words: str) -> None:
    Path("in.ttl").write_text(FAMILY, "utf-8")
    result = small.run("reason", "in.ttl", "-o", output)
    assert result.exit_code == 2
    (line,) = result.stderr.splitlines()
    assert words in line


def test_reason_finds_a_contradiction_and_writes_nothing(small: Small) -> None:
    Path("bad.ttl").write_text(CONTRADICTION, "utf-8")
    Path("out.nt").write_text("old", "utf-8")
    result = small.run("reason", "bad.ttl", "-o", "out.nt")
    assert (result.exit_code, result.stdout) == (3, "")
    (line,) = result.stderr.splitlines()
    assert line.startswith("bad.ttl:")
    for words in ("(cax-dw)", "<http://x/tom>", "bad.ttl:5", "bad.ttl:7", "bad.ttl:3"):
        assert words in line, words
    assert "http://x/rex" not in line
    assert Path("out.nt").read_text("utf-8") == "old"


def test_reason_finds_every_contradiction(small: Small) -> None:
    Path("bad.ttl").write_text(CONTRADICTION + ":rex a :Cat .\n", "utf-8")
    result = small.run("reason", "bad.ttl")
    assert result.exit_code == 3
    assert len(result.stderr.splitlines()) == 2


# Query


def test_query_from_standard_input_of_the_shipped_graph(small: Small) -> None:
    """With what follows, and of what is asserted only."""
    place = "<https://w3id.org/eakg/id/laos> <https://w3id.org/eakg/ontology#participatesIn> ?m"
    name = f"<https://w3id.org/eakg/id/asean> <{RDFS.label}> ?name"
    text = f"SELECT ?n (EXISTS {{ {place} }} AS ?follows) ?name {{ {{ {COUNT} }} {name} }}"
    for closure, follows in (("full", "true"), ("asserted", "false")):
        result = small.run("query", "-", "--closure", closure, input_=text)
        assert result.exit_code == 0
        rows = json.loads(result.stdout)["results"]["bindings"]
        assert {row["n"]["value"] for row in rows} == {"95"}
        assert {row["follows"]["value"] for row in rows} == {follows}
        assert "Association of Southeast Asian Nations" in {row["name"]["value"] for row in rows}


@pytest.mark.parametrize(
    ("format_", "start"),
    [("csv", "n\r\n3\r\n"), ("tsv", "?n\n3\n"), ("xml", "<?xml"), ("json", "{")],
)
def test_query_formats_of_rows(
    small: Small, states: tuple[str, str], format_: str, start: str
) -> None:
    Path("q.rq").write_text(COUNT, "utf-8")
    result = small.run("query", "q.rq", "--format", format_, *states)
    assert result.exit_code == 0
    assert result.stdout_bytes.decode().startswith(start)


@pytest.mark.parametrize(("format_", "parser"), [(None, "turtle"), ("ntriples", "nt")])
def test_query_formats_of_graphs(
    small: Small, states: tuple[str, str], format_: str | None, parser: str
) -> None:
    construct = "CONSTRUCT { <http://x/a> <http://x/b> ?l } WHERE { ?s ?p ?l } LIMIT 1"
    options = ("--format", format_) if format_ else ()
    result = small.run("query", "-", *options, *states, input_=construct)
    assert result.exit_code == 0
    assert len(Graph().parse(data=result.stdout, format=parser)) == 1


def test_query_with_a_syntax_error(small: Small, states: tuple[str, str]) -> None:
    Path("q.rq").write_text("SELECT *\nWHERE { ?s ?p }\n", "utf-8")
    result = small.run("query", "q.rq", *states)
    assert (result.exit_code, result.stdout) == (6, "")
    (line,) = result.stderr.splitlines()
    assert line.startswith("q.rq: line 2, column ")


@pytest.mark.parametrize(
    ("text", "format_"), [(COUNT, "turtle"), (COUNT, "docx"), ("DESCRIBE <http://x/a>", "csv")]
)
def test_query_in_a_format_that_does_not_fit(
    small: Small, states: tuple[str, str], text: str, format_: str
) -> None:
    result = small.run("query", "-", "--format", format_, *states, input_=text)
    assert result.exit_code == 6
    assert len(result.stderr.splitlines()) == 1


def test_query_of_an_endpoint_that_does_not_answer(small: Small, nowhere: str) -> None:
    result = small.run("query", "-", "--endpoint", nowhere, input_=COUNT)
    assert (result.exit_code, result.stdout) == (4, "")
    assert nowhere in result.stderr


@pytest.mark.parametrize("text", ["SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"])
def test_query_that_would_go_out_is_refused(
    small: Small, states: tuple[str, str], text: str
) -> None:
    assert small.run("query", "-", *states, input_=text).exit_code == 6


# Test


def query_file(name: str, text: str, rows: str | None = None) -> None:
    header = f"#+ question: How many?\n#+ expect: {{rows: {name}.csv}}\n" if rows else ""
    Path(f"{name}.rq").write_text(header + text, "utf-8")
    if rows:
        Path(f"{name}.csv").write_text(rows, "utf-8")


def test_wrong_rows_are_told(small: Small, states: tuple[str, str]) -> None:
    query_file("right", COUNT, "n\n3\n")
    query_file("wrong", COUNT, "n\n27\n")
    result = small.run("test", *states, *(path.name for path in sorted(Path.cwd().glob("*.rq"))))
    assert result.exit_code == 1
    assert result.stdout.splitlines()[-4:] == [
        "wrong.rq: failed",
        "  - 27",
        "  + 3",
        "1 of 2 queries passed.",
    ]


def test_a_query_with_a_syntax_error_beside_wrong_rows(
    small: Small, states: tuple[str, str]
) -> None:
    query_file("wrong", COUNT, "n\n27\n")
    query_file("broken", "SELECT *\nWHERE {", "n\n1\n")
    result = small.run("test", *states, "wrong.rq", "broken.rq")
    assert result.exit_code == 6
    assert "broken.rq: rejected\n  line 4, column " in result.stdout
    assert "wrong.rq: failed" in result.stdout


def test_an_endpoint_that_does_not_answer(small: Small, nowhere: str) -> None:
    query_file("right", COUNT, "n\n95\n")
    result = small.run("test", "right.rq", "--endpoint", nowhere)
    assert result.exit_code == 4
    assert "right.rq: unreachable" in result.stdout


def test_headers_that_are_wrong_are_all_told(small: Small) -> None:
    Path("one.rq").write_text("#+ sumary: x\nASK {}\n", "utf-8")
    Path("two.rq").write_text("#+ expect: {rows: none.csv}\nASK {}\n", "utf-8")
    result = small.run("test", "one.rq", "two.rq")
    assert result.exit_code == 2
    assert [line.split(": ")[0] for line in result.stderr.splitlines()] == ["one.rq:1", "two.rq:1"]


def test_paths_without_queries(small: Small) -> None:
    Path("empty").mkdir()
    assert (
        small.run("test", "none.rq").stderr == "none.rq: no such file or folder; check the path\n"
    )
    words = "empty: has no query; query files end in .rq, .sparql, .query\n"
    assert small.run("test", "empty").stderr == words
    assert small.run("test", "empty").exit_code == 2


def xml(path: str) -> ElementTree.Element:
    return ElementTree.parse(path).getroot()  # noqa: S314 - written by ourselves


def test_a_junit_report(small: Small, states: tuple[str, str]) -> None:
    query_file("right", COUNT, "n\n3\n")
    query_file("wrong", COUNT, "n\n27\n")
    query_file("broken", "SELECT <", "n\n1\n")
    query_file("free", COUNT)
    small.run(
        "test",
        *states,
        *(path.name for path in sorted(Path.cwd().glob("*.rq"))),
        "--junit",
        "out/report.xml",
    )
    (suite,) = xml("out/report.xml")
    counts = {name: suite.get(name) for name in ("tests", "failures", "errors", "skipped")}
    assert counts == {"tests": "4", "failures": "1", "errors": "1", "skipped": "0"}
    kinds = {case.get("name"): [child.tag for child in case] for case in suite}
    assert kinds == {"broken": ["error"], "free": [], "right": [], "wrong": ["failure"]}
    (failure,) = suite.findall("testcase/failure")
    assert failure.text == "- 27\n+ 3"


def test_a_junit_report_of_words_that_xml_does_not_have(
    small: Small, states: tuple[str, str]
) -> None:
    query_file("odd", 'SELECT ?a WHERE { BIND ("<\\u0001&\\uFFFE" AS ?a) }', "a\nx\n")
    assert small.run("test", "odd.rq", *states, "--junit", "report.xml").exit_code == 1
    xml("report.xml")


def test_a_query_that_is_not_utf_8(tmp_path: Path) -> None:
    query = tmp_path / "latin.rq"
    query.write_bytes('ASK { ?s ?p "\u00e9" }'.encode("latin-1"))
    result = Small().run("query", str(query))
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"{query}: not UTF-8; save it as UTF-8\n"


def test_a_byte_order_mark_is_no_part_of_a_query(small: Small, states: tuple[str, str]) -> None:
    Path("ask.rq").write_text("\ufeffASK {}", "utf-8")
    assert json.loads(small.run("query", "ask.rq", *states).stdout)["boolean"] is True


def test_query_ends_at_its_time_limit(small: Small, states: tuple[str, str]) -> None:
    cross = " ".join(f"?a{n} ?b{n} ?c{n} ." for n in range(30))
    Path("slow.rq").write_text(f"SELECT (COUNT(*) AS ?n) {{ {cross} }}")
    result = small.run("query", "--timeout", "0.5", "slow.rq", *states)
    assert result.exit_code == 5
    assert "ended after 0.5 s" in result.stderr


def test_a_query_that_expects_nothing_does_not_pass(small: Small, states: tuple[str, str]) -> None:
    Path("plain.rq").write_text("ASK {}")
    result = small.run("test", "--strict", "plain.rq", *states)
    assert result.exit_code == 1
    assert "add `#+ expect" in result.stdout

"""`--data` takes what a user calls their data: files, folders, patterns, standard input."""

import gzip
import json
from pathlib import Path

import pyoxigraph
import pytest

from eakg.commands.data import _spread
from helpers.saved_query_files import run

TRIPLES = '<http://e/a> <http://e/p> "x" .\n'
QUADS = '<http://e/a> <http://e/p> "x" <http://e/g> .\n'
QUERY = "SELECT ?o { ?s ?p ?o }\n"
GRAPH_QUERY = "SELECT ?g { GRAPH ?g { ?s ?p ?o } }\n"


@pytest.fixture
def query(tmp_path: Path) -> str:
    path = tmp_path / "q.rq"
    path.write_text(QUERY, "utf-8")
    return str(path)


def written(path: Path, format_: pyoxigraph.RdfFormat) -> Path:
    """One triple in a syntax."""
    triples = [quad.triple for quad in pyoxigraph.parse(TRIPLES, pyoxigraph.RdfFormat.N_TRIPLES)]
    path.parent.mkdir(exist_ok=True, parents=True)
    data = pyoxigraph.serialize(triples, format=format_) or b""
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


FORMATS = {
    "nt": pyoxigraph.RdfFormat.N_TRIPLES,
    "ttl": pyoxigraph.RdfFormat.TURTLE,
    "rdf": pyoxigraph.RdfFormat.RDF_XML,
    "jsonld": pyoxigraph.RdfFormat.JSON_LD,
    "nq": pyoxigraph.RdfFormat.N_QUADS,
    "trig": pyoxigraph.RdfFormat.TRIG,
}


@pytest.mark.slow
@pytest.mark.parametrize("extension", FORMATS)
@pytest.mark.parametrize("packed", ["", ".gz"])
def test_every_syntax_from_a_file_a_folder_a_pattern_and_standard_input(
    tmp_path: Path, query: str, extension: str, packed: str
) -> None:
    path = written(tmp_path / "data" / f"a.{extension}{packed}", FORMATS[extension])
    for value in (str(path), str(path.parent), f"{path.parent}/*.{extension}{packed}"):
        result = run("query", "--data", value, query, "--format", "csv")
        assert (result.stdout.split(), result.exit_code) == (["o", "x"], 0), value


@pytest.mark.slow
@pytest.mark.parametrize("extension", FORMATS)
def test_standard_input_has_any_syntax(tmp_path: Path, query: str, extension: str) -> None:
    text = written(tmp_path / f"a.{extension}", FORMATS[extension]).read_text("utf-8")
    result = run("query", query, "--data", "-", "--format", "csv", input_=text)
    assert (result.stdout.split(), result.exit_code) == (["o", "x"], 0)


@pytest.mark.slow
def test_standard_input_may_name_graphs(tmp_path: Path) -> None:
    path = tmp_path / "q.rq"
    path.write_text(GRAPH_QUERY, "utf-8")
    for text in (QUADS, "<http://e/g> { <http://e/a> <http://e/p> 'x' }"):
        result = run("query", str(path), "--data", "-", "--format", "csv", input_=text)
        assert result.stdout.split() == ["g", "http://e/g"]


@pytest.mark.slow
def test_what_is_wrong_with_standard_input_is_told_of_it(query: str) -> None:
    result = run("query", query, "--data", "-", input_="<a> <b> \n <c> <d> .")
    assert result.exit_code == 2
    assert result.stderr.startswith("standard input:2: ")
    assert run("query", "-", "--data", "-", input_=QUERY).exit_code == 2


@pytest.mark.parametrize("value", ["none.ttl", "none/*.ttl", "empty"])
def test_what_is_not_there_is_told(tmp_path: Path, query: str, value: str) -> None:
    (tmp_path / "empty").mkdir()
    result = run("query", query, "--data", str(tmp_path / value))
    assert result.exit_code == 2
    assert result.stderr.startswith(f"{tmp_path / value}: ")


@pytest.mark.slow
@pytest.mark.parametrize("command", ["query", "test"])
def test_one_option_takes_several_files(tmp_path: Path, query: str, command: str) -> None:
    first = written(tmp_path / "a.ttl", FORMATS["ttl"])
    (tmp_path / "b.ttl").write_text("<http://e/b> <http://e/p> 'y' .", "utf-8")
    content = f"#+ expect: {{count: 2}}\n{QUERY}"
    Path(query).write_text(content, "utf-8")
    files = (str(first), str(tmp_path / "b.ttl"))
    for arguments in (("--data", *files, query), (query, "--data", *files)):
        result = run(command, *arguments)
        assert result.exit_code == 0
        if command == "query":
            assert len(json.loads(result.stdout)["results"]["bindings"]) == 2
        else:
            assert result.stdout == "1 of 1 queries passed.\n"


def test_a_file_of_rdf_is_taken_for_no_query(tmp_path: Path, query: str) -> None:
    path = str(written(tmp_path / "a.ttl", FORMATS["ttl"]))
    for command in (("test", path), ("query", path), ("test", query, path)):
        result = run(*command)
        assert result.exit_code == 2
        assert "name it behind --data" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "spread"),
    [
        (["--data", "a.ttl", "b.nq.gz", "q.rq"], ["--data", "a.ttl", "--data", "b.nq.gz", "q.rq"]),
        (["--data=a.ttl", "b.ttl"], ["--data=a.ttl", "--data", "b.ttl"]),
        (["--data", "folder", "queries"], ["--data", "folder", "queries"]),
        (["--data", "a.ttl", "-v", "b.ttl"], ["--data", "a.ttl", "-v", "b.ttl"]),
        (["--data", "-", "b.ttl", "-"], ["--data", "-", "--data", "b.ttl", "-"]),
        (["--data", "a.ttl", "--", "b.ttl"], ["--data", "a.ttl", "--", "b.ttl"]),
        (["--data"], ["--data"]),
    ],
)
def test_which_files_are_of_the_option(arguments: list[str], spread: list[str]) -> None:
    assert _spread(arguments) == spread


@pytest.mark.slow
def test_a_pattern_in_a_header(tmp_path: Path) -> None:
    written(tmp_path / "data" / "a.ttl", FORMATS["ttl"])
    query = tmp_path / "q.rq"
    query.write_text(f"#+ data: data/*.ttl\n#+ expect: {{count: 1}}\n{QUERY}", "utf-8")
    assert run("test", str(query)).stdout == "1 of 1 queries passed.\n"


PETS = """@prefix e: <http://e/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
e:tom a e:Cat . [] a e:Cat ; e:name "Rex" . e:Cat rdfs:subClassOf e:Animal ."""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("header", "options", "rows"),
    [
        ("", (), 0),
        ("#+ inference: [cax-sco]\n", (), 2),
        ("#+ closure: full\n", (), 2),
        ("", ("--closure", "full"), 2),
        ("#+ inference: [cax-sco]\n", ("--closure", "asserted"), 0),
        ("#+ inference: [cax-sco]\n#+ closure: asserted\n", (), 0),
    ],
)
def test_the_closure_of_data(
    tmp_path: Path, header: str, options: tuple[str, ...], rows: int
) -> None:
    data, query = tmp_path / "pets.ttl", tmp_path / "q.rq"
    data.write_text(PETS, "utf-8")
    text = "SELECT ?a { ?a a <http://e/Animal> }"
    query.write_text(f"{header}#+ expect: {{count: {rows}}}\n{text}", "utf-8")
    result = run("test", str(query), "--data", str(data), *options)
    assert (result.stdout, result.exit_code) == ("1 of 1 queries passed.\n", 0)
    asked = run("query", str(query), "--data", str(data), *options)
    assert len(json.loads(asked.stdout)["results"]["bindings"]) == rows


@pytest.mark.slow
def test_data_that_contradict_themselves_are_not_closed(tmp_path: Path) -> None:
    data, query = tmp_path / "data.ttl", tmp_path / "q.rq"
    data.write_text(
        "@prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix e: <http://e/> .\n"
        "e:A owl:disjointWith e:B . e:x a e:A , e:B .",
        "utf-8",
    )
    query.write_text(QUERY, "utf-8")
    assert run("query", str(query), "--data", str(data)).exit_code == 0
    assert run("query", str(query), "--data", str(data), "--closure", "full").exit_code == 3


def test_explain_takes_them_too(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "pets.ttl").write_text(PETS, "utf-8")
    triple = ("http://e/tom", "a", "http://e/Animal")
    assert "cax-sco" in run("explain", *triple, "--data", str(tmp_path / "data")).stdout
    assert "cax-sco" in run("explain", *triple, "--data", "-", input_=PETS).stdout

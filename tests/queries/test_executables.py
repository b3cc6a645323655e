"""Queries in Turtle, as SHACL's executables: read where they stand, and written."""

from pathlib import Path

import pytest
from rdflib import RDF, RDFS, SDO, SH, Graph, Literal, URIRef

from eakg.queries.contract import read_query, wrapped_query
from helpers.saved_query_files import Files, files_in, run

EXAMPLE = '''\
prefix ex: <https://sparql.example.org/.well-known/sparql-examples/>
prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#>
prefix schema: <https://schema.org/>
prefix sh: <http://www.w3.org/ns/shacl#>

ex:1 a sh:SPARQLExecutable, sh:SPARQL%sExecutable ;
  rdfs:comment "<p>All &lt;sizes&gt; of <em>things</em></p>"^^rdf:HTML ;
  sh:prefixes ex:prefixes ;
  sh:%s """PREFIX x: <http://x/>
%s""" ;
  schema:keywords "size", "thing" ;
  schema:target <https://sparql.example.org/sparql/> .
ex:prefixes sh:declare [ sh:prefix "d" ; sh:namespace "http://example.org/" ] .
'''


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return files_in(tmp_path)


def example(text: str, form: str = "Select") -> str:
    return EXAMPLE % (form, form.lower(), text)


def test_what_the_file_says_of_its_query(files: Files) -> None:
    query = read_query(files.write("1.ttl", example("SELECT ?n { ?x d:size ?n }")))
    assert query.summary == "All <sizes> of things"
    assert query.tags == ("size", "thing")
    assert query.endpoint == "https://sparql.example.org/sparql/"
    assert query.declared_prefixes == {"d": "http://example.org/"}
    assert query.name == "1"


@pytest.mark.slow
def test_examples_are_asked_and_looked_at_where_they_stand(files: Files) -> None:
    files.write("examples/1.ttl", example("SELECT ?n { ?x d:size ?n }"))
    files.write("examples/2.ttl", example("ASK { ?x d:size ?n }", "Ask"))
    files.write("examples/prefixes.ttl", "<urn:a> <urn:b> <urn:c> .")
    words = 'prefix sh: <http://www.w3.org/ns/shacl#>\nsh:SPARQLExecutable <urn:label> "a query" .'
    files.write("examples/ontology.ttl", words)
    data = str(files.folder / "data.ttl")
    done = run("test", str(files.folder / "examples"), "--data", data, "-v")
    assert "0 of 2 queries passed; 2 expect nothing and ran." in done.stdout
    assert run("test", str(files.folder / "examples/1.ttl"), "--data", data).exit_code == 0
    done = run("lint-queries", str(files.folder / "examples"))
    # The lines and columns are those of the file.
    assert "1.ttl:10: warning: the prefix x: is not used [unused-prefix]" in done.stdout
    slip = files.write("examples/3.ttl", example("SELECT ?n { ?x d:size }"))
    done = run("lint-queries", str(slip))
    assert "3.ttl:11:23: error: " in done.stdout
    before = slip.read_bytes()
    run("lint-queries", "--fix", str(files.folder / "examples"))
    assert slip.read_bytes() == before


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "words"),
    [
        (example("ASK {}").replace("sh:select", "sh:other"), "is RDF by its name, and no query"),
        (example("ASK {}") + 'ex:2 sh:ask "ASK {}" .', "has 2 queries of SHACL"),
        (example("ASK {}") + "ex:2 sh:ask", "4.ttl:"),
        (example("#+ summary: x\nASK {}").replace('"""PREFIX x: <http://x/>\n', '"""'), None),
    ],
)
def test_files_with_another_number_of_queries(files: Files, text: str, words: str | None) -> None:
    path = files.write("4.ttl", text)
    done = run("test", str(path), "--data", str(files.folder / "data.ttl"))
    assert done.exit_code == (0 if words is None else 2)
    assert (words or "") in done.stderr


def test_a_query_that_is_written_is_the_same_when_it_is_read(files: Files) -> None:
    texts = {
        "plain": "SELECT ?n { ?x :size ?n }",
        "quotes": 'ASK { ?x ?p """a "b" \\\\ \\"""" , \'\'\'c\'\'\' , "\\t\\u00e9" }',
        "name with spaces": "CONSTRUCT WHERE { ?x ?p ?y }",
        "described": "DESCRIBE :a",
    }
    header = "question: How large?\ntags: [a, b]\nendpoint: http://e/sparql\nexpect: {count: 6}"
    paths = [files.query(f"q/{name}", header, text) for name, text in texts.items()]
    done = run("format", str(files.folder / "q"), "--wrap", str(files.folder / "out"))
    assert done.exit_code == 0
    for path in paths:
        query = read_query(path)
        again = read_query(files.folder / "out" / f"{path.stem}.ttl")
        assert again.text.strip("\n") == query.text.strip("\n")
        assert (again.tags, again.question, again.endpoint) == (
            query.tags,
            query.question,
            query.endpoint,
        )
        assert again.expect == query.expect
    graph = Graph().parse(files.folder / "out/plain.ttl", publicID="http://e/")
    node = URIRef("http://e/plain")
    assert set(graph.objects(node, RDF.type)) == {SH.SPARQLExecutable, SH.SPARQLSelectExecutable}
    assert graph.value(node, RDFS.comment) == Literal("How large?")
    assert set(graph.objects(node, SDO.keywords)) == {Literal("a"), Literal("b")}
    assert graph.value(node, SDO.target) == URIRef("http://e/sparql")


def test_what_cannot_be_written(files: Files) -> None:
    files.query("a/q", "", "ASK {}")
    files.query("b/q", "", "ASK {}")
    folders = [str(files.folder / name) for name in "ab"]
    out = files.folder / "out"
    done = run("format", *folders, "--wrap", str(out))
    assert done.exit_code == 2
    assert "out/q.ttl is another query's; rename one" in done.stderr
    assert not out.exists()
    files.write("b/q.rq", "what is this")
    assert wrapped_query(read_query(files.folder / "b/q.rq")) is None
    done = run("format", folders[1], "--wrap", str(out))
    assert done.exit_code == 6
    assert "q.rq: is not written: it is no query" in done.stderr
    assert run("format", folders[0], "--wrap", str(out), "--check").exit_code == 2

"""Why rows of other people's graphs differ, and what they rest on: files, revisions, endpoints."""

import subprocess
from pathlib import Path

import pytest
from rdflib import URIRef

from eakg.queries.why.graph_state import NoSuchStateError
from eakg.queries.why.revision import data_state_at
from helpers.saved_query_files import Files, run
from helpers.serving import running

ZOO = """\
@prefix z: <http://zoo.example/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .

z:Cat rdfs:subClassOf z:Animal .
z:tom a z:Cat ;
  z:eats z:mouse .
"""
OTHER = ZOO.replace("z:Cat rdfs:subClassOf z:Animal .", "z:rex a z:Animal .")
TOM, REX = "http://zoo.example/tom", "http://zoo.example/rex"
ANIMALS = "PREFIX z: <http://zoo.example/>\nSELECT ?x { ?x a z:Animal }\n"


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Files:
    monkeypatch.chdir(tmp_path)
    files = Files(tmp_path)
    files.write("zoo.ttl", ZOO)
    files.write("rows.csv", f"x\n{TOM}\n")
    files.write("q.rq", f"#+ expect: {{rows: rows.csv}}\n{ANIMALS}")
    return files


def told(*arguments: str) -> list[str]:
    """The lines that say why a contract fails."""
    result = run("test", "-j", "1", *arguments)
    assert result.exit_code == 1, result.output
    return [line.strip() for line in result.stdout.splitlines()]


def test_a_row_that_came_is_led_to_its_line(files: Files) -> None:
    files.write("rows.csv", "x\n")
    lines = told("q.rq", "--data", "zoo.ttl", "--closure", "full")
    place = lines.index("z:tom rdf:type z:Animal  [cax-sco]")
    assert lines[place + 1] == "z:tom rdf:type z:Cat, in zoo.ttl:5"


def test_a_row_that_never_was_is_led_to_its_pattern(files: Files) -> None:
    assert "nothing matches z:tom rdf:type z:Animal" in told("q.rq", "--data", "zoo.ttl")


@pytest.fixture
def repository(files: Files) -> Files:
    """The files in a repository, whose working tree has others."""
    identity = ("-c", "user.name=A", "-c", "user.email=a@example.org")
    for arguments in (["init", "-q"], ["add", "-A"], [*identity, "commit", "-q", "-m", "Zoo"]):
        subprocess.run(["git", *arguments], cwd=files.folder, check=True, capture_output=True)
    files.write("zoo.ttl", OTHER)
    return files


def test_a_row_that_went_since_a_revision_is_led_to_what_is_gone(repository: Files) -> None:
    lines = told("q.rq", "--data", "zoo.ttl", "--closure", "full", "--since", "HEAD")
    assert "no longer: z:tom rdf:type z:Animal  [cax-sco]" in lines
    assert "without z:Cat rdfs:subClassOf z:Animal, at HEAD in zoo.ttl:4" in lines
    place = lines.index("not at HEAD:")
    assert lines[place + 1] == "z:rex rdf:type z:Animal"
    assert lines[place + 2] == "in zoo.ttl:4"


EATS = (URIRef(TOM), URIRef("http://zoo.example/eats"), URIRef("http://zoo.example/mouse"))


@pytest.mark.parametrize("name", ["zoo.ttl", "*.ttl", "."])
def test_files_at_a_revision_are_those_that_are_meant(repository: Files, name: str) -> None:
    """Whatever names them, and also where they are no more."""
    (repository.folder / "zoo.ttl").unlink()
    state = data_state_at([Path(name)], "HEAD", is_closed=False)
    assert state.places(EATS) == ["zoo.ttl:6"]


@pytest.mark.parametrize(
    ("name", "revision", "words"),
    [
        ("zoo.ttl", "no-such", "git has no graph at no-such"),
        ("new.ttl", "HEAD", "git has none of the files at HEAD"),
        ("/zoo.ttl", "HEAD", "git has no graph at HEAD"),
    ],
)
def test_a_state_that_is_not_there(repository: Files, name: str, revision: str, words: str) -> None:
    with pytest.raises(NoSuchStateError, match=words):
        data_state_at([Path(name)], revision, is_closed=False).proof(EATS)


def test_files_are_compared_with_other_files(files: Files) -> None:
    files.write("other.ttl", OTHER)
    files.write("q.rq", f"#+ expect: {{same-as: zoo.ttl}}\n{ANIMALS}")
    lines = told("q.rq", "--data", "other.ttl", "--closure", "full")
    assert "not here: z:tom rdf:type z:Animal  [cax-sco]" in lines
    assert "without z:Cat rdfs:subClassOf z:Animal, at zoo.ttl in zoo.ttl:4" in lines
    assert "not at zoo.ttl:" in lines
    assert "in other.ttl:4" in lines


def test_a_service_proves_what_it_has(files: Files) -> None:
    """Asked itself, and as what another answer is to be the same as."""
    files.write("rows.csv", "x\n")
    files.write("other.ttl", OTHER)
    with running("zoo.ttl") as address:
        there = f"{address}/sparql"
        lines = told("q.rq", "--endpoint", there)
        place = lines.index("z:tom rdf:type z:Animal  [cax-sco]")
        assert lines[place + 1].startswith("z:tom rdf:type z:Cat, in ")
        files.write("q.rq", f'#+ expect: {{same-as: "{there}"}}\n{ANIMALS}')
        lines = told("q.rq", "--data", "other.ttl", "--closure", "full")
    assert "not here: z:tom rdf:type z:Animal  [cax-sco]" in lines
    leaf = f"without z:Cat rdfs:subClassOf z:Animal, at {there}"
    assert any(line.startswith(leaf) for line in lines)
    assert f"not at {there}:" in lines


def test_an_endpoint_has_no_revisions(files: Files) -> None:
    result = run("test", "q.rq", "--endpoint", "http://127.0.0.1:9/sparql", "--since", "HEAD")
    assert result.exit_code == 2
    assert "--since is of files" in result.stderr


def test_large_files_are_not_looked_up(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    from eakg.queries.why import state_files

    monkeypatch.setattr(state_files, "LARGEST", 10)
    lines = told("q.rq", "--data", "zoo.ttl")
    assert any(line.startswith("it is not known why: the data have ") for line in lines)


STATEMENTS = """\
@prefix z: <http://zoo.example/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix eakg: <https://w3id.org/eakg/ontology#> .
z:s1 rdf:subject z:tom ; rdf:predicate z:eats ; rdf:object z:mouse ;
  prov:wasDerivedFrom <http://diary.example/1> ; eakg:verification "verified" .
z:s2 rdf:subject z:rex ; rdf:predicate z:eats ; rdf:object z:bone ;
  prov:wasDerivedFrom <http://diary.example/2> .
z:s3 rdf:subject z:kim ; rdf:predicate z:eats ; rdf:object z:hay .
z:rex z:eats z:bone .
z:kim z:eats z:hay .
"""


def test_rows_of_files_rest_on_what_their_statements_name(files: Files) -> None:
    files.write("said.ttl", STATEMENTS)
    head = "PREFIX z: <http://zoo.example/>\nSELECT ?x ?y { ?x z:eats ?y FILTER(?x = z:%s) }\n"
    for grade in ("sourced", "verified"):
        for name in ("tom", "rex", "kim"):
            header = f"#+ expect: {{evidence: {grade}}}\n"
            files.write(f"{name}-{grade}.rq", header + head % name)
    lines = told(*sorted(map(str, Path().glob("*-*.rq"))), "--data", "zoo.ttl", "said.ttl")
    faults = [line.partition(": ")[2] for line in lines if "source;" in line]
    assert faults == [
        "z:kim z:eats z:hay has no source; it is in said.ttl:11",
        "z:kim z:eats z:hay has no verified source; it is in said.ttl:11",
        "z:rex z:eats z:bone has no verified source; it is in said.ttl:10",
    ]
    assert lines[-1] == "3 of 6 queries passed."

"""Why rows of other people's graphs differ, and what they rest on: files, revisions, endpoints."""

import subprocess
from pathlib import Path

import pytest

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


@pytest.mark.parametrize("name", ["zoo.ttl", "*.ttl", "."])
def test_a_row_that_went_since_a_revision_is_led_to_what_is_gone(
    repository: Files, name: str
) -> None:
    lines = told("q.rq", "--data", name, "--closure", "full", "--since", "HEAD")
    assert "no longer: z:tom rdf:type z:Animal  [cax-sco]" in lines
    assert "without z:Cat rdfs:subClassOf z:Animal, at HEAD in zoo.ttl:4" in lines
    place = lines.index("not at HEAD:")
    assert lines[place + 1] == "z:rex rdf:type z:Animal"
    assert lines[place + 2].endswith("zoo.ttl:4")


@pytest.mark.parametrize(
    ("revision", "words"),
    [("no-such", "git has no graph at no-such"), ("HEAD", "git has none of the files at HEAD")],
)
def test_a_state_that_is_not_there(repository: Files, revision: str, words: str) -> None:
    repository.write("new.ttl", OTHER)
    lines = told("q.rq", "--data", "new.ttl", "--since", revision)
    assert any(line.startswith(f"it is not known why: {words}") for line in lines)


def test_files_are_compared_with_other_files(files: Files) -> None:
    files.write("other.ttl", OTHER)
    files.write("q.rq", f"#+ expect: {{same-as: zoo.ttl}}\n{ANIMALS}")
    lines = told("q.rq", "--data", "other.ttl", "--closure", "full")
    assert "not here: z:tom rdf:type z:Animal  [cax-sco]" in lines
    assert "without z:Cat rdfs:subClassOf z:Animal, at zoo.ttl in zoo.ttl:4" in lines
    assert "not at zoo.ttl:" in lines
    assert "in other.ttl:4" in lines


def test_a_service_proves_and_two_are_compared(files: Files) -> None:
    files.write("other.ttl", OTHER)
    with running("zoo.ttl") as first, running("other.ttl") as second:
        there = f"{first}/sparql"
        lines = told("q.rq", "--endpoint", f"{second}/sparql")
        assert "nothing matches z:tom rdf:type z:Animal" in lines
        assert lines.count("z:rex rdf:type z:Animal") == 1
        files.write("q.rq", f'#+ expect: {{same-as: "{there}"}}\n{ANIMALS}')
        lines = told("q.rq", "--endpoint", f"{second}/sparql")
    assert "not here: z:tom rdf:type z:Animal  [cax-sco]" in lines
    leaf = f"without z:Cat rdfs:subClassOf z:Animal, at {there}"
    assert any(line.startswith(leaf) for line in lines)
    assert f"not at {there}:" in lines


def test_standard_input_and_large_files_are_not_looked_up(
    files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
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


@pytest.mark.parametrize(
    ("grade", "who", "fault"),
    [
        ("sourced", "tom", ""),
        ("verified", "tom", ""),
        ("sourced", "rex", ""),
        ("verified", "rex", "z:rex z:eats z:bone has no verified source; it is in said.ttl:10"),
        ("sourced", "kim", "z:kim z:eats z:hay has no source; it is in said.ttl:11"),
    ],
)
def test_rows_of_files_rest_on_what_their_statements_name(
    files: Files, grade: str, who: str, fault: str
) -> None:
    files.write("said.ttl", STATEMENTS)
    body = f"SELECT ?x ?y {{ ?x z:eats ?y FILTER(?x = z:{who}) }}"
    header = f"#+ expect: {{evidence: {grade}}}\nPREFIX z: <http://zoo.example/>"
    files.write("e.rq", f"{header}\n{body}\n")
    result = run("test", "e.rq", "--data", "zoo.ttl", "said.ttl")
    assert result.exit_code == bool(fault), result.output
    assert fault in result.output

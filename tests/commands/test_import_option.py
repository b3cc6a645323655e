"""Imports of ontologies in every command that takes files as one graph, serves or loads them."""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click.testing
import pytest

import eakg.serve
from eakg.cli import main
from eakg.problems import ExitStatus
from eakg.store.embedded import EmbeddedStore
from eakg.store.graph_files import Contents
from eakg.store.prepared.folder import read_prepared
from eakg.store.request import QueryRequest

pytestmark = pytest.mark.slow

A = """@prefix : <http://example.org/> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
:a a owl:Ontology ;
  owl:imports :b .
:x a :Cat .
"""
B = """@prefix : <http://example.org/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
:Cat rdfs:subClassOf :Animal .
"""
X, ANIMAL = "<http://example.org/x>", "<http://example.org/Animal>"
GIVEN = "http://example.org/b=b.ttl"
CATALOG = """<catalog xmlns="urn:oasis:names:tc:entity:xmlns:xml:catalog" prefer="public">
<group id="Folder Repository" prefer="public" xml:base=""><uri name="http://example.org/b"
uri="b.ttl"/></group></catalog>"""
TOLD = "a.ttl:3: owl:imports <http://example.org/b> was not read (nothing is fetched)"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.ttl").write_text(A)
    (tmp_path / "b.ttl").write_text(B)
    return tmp_path


def run(*arguments: str) -> click.testing.Result:
    return click.testing.CliRunner().invoke(main, arguments, catch_exceptions=False)


def reason(options: Sequence[str]) -> tuple[bool, str]:
    result = run("reason", "a.ttl", *options)
    assert result.exit_code == ExitStatus.DONE
    return ANIMAL in result.stdout, result.stderr


def explain(options: Sequence[str]) -> tuple[bool, str]:
    result = run("explain", X, "a", ANIMAL, "--data", "a.ttl", *options)
    if result.exit_code == ExitStatus.DONE:
        assert "b.ttl" in result.stdout
    return result.exit_code == ExitStatus.DONE, result.stderr


def asked(contents: Contents) -> bool:
    answer = EmbeddedStore(contents).query(QueryRequest(f"ASK {{ {X} a {ANIMAL} }}")).read()
    return bool(json.loads(answer)["boolean"])


@pytest.fixture(params=["reason", "explain", "serve", "prepared", "load"])
def command(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Any:
    answers: list[bool] = []

    def keep(contents: Contents, *_: Any, **__: Any) -> ExitStatus:
        answers.append(asked(contents))
        return ExitStatus.DONE

    class Filler:
        def __init__(self, *_: object) -> None:
            pass

        def fill(self, contents: Contents, *_: object) -> None:
            keep(contents)

    monkeypatch.setattr(eakg.serve, "run", keep)
    monkeypatch.setattr("eakg.commands.load.Filler", Filler)

    def served(*arguments: str) -> tuple[bool, str]:
        result = run(*arguments)
        assert result.exit_code == ExitStatus.DONE, result.output
        return answers.pop(), result.stderr

    return {
        "reason": reason,
        "explain": explain,
        "serve": lambda options: served("serve", "a.ttl", *options),
        "prepared": lambda options: served("serve", "a.ttl", "--store", "store", *options),
        "load": lambda options: served(
            "load", "a.ttl", "--store", "sparql+http://127.0.0.1:9/", *options
        ),
    }[request.param]


def test_an_import_that_is_given_is_read(command: Any) -> None:
    follows, told = command(["--import", GIVEN])
    assert follows
    assert "owl:imports" not in told


def test_an_import_that_a_catalog_has_is_read(command: Any) -> None:
    Path("catalog-v001.xml").write_text(CATALOG)
    follows, told = command([])
    assert follows
    assert "owl:imports" not in told


def test_an_import_that_is_not_read_is_told(command: Any) -> None:
    follows, told = command([])
    assert not follows
    assert [line for line in told.splitlines() if "owl:imports" in line] == [
        f"{TOLD}; give its file with --import http://example.org/b=FILE, or in a catalog-v001.xml"
        " beside this one (warning)"
    ]


@pytest.mark.parametrize("option", ["oops", "http://example.org/b="])
def test_what_is_no_assignment(command: Any, option: str) -> None:
    with pytest.raises(AssertionError):
        assert command(["--import", option])[0]
    result = run("reason", "a.ttl", "--import", option)
    assert (result.exit_code, "is not IRI=FILE" in result.stderr) == (2, True)


def test_validation_reads_imports() -> None:
    Path("shapes.ttl").write_text(
        "@prefix : <http://example.org/> . @prefix sh: <http://www.w3.org/ns/shacl#> .\n"
        ":s a sh:NodeShape ; sh:targetClass :Animal ; sh:property [ sh:path :name ;\n"
        "  sh:minCount 1 ] ."
    )
    missing = run("validate", "a.ttl", "--shapes", "shapes.ttl")
    assert (missing.exit_code, TOLD in missing.stderr) == (0, True)
    whole = run("validate", "a.ttl", "--shapes", "shapes.ttl", "--import", GIVEN)
    assert (whole.exit_code, whole.stderr) == (1, "")
    plain = run("validate", "a.ttl", "--import", GIVEN)
    assert "owl:imports" not in plain.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("explain", X, "a", ANIMAL),
        ("validate",),
        ("serve",),
        ("load", "--store", "store"),
    ],
)
def test_imports_go_with_files(arguments: Sequence[str]) -> None:
    result = run(*arguments, "--import", GIVEN)
    assert result.exit_code == 2
    assert "--import goes with files that import" in result.stderr


def test_a_prepared_store_is_made_of_what_is_imported() -> None:
    def load(*arguments: str) -> str:
        result = run("load", "--store", "store", *arguments)
        assert result.exit_code == ExitStatus.DONE, result.output
        return result.stderr

    load("a.ttl", "--import", GIVEN)
    store = read_prepared(Path("store"))
    assert store is not None
    assert [Path(one.path).name for one in store.manifest.sources] == ["a.ttl", "b.ttl"]
    assert "was made of other files" in run("load", "--store", "store", "a.ttl").stderr
    assert "owl:imports" not in load("--rebuild", "--import", GIVEN)
    shutil.rmtree("store")
    assert TOLD in load("a.ttl").replace(f"{Path.cwd()}/", "")
    assert TOLD in load("--rebuild").replace(f"{Path.cwd()}/", "")


def test_imports_in_large_triples_are_told_when_they_are_met(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    owl = "http://www.w3.org/2002/07/owl#"
    Path("a.nt").write_text(
        "<u:a> <u:b> <u:c> .\n" * 99
        + f"<u:o> <{owl}imports> <u:o>, <u:p> .\n".replace(", <u:p>", "")
        + f"<u:o> <{owl}imports> <u:p> .\n<u:o> <{owl}imports> <u:p/1> .\n"
        f"<u:o> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{owl}Ontology> .\n"
        f"<u:o> <{owl}versionIRI> <u:p/1> .\n"
    )
    monkeypatch.setattr("eakg.rdf.inputs.imports.LARGEST_HEADER", 100)
    monkeypatch.setattr("eakg.rdf.inputs.imports._CHUNK", 100)
    words = "a.nt: owl:imports <u:p> was not read (in so large a file"
    for arguments in (("reason", "a.nt"), ("load", "a.nt", "--store", "store")):
        told = run(*arguments).stderr
        assert words in told
        assert told.count("owl:imports") == 1


def test_the_configuration_file_takes_files_from_its_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    answers: list[bool] = []

    def keep(contents: Contents, *_: Any, **__: Any) -> ExitStatus:
        answers.append(asked(contents))
        return ExitStatus.DONE

    monkeypatch.setattr(eakg.serve, "run", keep)
    (tmp_path / "eakg.toml").write_text(f'data = ["a.ttl"]\nimport = ["{GIVEN}"]\n')
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    result = run("serve", "--config", "../eakg.toml")
    assert (result.exit_code, answers) == (0, [True]), result.output

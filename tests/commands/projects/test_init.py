"""A project that `eakg init` makes is green at once, by the words of its README."""

import json
import re
import urllib.request
from pathlib import Path
from urllib.parse import quote

import pytest
from click.testing import CliRunner, Result
from rdflib import PROV, RDF, RDFS, Graph, URIRef

from eakg.cli import main
from eakg.names import EAKG
from helpers.serving import running

BASE = "https://example.org/harbour/id/"
STAR, LETTER = URIRef(f"{BASE}star"), f"{BASE}letter-1905-03-02"
OURS = re.compile(
    r"EAKG|ASEAN|w3id\.org/eakg/(?!ontology#|graph/(?:inferred|reifiers))|licenses/by/4.0"
)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that was made and built."""
    folder = tmp_path_factory.mktemp("projects") / "ships"
    for command in ("init", "build"):
        result = run(command, str(folder))
        assert result.exit_code == 0, result.output
    return folder


def test_the_readme_names_the_commands_and_every_file(project: Path) -> None:
    readme = (project / "README.md").read_text("utf-8")
    for command in ("build .", "validate .", "test .", "serve .", "publish site ."):
        assert f"eakg {command}\n" in readme
    names = {name.rstrip("/") for name in re.findall(r"`([\w./-]+)`", readme)}
    for path in project.iterdir():
        assert any(name.startswith(path.name) for name in {*names, "README.md"}), path


@pytest.mark.parametrize("command", ["validate", "test"])
def test_a_new_project_is_right(project: Path, command: str) -> None:
    result = run(command, str(project))
    assert (result.exit_code, result.stderr) == (0, ""), result.output
    assert "2 of 2 queries passed" in result.output or command == "validate"


def test_what_is_built_is_fresh_and_each_statement_leads_to_its_source(project: Path) -> None:
    assert run("build", str(project), "--check").exit_code == 0
    asserted, evidence = Graph(), Graph()
    for name in ("letter-1905-03-02", "register"):
        asserted.parse(project / "graph/asserted" / f"{name}.ttl")
        evidence.parse(project / "graph/evidence" / f"{name}.ttl")
    for triple in asserted:
        (statement, *_) = [
            node
            for node in evidence.subjects(RDF.subject, triple[0])
            if (node, RDF.predicate, triple[1]) in evidence
            and (node, RDF.object, triple[2]) in evidence
        ]
        assert str(statement).startswith(BASE)
        assert list(evidence.objects(statement, EAKG.evidence))
        assert list(evidence.objects(statement, PROV.wasDerivedFrom))
    subjects = {str(node) for node in (asserted + evidence).subjects()}
    assert all(one.startswith(BASE) for one in subjects)


def test_it_is_served_under_its_own_names(project: Path) -> None:
    with running(str(project)) as address:

        def page(path: str, media_type: str = "text/html") -> str:
            request = urllib.request.Request(address + path, headers={"Accept": media_type})
            with urllib.request.urlopen(request) as response:
                text: str = response.read().decode()
                return text

        star = f"/doc?iri={quote(STAR, safe='')}"
        html = page(star)
        assert "Star" in html
        assert f'href="/doc?iri={quote(LETTER, safe="")}#' in html
        assert "#row=2" in html
        for path in ("/", "/things", "/queries", star, f"/doc?iri={quote(LETTER, safe='')}"):
            assert not OURS.findall(page(path)), path
        triples = Graph().parse(data=page(star, "text/turtle"), format="turtle")
        assert str(triples.value(STAR, RDFS.label)) == "Star"
        table = f"/graph?iri={quote(f'{BASE}graph/background/register', safe='')}"
        assert 'id="row=2"' in page(table)
        voyage = {"s": f"<{BASE}star-1905>", "o": f"<{BASE}amoy>"}
        voyage["p"] = "<https://example.org/harbour/vocabulary#calledAt>"
        query = "&".join(f"{name}={quote(value, safe='')}" for name, value in voyage.items())
        proof = json.loads(page(f"/explain?{query}", "application/json"))
        sentences = json.dumps(proof)
        assert "the Star left Hamburg for Amoy" in sentences


@pytest.mark.slow
def test_it_is_published(project: Path, tmp_path: Path) -> None:
    result = run("publish", str(tmp_path / "site"), str(project), "--no-proofs")
    assert result.exit_code == 0, result.output
    for page in (tmp_path / "site").rglob("*.html"):
        assert not OURS.findall(page.read_text("utf-8")), page


def test_a_folder_that_is_not_empty_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    result = run("init", str(tmp_path))
    assert result.exit_code == 2
    assert result.stderr == (
        f"{tmp_path}: is there and not empty; name a folder that is not there yet\n"
    )
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("[build]", "[biuld]", "did you mean 'build'"),
        ('tables = "graph/background"', "tabels = 'x'", "did you mean 'tables'"),
        ('base = ["https://example.org/harbour/id/"]', "", "names no base"),
        ("harbour/id/", "harbour/id", "ends neither in / nor in #"),
        ('harbour = "https', 'harbour = "no iri', "which is no IRI"),
        ('harbour/vocabulary#"\n\n# What', 'harbour/vocabulary/"\n\n# What', "Ship"),
    ],
)
def test_a_slip_in_the_project_file_is_one_line(
    tmp_path: Path, old: str, new: str, words: str
) -> None:
    folder = tmp_path / "ships"
    run("init", str(folder))
    file = folder / "eakg.toml"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")
    result = run("build", str(folder))
    assert result.exit_code == 2, result.output
    assert words in result.stderr
    assert "Traceback" not in result.output
    assert not (folder / "graph/asserted").exists()


@pytest.mark.parametrize("option", [("--store", "folder"), ("--writable",)])
def test_what_only_a_service_does_is_refused(tmp_path: Path, option: tuple[str, ...]) -> None:
    result = run("publish", str(tmp_path / "site"), *option)
    assert result.exit_code == 2
    assert f"{option[0]} is for `eakg serve`" in result.stderr
    assert not (tmp_path / "site").exists()

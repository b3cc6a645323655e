"""Ways past contradictions by `eakg reason`, `load` and `serve`: what is made, told and refused."""

import json
import os
import signal
import subprocess
import sys
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from rdflib import URIRef

from eakg.cli import main
from eakg.reason.contradictions import OnContradiction
from eakg.serve.app.settings import Access, Settings
from eakg.serve.application import create_app
from eakg.store.embedded import EmbeddedStore
from eakg.store.graph_files import GraphFile, read_contents
from eakg.store.options import StoreOptions
from eakg.store.prepared.manifest import read_manifest
from helpers.patience import PATIENT
from helpers.serving import BEARER, TOKEN, running, send

EAKG = str(Path(sys.executable).with_name("eakg"))
PREFIXES = """@prefix : <http://e.org/> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
"""
DATA = PREFIXES + ":Cat rdfs:subClassOf :Animal ; owl:disjointWith :Dog .\n:tom a :Cat .\n"
BAD_DATE = ':o a owl:Ontology ; :modified "2025-10-6T18:00:00"^^xsd:dateTime .\n'
CLASH = ":rex a :Cat, :Dog .\n"
FOLLOWS = (
    "<http://e.org/tom> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://e.org/Animal> ."
)


@pytest.fixture
def good(tmp_path: Path) -> str:
    return written(tmp_path / "good.ttl", DATA)


@pytest.fixture
def ill_formed(tmp_path: Path) -> str:
    return written(tmp_path / "ill-formed.ttl", DATA + BAD_DATE)


@pytest.fixture
def clashing(tmp_path: Path) -> str:
    return written(tmp_path / "clashing.ttl", DATA + BAD_DATE + CLASH)


def written(path: Path, text: str) -> str:
    path.write_text(text)
    return str(path)


def eakg(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def lines_of(path: str, *, literal: str = "", clash: str = "") -> list[str]:
    """How the lines on standard error begin, and how they end."""
    ends = {f"{path}:6: contradiction (dt-not-type)": literal}
    ends[f"{path}:7: contradiction (cax-dw)"] = clash
    return [f"{start}: ...{end}" for start, end in ends.items() if end]


def told(result: Result) -> list[str]:
    """The same of what was told."""
    return [
        f"{line.partition('): ')[0]}): ...{'(warning)' if line.endswith('(warning)') else '.'}"
        for line in result.stderr.splitlines()
    ]


# The command, whether its output is there, its exit status, and the lines for the literal and the
# clash.
STOP: OnContradiction = "stop"
REPORT: OnContradiction = "report"
IGNORE: OnContradiction = "ignore-literals"
UPDATE = {**BEARER, "Content-Type": "application/sparql-update"}
REASONING = [
    ("good", STOP, True, 0, "", ""),
    ("good", REPORT, True, 0, "", ""),
    ("good", IGNORE, True, 0, "", ""),
    ("ill_formed", STOP, False, 3, ".", ""),
    ("ill_formed", REPORT, True, 3, "(warning)", ""),
    ("ill_formed", IGNORE, True, 0, "(warning)", ""),
    ("clashing", STOP, False, 3, ".", "."),
    ("clashing", REPORT, True, 3, "(warning)", "(warning)"),
    ("clashing", IGNORE, False, 3, "(warning)", "."),
]


@pytest.mark.parametrize(("name", "policy", "is_made", "status", "literal", "clash"), REASONING)
def test_reason_and_load(
    tmp_path: Path,
    request: pytest.FixtureRequest,
    name: str,
    policy: str,
    is_made: bool,
    status: int,
    literal: str,
    clash: str,
) -> None:
    path = request.getfixturevalue(name)
    expected = lines_of(path, literal=literal, clash=clash)
    output = tmp_path / "out.nt"
    result = eakg("reason", path, "-o", str(output), "--on-contradiction", policy, "--json")
    assert (result.exit_code, told(result)) == (status, expected)
    assert output.exists() == is_made
    assert not is_made or FOLLOWS in output.read_text().splitlines()
    report = json.loads(result.stdout)
    assert (report["on_contradiction"], report["withheld"]) == (policy, not is_made)
    assert report["contradictions"] == bool(literal) + bool(clash)
    assert report["ill_formed_literals"] == bool(literal)
    lines = [one["line"] for one in report["ignored"] + report["problems"]]
    assert sorted(lines) == [6] * bool(literal) + [7] * bool(clash)
    assert [one["line"] for one in report["ignored"]] == [6] * (policy == IGNORE and bool(literal))

    store = tmp_path / "store"
    result = eakg("load", "--store", str(store), path, "--on-contradiction", policy)
    assert (result.exit_code, told(result)) == (status, expected)
    assert (store / "prepared.json").exists() == is_made
    if is_made:
        manifest = read_manifest(store)
        counted = bool(literal) + bool(clash) if policy == REPORT else 0
        ignored = bool(literal) if policy == IGNORE else 0
        assert manifest.on_contradiction == policy
        assert (manifest.contradictions, manifest.ill_formed_literals) == (counted, ignored)
        # It is told again whenever it is served or named.
        again = eakg("load", "--store", str(store))
        assert (again.exit_code, told(again), again.stdout) == (status, expected, result.stdout)
        assert ("contradiction" in result.stdout) == bool(expected)


def test_another_word_for_report(tmp_path: Path, clashing: str) -> None:
    plain = eakg("reason", clashing, "--on-contradiction", "report")
    result = eakg("reason", clashing, "--allow-inconsistent")
    assert (result.exit_code, result.output) == (3, plain.output)
    both = ("--allow-inconsistent", "--on-contradiction", "ignore-literals")
    for command in (("reason", clashing), ("load", "--store", str(tmp_path / "s"), clashing)):
        result = eakg(*command, *both)
        assert (result.exit_code, len(result.stderr.splitlines())) == (2, 1)
        assert "not both" in result.stderr


@contextmanager
def served(*arguments: str, **environment: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The address of a service, and its process with what it writes to standard error."""
    with subprocess.Popen(
        [EAKG, "serve", "--port", "0", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "EAKG_TOKEN": TOKEN, **environment},
        start_new_session=True,
    ) as process:
        assert process.stdout
        line = process.stdout.readline()
        try:
            assert "http://" in line, process.communicate()
            yield line[line.index("http://") :].split()[0].rstrip("/"), process
        finally:
            os.killpg(process.pid, signal.SIGTERM)


def ask(address: str, text: str) -> bool:
    path = f"/sparql?{urllib.parse.urlencode({'query': text})}"
    answer = send(address, "GET", path, {"Accept": "application/sparql-results+json"})
    return bool(json.loads(answer.body)["boolean"])


def page(address: str) -> str:
    return send(address, "GET", "/contradictions", {"Accept": "text/html"}).body.decode()


def insertion(triples: str) -> str:
    """An update that brings triples."""
    prefixes = PREFIXES.replace("@prefix", "PREFIX").replace(" .", "")
    return f"{prefixes}INSERT DATA {{ {triples} }}"


@pytest.mark.processes
def test_a_service_lets_ill_formed_literals_pass(tmp_path: Path, ill_formed: str) -> None:
    """When it starts, when its files are read anew, and by the configuration file."""
    refused = subprocess.run([EAKG, "serve", ill_formed], capture_output=True, text=True)
    assert refused.returncode == 3
    config = Path(written(tmp_path / "eakg.toml", 'on-contradiction = "ignore-literals"\n'))
    with served(ill_formed, "--config", str(config)) as (address, process):
        assert process.stderr
        assert process.stderr.readline().startswith(f"{ill_formed}:6: contradiction (dt-not-type)")
        assert ask(address, "ASK { <http://e.org/tom> a <http://e.org/Animal> }")
        assert "2025-10-6T18:00:00" in page(address)
        second_date = ':p :modified "13:00"^^xsd:time .\n'
        Path(ill_formed).write_text(DATA + BAD_DATE + second_date)
        process.send_signal(signal.SIGHUP)
        lines = [process.stderr.readline() for _ in range(3)]
        assert sum("(dt-not-type)" in line for line in lines) == 2
        assert ask(address, 'ASK { ?s ?p "13:00"^^<http://www.w3.org/2001/XMLSchema#time> }')
        Path(ill_formed).write_text(DATA + BAD_DATE + CLASH)
        process.send_signal(signal.SIGHUP)
        lines = [process.stderr.readline() for _ in range(3)]
        assert sum("(cax-dw)" in line for line in lines) == 1
        assert "goes on" in lines[-1]
        assert not ask(address, "ASK { <http://e.org/rex> ?p ?o }")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("policy", "literal", "clash"), [(STOP, 409, 409), (IGNORE, 200, 409), (REPORT, 200, 200)]
)
def test_updates_that_bring_contradictions(
    good: str, policy: OnContradiction, literal: int, clash: int
) -> None:
    """An ill-formed literal is let pass by ignore-literals, and nothing else; report takes all."""
    options = StoreOptions(writable=True, on_contradiction=policy)
    contents = read_contents([GraphFile(URIRef("urn:x-test:good"), Path(good))])
    settings = Settings("", PATIENT, options=options, access=Access(Access.digest(TOKEN)))
    client = create_app(settings, EmbeddedStore(contents, options)).test_client()
    for triples, status in ((BAD_DATE, literal), (CLASH, clash)):
        assert client.post("/update", data=insertion(triples), headers=UPDATE).status_code == status
    html = client.get("/contradictions", headers={"Accept": "text/html"}).text
    assert ("2025-10-6T18:00:00" in html) == (literal == 200)
    rows = client.get("/sparql?format=csv&query=SELECT * { <http://e.org/rex> ?p ?o }").text
    assert (rows.count("\n") > 1) == (clash == 200)


@pytest.mark.processes
def test_the_environment_says_what_updates_may_bring(good: str) -> None:
    with served(good, "--writable", EAKG_ON_CONTRADICTION=IGNORE) as (address, _):
        for triples, status in ((BAD_DATE, 200), (CLASH, 409)):
            body = insertion(triples).encode()
            assert send(address, "POST", "/update", UPDATE, body).status == status


@pytest.mark.processes
def test_a_prepared_store_is_served_as_it_was_made(tmp_path: Path, clashing: str) -> None:
    folder = str(tmp_path / "store")
    assert eakg("load", "--store", folder, clashing, "--on-contradiction", REPORT).exit_code == 3
    with running("--store", folder) as address:
        assert ask(address, "ASK { <http://e.org/tom> a <http://e.org/Animal> }")
        assert "There are 2" in page(address) or "2025-10-6T18:00:00" in page(address)

"""The rules of a service: what follows, and what the service says of them."""

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from click.testing import CliRunner, Result
from rdflib import DCTERMS, OWL, PROV, RDF, RDFS, Graph, Literal, Namespace, URIRef

from eakg.cli import main
from helpers.serving import BEARER, Answer, running, send

SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
ENTAILMENT = Namespace("http://www.w3.org/ns/entailment/")
EX = "http://example.org/"
DATA = f"""@prefix : <{EX}> . @prefix rdfs: <{RDFS}> . @prefix owl: <{OWL}> .
:ann :parent :bob . :bob :brother :cid . :parent rdfs:subPropertyOf :kin .
:brother a owl:SymmetricProperty .
"""
RULES = f"""PREFIX : <{EX}>
uncle: T(?x :parent ?y), T(?y :brother ?z) -> T(?x :uncle ?z)
not-oneself: T(?x :brother ?x) -> false
"""
TURTLE = {"Accept": "text/turtle"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("regimes")
    (path / "data.ttl").write_text(DATA)
    (path / "family.rules").write_text(RULES)
    (path / "eakg.toml").write_text('reasoning = "rdfs,family.rules"\ndata = ["data.ttl"]\n')
    return path


@pytest.fixture(scope="module")
def family(folder: Path) -> Iterator[str]:
    """A service by RDFS and rules of its own, which a configuration file names from its folder."""
    with running("--config", str(folder / "eakg.toml"), "--writable") as address:
        yield address


def asked(address: str, pattern: str) -> bool:
    query = urlencode({"query": f"PREFIX : <{EX}> PREFIX rdfs: <{RDFS}> ASK {{ {pattern} }}"})
    return bool(json.loads(send(address, "GET", f"/sparql?{query}", {}).body)["boolean"])


def updated(address: str, text: str) -> Answer:
    kind = {**BEARER, "Content-Type": "application/sparql-update"}
    return send(address, "POST", "/update", kind, f"PREFIX : <{EX}> {text}".encode())


def graph(address: str, path: str) -> Graph:
    return Graph().parse(data=send(address, "GET", path, TURTLE).body, format="turtle")


def test_what_follows_by_both(family: str) -> None:
    assert asked(family, ":ann :uncle :cid ; :kin :bob")
    assert not asked(family, ":cid :brother :bob")


def test_an_update(family: str) -> None:
    assert updated(family, "INSERT DATA { :dan :parent :bob }").status == 200
    assert asked(family, ":dan :uncle :cid")
    assert updated(family, "DELETE DATA { :dan :parent :bob }").status == 200
    assert not asked(family, ":dan :uncle :cid")


def test_a_contradiction(family: str) -> None:
    answer = updated(family, "INSERT DATA { :dan :brother :dan }")
    assert answer.status == 409
    assert "family.rules:not-oneself" in answer.body.decode()


def test_a_proof_names_the_rule_and_its_file(family: str) -> None:
    words = urlencode({"s": f"{EX}ann", "p": f"{EX}uncle", "o": f"{EX}cid"})
    proof = json.loads(
        send(family, "GET", f"/explain?{words}", {"Accept": "application/json"}).body
    )
    assert "family.rules:uncle" in json.dumps(proof)
    page = send(family, "GET", f"/explain?{words}", {"Accept": "text/html"}).body.decode()
    assert "family.rules:uncle" in page
    description = graph(family, f"/explain?{words}")
    (plan,) = description.subjects(RDFS.label, Literal("family.rules:uncle"))
    answer = send(family, "GET", f"/id/rule/{str(plan).rpartition('/')[2]}", {})
    assert answer.status == 303
    assert answer.headers["location"].endswith("/rules#family.rules%3Auncle")


def test_the_rules_are_listed(family: str) -> None:
    page = send(family, "GET", "/rules", {"Accept": "text/html"}).body.decode()
    assert 'id="family.rules%3Auncle"' in page
    assert "follows by RDFS and the rules of family.rules, and by no other rules" in page
    plans = graph(family, "/rules")
    (plan,) = plans.subjects(RDFS.label, Literal("family.rules:uncle"))
    assert (plan, RDF.type, PROV.Plan) in plans
    assert send(family, "GET", "/id/rule/family.rules%3Aaunt", {}).status == 404


def test_rules_that_are_no_regime_are_told_in_words(family: str) -> None:
    description = graph(family, "/sparql")
    service = URIRef(f"{family}/sparql")
    assert (service, SD.defaultEntailmentRegime, None) not in description
    words = " ".join(map(str, description.objects(service, DCTERMS.description)))
    assert "RDFS and the rules of family.rules" in words
    assert "no entailment regime of SPARQL 1.1" in words


@pytest.mark.parametrize(("name", "regime"), [("rdfs", "RDFS"), ("rdf", "RDF")])
def test_a_regime_with_what_holds_of_everything(folder: Path, name: str, regime: str) -> None:
    with running("--reasoning", name, "--trivial", str(folder / "data.ttl")) as address:
        description = graph(address, "/sparql")
        service = URIRef(f"{address}/sparql")
        regimes = set(description.objects(service, SD.defaultEntailmentRegime))
        assert regimes == {ENTAILMENT[regime]}
        assert (service, SD.defaultSupportedEntailmentProfile, None) not in description
        assert asked(address, f":parent a <{RDF.Property}>")
        assert asked(address, ":ann a rdfs:Resource") == (name == "rdfs")
        assert asked(address, ":ann :kin :bob") == (name == "rdfs")


def test_the_shipped_graph_by_other_rules() -> None:
    with running("--reasoning", "rdfs") as address:
        assert not asked(address, "?x <http://www.w3.org/2002/07/owl#sameAs> ?y")
        assert asked(address, "?c rdfs:subClassOf ?d")
        graphs = graph(address, "/sparql")
        labels = " ".join(map(str, graphs.objects(None, DCTERMS.description)))
        assert "What follows from the other graphs by RDFS, and nothing else" in labels


def called(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def test_a_prepared_store_has_the_rules_that_it_was_made_with(folder: Path) -> None:
    store, rules = str(folder / "store"), folder / "own.rules"
    rules.write_text(RULES)
    data = str(folder / "data.ttl")
    reasoning = ("--reasoning", f"rdfs,{rules}")
    assert called("load", "--store", store, *reasoning, data).exit_code == 0
    with running("--store", store, *reasoning) as address:
        assert asked(address, ":ann :uncle :cid ; :kin :bob")
    other = called("serve", "--store", store, "--reasoning", "rdfs")
    assert other.exit_code == 2
    assert "was made with --reasoning rdfs+own.rules; give that too, or --rebuild for rdfs" in (
        other.stderr
    )
    rules.write_text(RULES.replace(":uncle", ":aunt"))
    changed = called("serve", "--store", store, *reasoning)
    assert changed.exit_code == 2
    assert "was made with other rules of rdfs+own.rules; --rebuild makes it anew" in changed.stderr


def test_what_is_no_choice_is_refused(folder: Path) -> None:
    done = called("serve", "--reasoning", "owl2", str(folder / "data.ttl"))
    assert done.exit_code == 2
    assert "owl2: is no set of rules" in done.stderr

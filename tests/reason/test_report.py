"""Contradictions as lines for people."""

import gzip
import shutil
from pathlib import Path

from click.testing import CliRunner
from rdflib import Graph
from rdflib.namespace import OWL, RDF

from eakg.cli import main
from eakg.dataset.places import Place, Places
from eakg.names import EAKG, ID
from eakg.reason.contradictions.inconsistency import Inconsistency
from eakg.reason.contradictions.report import contradiction
from helpers.small_dataset import Small


def test_of_many_places_three_are_named() -> None:
    graph = Graph().parse(data="@prefix : <http://example.org/> . :a a :B .", format="turtle")
    (triple,) = graph
    places = Places()
    for line in range(1, 8):
        places.add(triple, Place("a.ann", line))
    clash = Inconsistency("cax-dw", "a clash", (triple,))
    assert "a.ann:1, a.ann:2, a.ann:3 and 4 more" in contradiction(clash, places, "x").message


def test_sentences_of_a_built_graph_are_quoted(built: Small) -> None:
    Path("bad.nt").write_text(
        f"<{EAKG.Act}> <{OWL.disjointWith}> <{EAKG.Nonsense}> .\n"
        f"<{ID.gift}> <{RDF.type}> <{EAKG.Nonsense}> .\n"
        f"<{EAKG.recipient}> <{OWL.propertyDisjointWith}> <{EAKG.agent}> .\n"
        f"<{ID.gift}> <{EAKG.agent}> <{ID.laos}> .\n",
        "utf-8",
    )
    result = built.run("reason", "graph/asserted/note.ttl", "ontology/eakg.ttl", "bad.nt")
    assert result.exit_code == 3
    types, properties = result.stderr.splitlines()
    said = '"Japan gave masks to Laos on 5 March 2020."'
    assert f"rdf:type eakg:Act (inferred from graph/asserted/note.ttl:11, bad.nt:2 {said})" in types
    assert "rdf:type eakg:Nonsense (bad.nt:2)" in types
    assert f"eakg:recipient id:laos (graph/asserted/note.ttl:19 {said})" in properties


def test_files_without_evidence_are_named_by_line_alone(built: Small) -> None:
    shutil.copy("graph/asserted/note.ttl", "note.ttl")
    Path("bad.nt").write_text(
        f"<{EAKG.recipient}> <{OWL.propertyDisjointWith}> <{EAKG.agent}> .\n"
        f"<{ID.gift}> <{EAKG.agent}> <{ID.laos}> .\n",
        "utf-8",
    )
    (line,) = built.run("reason", "note.ttl", "bad.nt").stderr.splitlines()
    assert "(note.ttl:19)" in line
    assert "Japan gave" not in line


def test_places_in_compressed_files(tmp_path: Path) -> None:
    data = tmp_path / "data.ttl.gz"
    text = (
        "@prefix : <http://example.org/> .\n@prefix owl: <http://www.w3.org/2002/07/owl#> .\n"
        ":A owl:disjointWith :B .\n:x a :A ,\n    :B .\n"
    )
    data.write_bytes(gzip.compress(text.encode()))
    result = CliRunner().invoke(main, ["reason", str(data)])
    assert result.exit_code == 3
    assert result.stderr.startswith(f"{data}:4: contradiction (cax-dw)")
    assert f"({data}:3)" in result.stderr
    assert f"({data}:5)" in result.stderr
    assert "(inferred" not in result.stderr

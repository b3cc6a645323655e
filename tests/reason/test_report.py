"""Contradictions as lines for people."""

import gzip
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from pyoxigraph import RdfFormat, parse, serialize
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
    lines = result.stderr.splitlines()
    types, properties = (line for line in lines if not line.endswith("(warning)"))
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


CLASH = """@prefix : <http://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
:A owl:disjointWith :B .
:x a :A , :B .
"""
CLASH_IN_XML = f"""<?xml version="1.0"?>
<rdf:RDF xmlns:rdf="{RDF}" xmlns:owl="{OWL}" xmlns:e="http://example.org/">
  <rdf:Description rdf:about="http://example.org/A">
    <owl:disjointWith rdf:resource="http://example.org/B"/>
  </rdf:Description>
  <e:A rdf:about="http://example.org/x">
    <rdf:type
      rdf:resource="http://example.org/B"/>
  </e:A>
</rdf:RDF>
"""


def reason(*files: Path) -> str:
    result = CliRunner().invoke(main, ["reason", *map(str, files)])
    assert result.exit_code == 3
    return result.stderr


def test_what_is_asserted_in_xml_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "clash.rdf"
    path.write_text(CLASH_IN_XML, "utf-8")
    line = reason(path)
    assert line.startswith(f"{path}:6: contradiction (cax-dw)")
    assert f"rdf:type <http://example.org/A> ({path}:6)" in line
    assert f"rdf:type <http://example.org/B> ({path}:7)" in line
    assert f"owl:disjointWith <http://example.org/B> ({path}:4)" in line


@pytest.mark.parametrize("extension", ["ttl", "nt", "nq", "trig", "rdf", "jsonld", "rdf.gz"])
def test_what_is_asserted_is_asserted_in_any_syntax(tmp_path: Path, extension: str) -> None:
    syntax = RdfFormat.from_extension(extension.partition(".")[0])
    assert syntax is not None
    text = serialize(parse(CLASH, format=RdfFormat.TURTLE), format=syntax)
    assert text is not None
    path = tmp_path / f"clash.{extension}"
    path.write_bytes(gzip.compress(text) if extension.endswith("gz") else text)
    line = reason(path)
    assert "(inferred" not in line
    assert line.count(f"({path}:") + line.count(f"(asserted in {path})") == 3


@pytest.mark.parametrize("syntax", ["ttl", "rdf", "jsonld"])
def test_what_follows_is_inferred_in_any_syntax(tmp_path: Path, syntax: str) -> None:
    text = CLASH.replace(":x a :A , :B .", ":x a :C, :B . :C rdfs:subClassOf :A .")
    prefix = "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
    graph = Graph().parse(data=prefix + text, format="turtle")
    path = tmp_path / f"clash.{syntax}"
    name = {"rdf": "xml", "jsonld": "json-ld", "ttl": "turtle"}[syntax]
    path.write_bytes(graph.serialize(format=name).encode())
    line = reason(path)
    assert f"rdf:type <http://example.org/A> (inferred from {path}" in line
    assert line.count("(inferred") == 1


def test_what_is_asserted_in_a_large_file_is_asserted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("eakg.reason.contradictions.report._SMALL", 10)
    path = tmp_path / "clash.ttl"
    path.write_text(CLASH, "utf-8")
    line = reason(path)
    assert "(inferred" not in line
    assert line.count("(asserted)") == 3


def test_all_values_of_a_clash_are_named_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "values.nt"
    lines = [f'<http://e/x> <http://e/p> "{number}" .' for number in range(60)]
    path.write_text(f"<http://e/p> <{RDF.type}> <{OWL.FunctionalProperty}> .\n" + "\n".join(lines))
    (line,) = reason(path).splitlines()
    assert all(f'<http://e/p> "{number}" ({path}:{number + 2})' in line for number in range(60))

"""Places of triples: the line to go to and change."""

from pathlib import Path

import pytest
from rdflib import Literal, URIRef
from rdflib.namespace import RDF, RDFS

from eakg.dataset.places import Place, places_of_files

TURTLE = """\
@prefix : <http://x/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .

:tom a :Cat ;
    rdfs:label "Tom"@en ,
        "Thomas" .
:rex a :Dog .
:tom a :Dog .
<http://x/spike>
    a :Dog .
"""
X = "http://x/"


@pytest.mark.parametrize(
    ("subject", "predicate", "object_", "line"),
    [
        ("tom", RDF.type, URIRef(X + "Cat"), 4),
        ("tom", RDFS.label, Literal("Tom", lang="en"), 5),
        ("tom", RDFS.label, Literal("Thomas"), 6),
        ("rex", RDF.type, URIRef(X + "Dog"), 7),
        ("tom", RDF.type, URIRef(X + "Dog"), 8),
        ("spike", RDF.type, URIRef(X + "Dog"), 10),
    ],
)
def test_a_triple_has_the_line_where_it_is_written(
    tmp_path: Path, subject: str, predicate: URIRef, object_: URIRef, line: int
) -> None:
    path = tmp_path / "x.ttl"
    path.write_text(TURTLE, "utf-8")
    places = places_of_files([path])
    assert places.of((URIRef(X + subject), predicate, object_)) == (Place(str(path), line),)


def test_a_triple_of_two_files_has_two_places(tmp_path: Path) -> None:
    files = [tmp_path / "a.nt", tmp_path / "b.nt"]
    for number, path in enumerate(files):
        path.write_text("# x\n" * number + f"<{X}a> <{X}b> <{X}c> .\n", "utf-8")
    triple = URIRef(X + "a"), URIRef(X + "b"), URIRef(X + "c")
    assert places_of_files(files).of(triple) == (Place(str(files[0]), 1), Place(str(files[1]), 2))


def test_what_is_nowhere_has_no_place(tmp_path: Path) -> None:
    path = tmp_path / "x.ttl"
    path.write_text(TURTLE, "utf-8")
    places = places_of_files([path])
    assert places.of((URIRef(X + "no"), RDF.type, URIRef(X + "Cat"))) == ()
    assert places.of_subject(URIRef(X + "no")) is None

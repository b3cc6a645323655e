"""What a file is: by its extension, and where that is wrong, by how it begins."""

import gzip
from pathlib import Path

import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st

from eakg.problems import ProblemsError
from eakg.rdf.documents.detection import (
    FUNCTIONAL,
    HEAD,
    HTML,
    MANCHESTER,
    OBO,
    OWL_XML,
    ForeignSyntax,
    chosen_syntax,
    detected_syntax,
)
from eakg.rdf.documents.files import syntax_of
from eakg.rdf.parsing import parse_rdf
from eakg.rdf.syntaxes import (
    EXTENSIONS,
    JSON_LD_SYNTAX,
    N_QUADS_SYNTAX,
    N_TRIPLES_SYNTAX,
    RDF_XML_SYNTAX,
    SYNTAXES,
    TRIG_SYNTAX,
    TURTLE_SYNTAX,
    Syntax,
)
from helpers.tries import tries

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
OWL = "http://www.w3.org/2002/07/owl#"
LICENCE = "# (c) somebody\n" * 100


@pytest.mark.parametrize(
    ("text", "syntax"),
    [
        ("<?xml version='1.0'?><rdf:RDF/>", RDF_XML_SYNTAX),
        ("\ufeff<!DOCTYPE rdf:RDF []>", RDF_XML_SYNTAX),
        ("<rdf:RDF xmlns:rdf=''/>", RDF_XML_SYNTAX),
        (f"<!-- a --><r:RDF xmlns:r='{RDF}'/>", RDF_XML_SYNTAX),
        (f"<o:Ontology xmlns:o='{OWL}' xmlns:r='{RDF}' r:about=''/>", RDF_XML_SYNTAX),
        (f"<Ontology xmlns='{OWL}'><versionInfo>1</versionInfo></Ontology>", RDF_XML_SYNTAX),
        (f"<Ontology xmlns='{OWL}' ontologyIRI='http://e/o'/>", OWL_XML),
        (f"<?xml version='1.0'?>\n<!-- a -->\n<o:Ontology xmlns:o='{OWL}'>"
         "<o:Prefix name='' IRI='http://e/'/>", OWL_XML),
        (f"<!DOCTYPE Ontology [<!ENTITY owl '{OWL}'>]>\n"
         "<Ontology xmlns='&owl;'><Declaration>", OWL_XML),
        ("<!DOCTYPE html>\n<html><head><title>404</title>", HTML),
        ("<!-- a -->\n<HTML>\n<HEAD>", HTML),
        ("<html> <u:b> <u:c> .", TURTLE_SYNTAX),
        ("Prefix(:=<http://e/>)\nOntology(", FUNCTIONAL),
        (f"{LICENCE}Ontology (<http://e/o>", FUNCTIONAL),
        ("Namespace(=<http://e/>)", FUNCTIONAL),
        ("Prefix: : <http://e/>\nOntology: <http://e/o>", MANCHESTER),
        (f"{LICENCE}\nOntology: <http://e/o>", MANCHESTER),
        ("Class: A", MANCHESTER),
        ("format-version: 1.2\nontology: ex\n", OBO),
        ("! a\n\n[Term]\nid: EX:1\n", OBO),
        ("ontology: go", OBO),
        ('{"@id": "x"}', JSON_LD_SYNTAX),
        ("{}", JSON_LD_SYNTAX),
        ("[\n{}]", JSON_LD_SYNTAX),
        ("[]", JSON_LD_SYNTAX),
        ("[] <u:a> <u:b> .", TURTLE_SYNTAX),
        ("{ <u:a> <u:b> <u:c> }", TRIG_SYNTAX),
        ("GRAPH <u:g> { <u:a> <u:b> <u:c> }", TRIG_SYNTAX),
        ("<u:g> { <u:a> <u:b> <u:c> }", TRIG_SYNTAX),
        ("[ <u:a> <u:b> ] .", TURTLE_SYNTAX),
        ("# a\n<u:a> <u:b> <u:c> .", TURTLE_SYNTAX),
        ("<a> <b> <c> .", TURTLE_SYNTAX),
        ("<http://e/a> a <http://e/b> .", TURTLE_SYNTAX),
        ("PREFIX : <http://e/> :a :b :c .", TURTLE_SYNTAX),
        ("prefix : <http://e/> :a :b :c .", TURTLE_SYNTAX),
        ("Prefix : <http://e/> :a :b :c .", TURTLE_SYNTAX),
        ("@prefix a: <u:> .", TURTLE_SYNTAX),
        ("@prefix a: <u:> ." + " " * HEAD + "a:g {}", TRIG_SYNTAX),
        ("# a\n<u:a> <u:b> <u:c> <u:d> .", N_QUADS_SYNTAX),
        ('_:a <u:b> "a \\" b"@en _:g .', N_QUADS_SYNTAX),
        ("", None),
        ("<a/>", None),
        ("what is this", None),
    ],
)  # fmt: skip
def test_what_a_document_begins_with(text: str, syntax: Syntax | ForeignSyntax | None) -> None:
    assert detected_syntax(text.encode()[:HEAD]) is syntax
    if not text.startswith("\ufeff"):
        assert detected_syntax(text.encode("utf-16")[:HEAD]) is syntax


TEXTS = {
    TURTLE_SYNTAX: "@prefix : <http://e/> . :a :b :c .",
    N_TRIPLES_SYNTAX: "<http://e/a> <http://e/b> <http://e/c> .",
    N_QUADS_SYNTAX: "<http://e/a> <http://e/b> <http://e/c> <http://e/g> .",
    TRIG_SYNTAX: "@prefix : <http://e/> . :g { :a :b :c }",
    JSON_LD_SYNTAX: '{"@id": "http://e/a", "http://e/b": {"@id": "http://e/c"}}',
    RDF_XML_SYNTAX: f"<r:RDF xmlns:r='{RDF}' xmlns='http://e/'><r:Description r:about="
    "'http://e/a'><b r:resource='http://e/c'/></r:Description></r:RDF>",
}
PAIRS = [
    (syntax, extension)
    for syntax in TEXTS
    for extension in EXTENSIONS
    # Turtle by its name has no graphs, and is refused as Turtle.
    if syntax is not TRIG_SYNTAX or EXTENSIONS[extension] is not TURTLE_SYNTAX
]


@pytest.mark.parametrize("compression", ["", ".gz"])
@pytest.mark.parametrize(("syntax", "extension"), PAIRS)
def test_every_syntax_under_every_extension(
    tmp_path: Path, syntax: Syntax, extension: str, compression: str
) -> None:
    data = TEXTS[syntax].encode()
    path = tmp_path / f"x{extension}{compression}"
    path.write_bytes(gzip.compress(data) if compression else data)
    node = rdflib.URIRef("http://e/a")
    assert set(parse_rdf(path)) == {
        (node, rdflib.URIRef("http://e/b"), rdflib.URIRef("http://e/c"))
    }


@pytest.mark.parametrize(
    ("text", "name", "words"),
    [
        ("Ontology()", "x.owl", "is in OWL functional syntax, which is not read"),
        ("Ontology()", "x.ttl.gz", "x-rdf.ttl"),
        ("Ontology()", "x.ofn", "--output {folder}/x.ttl"),
        ("", "x.ofn", "OWL functional syntax"),
        ("Ontology: <http://e/o>", "x.rdf", "is in the Manchester syntax of OWL"),
        ("Class: A", "x.omn", "Manchester"),
        (f"<Ontology xmlns='{OWL}' ontologyIRI='u:o'/>", "x.owl", "is in OWL/XML"),
        (f"<Ontology xmlns='{OWL}' ontologyIRI='u:o'/>", "x.owx.gz", "is in OWL/XML"),
        ("format-version: 1.2", "x.obo", "is in the OBO format"),
        ("format-version: 1.2", "x.owl", "robot convert --input {folder}/x.owl"),
        ("<!DOCTYPE html>", "x.ttl", "is a page in HTML and no RDF"),
        ("<html lang='en'>", "x.json", "is a page in HTML and no RDF"),
    ],
)
def test_what_is_no_rdf_is_named(tmp_path: Path, text: str, name: str, words: str) -> None:
    path = tmp_path / name
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())
    with pytest.raises(ProblemsError) as refusal:
        syntax_of(path)
    (problem,) = refusal.value.problems
    assert words.format(folder=tmp_path) in problem.message
    assert problem.file == str(path)
    assert "not valid" not in problem.message


def test_an_extension_that_is_wrong_for_owl(tmp_path: Path) -> None:
    path = tmp_path / "x.owx"
    path.write_text(TEXTS[RDF_XML_SYNTAX])
    assert len(parse_rdf(path)) == 1


def test_a_file_that_cannot_be_read_is_told_by_the_reader(tmp_path: Path) -> None:
    assert syntax_of(tmp_path / "none.owl") is RDF_XML_SYNTAX
    with pytest.raises(ProblemsError, match="no such file"):
        syntax_of(tmp_path / "none.obo")


IRIS = st.from_regex(r"<(?:[a-z]+:)?[A-Za-z/#?!=.-]*>", fullmatch=True)
OBJECTS = st.one_of(IRIS, st.just('"Ontology(x"'), st.just("[]"), st.just("( 1 )"))
SUBJECTS = st.one_of(IRIS, st.sampled_from(["[]", "_:a", "( 1 )", "[ <u:b> 1 ]"]))


@pytest.mark.slow
@settings(deadline=None, max_examples=tries(300))
@given(
    st.sampled_from(["", "# Ontology(\n", "@base <http://e/> .\n", "\n "]), SUBJECTS, IRIS, OBJECTS
)
def test_what_is_turtle_stays_turtle(
    start: str, subject: str, predicate: str, object_: str
) -> None:
    text = f"{start}{subject} {predicate} {object_} ."
    assert chosen_syntax(TURTLE_SYNTAX, text.encode()) is TURTLE_SYNTAX


@pytest.mark.parametrize("syntax", SYNTAXES, ids=lambda one: one.name)
@pytest.mark.parametrize("text", ["", " \n", "# only a comment\n"])
def test_what_says_nothing_is_what_its_name_says(syntax: Syntax, text: str) -> None:
    assert chosen_syntax(syntax, text.encode()) is syntax


@pytest.mark.parametrize(
    ("start", "part"),
    [("", "<!--a-->"), ("_:", "<"), ("", "<?a?>"), ("", "#\n"), ("<a ", "a='b' ")],
)
def test_a_document_that_never_begins(start: str, part: str) -> None:
    detected_syntax((start + part * HEAD).encode()[:HEAD])

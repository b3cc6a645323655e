"""Lines of the triples of RDF/XML."""

from rdflib import Graph, Literal, Namespace
from rdflib.namespace import RDF

from eakg.dataset.xml_lines import xml_lines

EX = Namespace("http://ex.org/")
DOCUMENT = b"""<?xml version="1.0"?>
<!DOCTYPE rdf:RDF [ <!ENTITY ex "http://ex.org/"> ]>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
         xmlns:ex="http://ex.org/" xml:base="http://ex.org/">
  <ex:Class rdf:about="&ex;a" ex:colour="red">
    <ex:p rdf:resource="#b"/>
    <ex:q>
      <ex:Class rdf:about="c">
        <ex:p>words of
        two lines</ex:p>
      </ex:Class>
    </ex:q>
  </ex:Class>
</rdf:RDF>
"""


def test_a_triple_has_the_line_of_the_element_that_says_it() -> None:
    assert xml_lines(DOCUMENT, "file:///x.rdf") == {
        (EX.a, RDF.type, EX.Class): 5,
        (EX.a, EX.colour, Literal("red")): 5,
        (EX.a, EX.p, EX["#b"]): 6,
        (EX.a, EX.q, EX.c): 7,
        (EX.c, RDF.type, EX.Class): 8,
        (EX.c, EX.p, Literal("words of\n        two lines")): 9,
    }
    assert set(Graph().parse(data=DOCUMENT, format="xml")) == set(
        xml_lines(DOCUMENT, "file:///x.rdf")
    )


def test_what_comes_before_a_fault_has_lines() -> None:
    lines = xml_lines(DOCUMENT.replace(b"<ex:q>", b"<ex:q"), "file:///x.rdf")
    assert lines[EX.a, EX.p, EX["#b"]] == 6
    assert xml_lines(b"no XML", "file:///x.rdf") == {}


def test_no_other_document_is_read() -> None:
    document = b"""<!DOCTYPE r [ <!ENTITY e SYSTEM "file:///etc/hostname"> ]>
    <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:ex="http://ex.org/">
    <ex:C rdf:about="http://ex.org/a"><ex:p>&e;</ex:p></ex:C></rdf:RDF>"""
    values = {
        str(object_) for _, predicate, object_ in xml_lines(document, "") if predicate == EX.p
    }
    assert values <= {""}

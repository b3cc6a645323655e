"""Lines of the triples of RDF/XML: of the elements that say them."""

import io
from typing import Any
from xml.sax import SAXException, make_parser
from xml.sax.handler import feature_namespaces
from xml.sax.xmlreader import InputSource

from rdflib import Graph, Node
from rdflib.exceptions import ParserError
from rdflib.plugins.parsers.rdfxml import RDFXMLHandler

Triple = tuple[Node, Node, Node]


class _Sink(Graph):
    """Notes the line of each triple that is added."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[int] = []
        self.lines: dict[Triple, int] = {}

    def add(self, triple: Any) -> "_Sink":
        """Note a triple of the element that is being read."""
        self.lines.setdefault(triple, self.elements[-1])
        return self


class _Handler(RDFXMLHandler):
    """Knows the lines of the elements that are open."""

    def __init__(self, sink: _Sink) -> None:
        super().__init__(sink)
        self.elements = sink.elements

    def startElementNS(self, name: Any, qname: Any, attrs: Any) -> None:
        """The beginning of an element."""
        self.elements.append(self.locator.getLineNumber() or 0)
        super().startElementNS(name, qname, attrs)

    def endElementNS(self, name: Any, qname: Any) -> None:
        """The end of an element."""
        super().endElementNS(name, qname)
        self.elements.pop()


def xml_lines(document: bytes, base: str) -> dict[Triple, int]:
    """The lines of the triples of an RDF/XML document, in which rdflib reads it; those before the
    first fault where it has one, or says what rdflib does not understand.

    Arguments: the document; what relative IRIs are resolved against.
    """
    sink = _Sink()
    source = InputSource(base)
    source.setByteStream(io.BytesIO(document))
    parser = make_parser()  # noqa: S317 - reads no external entity, and expat lets none grow much
    parser.setFeature(feature_namespaces, True)
    parser.setContentHandler(_Handler(sink))
    try:
        parser.parse(source)
    except (SAXException, ParserError, ValueError, AssertionError, LookupError, AttributeError):
        return sink.lines
    return sink.lines

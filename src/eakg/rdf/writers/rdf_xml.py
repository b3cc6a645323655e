"""Writing triples in RDF/XML, each with an element for its property and none for a class.

The engine's own writer writes elements without a name, or with the reserved prefix `xmlns`, for
properties and classes whose IRIs do not end in a name, the class rdf:Description as no class, and
labels of blank nodes that XML has not. Elements here are descriptions and properties; a property
that no XML name stands for is refused.

Specification: RDF 1.1 XML Syntax, and for triple terms and base directions RDF 1.2 XML Syntax.
"""

import re
from collections.abc import Iterable, Mapping
from itertools import groupby
from operator import attrgetter
from typing import BinaryIO, cast

import pyoxigraph
from rdflib.namespace import RDF, XSD

from eakg.rdf.writers.engine import character_words
from eakg.rdf.writers.lacks import Lack, UnwritableError
from eakg.rdf.writers.xml_names import is_name, starts_of_names

_RDF, _STRING = str(RDF), str(XSD.string)
_RESERVED = frozenset({"rdf", "its", "ns"})
_UNBOUND = frozenset({"", "http://www.w3.org/XML/1998/namespace", "http://www.w3.org/2000/xmlns/"})
"""Namespaces that no declaration may bind to a prefix (sections 2.1 and 3)."""
_NOT_PROPERTIES = frozenset(
    _RDF + name
    for name in (
        *("RDF", "ID", "about", "parseType", "resource", "nodeID", "datatype", "Description"),
        *("li", "aboutEach", "aboutEachPrefix", "bagID"),
    )
)
"""What means something else as the name of an element (sections 6.1.4 and 7.4)."""
_NO_CHARACTER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#xD;"})
_SPACES = " \t\n\r"
_SPACE = str.maketrans({space: f"&#x{ord(space):X};" for space in _SPACES})
_TO_ESCAPE = re.compile('[&<>"\r]')
_PLAIN_LABEL = re.compile("[A-Za-z][A-Za-z0-9]*")
_NOT_IN_LABELS = re.compile("[^A-Za-z0-9]")
_RDF12 = ' rdf:version="1.2"'
_ITS_NAMESPACE = ' xmlns:its="http://www.w3.org/2005/11/its" its:version="2.0"'


def write_rdf_xml(
    triples: Iterable[pyoxigraph.Triple], output: BinaryIO, prefixes: Mapping[str, str]
) -> None:
    """Write triples in RDF/XML, those of one subject together as long as they come so.

    Raises: UnwritableError.
    """
    names = _ElementNames(prefixes)
    output.write(f'<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF{names.bindings}>\n'.encode())
    for subject, description in groupby(triples, attrgetter("subject")):
        output.write(f"\t<rdf:Description {_subject(subject)}>\n".encode())
        for triple in description:
            output.write(f"\t\t{_property(triple, names)}\n".encode())
        output.write(b"\t</rdf:Description>\n")
    output.write(b"</rdf:RDF>\n")


class _ElementNames:
    """The names of properties as elements, with the namespaces that they bind."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        free = {
            prefix: iri
            for prefix, iri in prefixes.items()
            if _may_be_bound(iri) and (not prefix or _is_free(prefix))
        }
        self.bindings = "".join(
            f' {f"xmlns:{prefix}" if prefix else "xmlns"}="{_escape(iri)}"'
            for prefix, iri in {**free, "rdf": _RDF}.items()
        )
        self._prefixes = {iri: prefix for prefix, iri in free.items()} | {_RDF: "rdf"}
        self._elements: dict[str, tuple[str, str]] = {}

    def element(self, iri: str) -> tuple[str, str]:
        """The name of a property, and the binding that it needs. Raises: UnwritableError."""
        if iri not in self._elements:
            self._elements[iri] = self._name(iri)
        return self._elements[iri]

    def _name(self, iri: str) -> tuple[str, str]:
        # Namespace and name are put together again, so that any place to cut them apart will do.
        places = [place for place in starts_of_names(iri) if _may_be_bound(iri[:place])]
        if iri in _NOT_PROPERTIES or not places:
            raise UnwritableError(f"the property <{iri}>, which has no name there", Lack.PROPERTY)
        place = next((place for place in places if iri[:place] in self._prefixes), None)
        if place is None:
            namespace, name = iri[: places[0]], iri[places[0] :]
            return f"ns:{name}", f' xmlns:ns="{_escape(namespace)}"'
        prefix, name = self._prefixes[iri[:place]], iri[place:]
        return f"{prefix}:{name}" if prefix else name, ""


def _may_be_bound(namespace: str) -> bool:
    """Whether a namespace may be declared: none that begins with that of RDF (section 5.1)."""
    return namespace not in _UNBOUND and (namespace == _RDF or not namespace.startswith(_RDF))


def _is_free(prefix: str) -> bool:
    """Whether a prefix is a name, and neither one of ours nor of XML's own, which begin with "xml"
    (Namespaces in XML 1.0, section 3)."""
    return is_name(prefix) and prefix not in _RESERVED and not prefix.lower().startswith("xml")


def _property(triple: pyoxigraph.Triple, names: _ElementNames) -> str:
    start, end = "", ""
    while isinstance(triple.object, pyoxigraph.Triple):
        name, binding = names.element(triple.predicate.value)
        triple = triple.object
        start += f'<{name}{binding}{_RDF12} rdf:parseType="Triple">'
        start += f"<rdf:Description {_subject(triple.subject)}>"
        end = f"</rdf:Description></{name}>{end}"
    name, binding = names.element(triple.predicate.value)
    match triple.object:
        case pyoxigraph.NamedNode(value=iri):
            element = f'<{name}{binding} rdf:resource="{_escape(iri)}"/>'
        case pyoxigraph.BlankNode(value=label):
            element = f'<{name}{binding} rdf:nodeID="{_node_id(label)}"/>'
        case pyoxigraph.Literal() as literal:
            element = f"<{name}{binding}{_kind(literal)}>{_text(literal.value)}</{name}>"
    return f"{start}{element}{end}"


def _subject(term: object) -> str:
    if isinstance(term, pyoxigraph.BlankNode):
        return f'rdf:nodeID="{_node_id(term.value)}"'
    return f'rdf:about="{_escape(cast(pyoxigraph.NamedNode, term).value)}"'


def _kind(literal: pyoxigraph.Literal) -> str:
    """The language, direction or datatype of a literal, as attributes."""
    if literal.direction is not None:
        direction = f'{_ITS_NAMESPACE} its:dir="{literal.direction.value}"'
        return f' xml:lang="{literal.language}"{_RDF12}{direction}'
    if literal.language:
        return f' xml:lang="{literal.language}"'
    if literal.datatype.value == _STRING:
        return ""
    return f' rdf:datatype="{_escape(literal.datatype.value)}"'


def _node_id(label: str) -> str:
    """A label of a blank node as a name that every reader takes; two that differ stay so."""
    if _PLAIN_LABEL.fullmatch(label):
        return label
    return "b." + _NOT_IN_LABELS.sub(lambda match: f"_{ord(match[0]):X}.", label)


def _text(text: str) -> str:
    """Text as the content of an element. Raises: UnwritableError."""
    if character := _NO_CHARACTER.search(text):
        raise UnwritableError(character_words(character[0]), Lack.CHARACTER)
    if text[:1].isspace() or text[-1:].isspace():
        # Some readers take off what stands around.
        inner = text.strip(_SPACES)
        start, _, end = text.partition(inner) if inner else (text, "", "")
        return start.translate(_SPACE) + _escape(inner) + end.translate(_SPACE)
    return _escape(text)


def _escape(text: str) -> str:
    return text.translate(_ESCAPES) if _TO_ESCAPE.search(text) else text

"""Readers of the formats of results that are none of ours: what each says, term by term.

A term is a tuple: its kind, and what it is made of. Blank nodes have the labels of the document.
"""

import csv
import io
import json
import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from xml.etree import ElementTree

import pyoxigraph
import rdflib
from rdflib.term import Node

Term = tuple[object, ...]
Row = dict[str, Term]
_STRING = "http://www.w3.org/2001/XMLSchema#string"
_SPARQL = "{http://www.w3.org/2005/sparql-results#}"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_SHORT = {
    "integer": re.compile("[+-]?[0-9]+"),
    "decimal": re.compile(r"[+-]?[0-9]*\.[0-9]+"),
    "double": re.compile(r"[+-]?(?:[0-9]+\.[0-9]*|\.?[0-9]+)[eE][+-]?[0-9]+"),
    "boolean": re.compile("true|false"),
}
"""Numbers and truth values without quotes (RDF 1.1 Turtle, section 6.5)."""
_DIRECTION = "{http://www.w3.org/2005/11/its}dir"


def iri(value: str) -> Term:
    """An IRI."""
    return "iri", value


def blank(label: str) -> Term:
    """A blank node."""
    return "blank", label


def literal(text: str, language: str | None, direction: str | None, datatype: str | None) -> Term:
    """A literal; language tags are compared without case (RDF 1.1 Concepts, section 3.3)."""
    if language:
        return "literal", text, language.lower(), direction or "", ""
    return "literal", text, "", "", datatype or _STRING


def engine_term(term: object) -> Term:
    """A term of the engine."""
    match term:
        case pyoxigraph.NamedNode():
            return iri(term.value)
        case pyoxigraph.BlankNode():
            return blank(term.value)
        case pyoxigraph.Literal():
            direction = term.direction and term.direction.value
            return literal(term.value, term.language, direction, term.datatype.value)
        case pyoxigraph.Triple():
            return "triple", *map(engine_term, (term.subject, term.predicate, term.object))
    raise TypeError(term)


def rdflib_term(term: Node) -> Term:
    """A term of rdflib."""
    match term:
        case rdflib.URIRef():
            return iri(str(term))
        case rdflib.BNode():
            return blank(str(term))
        case rdflib.Literal():
            return literal(str(term), term.language, None, term.datatype and str(term.datatype))
    raise TypeError(term)


def read_json(data: bytes) -> list[Row]:
    """SPARQL 1.2 Query Results JSON Format, section 3.2.2."""
    results = json.loads(data)["results"]["bindings"]
    return [{name: _json_term(value) for name, value in row.items()} for row in results]


def _json_term(value: dict) -> Term:  # type: ignore[type-arg]  # as JSON is
    match value["type"]:
        case "uri":
            return iri(value["value"])
        case "bnode":
            return blank(value["value"])
        case "triple":
            parts = value["value"]
            return "triple", *(_json_term(parts[one]) for one in ("subject", "predicate", "object"))
    assert value["type"] == "literal"
    language, direction = value.get("xml:lang"), value.get("its:dir")
    return literal(value["value"], language, direction, value.get("datatype"))


def read_xml(data: bytes) -> list[Row]:
    """SPARQL 1.2 Query Results XML Format, section 2.3.1."""
    return [
        {binding.attrib["name"]: _xml_term(binding[0]) for binding in result}
        for result in ElementTree.fromstring(data).iter(f"{_SPARQL}result")  # noqa: S314 - our own
    ]


def _xml_term(element: ElementTree.Element) -> Term:
    match element.tag.removeprefix(_SPARQL):
        case "uri":
            return iri(element.text or "")
        case "bnode":
            return blank(element.text or "")
        case "triple":
            return "triple", *(_xml_term(part[0]) for part in element)
    assert element.tag == f"{_SPARQL}literal"
    language, direction = element.get(_LANGUAGE), element.get(_DIRECTION)
    return literal(element.text or "", language, direction, element.get("datatype"))


def read_csv(data: bytes) -> list[dict[str, str]]:
    """Values as text, RFC 4180; an empty line is no row to `DictReader`, nor to most readers."""
    return list(csv.DictReader(io.StringIO(data.decode(), newline=""), strict=True))


def read_tsv(data: bytes) -> list[Row]:
    """Each cell a term of Turtle (SPARQL 1.1 Query Results CSV and TSV Formats, section 4)."""
    head, *lines = data.decode().removesuffix("\n").split("\n")
    names = [name.removeprefix("?") for name in head.split("\t")]
    rows = [dict(zip(names, line.split("\t"), strict=True)) for line in lines]
    return [{name: _turtle_term(cell) for name, cell in row.items() if cell} for row in rows]


def _turtle_term(cell: str) -> Term:
    document = f"<u:s> <u:p> {cell} ."
    if cell.startswith("<<(") or re.search("@[A-Za-z0-9-]+--(?:ltr|rtl)$", cell):
        (quad,) = pyoxigraph.parse(document, format=pyoxigraph.RdfFormat.TURTLE)
        return engine_term(quad.object)
    if cell.startswith("_:"):
        return blank(cell[2:])
    for name, form in _SHORT.items():
        if form.fullmatch(cell):  # rdflib would write such a number anew
            return literal(cell, None, None, f"http://www.w3.org/2001/XMLSchema#{name}")
    graph = rdflib.Graph().parse(data=document, format="turtle")
    return rdflib_term(next(graph.objects()))


def engine_graph(syntax: pyoxigraph.RdfFormat) -> Callable[[bytes], set[Term]]:
    """The triples of a document as the engine's own reader reads them."""

    def read(data: bytes) -> set[Term]:
        return {engine_term(quad.triple) for quad in pyoxigraph.parse(data, format=syntax)}

    return read


def rdflib_graph(syntax: str) -> Callable[[bytes], set[Term]]:
    """The triples of a document as rdflib reads them: RDF 1.1."""

    def read(data: bytes) -> set[Term]:
        quads: Iterable[tuple[Node, ...]]
        if syntax in {"trig", "nquads", "json-ld"}:
            quads = rdflib.Dataset().parse(data=data, format=syntax).quads()
        else:
            quads = rdflib.Graph().parse(data=data, format=syntax)
        return {("triple", *map(rdflib_term, quad[:3])) for quad in quads}

    return read


def renamed(triples: set[Term], label: str) -> set[Term]:
    """The triples with each blank node named by its value of a property, as a reader may give it
    any label of its own."""
    names = {
        subject: blank(str(object_[1]))
        for _, subject, (_, predicate), object_ in triples  # type: ignore[misc]  # of triples
        if predicate == label
    }

    def rename(term: Term) -> Term:
        if term[0] == "triple":
            return "triple", *(rename(part) for part in term[1:])  # type: ignore[arg-type]
        return names[term] if term[0] == "blank" else term

    return {rename(triple) for triple in triples}


def by_value(term: Term) -> Term:
    """A term with numbers without quotes as their values, as rdflib reads them in Turtle."""
    if term[0] == "triple":
        return "triple", *(by_value(part) for part in term[1:])  # type: ignore[arg-type]
    if term[0] != "literal":
        return term
    name = str(term[4]).removeprefix("http://www.w3.org/2001/XMLSchema#")
    if name not in _SHORT or not _SHORT[name].fullmatch(str(term[1])):
        return term
    numbers = {"integer": int, "decimal": Decimal, "double": float}
    return ("number", name, numbers.get(name, str)(str(term[1])))

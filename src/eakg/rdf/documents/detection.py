"""What a document is, told by how it begins.

Syntaxes of RDF are told apart, and from the syntaxes of OWL that are none of RDF (OWL 2 Structural
Specification section 3.7, Manchester Syntax section 2, XML Serialization section 3, OBO Flat File
Format 1.4 section 2), each by what no document of the others can begin with.
"""

import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from xml.parsers import expat

from eakg.rdf.documents.encodings import text_of
from eakg.rdf.syntaxes import (
    JSON_LD_SYNTAX,
    N_QUADS_SYNTAX,
    N_TRIPLES_SYNTAX,
    RDF_XML_SYNTAX,
    TRIG_SYNTAX,
    TURTLE_SYNTAX,
    Syntax,
    plain_name,
)

HEAD = 1 << 16
"""Bytes of a document that are looked at."""
_OWL = "http://www.w3.org/2002/07/owl#"
_COMMENTS = re.compile(r"(?:\s+|#[^\n]*(?:\n|$))*")
_OBO_COMMENTS = re.compile(r"(?:\s+|![^\n]*(?:\n|$))*")
_FUNCTIONAL = re.compile(r"(?:Prefix|Namespace|Ontology)\s*\(")
_FRAMES = (
    *("Prefix", "Namespace", "Ontology", "Import", "Annotations", "Class", "Datatype"),
    *("ObjectProperty", "DataProperty", "AnnotationProperty", "Individual"),
)
_MANCHESTER = re.compile(rf"(?:{'|'.join(_FRAMES)}):(?:\s|$)")
_TAGS = (
    *("format-version", "data-version", "date", "saved-by", "auto-generated-by", "ontology"),
    *("default-namespace", "namespace-id-rule", "import", "idspace", "id-mapping", "remark"),
    *("subsetdef", "synonymtypedef", "property_value", "owl-axioms", "treat-xrefs-as-[a-z-]+"),
)
_OBO = re.compile(rf"(?:{'|'.join(_TAGS)})\s*:|\[(?:Term|Typedef|Instance)\]")
_JSON = re.compile(r'\[\s*(?:\{\s*["}]|\]?\s*$)|\{\s*(?:"|\}?\s*$)')
_QUAD = re.compile(
    r"""(?:<[^<>\s]*>|_:[^<>\s]+)[ \t]*<[^<>\s]*>[ \t]*
    (?:<[^<>\s]*>|_:[^<>\s]+|"(?:[^"\\\n]|\\.)*"(?:@[\w-]+|\^\^<[^<>\s]*>)?)[ \t]*
    (?:<[^<>\s]*>|_:[^<>\s]+)[ \t]*\.""",
    re.VERBOSE,
)
_DIRECTIVE = re.compile(r"@(?:prefix|base|version)\b|(?i:(?:prefix|base|version)\s)")
_STATEMENT = re.compile(
    r"""_:|\[|\(|\{|<<|(?i:graph\s)
    |<[^<>"{}|^`\\\s]*>\s*(?:<[^/]|a\s|\{|\[|[\w.-]*:)""",
    re.VERBOSE,
)
_HTML = re.compile(
    r"(?:<\?[^>]*>|(?><!--.*?-->)|\s++)*+<(?:!doctype\s+html\b|html(?:\s|>\s*<(?:head|body|title|meta)\b))",
    re.I | re.DOTALL,
)
_XML = re.compile(r"<(?:\?xml\s|!DOCTYPE\s)")
_OWL_XML_ATTRIBUTES = frozenset({"ontologyIRI", "versionIRI"})
_TEXTS = frozenset({TURTLE_SYNTAX, TRIG_SYNTAX, N_TRIPLES_SYNTAX, N_QUADS_SYNTAX})
_LINES = frozenset({N_TRIPLES_SYNTAX, N_QUADS_SYNTAX})


@dataclass(frozen=True)
class ForeignSyntax:
    """What is written otherwise than RDF: its name, and the extensions of its files; whether ROBOT
    makes RDF of it."""

    name: str
    extensions: tuple[str, ...] = ()
    is_owl: bool = True

    def message(self, path: Path) -> str:
        """What to say of a file that is in it."""
        if not self.is_owl:
            return f"is {self.name} and no RDF; save the data that it shows or leads to"
        name = plain_name(path)
        target = path.with_name(name).with_suffix(".ttl")
        if target.name == name:
            target = target.with_stem(f"{target.stem}-rdf")
        return (
            f"is in {self.name}, which is not read; make RDF of it with ROBOT"
            f" (https://robot.obolibrary.org): robot convert --input {path} --output {target}"
        )


FUNCTIONAL = ForeignSyntax("OWL functional syntax", (".ofn", ".fss"))
MANCHESTER = ForeignSyntax("the Manchester syntax of OWL", (".omn",))
OWL_XML = ForeignSyntax("OWL/XML", (".owx",))
OBO = ForeignSyntax("the OBO format", (".obo",))
HTML = ForeignSyntax("a page in HTML", is_owl=False)
FOREIGN_EXTENSIONS = {
    extension: syntax
    for syntax in (FUNCTIONAL, MANCHESTER, OWL_XML, OBO)
    for extension in syntax.extensions
}


def detected_syntax(head: bytes) -> Syntax | ForeignSyntax | None:
    """What a document is, by its first `HEAD` bytes; None where they do not tell.

    Where they tell Turtle, but more follows that may have graphs, it is said to be TriG, of which
    Turtle is a part.
    """
    text = text_of(head)
    if _HTML.match(text):
        return HTML
    xml = _xml_syntax(text)
    if xml is not None:
        return xml
    words = text[_end(_COMMENTS, text) :]
    if _FUNCTIONAL.match(words):
        return FUNCTIONAL
    if _MANCHESTER.match(words):
        return MANCHESTER
    if _OBO.match(text, _end(_OBO_COMMENTS, text)):
        return OBO
    if _JSON.match(words):
        return JSON_LD_SYNTAX
    if _QUAD.match(words):
        return N_QUADS_SYNTAX
    if _DIRECTIVE.match(words) or _STATEMENT.match(words):
        return TRIG_SYNTAX if "{" in words or len(head) >= HEAD else TURTLE_SYNTAX
    return None


def chosen_syntax(nominal: Syntax, head: bytes) -> Syntax | ForeignSyntax:
    """The syntax of a file, by its extension and how it begins: what the extension says, unless no
    document in that syntax begins so."""
    actual = detected_syntax(head)
    if actual is None or actual is nominal:
        return nominal
    if nominal in _TEXTS and actual in _TEXTS and actual is not N_QUADS_SYNTAX:
        text = text_of(head)
        has_prefixes = _DIRECTIVE.match(text, _end(_COMMENTS, text))
        return actual if nominal in _LINES and has_prefixes else nominal
    return actual


def _end(pattern: re.Pattern[str], text: str) -> int:
    match = pattern.match(text)
    return match.end() if match else 0


def _xml_syntax(text: str) -> Syntax | ForeignSyntax | None:
    """RDF/XML or OWL/XML; None of what is no XML.

    A start tag without a blank is an IRI in Turtle, `<urn:a>`; one with attributes is none.
    """
    start = text.lstrip()
    if not start.startswith("<"):
        return None
    tags = _first_tags(start)
    is_xml = _XML.match(start) is not None
    if not tags:
        return RDF_XML_SYNTAX if is_xml else None
    (name, attributes), *children = tags
    if not (is_xml or attributes or name.rpartition(":")[2] == "RDF"):
        return None
    namespaces = _namespaces(attributes, {})
    if _expanded(name, namespaces) != f"{_OWL}Ontology":
        return RDF_XML_SYNTAX
    if not _OWL_XML_ATTRIBUTES.isdisjoint(attributes):
        return OWL_XML
    for child, child_attributes in children:
        # Properties of OWL begin with a small letter; elements of OWL/XML with a capital.
        expanded = _expanded(child, _namespaces(child_attributes, namespaces))
        if expanded.startswith(_OWL) and expanded[len(_OWL) :][:1].isupper():
            return OWL_XML
    return RDF_XML_SYNTAX


class _EnoughError(Exception):
    """Ends the reading of a document."""


def _first_tags(text: str) -> list[tuple[str, dict[str, str]]]:
    """The first start tag and the one after it, as far as there is XML."""
    tags: list[tuple[str, dict[str, str]]] = []

    def note(name: str, attributes: dict[str, str]) -> None:
        tags.append((name, attributes))
        if len(tags) > 1:
            raise _EnoughError

    parser = expat.ParserCreate()
    parser.StartElementHandler = note
    with suppress(_EnoughError, expat.ExpatError):
        parser.Parse(text)
    return tags


def _namespaces(attributes: dict[str, str], outer: dict[str, str]) -> dict[str, str]:
    declarations = {
        name[6:]: value
        for name, value in attributes.items()
        if name == "xmlns" or name.startswith("xmlns:")
    }
    return {**outer, **declarations}


def _expanded(name: str, namespaces: dict[str, str]) -> str:
    prefix, _, local = name.rpartition(":")
    return namespaces.get(prefix, "") + local

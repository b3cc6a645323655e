"""Terms in N-Triples (https://www.w3.org/TR/n-triples/), and in SPARQL: the grammar, and one
spelling of each."""

import re
from collections.abc import Mapping
from typing import cast

from rdflib import BNode, Literal, URIRef
from rdflib.namespace import RDF, XSD
from rdflib.term import Node

from eakg.rdf.codes import carrier_of, is_carrier, is_triple_term, unescape
from eakg.rdf.terms import literal

_ESCAPE = r"\\(?:[tbnrf\"'\\]|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8})"
_NUMERIC = r"\\(?:u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8})"
IRI = rf'<[A-Za-z][A-Za-z0-9+.-]*:(?:[^\x00-\x20<>"{{}}|^`\\]|{_NUMERIC})*>'
BLANK = r"_:[0-9\p{L}_:](?:[0-9\p{L}\p{M}_:.\-\u00b7\u203f\u2040]*[0-9\p{L}\p{M}_:\-\u00b7])?"
_TAG = "@[a-zA-Z]+(?:-[a-zA-Z0-9]+)*(?:--(?:ltr|rtl))?"
LITERAL = rf'"(?:[^"\\\n\r]|{_ESCAPE})*"(?:{_TAG}|\^\^{IRI})?'
"""The productions IRIREF (absolute), BLANK_NODE_LABEL and literal, as the Rust library `regex`
reads them."""
TERM = f"^(?:{IRI}|{BLANK}|{LITERAL})$"

_PYTHON_BLANK = r"_:[^\W](?:[\w:.\-\u00b7\u203f\u2040]*[\w:\-\u00b7])?"
LINE = re.compile(
    rf"[ \t]*(?:({IRI}|{_PYTHON_BLANK})[ \t]*({IRI})[ \t]*({IRI}|{_PYTHON_BLANK}|{LITERAL})"
    r"[ \t]*\.[ \t]*)?(?:#.*)?"
)
"""A line of a document: a triple, a comment, both or nothing."""
QUAD_LINE = re.compile(
    rf"[ \t]*(?:({IRI}|{_PYTHON_BLANK})[ \t]*({IRI})[ \t]*({IRI}|{_PYTHON_BLANK}|{LITERAL})"
    rf"(?:[ \t]*(?:{IRI}|{_PYTHON_BLANK}))?[ \t]*\.[ \t]*)?(?:#.*)?"
)
"""A line of N-Quads: a triple and where there is one the name of its graph, a comment, both or
nothing."""
QUAD_END = f"^({IRI}|{BLANK}|{LITERAL}) (?:{IRI}|{BLANK})$"
"""An object and the name of a graph."""

_PARTS = re.compile(r'"((?:[^"\\]|\\.)*)"(?:@(.+)|\^\^<(.*)>)?', re.DOTALL)
_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r"})
_EARLY = re.compile(r"\\\\([uU])")
_STRING = f"^^<{XSD.string}>"


def read_term(text: str) -> Node:
    """The term of a spelling."""
    if is_triple_term(text):
        return carrier_of(text)
    if text.startswith("<"):
        return URIRef(unescape(text[1:-1]))
    if text.startswith("_:"):
        return BNode(text[2:])
    lexical, language, datatype = cast(re.Match[str], _PARTS.fullmatch(text)).groups()
    if language and "--" in language:
        return carrier_of(text)
    return literal(unescape(lexical), language, unescape(datatype or ""))


def write_term(node: Node) -> str:
    """The spelling of a term, with no escape that is not needed."""
    if isinstance(node, BNode):
        return f"_:{node}"
    if not isinstance(node, Literal):
        return f"<{node}>"
    if is_carrier(node):
        return str(node)
    text = f'"{str(node).translate(_ESCAPES)}"'
    if node.language:
        return f"{text}@{node.language}"
    if node.datatype is None or node.datatype == XSD.string:
        return text
    return f"{text}^^<{node.datatype}>"


def sparql_term(term: Node) -> str:
    """The spelling of an IRI or a literal in SPARQL, safe wherever a term may stand.

    It is that of N-Triples, but for a text in which `u` or `U` follows a backslash: some engines
    put characters in the place of \\uXXXX before they read anything else, even behind another
    backslash (SPARQL 1.1 Query, section 19.2). And some, as rdflib, take a tab for spaces.

    Raises: ValueError for an IRI with characters that none has, and for a blank node, which has no
    name in a query.
    """
    if not isinstance(term, URIRef | Literal) or not _is_sound(term):
        raise ValueError(f"{term!r} cannot stand in a query")
    return _EARLY.sub(_escape_code_point, write_term(term)).replace("\t", "\\t")


def _escape_code_point(match: re.Match[str]) -> str:
    return f"\\\\\\U{ord(match[1]):08x}"


def canonicalize_term(text: str) -> str:
    """The one spelling of a term that is spelled in any way; of a triple term it is that of the
    engine, which has to be given."""
    if is_triple_term(text):
        return text
    if text.startswith('"'):
        end = text.rindex('"') + 1
        lexical = unescape(text[1 : end - 1]).translate(_ESCAPES)
        suffix = unescape(text[end:])
        return f'"{lexical}"{"" if suffix == _STRING else suffix}'
    return unescape(text)


class TermSyntaxError(ValueError):
    """A text is no term."""


TERM_SPELLING = re.compile(f"{IRI}|{_PYTHON_BLANK}|{LITERAL}")
"""A term, as Python reads it."""
_BARE = re.compile(IRI[1:-1])
_IN_NO_IRI = re.compile(r'[\x00-\x20<>"{}|^`\\]')
_SURROGATE = re.compile("[\ud800-\udfff]")


def resolve_term(text: str, prefixes: Mapping[str, str]) -> Node:
    """The term that a person writes: as in N-Triples, as a bare absolute IRI, as a prefixed name,
    or as `a` for rdf:type.

    Arguments: the text; namespaces by prefix. Raises: TermSyntaxError when it is none of these.
    """
    if text == "a":
        return RDF.type
    node = _resolve(text, prefixes)
    if node is None or not _is_sound(node):
        raise TermSyntaxError(
            f'{text!r} is no term; write <iri>, a prefixed name, or a literal such as "x"@en'
        )
    return node


def _resolve(text: str, prefixes: Mapping[str, str]) -> Node | None:
    try:
        if TERM_SPELLING.fullmatch(text):
            return read_term(text)
        prefix, colon, local = text.partition(":")
        if colon and prefix in prefixes and not local.startswith("//"):
            return URIRef(prefixes[prefix] + local)
        return URIRef(unescape(text)) if _BARE.fullmatch(text) else None
    except ValueError:  # an escape above the last code point
        return None


def _is_sound(node: Node) -> bool:
    """Whether no escape stands for what an IRI, or any text, cannot hold."""
    iri = (node.datatype or "") if isinstance(node, Literal) else str(node)
    return not (_IN_NO_IRI.search(iri) or _SURROGATE.search(f"{node}{iri}"))

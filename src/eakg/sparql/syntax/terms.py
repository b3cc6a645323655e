"""Terms as they are spelling (SPARQL 1.1 Query section 4.1; SPARQL 1.2 for triple terms)."""

import re
from dataclasses import replace

from eakg.rdf import unescape
from eakg.sparql.lexer import Token, TokenKind
from eakg.sparql.syntax.stream import TokenStream
from eakg.sparql.syntax.tree import TermKind, TermNode

_NAMES = frozenset({TokenKind.IRIREF, TokenKind.PREFIXED_NAME})
_XSD = "http://www.w3.org/2001/XMLSchema#"
_QUOTATION = re.compile(
    r'"""(?P<a>(?:[^"\\]|\\.|"(?!""))*+)"""|"(?P<b>(?:[^"\\]|\\.)*+)"'
    r"|'''(?P<c>(?:[^'\\]|\\.|'(?!''))*+)'''|'(?P<d>(?:[^'\\]|\\.)*+)'",
    re.DOTALL,
)
_SPACE = re.compile(r"\s+")
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"


def begins_term(stream: TokenStream) -> bool:
    """Whether a term comes that is spelling as such, and not by what it has."""
    token = stream.peek()
    if token.kind is TokenKind.PUNCTUATION:
        if token.text in {"+", "-"}:
            return stream.peek(1).kind is TokenKind.NUMBER
        return token.text == "<<" and stream.peek(1).text == "("
    if token.kind is TokenKind.KEYWORD:
        return token.word in {"TRUE", "FALSE"}
    return token.kind is not TokenKind.LANGUAGE_TAG


def term(stream: TokenStream) -> TermNode:
    """The term that comes. Raises: QuerySyntaxError where none does."""
    token = stream.peek()
    if not begins_term(stream):
        raise stream.error()
    if token.text == "<<":
        return _triple_term(stream)
    if token.text in {"+", "-"}:
        stream.take()
        number = stream.take()
        return _literal(stream, token.start, _number_type(number.text))
    stream.take()
    match token.kind:
        case TokenKind.VARIABLE:
            return _node(stream, token.start, TermKind.VARIABLE, token.text[1:])
        case TokenKind.BLANK_NODE:
            return _node(stream, token.start, TermKind.BLANK_NODE, token.text[2:])
        case TokenKind.STRING:
            return _literal(stream, token.start, _behind_string(stream))
        case TokenKind.NUMBER:
            return _literal(stream, token.start, _number_type(token.text))
        case TokenKind.KEYWORD:
            return _literal(stream, token.start, f"{_XSD}boolean")
    return _node(stream, token.start, TermKind.IRI, iri=stream.iri(token))


def lexical_form(literal: TermNode) -> str:
    """The lexical form of a literal (RDF 1.2 Concepts section 3.3), without its escapes."""
    match = _QUOTATION.match(literal.text)
    return unescape(match[match.lastgroup or ""]) if match else _SPACE.sub("", literal.text)


def variable(stream: TokenStream) -> TermNode:
    """The variable that comes. Raises: QuerySyntaxError where none does."""
    if stream.peek().kind is not TokenKind.VARIABLE:
        raise stream.error("; expected a variable")
    return term(stream)


def variable_or_iri(stream: TokenStream) -> TermNode:
    """The variable or the IRI that comes. Raises: QuerySyntaxError where neither does."""
    token = stream.peek()
    if not is_name(token) and token.kind is not TokenKind.VARIABLE:
        raise stream.error("; expected a variable or an IRI")
    return term(stream)


def is_name(token: Token) -> bool:
    """Whether a token is an IRI or a prefixed name."""
    return token.kind in _NAMES


def verb(stream: TokenStream) -> TermNode:
    """A predicate or a variable in its place. Raises: QuerySyntaxError where neither comes."""
    token = stream.peek()
    if token.kind is TokenKind.KEYWORD and token.text == "a":
        stream.take()
        return _node(stream, token.start, TermKind.IRI, iri=f"{RDF}type")
    return variable_or_iri(stream)


def _triple_term(stream: TokenStream) -> TermNode:
    start = stream.start
    stream.expect("<<", "(")
    parts = (_member(stream), verb(stream), _member(stream))
    stream.expect(")", ">>")
    names = (part.variables or (part.name,) for part in parts if part.kind is not TermKind.IRI)
    variables = tuple(name for group in names for name in group if name)
    has_blank_nodes = any(
        part.has_blank_nodes or part.kind is TermKind.BLANK_NODE for part in parts
    )
    node = _node(stream, start, TermKind.TRIPLE_TERM, variables=variables)
    return replace(node, has_blank_nodes=has_blank_nodes)


def _member(stream: TokenStream) -> TermNode:
    start = stream.start
    if stream.accept("[", "]"):
        return _node(stream, start, TermKind.BLANK_NODE)
    return term(stream)


def _behind_string(stream: TokenStream) -> str:
    if stream.peek().kind is TokenKind.LANGUAGE_TAG:
        stream.take()
        return f"{RDF}langString"
    if stream.accept("^", "^"):
        token = stream.take()
        return stream.iri(token) or ""
    return f"{_XSD}string"


def _number_type(text: str) -> str:
    if "e" in text.lower():
        return f"{_XSD}double"
    return f"{_XSD}decimal" if "." in text else f"{_XSD}integer"


def _literal(stream: TokenStream, start: int, datatype: str) -> TermNode:
    literal = _node(stream, start, TermKind.LITERAL, iri=datatype)
    stream.literals.append(literal)
    return literal


def _node(
    stream: TokenStream,
    start: int,
    kind: TermKind,
    name: str = "",
    iri: str | None = None,
    variables: tuple[str, ...] = (),
) -> TermNode:
    stop = stream.stop
    return TermNode(start, stop, kind, stream.text[start:stop], name, iri, variables)

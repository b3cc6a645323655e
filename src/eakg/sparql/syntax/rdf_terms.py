"""The terms that the terms of a query mean."""

from rdflib import XSD, BNode, Literal, URIRef, Variable
from rdflib.term import Node

from eakg.sparql.lexer import TokenKind, tokens
from eakg.sparql.syntax.terms import lexical_form
from eakg.sparql.syntax.tree import TermKind, TermNode


def rdf_term(term: TermNode) -> Node:
    """The IRI, literal, variable or blank node that a term of a query means.

    Raises: ValueError where its prefix is not declared, or it is a triple term.
    """
    match term.kind:
        case TermKind.VARIABLE:
            return Variable(term.name)
        case TermKind.BLANK_NODE:
            return BNode(term.name) if term.name else BNode()
        case TermKind.LITERAL:
            return _literal(term)
        case TermKind.TRIPLE_TERM:
            raise ValueError("it has triples within triples")
    if term.iri is None:
        raise ValueError(f"the prefix of {term.text} is not declared")
    return URIRef(term.iri)


def _literal(term: TermNode) -> Literal:
    tag = next((token for token in tokens(term.text) if token.kind is TokenKind.LANGUAGE_TAG), None)
    if tag is not None:
        return Literal(lexical_form(term), lang=tag.text[1:])
    lexical = lexical_form(term)
    if term.iri == str(XSD.boolean) and not term.text.startswith(("'", '"')):
        lexical = lexical.lower()
    datatype = None if term.iri == str(XSD.string) else URIRef(term.iri or "")
    return Literal(lexical, datatype=datatype, normalize=False)

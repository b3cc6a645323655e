"""Comparisons with what the store does not keep as it is written.

Literals are compared by their values here: `"5"^^xsd:int` is kept as an xsd:integer, and language
tags are kept in small letters.
"""

import re
from collections.abc import Iterator

from rdflib import Literal, URIRef

from eakg.queries.lint.finding import FindingKind
from eakg.queries.lint.remark import Remark
from eakg.sparql.exact import has_capitals, tag_operands
from eakg.sparql.syntax import (
    Expression,
    FunctionCall,
    Operand,
    OperatorCall,
    QueryTree,
    TermKind,
    TermNode,
    assignments,
    query_expressions,
    subexpressions,
    values_blocks,
)
from eakg.store.graphs import is_kept, kept_datatype

_XSD = "http://www.w3.org/2001/XMLSchema#"
_EQUALITIES = frozenset({"=", "!=", "IN", "NOT IN"})
_BY_TEXT = frozenset({"STR", "DATATYPE", "SAMETERM"})
_LEXICAL = re.compile("""(\"{3}|'{3}|["'])(?P<text>[^\\\\]*?)\\1(?:\\s*\\^\\^.*)?""", re.DOTALL)


def likenesses(text: str, query: QueryTree) -> Iterator[Remark]:
    """The comparisons of a query that are true of no literal here, whatever its source says."""
    yield from _datatypes(text, query)
    yield from _tags(query)
    yield from _literals(query)


def _datatypes(text: str, query: QueryTree) -> Iterator[Remark]:
    names = {
        variable.name for expression, variable in assignments(query) if _is_datatype(expression)
    }
    values = _values(query)
    for expression in query_expressions(query):
        for part in subexpressions(expression):
            operands = _compared(part)
            if not any(_is_datatype(operand, names) for operand in operands):
                continue
            terms = [operand.term for operand in operands if isinstance(operand, Operand)]
            terms += [term for one in tuple(terms) for term in values.get(one.name, ())]
            for term in terms:
                datatype = kept_datatype(term.iri) if term.kind is TermKind.IRI and term.iri else ""
                if datatype != (term.iri or ""):
                    spelling = text[term.start : term.stop]
                    message = (
                        f"literals of {spelling} are kept as xsd:{datatype.removeprefix(_XSD)} "
                        "here, and DATATYPE says so; compare with that, or look at the value"
                    )
                    yield Remark(term.start, message, FindingKind.DATATYPE)


def _compared(expression: Expression) -> tuple[Expression, ...]:
    match expression:
        case OperatorCall(operator=operator) if operator in _EQUALITIES:
            return expression.operands
        case FunctionCall(name="SAMETERM"):
            return expression.arguments
    return ()


def _is_datatype(expression: Expression, names: set[str] | frozenset[str] = frozenset()) -> bool:
    if isinstance(expression, Operand):
        return expression.term.name in names
    if isinstance(expression, FunctionCall) and expression.name == "STR":
        return any(_is_datatype(argument, names) for argument in expression.arguments)
    return isinstance(expression, FunctionCall) and expression.name == "DATATYPE"


def _values(query: QueryTree) -> dict[str, list[TermNode]]:
    """The terms that variables have in VALUES."""
    values: dict[str, list[TermNode]] = {}
    for block in values_blocks(query):
        for name, terms in block.columns.items():
            values.setdefault(name, []).extend(terms)
    return values


def _tags(query: QueryTree) -> Iterator[Remark]:
    strings = {
        variable.name for expression, variable in assignments(query) if has_capitals(expression)
    }
    for operand in tag_operands(query):
        for part in _unfolded(operand):
            is_name = isinstance(part, Operand) and part.term.name in strings
            is_within = part is not operand and has_capitals(part)
            if is_name or is_within:
                message = (
                    "language tags are kept in small letters here, and this is compared as it is;"
                    ' write "en-gb" for "en-GB", or LANGMATCHES'
                )
                yield Remark(part.start, message, FindingKind.LANGUAGE)


def _unfolded(expression: Expression) -> Iterator[Expression]:
    """The parts of an expression that are not put in small or capital letters."""
    for part in subexpressions(expression):
        if isinstance(part, FunctionCall) and part.name in {"LCASE", "UCASE"}:
            return
        yield part


def _literals(query: QueryTree) -> Iterator[Remark]:
    for expression in query_expressions(query):
        for part in subexpressions(expression):
            if not (isinstance(part, FunctionCall) and part.name in _BY_TEXT):
                continue
            for argument in part.arguments:
                if isinstance(argument, Operand) and not _is_kept(argument.term):
                    message = (
                        f"{argument.term.text} is kept by its value here, and {part.name} sees"
                        " that, not what is written"
                    )
                    yield Remark(argument.start, message, FindingKind.SPELLING)


def _is_kept(term: TermNode) -> bool:
    if term.kind is not TermKind.LITERAL or not term.iri or not term.iri.startswith(_XSD):
        return True
    match = _LEXICAL.fullmatch(term.text)
    if match is None and term.text[:1] in {'"', "'"}:
        return True  # with escapes, which no value has that is kept otherwise
    lexical = match["text"] if match else term.text
    return is_kept(Literal(lexical, datatype=URIRef(term.iri), normalize=False))

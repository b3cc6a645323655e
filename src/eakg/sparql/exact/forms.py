"""Literals by the form that they are written in, where the engine would take their value.

A literal is the same term as another only where both are written alike (RDF 1.2 Concepts section
3.3): for patterns, DISTINCT, GROUP BY, sameTerm, STR and DATATYPE. A store has the literals that
the engine would change in code (`eakg.store.graphs.forms`), and so has the query that it is asked.
What computes with them, compares them by value or puts them in order gets what they stand for.
The store gives the functions that are called here.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeGuard

from eakg.sparql.cursor import TextChange
from eakg.sparql.syntax import (
    Bind,
    Expression,
    FunctionCall,
    Operand,
    OperatorCall,
    QueryTree,
    TermKind,
    element_expressions,
    lexical_form,
    query_groups,
    query_modifiers,
    query_selects,
)

_TEXT_CALLS = frozenset(
    {"STR", "LANG", "LANGDIR", "LANGMATCHES", "HASLANG", "HASLANGDIR", "DATATYPE", "STRLEN"}
    | {"UCASE", "LCASE", "CONTAINS", "STRSTARTS", "STRENDS", "STRBEFORE", "STRAFTER", "REGEX"}
    | {"CONCAT", "ENCODE_FOR_URI", "IRI", "URI", "STRLANG", "STRDT", "MD5", "SHA1", "SHA256"}
    | {"SHA384", "SHA512", "GROUP_CONCAT"}
)
"""What says the same of a literal in code, or fails for it as for any literal that is no string."""
_TERM_CALLS = frozenset(
    {"SAMETERM", "BOUND", "ISIRI", "ISURI", "ISBLANK", "ISLITERAL", "ISTRIPLE", "COUNT"}
    | {"SAMPLE", "TRIPLE", "SUBJECT", "PREDICATE", "OBJECT"}
)
"""What looks at terms."""
_TERM_RESULTS = frozenset({"SAMPLE", "OBJECT", "TRIPLE"})
"""What gives a term of its arguments."""
_EQUALITIES = frozenset({"=", "!=", "IN", "NOT IN"})


VALUE_FUNCTION = "urn:x-eakg:value"
"""Gives the literal that a term in code stands for; other terms as they are."""
DATATYPE_FUNCTION = "urn:x-eakg:datatype"
"""DATATYPE of what a term stands for."""
TYPED_LITERAL_FUNCTION = "urn:x-eakg:typed-literal"
"""STRDT, in code where that is needed."""
CODES_AGGREGATE = "urn:x-eakg:codes"
"""What the literals of a group that are in code stand for."""
FORM_FUNCTION = "urn:x-eakg:form"
"""Gives a value in the form that one of such a group has."""


DISTINCT_AGGREGATES = {"SUM": "urn:x-eakg:sum", "AVG": "urn:x-eakg:average"}
"""Aggregates of values, each term once."""


@dataclass(frozen=True)
class LiteralCoding:
    """How a store has literals in code: the code of a lexical form with the IRI of its datatype,
    in SPARQL, which is empty for what needs none; whether literals of a datatype may need one;
    whether the store has any now."""

    code: Callable[[str, str], str]
    concerns: Callable[[str], bool]
    is_used: bool


def form_changes(query: QueryTree, coding: LiteralCoding) -> list[TextChange]:
    """How a query is put to a store that may have literals in code."""
    reading = _read(query, coding, has_codes=coding.is_used)
    codes = _codes(query, coding, reading)
    if not coding.is_used and (codes or reading.makes_codes):
        reading = _read(query, coding, has_codes=True)
    return sorted(reading.changes + codes)


def _read(query: QueryTree, coding: LiteralCoding, *, has_codes: bool) -> "_Reading":
    reading = _Reading(coding, has_codes)
    for expression, is_value in _expressions(query):
        reading.read(expression, is_value)
    return reading


def _codes(query: QueryTree, coding: LiteralCoding, reading: "_Reading") -> list[TextChange]:
    """The literals of a query that are put in code: those that are not asked for their value."""
    spans = sorted(reading.value_spans)
    starts = [start for start, _ in spans]
    changes = []
    for literal in query.literals:
        place = bisect_right(starts, literal.start) - 1
        is_value = place >= 0 and literal.start < spans[place][1]
        if is_value or not literal.iri or not coding.concerns(literal.iri):
            continue
        if code := coding.code(lexical_form(literal), literal.iri):
            changes.append((literal.start, literal.stop, code))
    return changes


def _expressions(query: QueryTree) -> Iterator[tuple[Expression, bool]]:
    """All expressions of a query, and whether they are asked for their value, or for a term."""
    for group in query_groups(query):
        for element in group.elements:
            for expression in element_expressions(element):
                yield expression, not isinstance(element, Bind)
    for select in query_selects(query):
        for column in select.columns:
            if column.expression is not None:
                yield column.expression, False
    for modifiers in query_modifiers(query):
        for key in modifiers.group:
            yield key.expression, False
        for expression in (*modifiers.having, *modifiers.order):
            yield expression, True


class _Reading:
    """What is to be changed of expressions, where the terms stand that are asked for their value,
    and whether a literal in code may come of what is asked."""

    def __init__(self, coding: LiteralCoding, has_codes: bool) -> None:
        self._coding = coding
        self._has_codes = has_codes
        self.changes: list[TextChange] = []
        self.value_spans: list[tuple[int, int]] = []
        self.makes_codes = False

    def read(self, expression: Expression, is_value: bool) -> None:
        """Read an expression, which is asked for its value or for a term."""
        match expression:
            case Operand():
                if is_value:
                    self._value_of(expression)
            case OperatorCall():
                for operand in expression.operands:
                    self.read(operand, not _compares_names(expression))
            case FunctionCall():
                self._call(expression, is_value)

    def _value_of(self, operand: Operand) -> None:
        if operand.term.is_ground:
            self.value_spans.append((operand.start, operand.stop))
        else:
            self._decode(operand)

    def _call(self, call: FunctionCall, is_value: bool) -> None:
        name, arguments = call.name, call.arguments
        if name == "DATATYPE" and (self._has_codes or not _is_variable(arguments[0])):
            self._rename(call, DATATYPE_FUNCTION)
        if name == "STRDT" and not is_value and self._may_be_coded(arguments[1]):
            self._rename(call, TYPED_LITERAL_FUNCTION)
            self.makes_codes = True
        if name in {"MIN", "MAX"} and not is_value and _is_variable(arguments[0]):
            self._restore(call, arguments[0])
        if name in _TERM_RESULTS and is_value:
            self._decode(call)
        of_terms = name in _TEXT_CALLS or name in _TERM_CALLS
        if call.distinct and name in DISTINCT_AGGREGATES and self._has_codes:
            self.changes.append((call.start, arguments[0].start, f"<{DISTINCT_AGGREGATES[name]}>("))
            self.changes.append((arguments[0].stop, call.stop, ")"))
            of_terms = True
        for place, argument in enumerate(arguments):
            passes_on = name == "COALESCE" or (name == "IF" and place > 0)
            self.read(argument, is_value if passes_on else not of_terms)

    def _rename(self, call: FunctionCall, function: str) -> None:
        self.changes.append((call.start, call.start + len(call.name), f"<{function}>"))

    def _may_be_coded(self, datatype: Expression) -> bool:
        iri = datatype.term.iri if _is_iri(datatype) else None
        return iri is None or self._coding.concerns(iri)

    def _restore(self, call: FunctionCall, variable: Operand) -> None:
        """The value that an aggregate finds, as the literal that has it is written."""
        if self._has_codes:
            self.changes.append((call.start, call.start, f"<{FORM_FUNCTION}>("))
            codes = f", <{CODES_AGGREGATE}>(?{variable.term.name}))"
            self.changes.append((call.stop, call.stop, codes))

    def _decode(self, expression: Expression) -> None:
        if self._has_codes:
            self.changes.append((expression.start, expression.start, f"<{VALUE_FUNCTION}>("))
            self.changes.append((expression.stop, expression.stop, ")"))


def _compares_names(call: OperatorCall) -> bool:
    """Whether something is compared with IRIs alone, which no literal is equal to."""
    names = sum(_is_iri(operand) for operand in call.operands)
    return call.operator in _EQUALITIES and names >= len(call.operands) - 1 > 0


def _is_iri(expression: Expression) -> TypeGuard[Operand]:
    return isinstance(expression, Operand) and expression.term.kind is TermKind.IRI


def _is_variable(expression: Expression) -> TypeGuard[Operand]:
    return isinstance(expression, Operand) and expression.term.kind is TermKind.VARIABLE

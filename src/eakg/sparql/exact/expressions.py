"""Expressions that the engine evaluates otherwise than SPARQL 1.1 Query section 17 says.

They are put in other words: booleans by order, `IN` of nothing (17.4.1.9), dates with and without a
time zone, durations added to dates, REPLACE (17.4.3.15), COUNT of an expression that fails in some
solutions (18.5.1.2), and the language of GROUP_CONCAT (18.5.1.7).
"""

from eakg.sparql.cursor import TextChange, inexact_at, splice
from eakg.sparql.exact.dates import date_moved, dates_compared
from eakg.sparql.exact.replacements import check_pattern, engine_replacement
from eakg.sparql.syntax import (
    Expression,
    FunctionCall,
    Operand,
    OperatorCall,
    QueryTree,
    TermKind,
    query_expressions,
)

_XSD = "http://www.w3.org/2001/XMLSchema#"
_BOOLEAN_CALLS = frozenset(
    {"BOUND", "ISIRI", "ISURI", "ISBLANK", "ISLITERAL", "ISNUMERIC", "ISTRIPLE", "SAMETERM"}
    | {"REGEX", "CONTAINS", "STRSTARTS", "STRENDS", "LANGMATCHES", "HASLANG", "HASLANGDIR"}
)
_OTHER_CALLS = frozenset(
    {"STR", "LANG", "DATATYPE", "STRLEN", "UCASE", "LCASE", "CONCAT", "SUBSTR", "REPLACE", "ABS"}
    | {"STRBEFORE", "STRAFTER", "ENCODE_FOR_URI", "YEAR", "MONTH", "DAY", "HOURS", "MINUTES"}
    | {"SECONDS", "TIMEZONE", "TZ", "NOW", "UUID", "STRUUID", "MD5", "SHA1", "SHA256", "SHA384"}
    | {"SHA512", "CEIL", "FLOOR", "ROUND", "RAND", "COUNT", "SUM", "AVG", "GROUP_CONCAT", "IRI"}
    | {"URI", "STRDT", "STRLANG", "BNODE", "LANGDIR", "TRIPLE", "SUBJECT", "PREDICATE", "OBJECT"}
)
_ORDERED = frozenset({"<", ">", "<=", ">="})
_BOOLEAN_OPERATORS = frozenset({"||", "&&", "!", "=", "!=", "IN", "NOT IN"} | _ORDERED)
_FAILURE = "urn:x-eakg:failure"
_LONGEST_WORDING = 1 << 16


def expression_changes(text: str, query: QueryTree) -> list[TextChange]:
    """The expressions of a query that are to be put in other words.

    Raises: InexactQueryError where there are none.
    """
    writer = _Writer(text)
    changes = {change for one in query_expressions(query) for change in writer.changes(one)}
    return sorted(changes)


class _Writer:
    def __init__(self, text: str) -> None:
        self._text = text
        self._wordings: dict[int, str] = {}

    def changes(self, expression: Expression) -> list[TextChange]:
        """What is to be changed of an expression."""
        wording = self._wording(expression)
        if wording == self._spelling(expression):
            return []
        # FILTER and HAVING take an expression in parentheses, and those are not part of it.
        return [(expression.start, expression.stop, f"({wording})")]

    def _spelling(self, expression: Expression) -> str:
        return self._text[expression.start : expression.stop]

    def _wording(self, expression: Expression) -> str:
        """An expression in other words, found once, as several may have it as a part.

        Raises: InexactQueryError where these would be too many.
        """
        wording = self._wordings.get(id(expression))
        if wording is None:
            wording = self._new_wording(expression)
            if len(wording) > max(_LONGEST_WORDING, expression.stop - expression.start):
                complaint = (
                    "comparisons are nested too deeply to be answered exactly; BIND the parts"
                )
                raise inexact_at(self._text, expression.start, complaint)
            self._wordings[id(expression)] = wording
        return wording

    def _new_wording(self, expression: Expression) -> str:
        match expression:
            case OperatorCall():
                return self._operator(expression)
            case FunctionCall():
                return self._call(expression)
        return self._spelling(expression)

    def _operator(self, expression: OperatorCall) -> str:
        operator, operands = expression.operator, expression.operands
        if operator in {"IN", "NOT IN"} and len(operands) == 1:
            answer = "false" if operator == "IN" else "true"
            return f"IF(isLITERAL({self._wording(operands[0])}), {answer}, {answer})"
        wording = self._with_parts(expression, operands)
        if operator in _ORDERED and all(_may_be_boolean(operand) for operand in operands):
            first, second = (f"({self._wording(operand)})" for operand in operands)
            types = " && ".join(f"DATATYPE({one}) = <{_XSD}boolean>" for one in (first, second))
            order = f"<{_XSD}integer>{first} {operator} <{_XSD}integer>{second}"
            return f"IF({types}, {order}, {first} {operator} {second})"
        if len(operands) == 2 and operator in _ORDERED | {"=", "!="}:
            first, second = (self._wording(operand) for operand in operands)
            return dates_compared(operator, operands, (first, second)) or wording
        if len(operands) == 2 and operator == "+":
            first, second = (self._wording(operand) for operand in operands)
            return date_moved(operands, (first, second)) or wording
        return wording

    def _call(self, expression: FunctionCall) -> str:
        name, arguments = expression.name, expression.arguments
        wording = self._with_parts(expression, arguments)
        if name == "COUNT" and arguments and not isinstance(arguments[0], Operand):
            value = self._wording(arguments[0])
            if not expression.distinct:
                return f"SUM(COALESCE(IF(isLITERAL({value}), 1, 1), 0))"
            # A failure is a value of its own, and that is taken off again.
            failure = f"COALESCE(MAX(COALESCE(IF(isLITERAL({value}), 0, 0), 1)), 0)"
            return f"COUNT(DISTINCT COALESCE({value}, <{_FAILURE}>)) - {failure}"
        if name == "BNODE" and arguments:
            raise inexact_at(
                self._text,
                expression.start,
                "BNODE of a string is not answered exactly: each solution would get the same blank"
                " node; use BNODE(), or IRI(CONCAT(...))",
            )
        if name in {"REGEX", "REPLACE"}:
            check_pattern(self._text, arguments[1])
        if name == "REPLACE" and len(arguments) > 2:
            replacement = engine_replacement(self._text, arguments)
            parts = [*map(self._wording, arguments[:2]), replacement]
            return f"REPLACE({', '.join([*parts, *map(self._wording, arguments[3:])])})"
        return f"STR({wording})" if name == "GROUP_CONCAT" else wording

    def _with_parts(self, expression: Expression, parts: tuple[Expression, ...]) -> str:
        """An expression with its parts in other words."""
        changes = []
        for part in parts:
            wording = self._wording(part)
            if wording != self._spelling(part):
                start = part.start - expression.start
                changes.append((start, part.stop - expression.start, f"({wording})"))
        return splice(self._spelling(expression), changes)


def _is_boolean(expression: Expression) -> bool:
    """Whether a value can only be true or false."""
    match expression:
        case OperatorCall():
            return expression.operator in _BOOLEAN_OPERATORS
        case FunctionCall():
            return expression.name in _BOOLEAN_CALLS
        case Operand():
            return expression.term.iri == f"{_XSD}boolean"
    return True


def _may_be_boolean(expression: Expression) -> bool:
    if isinstance(expression, Operand):
        is_boolean = expression.term.iri == f"{_XSD}boolean"
        return expression.term.kind is TermKind.VARIABLE or is_boolean
    if isinstance(expression, FunctionCall):
        return expression.name not in _OTHER_CALLS
    return _is_boolean(expression)

"""Expressions that have no value by the letter of SPARQL, where other engines may give one.

GROUP_CONCAT of what is no string (SPARQL 1.1 Query section 18.5.1.7), a name of SELECT in HAVING
(18.2.4), the name of a graph within GRAPH (18.6), and a duration that is added (17.3).
"""

from collections.abc import Iterable, Iterator, Mapping

from eakg.queries.lint.finding import FindingKind
from eakg.queries.lint.remark import Remark
from eakg.sparql.syntax import (
    Compound,
    End,
    Expression,
    FunctionCall,
    GraphPattern,
    GroupPattern,
    Operand,
    OperatorCall,
    PredicatePath,
    Property,
    QueryTree,
    Select,
    TermKind,
    Triples,
    assignments,
    element_expressions,
    nested_groups,
    query_expressions,
    query_groups,
    query_selects,
    select_expressions,
    subexpressions,
    values_blocks,
    variables_in_scope,
)

_XSD = "http://www.w3.org/2001/XMLSchema#"
_RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_STRINGS = frozenset({f"{_XSD}string", "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"})
_DURATIONS = frozenset(
    f"{_XSD}{name}" for name in ("duration", "dayTimeDuration", "yearMonthDuration")
)
_NO_STRING_CALLS = frozenset(
    {"IRI", "URI", "UUID", "BNODE", "DATATYPE", "STRLEN", "ABS", "CEIL", "FLOOR", "ROUND", "RAND"}
    | {"YEAR", "MONTH", "DAY", "HOURS", "MINUTES", "SECONDS", "TIMEZONE", "NOW", "COUNT", "SUM"}
    | {"AVG", "BOUND", "ISIRI", "ISURI", "ISBLANK", "ISLITERAL", "ISNUMERIC", "REGEX", "CONTAINS"}
    | {"STRSTARTS", "STRENDS", "LANGMATCHES", "SAMETERM"}
    | {f"{_XSD}{name}" for name in ("integer", "decimal", "double", "float", "boolean")}
    | {f"{_XSD}{name}" for name in ("date", "dateTime", "time", "gYear")}
)


def absences(text: str, query: QueryTree) -> Iterator[Remark]:
    """The expressions of a query that have no value, with what to write instead."""
    yield from _concatenations(text, query)
    for select in query_selects(query):
        yield from _names_in_having(text, select)
    for group in query_groups(query):
        for element in group.elements:
            if isinstance(element, GraphPattern):
                yield from _names_in_graph(element)
    yield from _sums_with_durations(text, query)


def _spelling(text: str, expression: Expression) -> str:
    return text[expression.start : expression.stop]


def _parts(expressions: Iterable[Expression]) -> Iterator[Expression]:
    for expression in expressions:
        yield from subexpressions(expression)


def _concatenations(text: str, query: QueryTree) -> Iterator[Remark]:
    values = {variable.name: expression for expression, variable in assignments(query)}
    resources = frozenset(_resources(query))
    for part in _parts(query_expressions(query)):
        if not (isinstance(part, FunctionCall) and part.name == "GROUP_CONCAT" and part.arguments):
            continue
        (argument, *_) = part.arguments
        if _is_no_string(argument, values, resources):
            spelling = _spelling(text, argument)
            message = (
                f"GROUP_CONCAT has no value for what is no string, as {spelling} is here; write"
                f" GROUP_CONCAT(STR({spelling}))"
            )
            yield Remark(argument.start, message, FindingKind.GROUP_CONCAT)


def _is_no_string(
    expression: Expression, values: Mapping[str, Expression], resources: frozenset[str]
) -> bool:
    match expression:
        case Operand(term=term) if term.kind is TermKind.VARIABLE:
            if term.name in resources:
                return True
            value = values.get(term.name)
            rest = {name: one for name, one in values.items() if name != term.name}
            return value is not None and _is_no_string(value, rest, resources)
        case Operand(term=term):
            is_string = term.kind is TermKind.LITERAL and term.iri in _STRINGS
            return not is_string
        case FunctionCall():
            return expression.name in _NO_STRING_CALLS
        case OperatorCall():
            return True
    return True


def _resources(query: QueryTree) -> Iterator[str]:
    """The variables that can have no literals for values: by where they stand in triples, as names
    of graphs, and by the IRIs of VALUES."""
    for group in query_groups(query):
        for element in group.elements:
            if isinstance(element, Triples):
                yield from _subjects(element.subject)
                yield from _of_properties(element.properties)
            elif isinstance(element, GraphPattern):
                yield element.name.name
    for block in values_blocks(query):
        for name, terms in block.columns.items():
            if any(term.kind is TermKind.IRI for term in terms):
                yield name


def _subjects(end: End) -> Iterator[str]:
    if isinstance(end, Compound):
        yield from _within(end)
    elif end.kind is TermKind.VARIABLE:
        yield end.name


def _within(compound: Compound) -> Iterator[str]:
    yield from _of_properties(compound.properties)
    for member in compound.members:
        if isinstance(member, Compound):
            yield from _within(member)
    if compound.triple is not None:
        subject, predicate, _ = compound.triple
        yield from _subjects(subject)
        yield from _subjects(predicate)


def _of_properties(properties: tuple[Property, ...]) -> Iterator[str]:
    for part in properties:
        if isinstance(part.path, PredicatePath):
            yield from _subjects(part.path.term)
            if part.path.term.iri == _RDF_TYPE:
                yield from _subjects(part.object)
        if isinstance(part.object, Compound):
            yield from _within(part.object)


def _names_in_having(text: str, select: Select) -> Iterator[Remark]:
    in_scope = variables_in_scope(select.where)
    values = {
        column.variable.name: column.expression
        for column in select.columns
        if column.expression is not None and column.variable.name not in in_scope
    }
    for part in _parts(select.modifiers.having):
        if isinstance(part, Operand) and part.term.name in values:
            name, value = part.term.name, _spelling(text, values[part.term.name])
            message = (
                f"?{name} has no value in HAVING, which comes before what SELECT computes (SPARQL"
                f" 1.1 section 18.2.4); write {' '.join(value.split())} in its place"
            )
            yield Remark(part.start, message, FindingKind.HAVING)


def _names_in_graph(pattern: GraphPattern) -> Iterator[Remark]:
    name = pattern.name.name
    if pattern.name.kind is not TermKind.VARIABLE or name in variables_in_scope(pattern.group):
        return
    for group in nested_groups(pattern.group):
        if name in variables_in_scope(group):
            continue
        for part in _parts(_expressions_of(group)):
            if isinstance(part, Operand) and part.term.name == name:
                message = (
                    f"?{name} has no value within GRAPH ?{name} {{ ... }} (SPARQL 1.1 section"
                    " 18.6); write this behind the closing brace"
                )
                yield Remark(part.start, message, FindingKind.GRAPH_NAME)


def _expressions_of(group: GroupPattern) -> Iterator[Expression]:
    if group.subquery is not None:
        yield from select_expressions(group.subquery)
    for element in group.elements:
        yield from element_expressions(element)


def _sums_with_durations(text: str, query: QueryTree) -> Iterator[Remark]:
    for part in _parts(query_expressions(query)):
        if isinstance(part, OperatorCall) and part.operator == "+" and len(part.operands) == 2:
            durations = [_is_duration(operand) for operand in part.operands]
            if durations.count(True) == 1:
                other = _spelling(text, part.operands[durations.index(False)])
                message = (
                    f"a duration has no sum with {other} where that is a date; subtract the"
                    ' duration with another sign, such as - "-P1D"^^xsd:dayTimeDuration'
                )
                yield Remark(part.start, message, FindingKind.DURATION)


def _is_duration(expression: Expression) -> bool:
    match expression:
        case Operand():
            return expression.term.iri in _DURATIONS
        case FunctionCall():
            return expression.name in _DURATIONS
    return False

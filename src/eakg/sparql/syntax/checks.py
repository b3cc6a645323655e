"""What is no SPARQL, and the engine lets through."""

import re
from bisect import bisect_left
from collections.abc import Iterator

from eakg.sparql.cursor import syntax_error_at
from eakg.sparql.lexer import IRIREF, blank_node_tokens
from eakg.sparql.syntax.tree import (
    Filter,
    FunctionCall,
    GroupPattern,
    Operand,
    OperatorCall,
    QueryTree,
    Triples,
    query_expressions,
    query_groups,
    subexpressions,
)

_NO_SUBJECT = re.compile(r"<<\s*\(\s*(?:<<|[\"'0-9+.-]|true\b|false\b)", re.IGNORECASE)


def check_triple_terms(text: str, query: QueryTree) -> None:
    """Raises: QuerySyntaxError for a triple term in an expression whose subject is a literal or a
    triple term (SPARQL 1.2 Query, rule ExprTripleTermSubject)."""
    for expression in query_expressions(query):
        for part in subexpressions(expression):
            if isinstance(part, Operand) and _NO_SUBJECT.search(part.term.text):
                complaint = "neither a literal nor a triple term can be the subject of a triple"
                raise syntax_error_at(text, part.start, complaint)


def check_labels(text: str, query: QueryTree) -> None:
    """Raises: QuerySyntaxError where a blank node label stands in two basic graph patterns (SPARQL
    1.1 Query section 19.6)."""
    labels = blank_node_tokens(text)
    if not labels:
        return
    starts = [token.start for token in labels]
    patterns: dict[str, int] = {}
    groups = query_groups(query)
    for number, pattern in enumerate(part for group in groups for part in _basic_patterns(group)):
        for statement in pattern:
            first = bisect_left(starts, statement.start)
            for token in labels[first : bisect_left(starts, statement.stop)]:
                if patterns.setdefault(token.text, number) != number:
                    complaint = (
                        f"{token.text} stands in two groups, and a blank node belongs to one;"
                        " use a variable"
                    )
                    raise syntax_error_at(text, token.start, complaint)


def check_aggregates(text: str, query: QueryTree) -> None:
    """Raises: QuerySyntaxError for an aggregate within another (SPARQL 1.2 Query, grammar note)."""
    for expression in query_expressions(query):
        for part in subexpressions(expression):
            if isinstance(part, FunctionCall) and part.is_aggregate:
                for argument in part.arguments:
                    for inner in subexpressions(argument):
                        if isinstance(inner, FunctionCall) and inner.is_aggregate:
                            complaint = f"{inner.name} stands within {part.name}; use a subquery"
                            raise syntax_error_at(text, inner.start, complaint)


def check_comparisons(text: str, query: QueryTree) -> None:
    """Raises: QuerySyntaxError where the sign of a comparison begins what is an IRI by the longest
    match (SPARQL 1.1 Query section 19.8, note 3), as in `?a<?b&&?c>?d`."""
    for expression in query_expressions(query):
        for part in subexpressions(expression):
            if isinstance(part, OperatorCall) and part.operator in {"<", "<="}:
                offset = text.find("<", part.operands[0].stop)
                iri = re.compile(IRIREF).match(text, offset)
                if iri:
                    complaint = f"{iri.group()[:40]} is one IRI; write a blank behind the <"
                    raise syntax_error_at(text, offset, complaint)


def _basic_patterns(group: GroupPattern) -> Iterator[list[Triples]]:
    pattern: list[Triples] = []
    for element in group.elements:
        if isinstance(element, Triples):
            pattern.append(element)
        elif not isinstance(element, Filter):
            yield pattern
            pattern = []
    yield pattern

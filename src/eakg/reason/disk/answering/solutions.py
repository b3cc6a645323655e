"""The solutions of patterns over a closure on disk: joins of its triples, by keys of terms.

Conditions are met here where keys suffice: what is an IRI, what is the same term, what is bound.
Specification: SPARQL 1.1 Query sections 17.2 (errors, which are unknown to SQL) and 18.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import count

from rdflib import URIRef, Variable
from rdflib.term import Node

from eakg.rdf import write_term
from eakg.reason.disk.dictionary import Dictionary
from eakg.reason.disk.encoding import BLANK_KIND, IRI_KIND, LITERAL_KIND, NO_KEY
from eakg.sparql.syntax import (
    Expression,
    FunctionCall,
    Operand,
    OperatorCall,
    TermKind,
    rdf_term,
    subexpressions,
)
from eakg.sparql.tables import JoinedGroup, is_variable

_KINDS = {
    "ISIRI": IRI_KIND,
    "ISURI": IRI_KIND,
    "ISBLANK": BLANK_KIND,
    "ISLITERAL": LITERAL_KIND,
}
_LOGIC = {"&&": "and", "||": "or"}
_COMPARISONS = {"=": "=", "!=": "<>", "IN": "in", "NOT IN": "not in"}


@dataclass(frozen=True)
class SolutionQuery:
    """A query for solutions, and the column of each variable in it."""

    text: str
    columns: Mapping[Node, str]


def things(group: JoinedGroup) -> frozenset[Node]:
    """The variables that the triples of a group bind to no literal: they stand for a subject or a
    predicate."""
    return frozenset(term for triple in group.triples for term in triple[:2] if is_variable(term))


def is_decidable(expression: Expression, things: Collection[Node]) -> bool:
    """Whether keys of terms suffice for a condition.

    Arguments: it; the variables that no literal is bound to.
    """
    match expression:
        case OperatorCall(operator="&&" | "||" | "!", operands=parts):
            return all(is_decidable(part, things) for part in parts)
        case OperatorCall(operator="=" | "!=" | "IN" | "NOT IN", operands=(first, *rest)) if rest:
            terms = [_term(part) for part in (first, *rest)]
            if None in terms or not any(isinstance(term, Variable) for term in terms):
                return False
            return _is_thing(terms[0], things) or all(_is_thing(term, things) for term in terms[1:])
        case FunctionCall(name="SAMETERM", arguments=parts):
            return all(isinstance(_term(part), Variable) for part in parts)
        case FunctionCall(name=name, arguments=(part,)) if name == "BOUND" or name in _KINDS:
            return isinstance(_term(part), Variable)
    return False


def _is_thing(term: Node | None, things: Collection[Node]) -> bool:
    return isinstance(term, URIRef) or term in things


def _term(expression: Expression) -> Node | None:
    """The variable or the IRI that an expression is."""
    if isinstance(expression, Operand) and expression.term.kind in {
        TermKind.VARIABLE,
        TermKind.IRI,
    }:
        return rdf_term(expression.term)
    return None


class SolutionQueries:
    """Makes queries for the solutions of a group.

    Arguments: a source of triples by keys, `s`, `p` and `o`; the dictionary; the group, whose
    conditions are decidable, those of OPTIONAL included.
    """

    def __init__(self, triples: str, dictionary: Dictionary, group: JoinedGroup) -> None:
        self._triples = triples
        self._numbers = count()
        self._group = group
        self._keys = dictionary.keys_of({write_term(term) for term in _constants(group)})

    def query(self) -> SolutionQuery:
        """The query for the group."""
        return self._where(self._solutions(self._group), self._group)

    def _solutions(self, group: JoinedGroup) -> SolutionQuery:
        """Those of a group, before its conditions."""
        solutions = self._joins(group)
        for optional in group.optionals:
            solutions = self._left_joins(solutions, optional)
        return solutions

    def _where(self, solutions: SolutionQuery, group: JoinedGroup) -> SolutionQuery:
        """The solutions that meet the conditions of a group."""
        conditions = self._conditions(group, solutions.columns)
        if not conditions:
            return solutions
        return SolutionQuery(
            f"select * from ({solutions.text}) where {conditions}", solutions.columns
        )

    def _joins(self, group: JoinedGroup) -> SolutionQuery:
        """The solutions of the triples of a group."""
        places: dict[Node, list[str]] = {}
        for number, triple in enumerate(group.triples):
            for name, term in zip("spo", triple, strict=True):
                places.setdefault(term, []).append(f"t{number}.{name}")
        conditions = []
        for term, columns in places.items():
            first = columns[0] if is_variable(term) else str(self._key(term))
            conditions += [f"{column} = {first}" for column in columns if column != first]
        names = {term: f"v{next(self._numbers)}" for term in places if is_variable(term)}
        selected = [f"{places[term][0]} as {name}" for term, name in names.items()]
        text = f"select {', '.join(selected) or '1 as unit'}"
        if group.triples:
            sources = (f"{self._triples} t{number}" for number in range(len(group.triples)))
            text += f" from {', '.join(sources)}"
        if conditions:
            text += f" where {' and '.join(conditions)}"
        return SolutionQuery(text, names)

    def _left_joins(self, left: SolutionQuery, group: JoinedGroup) -> SolutionQuery:
        """Solutions with those of an OPTIONAL group where there are such."""
        right = self._solutions(group)
        mine = {term: f"a.{name}" for term, name in left.columns.items()}
        theirs = {term: f"b.{name}" for term, name in right.columns.items()}
        conditions = [f"{mine[term]} = {theirs[term]}" for term in theirs if term in mine]
        columns = {**theirs, **mine}
        if filters := self._conditions(group, columns):
            conditions.append(filters)
        names = {term: f"v{next(self._numbers)}" for term in columns}
        selected = ", ".join(f"{columns[term]} as {name}" for term, name in names.items())
        return SolutionQuery(
            f"select {selected or '1 as unit'} from ({left.text}) a left join ({right.text}) b"
            f" on {' and '.join(conditions) or 'true'}",
            names,
        )

    def _conditions(self, group: JoinedGroup, columns: Mapping[Node, str]) -> str:
        """The conditions of a group together."""
        return " and ".join(self._condition(test.expression, columns) for test in group.filters)

    def _condition(self, expression: Expression, columns: Mapping[Node, str]) -> str:
        match expression:
            case OperatorCall(operator="!", operands=(part,)):
                return f"(not {self._condition(part, columns)})"
            case OperatorCall(operator="&&" | "||" as operator, operands=parts):
                conditions = (self._condition(part, columns) for part in parts)
                return f"({f' {_LOGIC[operator]} '.join(conditions)})"
            case OperatorCall(operator=operator, operands=(first, *rest)):
                members = ", ".join(self._value(part, columns) for part in rest)
                return f"({self._value(first, columns)} {_COMPARISONS[operator]} ({members}))"
            case FunctionCall(name="SAMETERM", arguments=(first, second)):
                return f"({self._value(first, columns)} = {self._value(second, columns)})"
            case FunctionCall(name="BOUND", arguments=(part,)):
                return f"({self._value(part, columns)} is not null)"
            case FunctionCall(name=name, arguments=(part,)):
                return f"({self._value(part, columns)} & 3 = {_KINDS[name]})"
        raise ValueError(expression)

    def _value(self, expression: Expression, columns: Mapping[Node, str]) -> str:
        """The key of a term, or its column; a variable that is not bound there has none."""
        term = _term(expression)
        if isinstance(term, URIRef):
            return str(self._key(term))
        return columns.get(term, "cast(null as bigint)") if term else ""

    def _key(self, term: Node) -> int:
        return self._keys.get(write_term(term), NO_KEY)


def _constants(group: JoinedGroup) -> Iterator[Node]:
    """The terms that a group names."""
    for triple in group.triples:
        yield from (term for term in triple if not is_variable(term))
    for test in group.filters:
        terms = map(_term, subexpressions(test.expression))
        yield from (term for term in terms if isinstance(term, URIRef))
    for optional in group.optionals:
        yield from _constants(optional)

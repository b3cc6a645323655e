"""Which triples a row of a result rests on: those that the query's patterns match for it."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from rdflib import BNode, Literal, URIRef, Variable
from rdflib.term import Node

from eakg.rdf import is_number, sparql_term
from eakg.sparql.cursor import Cursor
from eakg.sparql.failures import QuerySyntaxError, QueryTooComplexError
from eakg.sparql.head import read_head
from eakg.sparql.syntax import (
    AlternativePath,
    Compound,
    End,
    GraphPattern,
    GroupPattern,
    InversePath,
    Lateral,
    Minus,
    NegatedPath,
    Path,
    PredicatePath,
    Property,
    RepeatedPath,
    SequencePath,
    ServicePattern,
    TermKind,
    TermNode,
    Triples,
    Union,
    element_groups,
    parse_query,
    rdf_term,
)

Pattern = tuple[Node, Node, Node]
_VARIABLE = re.compile(r"\?(\w+)")


class NotUnderstoodError(Exception):
    """A query whose patterns cannot be told apart here."""


@dataclass(frozen=True)
class Patterns:
    """The triple patterns of a query that its rows rest on, and the parts of its text around them:
    prefixes, dataset and group. Those that only exclude rows are not among them.

    `steps` are what property paths and patterns with blank nodes go over where each row has to
    match them, with variables of their own, which `ways` finds.
    """

    triples: tuple[Pattern, ...]
    prologue: str
    dataset: str
    group: str
    steps: tuple[Pattern, ...] = ()
    ways: str = ""

    def construct(self, row: Mapping[str, str], limit: int) -> str:
        """A query for the triples that a row rests on, the row given by its columns' values."""
        return (
            f"{self.prologue}\nCONSTRUCT {{ {_pattern_text((*self.triples, *self.steps))} }}\n"
            f"{self.dataset}\nWHERE {{ {self.group}\n{self.ways}\n{self.filters(row)} }}\n"
            f"LIMIT {limit}"
        )

    @property
    def variables(self) -> tuple[str, ...]:
        """The variables of the patterns."""
        terms = (term for triple in self.triples for term in triple)
        return tuple(dict.fromkeys(str(term) for term in terms if isinstance(term, Variable)))

    def select(self, rows: Collection[Mapping[str, Node]], limit: int) -> str:
        """A query for the values that the variables of the patterns have, where they agree with the
        things of some rows, which have at least one pattern with a variable behind them."""
        names = [
            name
            for name in self.variables
            if rows and all(isinstance(row.get(name), URIRef) for row in rows)
        ]
        cells = dict.fromkeys(" ".join(sparql_term(row[name]) for name in names) for row in rows)
        columns = " ".join(f"?{name}" for name in names)
        values = f"VALUES ({columns}) {{ ({') ('.join(cells)}) }}" if names else ""
        return (
            f"{self.prologue}\nSELECT DISTINCT {' '.join(f'?{name}' for name in self.variables)}\n"
            f"{self.dataset}\nWHERE {{ {values} {{ {self.group}\n}} }}\nLIMIT {limit}"
        )

    def ask(self, triple: Pattern, row: Mapping[str, str]) -> str:
        """A query for whether a pattern matches anything that agrees with a row."""
        names = {str(term) for term in triple if isinstance(term, Variable)}
        cells = {name: cell for name, cell in row.items() if name in names}
        return f"ASK {{ {' '.join(map(write_pattern_term, triple))} {self.filters(cells)} }}"

    def filters(self, row: Mapping[str, str]) -> str:
        """The condition that variables have the values of a row's cells. Numbers, which have many
        spellings, and what the query computes are left open."""
        names = {str(term) for triple in self.triples for term in triple}
        names |= {*_VARIABLE.findall(self.ways)}
        return " ".join(
            f"FILTER (STR(?{name}) = {sparql_term(Literal(cell))})"
            for name, cell in row.items()
            if cell and name in names and not is_number(cell) and not cell.startswith("_:")
        )


def patterns(text: str) -> Patterns:
    """The patterns of a query. Raises: NotUnderstoodError where they cannot be read."""
    try:
        query = parse_query(text)
        triples = () if query.where is None else tuple(dict.fromkeys(_triples(query.where)))
        ways = WaysOfPaths(text, () if query.where is None else _required(query.where))
    except (QuerySyntaxError, QueryTooComplexError) as error:
        raise NotUnderstoodError(str(error)) from error
    except RecursionError:
        raise NotUnderstoodError("it is nested too deeply") from None
    head = read_head(text)
    cursor = Cursor(text)
    cursor.position = len(text) if head.pattern is None else head.pattern
    group = cursor.block()
    if group is None or not (triples or ways.steps):
        raise NotUnderstoodError("it has no triple patterns")
    (start, stop), (first, last) = group, head.dataset
    parts = text[: head.prologue], text[first:last], text[start + 1 : stop - 1]
    return Patterns(triples, *parts, tuple(ways.steps), ways.text)


def _triples(group: GroupPattern) -> Iterator[Pattern]:
    if group.subquery is not None:
        yield from _triples(group.subquery.where)
    for element in group.elements:
        if isinstance(element, Lateral):
            raise NotUnderstoodError("it has LATERAL")
        if isinstance(element, Triples):
            yield from _ground_triples(element)
        elif not isinstance(element, Minus | ServicePattern):
            for inner in element_groups(element):
                yield from _triples(inner)


def _required(group: GroupPattern) -> Iterator[Triples]:
    """What each row has to match, and whose variables are bound behind the group."""
    for element in group.elements:
        if isinstance(element, Triples):
            yield element
        elif isinstance(element, GraphPattern) or (
            isinstance(element, Union) and len(element.groups) == 1
        ):
            for inner in element_groups(element):
                yield from _required(inner)


class _UnfollowedError(Exception):
    """A list in parentheses, or a path that nothing goes over."""


class WaysOfPaths:
    """What property paths and patterns with blank nodes go over.

    Arguments: the text of the query; the triples that are looked at.
    """

    def __init__(self, text: str, elements: Iterable[Triples]) -> None:
        self.steps: list[Pattern] = []
        self._text = text
        self._prefix = "step"
        while self._prefix in text:
            self._prefix += "_"
        self._count = 0
        self._labels: dict[str, Variable] = {}
        ways: list[str] = []
        of_blank_nodes: list[str] = []
        for element in elements:
            length = len(self.steps)
            try:
                subject = self._end(element.subject)
                parts = [(part, self._property(subject, part)) for part in self._parts(element)]
            except _UnfollowedError:
                del self.steps[length:]
                continue
            for part, way in parts:
                is_blank = _is_blank(element.subject) or _is_blank(part.object)
                (of_blank_nodes if is_blank else ways).append(way)
        self.text = "\n".join(
            f"OPTIONAL {{ {way} }}" for way in (" ".join(of_blank_nodes), *ways) if way
        )

    def _parts(self, element: Triples) -> Iterator[Property]:
        """What is said of the subject in other than plain patterns."""
        subject = element.subject
        for part in element.properties:
            is_plain = isinstance(part.path, PredicatePath)
            if not is_plain or _is_blank(subject) or _is_blank(part.object):
                yield part
        if isinstance(subject, Compound):
            yield from subject.properties

    def _variable(self) -> Variable:
        self._count += 1
        return Variable(f"{self._prefix}{self._count}")

    def _end(self, end: End) -> Node:
        if isinstance(end, Compound) and end.sign == "[":
            return self._variable()
        if isinstance(end, TermNode) and end.kind is TermKind.BLANK_NODE:
            return self._labels.setdefault(end.name or end.text, self._variable())
        node = _node(end)
        if node is None:
            raise _UnfollowedError
        return node

    def _property(self, subject: Node, part: Property) -> str:
        end = self._end(part.object)
        way = self._way(part.path, subject, end)
        if isinstance(part.object, Compound):
            way += "".join(self._property(end, one) for one in part.object.properties)
        return way

    def _way(self, path: Path, start: Node, end: Node, *, is_certain: bool = True) -> str:
        """What finds the triples that a path goes over. A triple whose ends are known and that need
        not be there has a variable for its predicate, without which it is not told."""
        if isinstance(start, Literal):
            raise _UnfollowedError  # nothing starts from a literal
        match path:
            case PredicatePath() if is_certain:
                return self._step(start, _name(path.term), end)
            case PredicatePath():
                return self._step_of_some(start, end, f"= {write_pattern_term(_name(path.term))}")
            case InversePath():
                return self._way(path.path, end, start, is_certain=is_certain)
            case SequencePath():
                middles = [self._variable() for _ in path.paths[1:]]
                steps = zip(path.paths, (start, *middles), (*middles, end), strict=True)
                return "".join(self._way(*step) for step in steps)
            case AlternativePath():
                ways = (self._way(one, start, end, is_certain=False) for one in path.paths)
                return f"{{ {' } UNION { '.join(ways)} }} "
            case RepeatedPath(sign="?"):
                return f"OPTIONAL {{ {self._way(path.path, start, end, is_certain=False)} }} "
            case RepeatedPath():
                first, last = self._variable(), self._variable()
                often = f"({self._text[path.path.start : path.path.stop]})*"
                way = self._way(path.path, first, last)
                begin, *middle, finish = map(write_pattern_term, (start, first, last, end))
                before, after = f"{begin} {often} {middle[0]}", f"{middle[1]} {often} {finish}"
                return f"OPTIONAL {{ {before} . {way} {after} }} "
            case NegatedPath():
                return self._negated(path, start, end)

    def _negated(self, path: NegatedPath, start: Node, end: Node) -> str:
        ways = []
        for terms, ends in ((path.forward, (start, end)), (path.backward, (end, start))):
            if terms or (not path.backward and ends[0] == start):
                names = ", ".join(write_pattern_term(_name(term)) for term in terms)
                ways.append(self._step_of_some(*ends, f"NOT IN ({names})"))
        return f"{{ {' } UNION { '.join(ways)} }} "

    def _step(self, start: Node, predicate: Node, end: Node) -> str:
        self.steps.append((start, predicate, end))
        return f"{_pattern_text([self.steps[-1]])} . "

    def _step_of_some(self, start: Node, end: Node, condition: str) -> str:
        predicate = self._variable()
        return f"{self._step(start, predicate, end)}FILTER (?{predicate} {condition}) "


def _is_blank(end: End) -> bool:
    return isinstance(end, Compound) or end.kind is TermKind.BLANK_NODE


def _pattern_text(triples: Iterable[Pattern]) -> str:
    return " . ".join(" ".join(map(write_pattern_term, triple)) for triple in triples)


def _ground_triples(triples: Triples) -> Iterator[Pattern]:
    """The triples without blank nodes, which those of brackets and parentheses all have."""
    subject = _node(triples.subject)
    for part in triples.properties:
        if part.annotations:
            raise NotUnderstoodError("it has annotations")
        value = _node(part.object)
        if subject is not None and value is not None and isinstance(part.path, PredicatePath):
            yield subject, _name(part.path.term), value


def _node(end: End) -> Node | None:
    """A term, None where it is a blank node."""
    if not isinstance(end, TermNode):
        if end.sign == "<<":
            raise NotUnderstoodError("it has triples within triples")
        return None
    if end.kind is TermKind.TRIPLE_TERM:
        raise NotUnderstoodError("it has triples within triples")
    return None if end.kind is TermKind.BLANK_NODE else _name(end)


def _name(term: TermNode) -> Node:
    try:
        return rdf_term(term)
    except ValueError as error:
        raise NotUnderstoodError(str(error)) from error


def write_pattern_term(term: Node) -> str:
    """A term of a pattern in SPARQL, where a blank node matches anything."""
    if isinstance(term, BNode):
        return f"_:{term}"
    return f"?{term}" if isinstance(term, Variable) else sparql_term(term)

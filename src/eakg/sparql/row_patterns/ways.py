"""What property paths and blank nodes of a pattern go over, for each solution."""

from collections.abc import Iterable, Iterator

from rdflib import RDF, Literal, Variable
from rdflib.term import Node

from eakg.sparql.row_patterns.pattern_terms import (
    Pattern,
    is_blank,
    name_of,
    node_of,
    write_pattern_term,
)
from eakg.sparql.syntax import (
    AlternativePath,
    Compound,
    End,
    InversePath,
    NegatedPath,
    Path,
    PredicatePath,
    Property,
    RepeatedPath,
    SequencePath,
    TermKind,
    TermNode,
    Triples,
)


class _UnfollowedError(Exception):
    """A path that nothing goes over."""


class Ways:
    """What finds the triples that each solution of a pattern goes over.

    Arguments: the text of the query. `steps` are these triples, with variables of their own, which
    are bound where the texts that are given stand in the query.
    """

    def __init__(self, text: str) -> None:
        self.steps: list[Pattern] = []
        self._text = text
        self._prefix = "step"
        while self._prefix in text:
            self._prefix += "_"
        self._count = 0
        self._labels: dict[str, Variable] = {}

    def behind(self, elements: Iterable[Triples], *, is_certain: bool) -> str:
        """What is to stand at the end of a group that has some triples, which each solution of the
        query matches or not."""
        ways: list[str] = []
        of_blank_nodes: list[str] = []
        for element in elements:
            length = len(self.steps)
            try:
                subject, way = self._end(element.subject)
                parts = [
                    (part, self._property(subject, part, is_certain=is_certain))
                    for part in _parts(element)
                ]
            except _UnfollowedError:
                del self.steps[length:]
                continue
            of_blank_nodes.append(way)
            for part, way in parts:
                chain = is_blank(element.subject) or is_blank(part.object)
                (of_blank_nodes if chain else ways).append(way)
        alternatives = [f"{{ {way} }}" for way in ("".join(of_blank_nodes), *ways) if way]
        return f"\nOPTIONAL {{ {' UNION '.join(alternatives)} }}" if alternatives else ""

    def marks(self, triples: Iterable[Pattern]) -> str:
        """The same for triples whose ends may be known where they are not there: each has a
        variable for its predicate, without which it is not told."""
        marks: dict[Node, Variable] = {}
        for subject, predicate, value in triples:
            if predicate not in marks:
                marks[predicate] = self._variable()
            self.steps.append((subject, marks[predicate], value))
        return "".join(
            f"BIND ({write_pattern_term(predicate)} AS ?{mark}) "
            for predicate, mark in marks.items()
        )

    def _variable(self) -> Variable:
        self._count += 1
        return Variable(f"{self._prefix}{self._count}")

    def _end(self, end: End) -> tuple[Node, str]:
        """What stands at an end, and what finds the triples that it is spelled by."""
        if isinstance(end, Compound) and end.sign == "[":
            node = self._variable()
            return node, "".join(self._property(node, part) for part in end.properties)
        if isinstance(end, Compound) and end.sign == "(":
            return self._collection(end.members)
        if isinstance(end, TermNode) and end.kind is TermKind.BLANK_NODE:
            node = self._variable()
            return self._labels.setdefault(end.name, node) if end.name else node, ""
        return node_of(end), ""

    def _collection(self, members: Iterable[End]) -> tuple[Node, str]:
        rest: Node = RDF.nil
        way = ""
        for member in reversed([*members]):
            cell = self._variable()
            value, inner = self._end(member)
            links = self._step(cell, RDF.first, value), self._step(cell, RDF.rest, rest)
            way = "".join((*links, inner, way))
            rest = cell
        return rest, way

    def _property(self, subject: Node, part: Property, *, is_certain: bool = True) -> str:
        end, inner = self._end(part.object)
        return self._way(part.path, subject, end, is_certain=is_certain) + inner

    def _way(self, path: Path, start: Node, end: Node, *, is_certain: bool = True) -> str:
        """What finds the triples that a path goes over."""
        if isinstance(start, Literal):
            raise _UnfollowedError  # nothing starts from a literal
        match path:
            case PredicatePath() if is_certain:
                return self._step(start, name_of(path.term), end)
            case PredicatePath():
                return self._optional_step(start, name_of(path.term), end)
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
                names = ", ".join(write_pattern_term(name_of(term)) for term in terms)
                predicate = self._variable()
                condition = f"FILTER (?{predicate} NOT IN ({names})) "
                ways.append(self._step(ends[0], predicate, ends[1]) + condition)
        return f"{{ {' } UNION { '.join(ways)} }} "

    def _step(self, start: Node, predicate: Node, end: Node) -> str:
        self.steps.append((start, predicate, end))
        return f"{' '.join(map(write_pattern_term, self.steps[-1]))} . "

    def _optional_step(self, start: Node, predicate: Node, end: Node) -> str:
        step = self._step(start, predicate, end)
        return step + self.marks([self.steps.pop()])


def _parts(element: Triples) -> Iterator[Property]:
    """What is said of the subject in other than plain patterns."""
    for part in element.properties:
        is_plain = isinstance(part.path, PredicatePath)
        if not is_plain or is_blank(element.subject) or is_blank(part.object):
            yield part

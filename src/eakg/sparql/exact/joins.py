"""The order in which triple patterns are joined, by how many triples there are of each.

The engine knows of a pattern which of its terms are bound, and nothing of the data. It begins with
the least of its guesses, goes on with the least that is connected, and takes those that are equal
to it in the order in which they are written. It holds a pattern of a class for the least that there
is without a subject or a value, however large the class. So patterns are written with the least
first, and a small predicate beside a large class as a subquery that says how many solutions it has,
which the engine knows how to read. Joins are the same in any order (SPARQL 1.1 Query section 18.5),
and so are the columns of `SELECT *`, which the engine sorts.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from eakg.sparql.cursor import TextChange
from eakg.sparql.lexer import IRIREF
from eakg.sparql.syntax import (
    Filter,
    GroupPattern,
    PredicatePath,
    QueryTree,
    TermKind,
    TermNode,
    Triples,
)

FEW = 1000
"""Solutions that the engine expects of a pattern with one end."""
_LARGE = 2000  # triples, from which on an order matters
_LESS = 4  # times that another predicate is less, for an order to be worth reading the query for
_MUCH_LESS = 8  # times that a predicate is less than a class, for it to be begun with
_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_PREFIX = r"((?:[A-Za-z][\w.-]*+)?+):"
_NAMES = re.compile(rf"{IRIREF}|(?<![\w.-]){_PREFIX}[\w.-]*+")
_PREFIXES = re.compile(rf"prefix\s++{_PREFIX}\s*+({IRIREF})", re.IGNORECASE)
_KINDS = frozenset({TermKind.IRI, TermKind.LITERAL, TermKind.VARIABLE})


@dataclass(frozen=True)
class Frequencies:
    """How many triples there are of each predicate, and how many things of each large class, by
    their IRIs. They guide and decide nothing, and so need not be exact."""

    predicates: Mapping[str, int] = field(default_factory=dict)
    classes: Mapping[str, int] = field(default_factory=dict)

    @cached_property
    def total(self) -> int:
        """How many triples there are."""
        return sum(self.predicates.values())

    @cached_property
    def is_large(self) -> bool:
        """Whether there is anything that is long to go through."""
        return any(count >= _LARGE for count in self.predicates.values())


@dataclass(frozen=True)
class JoinGuide:
    """What is known of the triples that a query is asked of: how frequent they are, and what gives
    the exact number of those of a predicate, None for more than `FEW`."""

    frequencies: Frequencies
    few: Callable[[str], int | None]

    def may_help(self, text: str) -> bool:
        """Whether the names in a query give reason to look at its joins; at a glance, and so not
        for sure."""
        place = text.find("{")
        prefixes = {name: iri[1:-1] for name, iri in _PREFIXES.findall(text, 0, max(place, 0))}
        frequencies = self.frequencies
        largest = largest_class = 0
        least: int | None = None
        may_help = False
        for match in _NAMES.finditer(text, max(place, 0)):
            token = match.group()
            prefix, _, local_name = token.partition(":")
            name = token[1:-1] if token[0] == "<" else prefixes.get(prefix, "") + local_name
            count = frequencies.predicates.get(name)
            if count is not None and name != _TYPE:
                least = count if least is None else min(least, count)
            else:
                count = frequencies.classes.get(name)
                largest_class = max(largest_class, count or 0)
            if count is None:
                continue
            may_help = may_help or largest > max(count * _LESS, _LARGE)
            largest = max(largest, count)
        if least is not None and largest_class > max(least * _MUCH_LESS, _LARGE):
            return True
        return may_help


@dataclass(frozen=True)
class _Pattern:
    """A triple pattern of names, as it is spelled, and how many triples there may be of it."""

    terms: tuple[TermNode, TermNode, TermNode]
    text: str
    count: int

    @property
    def variables(self) -> frozenset[str]:
        return frozenset(term.name for term in self.terms if term.kind is TermKind.VARIABLE)

    @property
    def is_of_class(self) -> bool:
        return self._shape == (False, True, True) and self.terms[1].iri == _TYPE

    @property
    def is_of_any_class(self) -> bool:
        return self.terms[1].iri == _TYPE and not self.terms[2].is_ground

    @property
    def is_of_predicate(self) -> bool:
        return self._shape == (False, True, False) and len(self.variables) == 2

    @property
    def begins(self) -> bool:
        """Whether the engine holds it for less than a class."""
        has_subject, _, has_object = self._shape
        return has_subject or (has_object and not self.is_of_class)

    @property
    def _shape(self) -> tuple[bool, ...]:
        return tuple(term.is_ground for term in self.terms)


def join_changes(text: str, query: QueryTree, guide: JoinGuide) -> list[TextChange]:
    """The patterns of a query in the order in which they are best joined.

    Arguments: the query, and what it says; what is known of the triples of its default graph.
    """
    if query.where and any(part.start >= query.where.start for part in query.template):
        return []  # what a CONSTRUCT makes, which is triples alone
    changes: list[TextChange] = []
    for group in _outermost(query):
        for blocks in _runs(group):
            changes += _run_changes(text, blocks, guide)
    return changes


def _outermost(query: QueryTree) -> Iterator[GroupPattern]:
    """The group of a query, and those of its subqueries that are parts of nothing but groups.

    What is within OPTIONAL or EXISTS is joined with what is outside, and has its order by that.
    """
    where = query.select.where if query.select else query.where
    while where is not None:
        yield where
        where = where.subquery.where if where.subquery else None


def _runs(group: GroupPattern) -> Iterator[list[list[Triples]]]:
    """The triples of a group that nothing but filters stands between, as blocks of those that not
    even a filter stands between."""
    run: list[list[Triples]] = []
    is_open = False
    for element in group.elements:
        if isinstance(element, Triples) and _is_simple(element):
            if not is_open:
                run.append([])
            run[-1].append(element)
            is_open = True
        elif isinstance(element, Filter):
            is_open = False
        else:
            yield run
            run, is_open = [], False
    yield run


def _is_simple(triples: Triples) -> bool:
    return (
        isinstance(triples.subject, TermNode)
        and triples.subject.kind in _KINDS
        and all(
            isinstance(part.path, PredicatePath)
            and isinstance(part.object, TermNode)
            and part.object.kind in _KINDS
            and not part.annotations
            for part in triples.properties
        )
    )


def _run_changes(text: str, blocks: list[list[Triples]], guide: JoinGuide) -> Iterator[TextChange]:
    patterns = [
        [pattern for triples in block for pattern in _patterns(text, triples, guide.frequencies)]
        for block in blocks
    ]
    source_patterns = [pattern for block in patterns for pattern in block]
    # Of each class that comes out of another pattern there would be all things.
    if len(source_patterns) < 2 or any(pattern.is_of_any_class for pattern in source_patterns):
        return
    ordered = sorted(source_patterns, key=lambda pattern: pattern.count)
    spellings = [pattern.text for pattern in ordered]
    subquery = _subquery_place(ordered, guide)
    if subquery is not None:
        place, count = subquery
        names = " ".join(f"?{name}" for name in sorted(ordered[place].variables))
        spellings[place] = f"{{ SELECT {names} {{ {spellings[place]} }} LIMIT {count} }}"
    elif ordered == source_patterns:
        return
    remainder = iter(spellings)
    for block, block_patterns in zip(blocks, patterns, strict=True):
        parts = [next(remainder) for _ in block_patterns]
        yield block[0].start, block[-1].stop, _spelling(parts)


def _spelling(parts: Iterable[str]) -> str:
    """Patterns one after the other; a group takes no full stop before it, and may take one
    behind."""
    return " . ".join(parts)


def _patterns(text: str, triples: Triples, frequencies: Frequencies) -> Iterator[_Pattern]:
    subject = triples.subject
    for part in triples.properties:
        if not isinstance(part.path, PredicatePath):
            continue
        terms = subject, part.path.term, part.object
        spelling = " ".join(text[term.start : term.stop] for term in terms)
        yield _Pattern(terms, spelling, _count(terms, frequencies))  # type: ignore[arg-type]  # they are simple


def _count(terms: Iterable[object], frequencies: Frequencies) -> int:
    subject, predicate, object_ = (term for term in terms if isinstance(term, TermNode))
    if subject.is_ground:
        return 0
    if not predicate.is_ground:
        return 0 if object_.is_ground else frequencies.total
    if object_.is_ground and predicate.iri == _TYPE:
        return frequencies.classes.get(object_.iri or "", 0)
    return 0 if object_.is_ground else frequencies.predicates.get(predicate.iri or "", 0)


def _subquery_place(patterns: list[_Pattern], guide: JoinGuide) -> tuple[int, int] | None:
    """The place of the pattern that is to say how many solutions it has, and how many; None where
    the engine does well without."""
    if any(pattern.begins for pattern in patterns):
        return None
    classes = [pattern.count for pattern in patterns if pattern.is_of_class]
    if not classes or min(classes) < _LARGE:
        return None
    for place, pattern in enumerate(patterns):
        if pattern.is_of_predicate and pattern.count * _MUCH_LESS <= min(classes):
            neighbours = (other for other in patterns if other is not pattern)
            if all(pattern.variables.isdisjoint(other.variables) for other in neighbours):
                continue
            count = guide.few(pattern.terms[1].iri or "")
            return None if count is None else (place, count)
    return None

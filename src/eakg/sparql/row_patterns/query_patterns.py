"""Which triples a row of a result rests on: those that the query's patterns match for it."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from rdflib import Literal, URIRef, Variable
from rdflib.term import Node

from eakg.rdf import is_number, sparql_term
from eakg.sparql.cursor import TextChange, splice
from eakg.sparql.failures import QuerySyntaxError, QueryTooComplexError
from eakg.sparql.head import read_head
from eakg.sparql.row_patterns.openings import with_openings
from eakg.sparql.row_patterns.pattern_terms import (
    NotUnderstoodError,
    Pattern,
    is_blank,
    name_of,
    node_of,
    write_pattern_term,
)
from eakg.sparql.row_patterns.ways import Ways
from eakg.sparql.syntax import (
    GroupPattern,
    Minus,
    Optional,
    PredicatePath,
    ServicePattern,
    Triples,
    element_groups,
    parse_query,
)

_VARIABLE = re.compile(r"\?(\w+)")


@dataclass(frozen=True)
class Patterns:
    """The triple patterns of a query that its rows rest on, and the parts of its text around them:
    prefixes, dataset and group. Those that only exclude rows are not among them.

    `template` is what a row matched, property paths, blank nodes, subqueries and EXISTS included,
    and `matches` the group in which all its variables are bound; `names` are the variables that a
    row tells.
    """

    triples: tuple[Pattern, ...]
    prologue: str
    dataset: str
    group: str
    template: tuple[Pattern, ...]
    matches: str
    names: frozenset[str]

    def construct(self, row: Mapping[str, str], limit: int) -> str:
        """A query for the triples that a row rests on, the row given by its columns' values, ""
        where it has none."""
        return (
            f"{self.prologue}\nCONSTRUCT {{ {_pattern_text(self.template)} }}\n"
            f"{self.dataset}\nWHERE {{ {self.matches}\n{self.filters(row)} }}\n"
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
        return " ".join(
            f"FILTER ({_condition(name, cell)})"
            for name, cell in row.items()
            if name in self.names and not is_number(cell) and not cell.startswith("_:")
        )


def patterns(text: str) -> Patterns:
    """The patterns of a query. Raises: NotUnderstoodError where they cannot be read."""
    try:
        query = parse_query(text)
        where = query.where
        if where is None:
            raise NotUnderstoodError("it has no triple patterns")
        triples = tuple(dict.fromkeys(_triples(where)))
        complete = with_openings(text, query)
        matches = _Matches(complete)
    except (QuerySyntaxError, QueryTooComplexError) as error:
        raise NotUnderstoodError(str(error)) from error
    except RecursionError:
        raise NotUnderstoodError("it is nested too deeply") from None
    if not matches.template:
        raise NotUnderstoodError("it has no triple patterns")
    head = read_head(text)
    first, last = head.dataset
    parts = text[: head.prologue], text[first:last], text[where.start + 1 : where.stop - 1]
    return Patterns(triples, *parts, matches.template, matches.text, matches.names)


class _Matches:
    """What all matches of a query's pattern are: see Patterns.

    Arguments: the text of a query, its subqueries opened.
    """

    def __init__(self, text: str) -> None:
        self._ways = Ways(text)
        self._triples: list[Pattern] = []
        self._changes: list[TextChange] = []
        where = parse_query(text).where
        if where is not None:
            self._add(where, is_certain=True)
            behind = len(text) - where.stop + 1
            whole = splice(text, self._changes)
            self.text = whole[where.start + 1 : len(whole) - behind]
        self.template = tuple(dict.fromkeys((*self._triples, *self._ways.steps)))
        ends = {str(term) for triple in self.template for term in triple}
        names = {*_VARIABLE.findall("".join(new for _, _, new in self._changes))}
        self.names = frozenset(ends | names)

    def _add(self, group: GroupPattern, *, is_certain: bool) -> None:
        elements = [element for element in group.elements if isinstance(element, Triples)]
        triples = [triple for element in elements for triple in _ground_triples(element)]
        new = "" if is_certain else self._ways.marks(triples)
        if is_certain:
            self._triples += triples
        new += self._ways.behind(elements, is_certain=is_certain)
        self._changes.append((group.stop - 1, group.stop - 1, f"{new}\n"))
        for element in group.elements:
            if isinstance(element, Minus | ServicePattern):
                continue
            inner_groups = element_groups(element)
            is_chosen = isinstance(element, Optional) or len(inner_groups) > 1
            for inner in inner_groups:
                self._add(inner, is_certain=is_certain and not is_chosen)


def _triples(group: GroupPattern) -> Iterator[Pattern]:
    if group.subquery is not None:
        yield from _triples(group.subquery.where)
    for element in group.elements:
        if isinstance(element, Triples):
            yield from _ground_triples(element)
        elif not isinstance(element, Minus | ServicePattern):
            for inner in element_groups(element):
                yield from _triples(inner)


def _ground_triples(triples: Triples) -> Iterator[Pattern]:
    """The triples without blank nodes, which those of brackets and parentheses all have."""
    for part in triples.properties:
        if part.annotations:
            raise NotUnderstoodError("it has annotations")
        has_blank = is_blank(triples.subject) or is_blank(part.object)
        if isinstance(part.path, PredicatePath) and not has_blank:
            yield node_of(triples.subject), name_of(part.path.term), node_of(part.object)


def _pattern_text(triples: Iterable[Pattern]) -> str:
    return " . ".join(" ".join(map(write_pattern_term, triple)) for triple in triples)


def _condition(name: str, cell: str) -> str:
    same = f"STR(?{name}) = {sparql_term(Literal(cell))}"
    return same if cell else f"!BOUND(?{name}) || {same}"

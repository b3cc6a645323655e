"""Datasets and SELECT queries at random, over so small a vocabulary that joins find something."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from helpers.random_expressions import (
    ALIAS_TO_THE_RIGHT,
    ALTERNATIVE,
    BARE_ALIAS,
    BLANKS,
    BOTH_WAYS,
    CONSTANT_FILTER,
    DATES,
    DISTINCT_NUMBERS,
    EQUAL_ROWS,
    ERROR_COUNTED,
    GRAPH_BY_JOIN,
    GRAPH_IN_GRAPH,
    GRAPH_OF_NO_GRAPH,
    GROUND_PATH,
    GROUPED_SUBQUERY,
    INNER_VALUES,
    INVERSE_SET,
    LABELS,
    LINKS,
    MINUS_IN_EXISTS,
    MINUS_IN_GRAPH,
    NESTED_CLOSURE,
    NODES,
    OPTIONAL_PROJECTED,
    OWN_VARIABLE,
    SHORT_PATH,
    SIZES,
    SUBQUERY_IN_GRAPH,
    TYPED,
    VALUES_BEFORE_OPTIONAL,
    VALUES_IN_GRAPH,
    VARIABLES,
    Dice,
    ExpressionWriter,
    Scope,
)

PREFIXES = "PREFIX : <http://e/>\nPREFIX xsd: <http://www.w3.org/2001/XMLSchema#>\n"
GRAPHS = (None, "http://e/g1", "http://e/g2")
"""Names of the graphs, None for the default one."""
TAG = "http://e/tag"
"""Leads from a blank node to its name, by which answers of several engines can be compared."""


@dataclass(frozen=True)
class RandomSelection:
    """A SELECT query, and the kinds of construct in it that engines are known to get wrong."""

    text: str
    kinds: frozenset[str]


class PatternWriter:
    """Writes graphs and queries, the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self.dice = Dice(seed)
        self.expressions = ExpressionWriter(self.dice, lambda: self._inner_group(0))
        self.graphs: list[str] = []
        self.in_exists = False

    # Data

    def dataset(self) -> Mapping[str | None, str]:
        """Graphs in Turtle, by name; blank nodes are tagged."""
        return {name: PREFIXES + self._graph(name) for name in GRAPHS}

    def _graph(self, name: str | None) -> str:
        blanks = BLANKS if name is None else ("_:z",)
        nodes = (*NODES, *blanks)
        lines = [f':tag "{blank[2:]}{name or ""}"' for blank in blanks]
        lines = [f"{blank} {line}" for blank, line in zip(blanks, lines, strict=True)]
        for _ in range(self.dice.random.randint(3, 10)):
            subject = self.dice.pick(nodes)
            kind = self.dice.random.randrange(8)
            if kind < 5:
                value = self.dice.pick(SIZES) if self.dice.chance(0.1) else self.dice.pick(nodes)
                lines.append(f"{subject} {self.dice.pick(LINKS)} {value}")
            elif kind == 5:
                lines.append(f"{subject} :size {self.dice.pick(SIZES)}")
            elif kind == 6:
                lines.append(f"{subject} :label {self.dice.pick(LABELS)}")
            else:
                lines.append(f"{subject} :since {self.dice.pick(DATES)}")
        return "".join(f"{line} .\n" for line in lines)

    # Patterns

    def query(self) -> RandomSelection:
        """A query, of SELECT."""
        self.dice.kinds.clear()
        text, _ = self.selection(2)
        return RandomSelection(PREFIXES + text, frozenset(self.dice.kinds))

    def graph_query(self) -> tuple[RandomSelection, str]:
        """A query of GRAPH ?g alone, and the group within."""
        self.dice.kinds.clear()
        self.graphs.append("?g")
        text, _ = self.group(2)
        self.graphs.pop()
        query = f"{PREFIXES}SELECT * {{ GRAPH ?g {text} }}"
        return RandomSelection(query, frozenset(self.dice.kinds)), text

    def group(self, depth: int) -> tuple[str, Scope]:
        """A group in braces."""
        scope = Scope()
        self.dice.nesting += 1
        parts = [self._element(depth, scope) for _ in range(self.dice.random.randint(1, 3))]
        self.dice.nesting -= 1
        return "{ " + " ".join(parts) + " }", scope

    def _element(self, depth: int, scope: Scope) -> str:
        simple: list[Callable[[int, Scope], str]] = [self._triples] * 6
        simple += [self._filter, self._filter, self._bind, self._values]
        deep: list[Callable[[int, Scope], str]] = [self._optional, self._optional, self._union]
        deep += [self._minus, self._exists, self._named, self._named, self._subquery, self._nested]
        return self.dice.random.choice(simple + deep if depth > 0 else simple)(depth, scope)

    def _triples(self, _depth: int, scope: Scope) -> str:
        return " ".join(self._triple(scope) for _ in range(self.dice.random.randint(1, 2)))

    def _triple(self, scope: Scope) -> str:
        subject = self._end(scope)
        if self.dice.chance(0.3):
            variable = self.dice.pick(tuple(TYPED))
            scope.bind(variable)
            return f"{subject} {TYPED[variable]} {variable} ."
        if self.dice.chance(0.25):
            return self._path_triple(subject, scope)
        predicate = self.dice.pick(VARIABLES) if self.dice.chance(0.1) else self.dice.pick(LINKS)
        if predicate in VARIABLES:
            scope.bind(predicate)
        value = self.dice.pick(SIZES) if self.dice.chance(0.05) else self._end(scope)
        return f"{subject} {predicate} {value} ."

    def _end(self, scope: Scope, ground: float = 0.15) -> str:
        if self.dice.chance(ground):
            return self.dice.pick(NODES)
        if self.dice.chance(0.05):
            return "[]"
        variable = self.dice.pick(VARIABLES)
        scope.bind(variable)
        return variable

    def _path_triple(self, subject: str, scope: Scope) -> str:
        path = self.path(2)
        value = self._end(scope)
        if "*" in path or "?" in path:
            self.dice.kinds.add(SHORT_PATH)
        if ("*" in path or "?" in path) and {subject, value} & set(NODES):
            if self.dice.rarely(GROUND_PATH, part=0.2):
                return f"{subject} {path} {value} ."
            subject, value = self._end(scope, 0), self._end(scope, 0)
        return f"{subject} {path} {value} ."

    def path(self, depth: int, repeated: bool = False) -> str:
        """A property path; `repeated` within one of length zero or many."""
        kind = self.dice.random.randrange(8) if depth else 0
        if kind < 2:
            return self.dice.pick(LINKS)
        if kind == 2:
            return f"({self.path(depth - 1, repeated)}/{self.path(depth - 1, repeated)})"
        if kind == 3:
            return f"^({self.path(depth - 1, repeated)})"
        if kind == 4:
            return self._negated_set()
        if kind == 5 and (repeated or self.dice.rarely(ALTERNATIVE, part=0.3)):
            return f"({self.path(depth - 1, repeated)}|{self.path(depth - 1, repeated)})"
        if repeated and not self.dice.rarely(NESTED_CLOSURE, part=0.2):
            return self.dice.pick(LINKS)
        return f"({self.path(depth - 1, True)}){self.dice.pick('*+?')}"

    def _negated_set(self) -> str:
        one, other = self.dice.random.sample(LINKS, 2)
        if self.dice.rarely(INVERSE_SET):
            return f"!(^{one}|^{other})"
        if self.dice.rarely(INVERSE_SET, BOTH_WAYS):
            return f"!({one}|^{other})"
        return f"!({one}|{other})"

    def _optional(self, depth: int, scope: Scope) -> str:
        text, inner = self.group(depth - 1)
        if scope.has_values:
            self.dice.kinds.add(VALUES_BEFORE_OPTIONAL)
        scope.possible |= inner.possible
        return f"OPTIONAL {text}"

    def _nested(self, depth: int, scope: Scope) -> str:
        text, inner = self.group(depth - 1)
        scope.join(inner)
        return text

    def _union(self, depth: int, scope: Scope) -> str:
        left, one = self.group(depth - 1)
        right, other = self.group(depth - 1)
        scope.certain |= one.certain & other.certain
        scope.possible |= one.possible | other.possible
        return f"{left} UNION {right}"

    def _minus(self, depth: int, _scope: Scope) -> str:
        if self.graphs and self.graphs[-1] == "?g":
            self.dice.kinds.add(MINUS_IN_GRAPH)
        if self.in_exists:
            self.dice.kinds.add(MINUS_IN_EXISTS)
        return f"MINUS {self.group(depth - 1)[0]}"

    def _exists(self, depth: int, _scope: Scope) -> str:
        return f"FILTER {self.dice.pick(('', 'NOT '))}EXISTS {self._inner_group(depth - 1)}"

    def _inner_group(self, depth: int) -> str:
        before, self.in_exists = self.in_exists, True
        text, _ = self.group(depth)
        self.in_exists = before
        return text

    def _named(self, depth: int, scope: Scope) -> str:
        name = self.dice.pick(("?g", "?g", ":g1", ":g2"))
        if self.dice.rarely(GRAPH_OF_NO_GRAPH):
            name = ":none"
        if self.graphs:
            self.dice.kinds.add(GRAPH_IN_GRAPH)
        if name == "?g" and "?g" in scope.possible:
            self.dice.kinds.add(GRAPH_BY_JOIN)
        self.graphs.append(name)
        text, inner = self.group(depth - 1)
        self.graphs.pop()
        if scope.has_values and "OPTIONAL" in text:
            self.dice.kinds.add(VALUES_BEFORE_OPTIONAL)
        scope.join(inner)
        if name == "?g":
            if self.dice.rarely(OWN_VARIABLE):
                text = f"{text[:-1]} FILTER(?g = :g1) }}"
            scope.bind(name)
        return f"GRAPH {name} {text}"

    def _subquery(self, depth: int, scope: Scope) -> str:
        if self.graphs and self.graphs[-1] in ("?g", ":none"):
            self.dice.kinds.add(SUBQUERY_IN_GRAPH)
        text, inner = self.selection(depth - 1, within=True)
        scope.join(inner)
        return "{ " + text + " }"

    def _values(self, _depth: int, scope: Scope) -> str:
        if self.graphs and self.graphs[-1] in ("?g", ":none"):
            self.dice.kinds.add(VALUES_IN_GRAPH)
        if self.dice.nesting > 1:
            self.dice.kinds.add(INNER_VALUES)
        variables = self.dice.sample(VARIABLES, 2)
        rows = [[self._value() for _ in variables] for _ in range(self.dice.random.randint(1, 3))]
        scope.has_values = True
        if len(set(map(tuple, rows))) < len(rows):
            self.dice.kinds.add(EQUAL_ROWS)
        scope.possible.update(variables)
        columns = zip(variables, zip(*rows, strict=True), strict=True)
        scope.certain.update(name for name, column in columns if "UNDEF" not in column)
        lines = " ".join(f"({' '.join(row)})" for row in rows)
        return f"VALUES ({' '.join(variables)}) {{ {lines} }}"

    def _value(self) -> str:
        return "UNDEF" if self.dice.chance(0.1) else self.dice.pick((*NODES, *SIZES))

    def _bind(self, _depth: int, scope: Scope) -> str:
        variable = self.dice.new_variable()
        value = self.expressions.expression(scope)
        scope.possible.add(variable)
        return f"BIND({value} AS {variable})"

    def _filter(self, _depth: int, scope: Scope) -> str:
        if self.dice.rarely(CONSTANT_FILTER, part=0.02):
            return f"FILTER({self.dice.pick(('true', 'false'))})"
        return f"FILTER({self.expressions.condition(scope)})"

    # Selections

    def selection(self, depth: int, within: bool = False) -> tuple[str, Scope]:
        """SELECT, and what it binds; `within` another."""
        if self.dice.chance(0.25):
            return self._aggregation(depth, within)
        text, inner = self.group(depth)
        distinct = self.dice.pick(("", "", "", "DISTINCT "))
        if not inner.possible or (not within and self.dice.chance(0.3)):
            return f"SELECT {distinct}* WHERE {text}", inner
        names = sorted(inner.possible if not within else inner.certain or inner.possible)
        if within and not inner.certain:
            self.dice.kinds.add(OPTIONAL_PROJECTED)
        names = self.dice.random.sample(names, self.dice.random.randint(1, min(3, len(names))))
        scope = Scope(inner.certain & set(names), set(names))
        items = list(names)
        if self.dice.chance(0.2):
            variable = self.dice.new_variable()
            items.append(f"({self.expressions.expression(inner)} AS {variable})")
            scope.possible.add(variable)
        return f"SELECT {distinct}{' '.join(items)} WHERE {text}", scope

    def _aggregation(self, depth: int, within: bool) -> tuple[str, Scope]:
        text, inner = self.group(depth)
        text = f"{text[:-1]} {self.dice.pick(VARIABLES)} :size ?n }}"
        inner.bind("?n")
        scope, keys, items, tail = Scope(), [], [], ""
        candidates = sorted(inner.certain - {"?n"})
        if candidates and self.dice.chance(0.6):
            keys = self.dice.random.sample(
                candidates, min(len(candidates), self.dice.random.randint(1, 2))
            )
            items, tail = list(keys), f" GROUP BY {' '.join(keys)}"
            if within:
                self.dice.kinds.add(GROUPED_SUBQUERY)
            if self.dice.rarely(BARE_ALIAS):
                alias = self.dice.new_variable("k")
                items, tail = [*items, alias], f"{tail} ({keys[0]} AS {alias})"
                scope.bind(alias)
            if self.dice.chance(0.2):
                tail += f" HAVING (COUNT(*) {self.dice.pick('<>=')} {self.dice.pick(SIZES)})"
        scope.bind(*keys)
        for _ in range(self.dice.random.randint(1, 2)):
            variable = self.dice.new_variable("c")
            items.append(f"({self._aggregate(inner)} AS {variable})")
            scope.possible.add(variable)
        if self.dice.rarely(ALIAS_TO_THE_RIGHT):
            alias = self.dice.new_variable("k")
            items.append(f"(COALESCE(?c{self.dice.count - 1}, 0) AS {alias})")
            scope.possible.add(alias)
        return f"SELECT {' '.join(items)} WHERE {text}{tail}", scope

    def _aggregate(self, inner: Scope) -> str:
        distinct = self.dice.pick(("", "DISTINCT "))
        if self.dice.rarely(ERROR_COUNTED):
            return f"COUNT({distinct}?n / ({self.expressions.any_variable(inner)} = :a))"
        if self.dice.chance(0.5):
            name = self.dice.pick(("SUM", "AVG", "MIN", "MAX"))
            if distinct and name in {"SUM", "AVG"}:
                self.dice.kinds.add(DISTINCT_NUMBERS)
            return f"{name}({distinct}?n)"
        counted = self.dice.pick(("*", "?n", self.expressions.any_variable(inner)))
        return f"COUNT({distinct}{counted})"

"""Expressions of SPARQL at random, and the choices behind all that is written at random.

A construct that an engine is known to answer wrongly is written now and then, and noted among the
`kinds`; what is written otherwise is what two engines must agree on.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random

# Kinds of construct
ALTERNATIVE = "an alternative of paths outside of *, + and ?"
BOTH_WAYS = "a negated property set of both directions"
INVERSE_SET = "a negated property set with ^"
GROUND_PATH = "a path of length zero with a term at an end"
NESTED_CLOSURE = "a path that repeats a repeated path"
ERROR_COUNTED = "COUNT of an expression that can be an error"
BARE_ALIAS = "GROUP BY (?variable AS ?alias)"
ALIAS_TO_THE_RIGHT = "an alias of an aggregate used to its right"
SUBQUERY_IN_GRAPH = "GRAPH ?g around a subquery"
VALUES_IN_GRAPH = "GRAPH around VALUES"
GRAPH_IN_GRAPH = "GRAPH within GRAPH"
MINUS_IN_GRAPH = "GRAPH ?g around MINUS"
OWN_VARIABLE = "the variable of GRAPH ?g within its group"
GRAPH_OF_NO_GRAPH = "GRAPH of an IRI that names no graph"
GRAPH_BY_JOIN = "GRAPH ?g whose variable a join binds"
MINUS_IN_EXISTS = "MINUS within EXISTS"
GROUPED_SUBQUERY = "GROUP BY in a subquery"
OPTIONAL_PROJECTED = "a subquery that projects what may be unbound"
EMPTY_LIST = "IN ()"
EXISTS_AS_VALUE = "EXISTS as a value"
LANGUAGE_AS_BOOLEAN = "a string with a language as a truth value"
ORDERED_BOOLEANS = "truth values compared by order"
CONSTANT_FILTER = "a constant as FILTER"
PRODUCT = "integers multiplied"
REPLACEMENT = "a group of REPLACE with a letter behind its number"
BACK_REFERENCE = "a pattern that refers back to a group"
OUTER_VARIABLE = "an expression of an inner group over what may be unbound there"
SHORT_PATH = "a path of length zero"
INNER_VALUES = "VALUES in an inner group"
EQUAL_ROWS = "VALUES with equal rows"
VALUES_BEFORE_OPTIONAL = "OPTIONAL after VALUES"
DISTINCT_NUMBERS = "SUM or AVG of distinct terms"
ERROR_AND = "&& over what may be unbound"

NODES = (":a", ":b", ":c")
BLANKS = ("_:x", "_:y")
LINKS = (":p", ":q", ":r")
LABELS = ('"a"', '"b"', '"ab"', '"a"@en', '"b"@de', '""')
DATES = (
    '"2020-01-01T00:00:00Z"^^xsd:dateTime',
    '"2021-06-30T12:30:15Z"^^xsd:dateTime',
    '"2020-01-01T00:00:00+00:00"^^xsd:dateTime',
)
SIZES = ("1", "2", "3", "01", "2.0", "+3")
"""Numbers, some of them in several forms."""
PARTS_OF_TIME = ("YEAR", "MONTH", "DAY", "HOURS", "MINUTES", "SECONDS", "TZ")
VARIABLES = ("?x", "?y", "?z")
TYPED = {"?n": ":size", "?l": ":label", "?d": ":since"}
"""Variables that are bound to numbers, strings and times only, and the property that does."""


@dataclass
class Scope:
    """The variables that a pattern binds: in every solution, and in some; whether it has VALUES."""

    certain: set[str] = field(default_factory=set)
    possible: set[str] = field(default_factory=set)
    has_values: bool = False

    def bind(self, *names: str) -> None:
        """Bind in every solution."""
        self.certain.update(names)
        self.possible.update(names)

    def join(self, other: "Scope") -> None:
        """Bind what another pattern binds beside this one."""
        self.certain |= other.certain
        self.possible |= other.possible


class Dice:
    """Choose, the same for the same seed, and note the kinds of construct that were chosen."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.kinds: set[str] = set()
        self.count = 0
        self.nesting = 0

    def pick(self, choices: Sequence[str]) -> str:
        """One of the choices."""
        return self.random.choice(choices)

    def sample(self, choices: Sequence[str], maximum: int) -> list[str]:
        """At least one of the choices, and not more than `maximum`."""
        return self.random.sample(choices, self.random.randint(1, min(maximum, len(choices))))

    def chance(self, part: float) -> bool:
        """Whether something is to be, in this part of all cases."""
        return self.random.random() < part

    def rarely(self, *kinds: str, part: float = 0.04) -> bool:
        """Whether a construct of these kinds is to be written; notes that it is."""
        if not self.chance(part):
            return False
        self.kinds.update(kinds)
        return True

    def new_variable(self, letter: str = "v") -> str:
        """A variable that is nowhere else."""
        self.count += 1
        return f"?{letter}{self.count}"


class ExpressionWriter:
    """Writes expressions over the variables of a scope.

    Arguments: the dice; what writes a group for EXISTS.
    """

    def __init__(self, dice: Dice, inner_group: Callable[[], str]) -> None:
        self.dice = dice
        self.inner_group = inner_group

    def expression(self, scope: Scope) -> str:
        """A value for BIND."""
        kind = self.dice.random.randrange(9)
        if "?l" in scope.certain and kind < 3:
            return self.text()
        if "?n" in scope.certain and kind < 6:
            if self.dice.rarely(PRODUCT):
                return "?n * 2"
            return self.dice.pick(
                ("?n + 1", "?n - 1", "?n / 2", "-?n", "ABS(?n - 2)", "CEIL(?n / 2)")
            )
        if "?d" in scope.certain and kind < 8:
            return f"{self.dice.pick(PARTS_OF_TIME)}(?d)"
        if kind == 8 and self.dice.rarely(EXISTS_AS_VALUE, part=0.3):
            return f"EXISTS {self.inner_group()}"
        if self.dice.chance(0.3):
            return f"IF({self.condition(scope)}, {self.dice.pick(NODES)}, {self.dice.pick(SIZES)})"
        if self.dice.chance(0.3):
            return f"COALESCE({self.any_variable(scope)}, {self.dice.pick(NODES)})"
        return self.any_variable(scope)

    def text(self) -> str:
        """A string made of ?l."""
        if self.dice.rarely(REPLACEMENT):
            return 'REPLACE(?l, "(a)", "$1x")'
        forms = ("STR(?l)", "UCASE(?l)", "LANG(?l)", "STRLEN(?l)", 'CONCAT(STR(?l), "x")')
        more = ("SUBSTR(?l, 2)", 'STRBEFORE(?l, "b")', 'STRAFTER(?l, "a")', "DATATYPE(?l)")
        return self.dice.pick((*forms, *more, 'REPLACE(?l, "a", "c")', "ENCODE_FOR_URI(STR(?l))"))

    def condition(self, scope: Scope, depth: int = 2) -> str:
        """A truth value."""
        kind = self.dice.random.randrange(12) if depth else self.dice.random.randrange(8)
        if kind == 0 and "?n" in scope.certain:
            return f"(?n {self.dice.pick(('<', '>=', '=', '!='))} {self.dice.pick(SIZES)})"
        if kind == 1 and "?l" in scope.certain:
            if self.dice.rarely(LANGUAGE_AS_BOOLEAN, part=0.1):
                return "(?l)"
            if self.dice.rarely(BACK_REFERENCE, part=0.1):
                return r'REGEX(?l, "^(.?)\\1")'
            search = self.dice.pick(("CONTAINS", "STRSTARTS", "STRENDS", "REGEX"))
            return self.dice.pick(
                (f'{search}(?l, "a")', 'langMatches(LANG(?l), "*")', '(LANG(?l) = "en")')
            )
        if kind == 2 and "?d" in scope.certain:
            return f"(?d {self.dice.pick('<>')} {self.dice.pick(DATES)})"
        if kind == 3 and scope.certain:
            test = self.dice.pick(("isIRI", "isBLANK", "isLITERAL"))
            return f"{test}({self.dice.pick(sorted(scope.certain))})"
        if kind == 4:
            return f"BOUND({self.any_variable(scope)})"
        if kind == 5:
            word = self.dice.pick(("IN", "NOT IN"))
            return f"({self.any_variable(scope)} {word} ({self._list()}))"
        if kind == 6:
            return f"sameTerm({self.any_variable(scope)}, {self.any_variable(scope)})"
        if kind < 8:
            sign = self.dice.pick(("=", "!="))
            return f"({self.any_variable(scope)} {sign} {self.dice.pick(NODES)})"
        if kind == 8:
            if self.dice.rarely(ORDERED_BOOLEANS, part=0.1):
                return f"({self.condition(scope, 0)} < {self.condition(scope, 0)})"
            return f"(! {self.condition(scope, depth - 1)})"
        sign = self.dice.pick(("&&", "||"))
        if sign == "&&" and not scope.certain.issuperset(VARIABLES):
            self.dice.kinds.add(ERROR_AND)
        return f"({self.condition(scope, depth - 1)} {sign} {self.condition(scope, depth - 1)})"

    def _list(self) -> str:
        if self.dice.rarely(EMPTY_LIST, part=0.1):
            return ""
        return ", ".join(self.dice.sample(NODES, 2))

    def any_variable(self, scope: Scope) -> str:
        """A variable for nodes, one of the scope where there is one."""
        names = sorted(name for name in scope.possible if name in VARIABLES)
        variable = self.dice.pick(names or VARIABLES)
        if self.dice.nesting > 1 and variable not in scope.certain:
            self.dice.kinds.add(OUTER_VARIABLE)
        return variable

"""The literals of a dictionary by value: which are the same, and which are no value at all."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from fractions import Fraction
from typing import cast

from rdflib import Literal

from eakg.rdf import read_term
from eakg.reason.databases import sql_literal
from eakg.reason.disk.encoding import LITERAL_KIND
from eakg.reason.disk.workspace import Workspace
from eakg.reason.engine import DATATYPE_NUMBERS
from eakg.reason.literals import are_different, in_value_space, is_well_formed, value_of

_LIKE_STRINGS = "#(string|normalizedString|token|language|Name|NCName|NMTOKEN|PlainLiteral)>$"
_IS_LITERAL = f"id & 3 = {LITERAL_KIND}"
_HAS_DATATYPE = "right(term, 1) = '>'"
_HAS_LANGUAGE = "regexp_like(term, '\"@[A-Za-z0-9-]+$')"


class LiteralValues:
    """The literals of a dictionary.

    Argument: the workspace.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._database = workspace.database

    @property
    def _terms(self) -> str:
        return self._workspace.dictionary.terms

    @property
    def values(self) -> str:
        """A source of `id`, `value` as text, NULL where there is none, and whether a literal is
        `ill`-formed; of those literals alone for which that is not plain."""
        return self._workspace.source([self._workspace.manifest.literals])

    def write(self, name: str) -> None:
        """Write what `values` reads."""
        query = self._literals_query(self._unplain())
        schema = {"id": "bigint", "value": "string", "ill": "boolean"}
        self._database.convert(query, _descriptions, schema, self._workspace.work.file(name))

    def _unplain(self) -> str:
        """The condition on literals of which another may have the value, or that may have none."""
        conditions = [f"({_HAS_DATATYPE})"]
        literals = f"select 1 from {self._terms} where {_IS_LITERAL}"
        is_like_string = f"regexp_like(term, {sql_literal(_LIKE_STRINGS)})"
        if self._database.rows(f"{literals} and {_HAS_DATATYPE} and {is_like_string} limit 1"):
            conditions.append("true")
        elif self._database.rows(f"{literals} and regexp_like(term, '\"@.*[A-Z].*$') limit 1"):
            conditions.append(f"({_HAS_LANGUAGE})")
        return " or ".join(conditions)

    def _literals_query(self, condition: str) -> str:
        return f"select id, term from {self._terms} where {_IS_LITERAL} and ({condition})"

    def _literals(self, condition: str) -> Iterator[tuple[int, Literal]]:
        for rows in self._database.batches(self._literals_query(condition)):
            for id_, term in rows:
                yield id_, cast(Literal, read_term(term))

    @property
    def equalities(self) -> str:
        """A query for pairs `a`, `b` of literals that are one value (dt-eq)."""
        return (
            "select distinct low as a, id as b from (select id, min(id) over (partition by value)"
            f" as low from {self.values} where value is not null) where low <> id"
        )

    def of_type(self, datatype: int, only: frozenset[int] | None = None) -> list[int]:
        """The literals in triples whose value is one of a datatype's (dt-type2).

        Arguments: the number of the datatype; which literals are of interest, hidden ones too, None
        for all.
        """
        node = DATATYPE_NUMBERS[datatype]
        return [id_ for id_, literal in self._all(only) if in_value_space(literal, node)]

    def differences(self, only: frozenset[int]) -> list[tuple[int, int]]:
        """The pairs of literals that differ in value (dt-diff), of which the first is of
        interest."""
        lefts = list(self._all(only))
        return [
            (left, right)
            for right, literal in self._literals("not hidden")
            for left, term in lefts
            if are_different(term, literal)
        ]

    def _all(self, only: frozenset[int] | None) -> Iterable[tuple[int, Literal]]:
        if only is None:
            return self._literals("not hidden")
        return self._literals(f"id in ({', '.join(map(str, only))})") if only else ()


def _descriptions(rows: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str | None, bool]]:
    return map(_description, rows)


def _description(row: tuple[int, str]) -> tuple[int, str | None, bool]:
    id_, term = row
    literal = cast(Literal, read_term(term))
    value = value_of(literal)
    return id_, None if value is None else _text(value), not is_well_formed(literal)


def _text(value: object) -> str:
    """A text that is the same for equal values, and no others."""
    if isinstance(value, tuple):
        return f"({','.join(map(_text, value))})"
    if isinstance(value, bool) or not isinstance(value, Decimal | Fraction | int):
        return repr(value)
    numerator, denominator = Fraction(value).as_integer_ratio()
    return f"{numerator}/{denominator}"

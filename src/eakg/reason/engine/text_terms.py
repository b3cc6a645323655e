"""Terms by number, as they are spelled in N-Triples."""

from collections.abc import Iterable, Sequence
from functools import cached_property

import numpy as np
import polars as pl
from rdflib.graph import _TripleType as Triple
from rdflib.term import Node

from eakg.reason.engine.relation import Ids, Mask
from eakg.reason.engine.spelling import TERM, canonical, parsed, spelled
from eakg.reason.engine.terms import BLANK, IRI, LITERAL, NO_TERM, Facts, Kinds, facts_by_key
from eakg.reason.vocabulary import NAMESPACES, NUMBER, VOCABULARY

_CANONICAL_INTEGER = r'^"(?:0|-?[1-9][0-9]*)"\^\^<http://www.w3.org/2001/XMLSchema#integer>$'
_UNLIKE_STRINGS = "(?:string|normalizedString|token|language|Name|NCName|NMTOKEN|PlainLiteral)>"


class TextTerms:
    """Terms as spelled; numbers are given in the order in which terms are met."""

    def __init__(self) -> None:
        self._type = pl.Categorical(pl.Categories.random())
        # Polars forgets the numbers of categories that no series uses.
        self.misread = False
        self.replaced: list[int] = []
        self.size = len(VOCABULARY)
        self._kept = pl.Series([spelled(node) for node in VOCABULARY], dtype=self._type)

    def __len__(self) -> int:
        return self.size

    @cached_property
    def spellings(self) -> pl.Series:
        """The spelling of every term, in order of their numbers."""
        numbers = pl.Series(np.arange(self.size, dtype=np.uint32))
        return numbers.cat.to(self._type).cast(pl.String)

    def numbered(self, column: pl.Series) -> Ids:
        """The numbers of spelled terms; new ones are given to those not met before.

        Whoever lets anything else be numbered sets `misread`.
        """
        self.__dict__.pop("spellings", None)
        self.__dict__.pop("kinds", None)
        self.__dict__.pop("builtin", None)
        numbers = column.cast(self._type).to_physical().to_numpy()
        self.size = max(self.size, int(numbers.max(initial=0)) + 1)
        return numbers

    @cached_property
    def kinds(self) -> Kinds:
        column = self.spellings
        kinds = np.full(len(column), LITERAL, np.uint8)
        kinds[column.str.starts_with("<").to_numpy()] = IRI
        kinds[column.str.starts_with("_").to_numpy()] = BLANK
        if self.misread:
            kinds[~column.str.contains(TERM).to_numpy()] = NO_TERM
        kinds[self.replaced] = NO_TERM
        return kinds

    @cached_property
    def builtin(self) -> Mask:
        found = np.zeros(len(self), np.bool_)
        for namespace in NAMESPACES:
            found |= self.spellings.str.starts_with(f"<{namespace}").to_numpy()
        return found

    def node(self, number: int) -> Node:
        return parsed(self.spellings[number])

    def number(self, node: Node) -> int | None:
        known = NUMBER.get(node)
        return self.spellings.index_of(spelled(node)) if known is None else known

    def comparable_literals(self) -> Sequence[int]:
        column = self.spellings
        typed = column.str.starts_with('"') & column.str.ends_with(">")
        tagged = column.str.contains(r'"@[^"]*[A-Z][^"]*$')
        chosen = typed | tagged
        if column.filter(typed).str.contains(_UNLIKE_STRINGS).any() or tagged.any():
            chosen = column.str.starts_with('"')
        chosen &= ~self._plainly_different(column, typed)
        chosen &= pl.Series(self.kinds == LITERAL)
        return chosen.arg_true().to_list()

    def _plainly_different(self, column: pl.Series, typed: pl.Series) -> pl.Series:
        """Integers that are spelled in the one shortest way, where no other number is in sight."""
        integers = column.str.contains(_CANONICAL_INTEGER)
        datatypes = column.filter(typed & ~integers).str.extract(r"#(\w+)>$").unique().to_list()
        apart = {"string", "date", "dateTime", "time", "gYear", "boolean", "anyURI"}
        if {datatype for datatype in datatypes if datatype != "nonNegativeInteger"} <= apart:
            small = column.is_in(['"0"', '"1"'])
            return integers & ~column.str.contains(r'^"[01]"') & ~small
        return integers & False

    def encode(self, triples: Iterable[Triple]) -> Facts:
        """Facts for triples; unknown terms get new numbers."""
        words = [spelled(term) for triple in triples for term in triple]
        columns = self.numbered(pl.Series(words, dtype=pl.String)).astype(np.int64)
        columns = columns.reshape(-1, 3)
        return facts_by_key(columns[:, 0], columns[:, 1], columns[:, 2])

    def one_spelling(self) -> Ids | None:
        """For each number that of the same term in its one spelling; None where each is so."""
        column = self.spellings
        odd = column.str.contains("\\", literal=True) | column.str.ends_with(
            "^^<http://www.w3.org/2001/XMLSchema#string>"
        )
        numbers = odd.arg_true()
        if not len(numbers):
            return None
        size = len(column)
        renamed = self.numbered(pl.Series([canonical(word) for word in column.gather(numbers)]))
        mapping = np.arange(len(self))
        mapping[numbers.to_numpy()] = renamed
        replaced = np.flatnonzero(mapping[:size] != np.arange(size))
        self.replaced += replaced.tolist()
        return mapping if len(replaced) else None

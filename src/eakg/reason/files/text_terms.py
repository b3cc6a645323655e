"""Terms by number, as they are spelled in N-Triples."""

from collections.abc import Iterable, Sequence
from typing import BinaryIO

import numpy as np
import polars as pl
from rdflib.term import Node

from eakg.rdf import TRIPLE_TERM_START, Triple, canonicalize_term, read_term, write_term
from eakg.reason.engine import BLANK, IRI, LITERAL, NO_TERM, Facts, Kinds, facts_by_key
from eakg.reason.files.literal_signs import (
    BOUND,
    CANONICAL_INTEGER,
    DATATYPE_NAME,
    LIKE_STRING,
    TAG_WITH_CAPITALS,
    UNLIKE_NUMBERS,
)
from eakg.reason.relations import Ids, Mask
from eakg.reason.rules import NAMESPACES, VOCABULARY

PIECES = 32
"""Parts of the spellings that are kept before they are put together."""


class TextTerms:
    """Terms as spelled; numbers are given in the order in which terms are met. Argument: the terms
    that the rules speak of."""

    def __init__(self, vocabulary: Sequence[Node] = VOCABULARY) -> None:
        self._type = pl.Categorical(pl.Categories.random())
        # Polars forgets the numbers of categories that no series uses.
        self.non_terms: set[int] = set()
        self.duplicates: list[int] = []
        self.size = len(vocabulary)
        self._spellings = pl.Series(dtype=pl.String)
        self._kinds: Kinds = np.empty(0, np.uint8)
        self._builtin: Mask = np.empty(0, np.bool_)
        self._certain = True, True
        self._numbers = {node: number for number, node in enumerate(vocabulary)}
        self._vocabulary = pl.Series([write_term(node) for node in vocabulary], dtype=self._type)

    def __len__(self) -> int:
        return self.size

    @property
    def spellings(self) -> pl.Series:
        """The spelling of every term, in order of their numbers."""
        size = len(self._spellings)
        if size < self.size:
            numbers = pl.Series(np.arange(size, self.size, dtype=np.uint32))
            fresh = numbers.cat.to(self._type).cast(pl.String)
            pieces = self._spellings.n_chunks() if size else PIECES
            self._spellings = pl.concat([self._spellings, fresh], rechunk=pieces >= PIECES)
        return self._spellings

    def numbers_of(self, column: pl.Series) -> Ids:
        """The numbers of spelled terms; new ones are given to those not met before.

        Whoever lets anything else be numbered adds it to `non_terms`.
        """
        numbers = column.cast(self._type).to_physical().to_numpy()
        self.size = max(self.size, int(numbers.max(initial=0)) + 1)
        return numbers

    def has_non_terms(self, numbers: Ids) -> bool:
        """Whether some numbers are of what is no term."""
        return bool(self.non_terms) and not self.non_terms.isdisjoint(numbers.tolist())

    def admit(self, numbers: Ids) -> None:
        """Have numbers for those of terms, whatever was taken of them."""
        if self.non_terms:
            self.non_terms.difference_update(numbers.tolist())

    @property
    def kinds(self) -> Kinds:
        size = len(self._kinds)
        if size < self.size:
            column = self.spellings[size:]
            kinds = np.full(len(column), LITERAL, np.uint8)
            triple_terms = column.str.starts_with(TRIPLE_TERM_START).to_numpy()
            kinds[column.str.starts_with("<").to_numpy() & ~triple_terms] = IRI
            kinds[column.str.starts_with("_").to_numpy()] = BLANK
            self._kinds = np.concatenate([self._kinds, kinds])
            self._kinds[[*self.non_terms, *self.duplicates]] = NO_TERM
        return self._kinds

    @property
    def builtin(self) -> Mask:
        size = len(self._builtin)
        if size < self.size:
            column = self.spellings[size:]
            flags = np.zeros(len(column), np.bool_)
            for namespace in NAMESPACES:
                flags |= column.str.starts_with(f"<{namespace}").to_numpy()
            self._builtin = np.concatenate([self._builtin, flags])
        return self._builtin

    def node(self, number: int) -> Node:
        return read_term(self.spellings[number])

    def number(self, node: Node) -> int | None:
        number = self._numbers.get(node)
        return self.spellings.index_of(write_term(node)) if number is None else number

    def comparable_literals(self, start: int = 0) -> Sequence[int]:
        column = self.spellings[start:]
        has_datatype = column.str.starts_with('"') & column.str.ends_with(">")
        has_language = column.str.contains(TAG_WITH_CAPITALS)
        integers = column.str.contains(CANONICAL_INTEGER)
        strings = not (
            column.filter(has_datatype).str.contains(LIKE_STRING).any() or has_language.any()
        )
        has_other_datatype = has_datatype & ~integers & ~column.str.contains(BOUND)
        datatypes = column.filter(has_other_datatype).str.extract(DATATYPE_NAME).unique()
        numbers = set(datatypes.to_list()) <= UNLIKE_NUMBERS
        if not start:
            self._certain = strings, numbers
        elif self._certain[0] > strings or self._certain[1] > numbers:
            return self.comparable_literals()
        strings, numbers = self._certain
        mask = has_datatype | has_language if strings else column.str.starts_with('"')
        if numbers:
            mask &= ~integers | column.str.contains(r'^"[01]"')
        mask &= pl.Series(self.kinds[start:] == LITERAL)
        return [start + number for number in mask.arg_true().to_list()]

    def encode(self, triples: Iterable[Triple]) -> Facts:
        """Facts for triples; unknown terms get new numbers."""
        words = [write_term(term) for triple in triples for term in triple]
        columns = self.numbers_of(pl.Series(words, dtype=pl.String)).astype(np.int64)
        columns = columns.reshape(-1, 3)
        return facts_by_key(columns[:, 0], columns[:, 1], columns[:, 2])

    def write(self, subjects: Ids, predicates: Ids, objects: Ids, file: BinaryIO) -> None:
        """Write triples as lines of N-Triples."""
        columns = zip("spo", (subjects, predicates, objects), strict=True)
        spellings = self.spellings
        frame = pl.DataFrame({name: spellings[numbers] for name, numbers in columns})
        frame.with_columns(dot=pl.lit(".")).write_csv(
            file, include_header=False, separator=" ", quote_style="never"
        )

    def canonical_numbers(self) -> Ids | None:
        """For each number that of the same term in its one spelling; None where each is so."""
        column = self.spellings
        mask = column.str.contains("\\", literal=True) | column.str.ends_with(
            "^^<http://www.w3.org/2001/XMLSchema#string>"
        )
        numbers = mask.arg_true()
        if not len(numbers):
            return None
        size = len(column)
        canonical_terms = self.numbers_of(
            pl.Series([canonicalize_term(word) for word in column.gather(numbers)])
        )
        mapping = np.arange(len(self))
        mapping[numbers.to_numpy()] = canonical_terms
        duplicates = np.flatnonzero(mapping[:size] != np.arange(size))
        self.duplicates += duplicates.tolist()
        return mapping if len(duplicates) else None

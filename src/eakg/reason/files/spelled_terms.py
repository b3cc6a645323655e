"""Terms by number, as they are spelled in N-Triples, in lists: slower than `TextTerms`, and without
Polars."""

import re
from collections.abc import Iterable, Sequence
from typing import BinaryIO

import numpy as np
from rdflib.term import Node

from eakg.rdf import (
    TERM_SPELLING,
    Triple,
    canonicalize_term,
    is_triple_term,
    read_term,
    write_term,
)
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

_STRING = "^^<http://www.w3.org/2001/XMLSchema#string>"
_CANONICAL_INTEGER, _BOUND, _LIKE_STRING, _TAG_WITH_CAPITALS, _DATATYPE_NAME = map(
    re.compile, (CANONICAL_INTEGER, BOUND, LIKE_STRING, TAG_WITH_CAPITALS, DATATYPE_NAME)
)
_BUILTIN = tuple(f"<{namespace}" for namespace in NAMESPACES)


class SpelledTerms:
    """Terms as spelled, with the same numbers that `TextTerms` gives. Argument: the terms that the
    rules speak of."""

    def __init__(self, vocabulary: Sequence[Node] = VOCABULARY) -> None:
        self.spellings = [write_term(node) for node in vocabulary]
        self._numbers = {word: number for number, word in enumerate(self.spellings)}
        self._duplicates: list[int] = []
        self.non_terms: set[int] = set()
        self._kinds: Kinds = np.empty(0, np.uint8)
        self._builtin: Mask = np.empty(0, np.bool_)
        self._certain = True, True

    def __len__(self) -> int:
        return len(self.spellings)

    def numbers_of(self, words: Iterable[str]) -> Ids:
        """The numbers of spelled terms; new ones are given to those not met before."""
        numbers, spellings = self._numbers, self.spellings
        word_numbers: list[int] = []
        for word in words:
            number = numbers.get(word)
            if number is None:
                # In this order, as of `NodeTerms`.
                number = len(spellings)
                spellings.append(word)
                numbers[word] = number
            word_numbers.append(number)
        return np.array(word_numbers, np.uint32)

    def are_terms(self, numbers: Ids, start: int) -> bool:
        """Whether numbers are of terms, of which those from one on are new; what is none keeps its
        number."""
        fresh = range(start, len(self))
        self.non_terms.update(n for n in fresh if not _is_term(self.spellings[n]))
        return not self.non_terms or self.non_terms.isdisjoint(numbers.tolist())

    def admit(self, numbers: Ids) -> None:
        """Have numbers for those of terms, whatever was taken of them."""
        if self.non_terms:
            self.non_terms.difference_update(numbers.tolist())

    @property
    def kinds(self) -> Kinds:
        size = len(self._kinds)
        if size < len(self):
            kinds = np.array([_kind(word) for word in self.spellings[size:]], np.uint8)
            self._kinds = np.concatenate([self._kinds, kinds])
            self._kinds[[*self.non_terms, *self._duplicates]] = NO_TERM
        return self._kinds

    @property
    def builtin(self) -> Mask:
        size = len(self._builtin)
        if size < len(self):
            flags = [word.startswith(_BUILTIN) for word in self.spellings[size:]]
            self._builtin = np.concatenate([self._builtin, np.array(flags, np.bool_)])
        return self._builtin

    def node(self, number: int) -> Node:
        return read_term(self.spellings[number])

    def number(self, node: Node) -> int | None:
        return self._numbers.get(write_term(node))

    def comparable_literals(self, start: int = 0) -> Sequence[int]:
        datatype_words: dict[int, str] = {}
        tag_numbers: list[int] = []
        plain: list[int] = []
        for number, word in enumerate(self.spellings[start:], start):
            if not word.startswith('"'):
                continue
            if word.endswith(">"):
                datatype_words[number] = word
            elif _TAG_WITH_CAPITALS.search(word):
                tag_numbers.append(number)
            else:
                plain.append(number)
        integers = {
            number for number, word in datatype_words.items() if _CANONICAL_INTEGER.match(word)
        }
        other_words = [word for number, word in datatype_words.items() if number not in integers]
        strings = not (tag_numbers or any(map(_LIKE_STRING.search, datatype_words.values())))
        datatypes = {_datatype(word) for word in other_words if not _BOUND.match(word)}
        numbers = datatypes <= UNLIKE_NUMBERS
        if not start:
            self._certain = strings, numbers
        elif self._certain[0] > strings or self._certain[1] > numbers:
            return self.comparable_literals()
        strings, numbers = self._certain
        compared = (
            {*datatype_words, *tag_numbers} if strings else {*datatype_words, *tag_numbers, *plain}
        )
        if numbers:
            compared -= {n for n in integers if not datatype_words[n].startswith(('"0"', '"1"'))}
        kinds = self.kinds
        return sorted(number for number in compared if kinds[number] == LITERAL)

    def encode(self, triples: Iterable[Triple]) -> Facts:
        """Facts for triples; unknown terms get new numbers."""
        words = [write_term(term) for triple in triples for term in triple]
        columns = self.numbers_of(words).astype(np.int64).reshape(-1, 3)
        return facts_by_key(columns[:, 0], columns[:, 1], columns[:, 2])

    def canonical_numbers(self) -> Ids | None:
        """For each number that of the same term in its one spelling; None where each is so."""
        numbers = [
            number
            for number, word in enumerate(self.spellings)
            if "\\" in word or word.endswith(_STRING)
        ]
        if not numbers:
            return None
        size = len(self)
        canonical = self.numbers_of([canonicalize_term(self.spellings[n]) for n in numbers])
        mapping = np.arange(len(self))
        mapping[numbers] = canonical
        duplicates = np.flatnonzero(mapping[:size] != np.arange(size))
        self._duplicates += duplicates.tolist()
        return mapping if len(duplicates) else None

    def write(self, subjects: Ids, predicates: Ids, objects: Ids, file: BinaryIO) -> None:
        """Write triples as lines of N-Triples."""
        words = self.spellings
        columns = zip(subjects.tolist(), predicates.tolist(), objects.tolist(), strict=True)
        file.write("".join(f"{words[s]} {words[p]} {words[o]} .\n" for s, p, o in columns).encode())


def _datatype(word: str) -> str | None:
    """The name of a datatype within its vocabulary."""
    name = _DATATYPE_NAME.search(word)
    return name and name[1]


def _is_term(word: str) -> bool:
    return TERM_SPELLING.fullmatch(word) is not None or is_triple_term(word)


def _kind(word: str) -> int:
    if word.startswith("<") and not is_triple_term(word):
        return IRI
    return BLANK if word.startswith("_") else LITERAL

"""Facts written as N-Triples, many at once."""

from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO

import numpy as np

from eakg.reason.engine import Block
from eakg.reason.files.file_terms import FileTerms
from eakg.reason.relations import CLASS, Ids, first, second
from eakg.reason.rules import TYPE

Columns = tuple[Ids, Ids, Ids]
ROWS = 1 << 17
"""Triples that are written at once."""


def write_facts(blocks: Iterable[Block], terms: FileTerms, file: BinaryIO) -> int:
    """Write facts as lines of N-Triples. Result: how many were written."""
    count = 0
    for columns in _batches(_columns(blocks)):
        terms.write(*columns, file)
        count += len(columns[0])
    return count


def _columns(blocks: Iterable[Block]) -> Iterator[Columns]:
    """The numbers of subjects, predicates and objects, at most `ROWS` of them at once."""
    for key, facts in blocks:
        for start in range(0, len(facts), ROWS):
            part = facts[start : start + ROWS]
            if key >= CLASS:
                yield part, np.full(len(part), TYPE), np.full(len(part), key - CLASS)
            else:
                yield first(part), np.full(len(part), key), second(part)


def _batches(parts: Iterable[Columns]) -> Iterator[Columns]:
    """The same, put together as far as they are few."""
    batch: list[Columns] = []
    size = 0
    for part in parts:
        if batch and size + len(part[0]) > ROWS:
            yield _union(batch)
            batch, size = [], 0
        batch.append(part)
        size += len(part[0])
    if batch:
        yield _union(batch)


def _union(batch: Sequence[Columns]) -> Columns:
    subjects, predicates, objects = (np.concatenate(column) for column in zip(*batch, strict=True))
    return subjects, predicates, objects

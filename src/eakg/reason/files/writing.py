"""Facts written as N-Triples, block by block."""

from collections.abc import Iterable
from typing import BinaryIO

import numpy as np
import polars as pl

from eakg.reason.engine import Block
from eakg.reason.files.text_terms import TextTerms
from eakg.reason.relations import CLASS, first, second
from eakg.reason.rules import TYPE

ROWS = 1 << 19
"""Triples that are written at once."""


def write_facts(blocks: Iterable[Block], terms: TextTerms, file: BinaryIO) -> int:
    """Write facts as lines of N-Triples. Result: how many were written."""
    spellings = terms.spellings
    type_ = spellings[TYPE]
    count = 0
    for key, facts in blocks:
        if key >= CLASS:
            predicate, class_ = type_, spellings[key - CLASS]
        else:
            predicate, class_ = spellings[key], None
        for start in range(0, len(facts), ROWS):
            part = facts[start : start + ROWS]
            if class_ is None:
                subjects = spellings.gather(first(part).astype(np.uint32))
                objects: pl.Series | pl.Expr = spellings.gather(second(part).astype(np.uint32))
            else:
                subjects = spellings.gather(part.astype(np.uint32))
                objects = pl.lit(class_)
            frame = pl.select(s=subjects, p=pl.lit(predicate), o=objects, dot=pl.lit("."))
            frame.write_csv(file, include_header=False, separator=" ", quote_style="never")
            count += len(part)
    return count

"""Rows and triples that came and should not have, as files for whoever mends the data."""

import re
from collections.abc import Sequence
from pathlib import Path

from rdflib import Graph

from eakg.queries.verdict.outcome import Outcome, Verdict, table_of
from eakg.rdf import CellTable, write_rows

_UNSAFE = re.compile(r"[^\w.\-\[\]]+")


def violations(outcomes: Sequence[Outcome], folder: Path) -> dict[Path, bytes]:
    """A file for each query whose answer is not as expected and has what should not be there.

    Where rows or triples are expected, those that came besides; else, as where none may come, all
    that came. Terms are written as TSV or N-Triples; where values are expected (CSV), as CSV.
    """
    files: dict[Path, bytes] = {}
    for outcome in outcomes:
        if outcome.verdict is not Verdict.FAILED or outcome.answer is None:
            continue
        extension, content = _content(outcome)
        if not content:
            continue
        stem = _UNSAFE.sub("_", outcome.query.name)
        path, number = folder / f"{stem}{extension}", 1
        while path in files:
            number += 1
            path = folder / f"{stem}-{number}{extension}"
        files[path] = content.encode()
    return files


def _content(outcome: Outcome) -> tuple[str, str]:
    answer, difference, expect = outcome.answer, outcome.difference, outcome.query.expect
    if isinstance(answer, Graph):
        lines = [f"{' '.join(row)} .\n" for row in difference.unexpected] if difference else []
        text = "".join(lines) if difference else answer.serialize(format="nt")
        return ".nt", text
    if answer is None or isinstance(answer, bool):
        return ".tsv", ""
    if difference is None:
        return ".tsv", write_rows(answer, Path("rows.tsv")) if answer.rows else ""
    if not difference.unexpected:
        return ".tsv", ""
    if expect is not None and expect.rows is not None and expect.rows.suffix == ".csv":
        return ".csv", write_rows(CellTable(difference.columns, difference.unexpected), expect.rows)
    terms = table_of(answer, terms=True)
    rows = ["\t".join(f"?{name}" for name in terms.columns)]
    rows += ["\t".join(cell.replace("\t", "\\t") for cell in row) for row in difference.unexpected]
    return ".tsv", "\n".join(rows) + "\n"

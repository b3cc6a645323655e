"""The memory that work on files is likely to take, looked at before it begins."""

from collections.abc import Sequence
from pathlib import Path

from eakg.files import available_memory
from eakg.problems import Problem, ProblemsError
from eakg.rdf import N_QUADS_SYNTAX, N_TRIPLES_SYNTAX, plain_name, size_of, syntax_of

_COMPRESSION, _ABBREVIATION = 12, 2
"""How many times as long files are that are not compressed, and that write all names in full: of
LUBM and of our own graph."""


def require_memory(files: Sequence[Path], times: int, work: str, advice: str) -> None:
    """Say where work on files is likely to take more memory than is free.

    Arguments: the files; how many bytes it takes for each byte of N-Triples; the work, as in "to be
    validated here"; what to do instead. Raises: ProblemsError.
    """
    sizes = {path: _plain_size(path) for path in files if path.is_file()}
    size, available = sum(sizes.values()), available_memory()
    if available is None or times * size <= available:
        return
    message = (
        f"is too large {work}: that takes about {times * size >> 20:,} MiB of memory for"
        f" {size >> 20:,} MiB of N-Triples, and {available >> 20:,} MiB are free; {advice}"
    )
    raise ProblemsError([Problem(str(max(sizes, key=sizes.__getitem__)), 0, message)])


def _plain_size(path: Path) -> int:
    """Bytes of its triples in N-Triples, about; none of a file that is not to be read at all."""
    try:
        size, syntax = size_of(path), syntax_of(path)
    except (OSError, ProblemsError):
        return 0  # whoever reads it says what is wrong with it
    if plain_name(path) != path.name:
        size *= _COMPRESSION
    return size if syntax in {N_TRIPLES_SYNTAX, N_QUADS_SYNTAX} else size * _ABBREVIATION

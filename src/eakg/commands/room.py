"""The memory that work on files is likely to take, looked at before it begins."""

from collections.abc import Sequence
from pathlib import Path

from eakg.files import available_memory
from eakg.problems import Problem, ProblemsError
from eakg.rdf import triples_size


def has_memory(files: Sequence[Path], times: int) -> bool:
    """Whether so many bytes of memory as work on files takes, for each byte of N-Triples, are
    likely to be free."""
    available = available_memory()
    return available is None or times * sum(_sizes(files).values()) <= available


def require_memory(files: Sequence[Path], times: int, work: str, advice: str) -> None:
    """Say where work on files is likely to take more memory than is free.

    Arguments: the files; how many bytes it takes for each byte of N-Triples; the work, as in "to be
    validated here"; what to do instead. Raises: ProblemsError.
    """
    sizes = _sizes(files)
    size, available = sum(sizes.values()), available_memory()
    if available is None or times * size <= available:
        return
    message = (
        f"is too large {work}: that takes about {times * size >> 20:,} MiB of memory for"
        f" {size >> 20:,} MiB of N-Triples, and {available >> 20:,} MiB are free; {advice}"
    )
    raise ProblemsError([Problem(str(max(sizes, key=sizes.__getitem__)), 0, message)])


def _sizes(files: Sequence[Path]) -> dict[Path, int]:
    return {path: _size(path) for path in files if path.is_file()}


def _size(path: Path) -> int:
    """Bytes of its triples in N-Triples, about; none of a file that is not to be read at all."""
    try:
        return triples_size(path)
    except (OSError, ProblemsError):
        return 0  # whoever reads it says what is wrong with it

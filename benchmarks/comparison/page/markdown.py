"""Tables in Markdown, and numbers as they stand there."""

from collections.abc import Iterable, Sequence

NONE = "-"


def table(head: Sequence[str], rows: Iterable[Sequence[str]], words: int = 1) -> str:
    """A table; the first columns, as many as `words`, are words and the others numbers. Empty
    without rows."""
    lines = [[cell.replace("|", "\\|") for cell in row] for row in rows]
    if not lines:
        return ""
    bars = ["---"] * words + ["---:"] * (len(head) - words)
    return "\n".join(f"| {' | '.join(line)} |" for line in (head, bars, *lines))


def section(heading: str, words: str, *parts: str) -> str:
    """A section: its heading with its marks, words on it, and its parts; nothing without any."""
    return "\n\n".join((heading, words, *filter(None, parts))) if any(parts) else ""


def number(value: float | None, places: int) -> str:
    """A number with so many digits after the point."""
    return NONE if value is None else f"{value:,.{places}f}"


def milliseconds(seconds: float | None) -> str:
    """Seconds as milliseconds."""
    return number(None if seconds is None else 1000 * seconds, 1 if (seconds or 0) < 0.1 else 0)


def megabytes(size: float | None) -> str:
    """Bytes as millions of them."""
    return number(None if size is None else size / 1e6, 0)


def each(size: float | None, count: float) -> str:
    """Bytes for each of so many."""
    return number(None if size is None else size / count, 0)

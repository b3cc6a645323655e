"""A saved query: SPARQL in a file, with its contract in leading `#+` comments.

The comments hold YAML, as in grlc: `summary`, `question`, `tags`, `inference` (the OWL 2 RL rules
that the full answer needs) and `expect`, with `rows` (a CSV file beside the query) and `compare`
(`bag`, where order does not count, or `ordered`).
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

import yaml

from eakg.problems import Problem, ProblemsError

Compare = Literal["bag", "ordered"]
DECORATOR = "#+"
KEYS = ("summary", "question", "tags", "inference", "expect")


@dataclass(frozen=True)
class SavedQuery:
    """A query file. `rows` is the file of the expected rows, or None where nothing is expected;
    `inference` names the rules without which the answer is not complete."""

    path: Path
    text: str
    summary: str
    question: str
    tags: tuple[str, ...]
    inference: tuple[str, ...]
    rows: Path | None
    compare: Compare

    @property
    def name(self) -> str:
        return self.path.stem


def read_query(path: Path) -> SavedQuery:
    """Read a query file. Raises ProblemsError when it, or its header, cannot be used."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise ProblemsError([Problem(str(path), 0, "there is no such file")]) from error
    except OSError as error:
        message = f"cannot be read: {error.strerror}"
        raise ProblemsError([Problem(str(path), 0, message)]) from error
    except UnicodeDecodeError as error:
        raise ProblemsError([Problem(str(path), 0, "not UTF-8; save it as UTF-8")]) from error
    header = _header(path, text)
    problems = [
        Problem(str(path), 1, f"unknown key {key!r} in the header; the keys are {', '.join(KEYS)}")
        for key in header
        if key not in KEYS
    ]
    expect = header.get("expect") or {}
    if not isinstance(expect, dict) or not set(expect) <= {"rows", "compare"}:
        message = "expect is {rows: FILE.csv, compare: bag} or {rows: FILE.csv, compare: ordered}"
        raise ProblemsError([*problems, Problem(str(path), 1, message)])
    compare = expect.get("compare", "bag")
    if compare not in get_args(Compare):
        problems.append(Problem(str(path), 1, f"compare is bag or ordered, not {compare!r}"))
    rows = path.parent / str(expect["rows"]) if "rows" in expect else None
    if rows is not None and not rows.is_file():
        problems.append(Problem(str(path), 1, f"expected rows {rows} are not there"))
    if problems:
        raise ProblemsError(problems)
    return SavedQuery(
        path=path,
        text=text,
        summary=str(header.get("summary", path.stem)),
        question=str(header.get("question", "")),
        tags=_words(header.get("tags")),
        inference=_words(header.get("inference")),
        rows=rows,
        compare=compare,
    )


def _words(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    return tuple(str(item) for item in value) if isinstance(value, list) else (str(value),)


def _header(path: Path, text: str) -> dict[str, Any]:
    lines = []
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            break
        lines.append(line.removeprefix(DECORATOR) if line.startswith(DECORATOR) else "")
    try:
        header = yaml.safe_load("\n".join(lines))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line_number = mark.line + 1 if mark else 1
        message = f"the header is no YAML: {getattr(error, 'problem', error)}"
        raise ProblemsError([Problem(str(path), line_number, message)]) from error
    if header is None:
        return {}
    if not isinstance(header, dict):
        raise ProblemsError([Problem(str(path), 1, "the header is no list of `#+ key: value`")])
    return header


def find_queries(paths: list[Path]) -> list[Path]:
    """The query files named, and those in the folders named, in order of their names.

    Raises ProblemsError when a path is not there, or when there is no query at all.
    """
    found: list[Path] = []
    problems = []
    for path in paths:
        if path.is_dir():
            found += sorted(path.rglob("*.rq"))
        elif path.is_file():
            found.append(path)
        else:
            problems.append(Problem(str(path), 0, "there is no such file or folder"))
    if not problems and not found:
        names = ", ".join(str(path) for path in paths)
        problems.append(Problem(names, 0, "has no query; query files end in .rq"))
    if problems:
        raise ProblemsError(problems)
    return found

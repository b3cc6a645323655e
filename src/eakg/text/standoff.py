"""Reader of brat standoff: the lines of `.ann`, or of `.a1` and `.a2`, become annotations.

Source: https://brat.nlplab.org/standoff.html and brat's server/src/annotation.py
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from eakg.files import read_utf8
from eakg.problems import FileLine, Problem, ProblemsError
from eakg.text.annotation import (
    Annotation,
    Argument,
    Attribute,
    Equivalence,
    Event,
    Identified,
    Normalization,
    Note,
    Relation,
    Span,
    Standoff,
    TextBound,
)
from eakg.text.reference import check_references

Roles = Mapping[str, Collection[str]]
"""The roles that a configuration declares, by type of event."""

_ID = re.compile(r"(?:[A-Za-z]+|#[A-Za-z]*)[0-9]+\S*")
_OFFSETS = re.compile(r"([0-9]{1,18}) +([0-9]{1,18}) *")
_NORMALIZATION = re.compile(r"(\S+) +(\S+) +([^\s:]+):(\S+) *")
_SHARED_TASK_NORMALIZATION = (
    (re.compile(r"^(\S+) +Annotation:(\S+) +Referent:(\S+)"), r"\1 \2 \3"),
    (re.compile(r"^(\S+) +Referent:(\S+) +Annotation:(\S+)"), r"\1 \3 \2"),
)


class MalformedLineError(ValueError):
    """A line that is not brat standoff; the message says what to write."""


def read_standoff(paths: Sequence[Path], roles: Roles | None = None) -> Standoff:
    """The annotations in one `.ann` file, or in the `.a1` and `.a2` of one document.

    Offsets are as the files have them: which units they count is for `eakg.text.offsets` to find.
    Arguments: the files in order, and the roles that the configuration declares.
    Raises: ProblemsError with every problem of every line.
    """
    standoff, problems = parse_standoff(paths, roles)
    if problems:
        raise ProblemsError(problems)
    return standoff


def parse_standoff(
    paths: Sequence[Path], roles: Roles | None = None, omitted: Collection[FileLine] = ()
) -> tuple[Standoff, list[Problem]]:
    """As `read_standoff`, but gives the lines that could be read beside the problems found. Those
    that are to be omitted are passed over."""
    contents: list[tuple[Path, str]] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            contents.append((path, read_utf8(path)[1]))
        except ProblemsError as error:
            problems.extend(error.problems)
    standoff, line_problems = parse_contents(contents, roles, omitted)
    return replace(standoff, paths=tuple(paths)), problems + line_problems


def parse_contents(
    contents: Sequence[tuple[Path, str]],
    roles: Roles | None = None,
    omitted: Collection[FileLine] = (),
) -> tuple[Standoff, list[Problem]]:
    """As `parse_standoff`, of what files hold or are to hold. Argument: each with its text."""
    annotations: list[Annotation] = []
    by_id: dict[str, Identified] = {}
    duplicates: list[Annotation] = []
    unreadable: set[str] = set()
    problems: list[Problem] = []
    lines = 0
    for path, text in contents:
        for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), start=1):
            if not line.strip() or (str(path), number) in omitted:
                continue
            lines += 1
            try:
                annotation = parse_line(line.removesuffix("\r"), number, path, roles or {})
            except MalformedLineError as error:
                message = _continuation(annotations, number, path) or str(error)
                problems.append(Problem(str(path), number, message))
                unreadable.add(line.split(maxsplit=1)[0])
                continue
            if not isinstance(annotation, Equivalence):
                if earlier := by_id.get(annotation.id):
                    message = (
                        f"{annotation.id} is the id of {earlier.path}:{earlier.line} already; "
                        "give this line an id of its own"
                    )
                    problems.append(Problem(str(path), number, message))
                    duplicates.append(annotation)
                    continue
                by_id[annotation.id] = annotation
            annotations.append(annotation)
    standoff = Standoff(tuple(path for path, _ in contents), tuple(annotations), lines)
    return standoff, problems + check_references([*annotations, *duplicates], by_id, unreadable)


def _continuation(annotations: Sequence[Annotation], number: int, path: Path) -> str:
    """What is wrong with a line that is none, where the text of the mention before it is too short
    for its offsets; else nothing."""
    before = annotations[-1] if annotations else None
    if not isinstance(before, TextBound) or (before.path, before.line) != (path, number - 1):
        return ""
    if len(before.text) >= sum(end - start for start, end in before.fragments):
        return ""
    return (
        f"the annotated text of {before.id} goes on in this line: write the line break as a space"
    )


def parse_line(text: str, number: int, path: Path, roles: Roles) -> Annotation:
    """The annotation on one line, given without its line ending.

    Raises: MalformedLineError.
    """
    id_, tab, rest = text.partition("\t")
    if not tab:
        raise MalformedLineError(
            f"no tab after the id in {_show(text)}; write the id, a tab, the rest"
        )
    if id_ != "*" and not _ID.fullmatch(id_):
        raise MalformedLineError(
            f"{_show(id_)} is not an id; write a letter and a number, such as T1"
        )
    parse = _PARSERS.get(id_[0])
    if parse is None:
        raise MalformedLineError(
            f"{id_} is of no known kind; an id starts with T, E, R, A, M, N or #, or is *"
        )
    body, _, column = rest.partition("\t")
    if id_[0] not in "TN#" and column.strip():
        raise MalformedLineError(f"{id_}: unexpected {_show(column)} after a second tab; remove it")
    return parse(_Line(id_, body, column, number, path, roles))


def base_role(role: str, names: Collection[str] = ()) -> str:
    """The role that a numbered role stands for: `Participant2` is `Participant`.

    A role that the configuration declares with its digits is kept: `Org1` where it is declared,
    and `Org12` is then its second filler.
    """
    name = role
    while name and name not in names and name[-1] in "0123456789":
        name = name[:-1]
    return name if name in names else role.rstrip("0123456789") or role


@dataclass(frozen=True)
class _Line:
    id: str
    body: str
    column: str
    number: int
    path: Path
    roles: Roles


def _text_bound(line: _Line) -> TextBound:
    type_, _, offsets = line.body.partition(" ")
    owner = f"{line.id} {type_}"
    if not type_ or not offsets.strip():
        raise MalformedLineError(
            f"{line.id}: no type and offsets in {_show(line.body)}; write `Type start end`"
        )
    fragments: list[Span] = []
    for part in offsets.split(";"):
        match = _OFFSETS.fullmatch(part)
        if match is None:
            raise MalformedLineError(
                f"{owner}: offsets {_show(part)} are not two whole numbers; "
                "write `start end`, with `;` between fragments"
            )
        start, end = int(match[1]), int(match[2])
        if start >= end:
            raise MalformedLineError(
                f"{owner}: the start {start} is not before the end {end}; "
                "correct the offsets (the end is the offset after the last character)"
            )
        for first, last in fragments:
            if start < last and first < end:
                raise MalformedLineError(
                    f"{owner}: the fragments {first}-{last} and {start}-{end} overlap; "
                    "correct the offsets"
                )
        fragments.append((start, end))
    if not line.column.strip("\ufeff \r\n\t"):
        raise MalformedLineError(f"{owner}: no annotated text; write it after a second tab")
    return TextBound(line.id, type_, tuple(fragments), line.column, line.number, line.path)


def _event(line: _Line) -> Event:
    head, *rest = line.body.split() or [""]
    type_, _, trigger = head.partition(":")
    if not type_ or not trigger or ":" in trigger:
        raise MalformedLineError(
            f"{line.id}: no type and trigger in {_show(line.body)}; write `Type:T1`, then the roles"
        )
    roles = line.roles.get(type_, ())
    arguments = tuple(
        Argument(base_role(argument.role, roles), argument.target)
        for argument in (_argument(line, word) for word in rest)
    )
    return Event(line.id, type_, trigger, arguments, line.number, line.path)


def _relation(line: _Line) -> Relation:
    type_, *rest = line.body.split() or [""]
    arguments = [_argument(line, word) for word in rest]
    if len(arguments) != 2 or arguments[0].role == arguments[1].role:
        raise MalformedLineError(
            f"{line.id}: a relation has two arguments of different names, not "
            f"{_show(line.body)}; write `Type Arg1:T1 Arg2:T2`"
        )
    return Relation(line.id, type_, (arguments[0], arguments[1]), line.number, line.path)


def _attribute(line: _Line) -> Attribute:
    words = line.body.split(maxsplit=2)
    if len(words) < 2:
        raise MalformedLineError(
            f"{line.id}: no type and target in {_show(line.body)}; "
            "write `Type target` or `Type target value`"
        )
    value = words[2].rstrip() if len(words) == 3 else None
    return Attribute(line.id, words[0], words[1], value, line.number, line.path)


def _normalization(line: _Line) -> Normalization:
    body = line.body
    for pattern, order in _SHARED_TASK_NORMALIZATION:
        body = pattern.sub(order, body)
    match = _NORMALIZATION.fullmatch(body)
    if match is None:
        raise MalformedLineError(
            f"{line.id}: cannot read {_show(line.body)}; "
            "write `Reference target database:identifier`"
        )
    type_, target, database, identifier = match.groups()
    name = line.column.rstrip()
    return Normalization(line.id, type_, target, database, identifier, name, line.number, line.path)


def _note(line: _Line) -> Note:
    words = line.body.split()
    if len(words) != 2:
        raise MalformedLineError(
            f"{line.id}: no type and target in {_show(line.body)}; "
            "write `AnnotatorNotes target`, a tab, and the text"
        )
    return Note(line.id, words[0], words[1], line.column.rstrip(), line.number, line.path)


def _equivalence(line: _Line) -> Equivalence:
    type_, *targets = line.body.split() or [""]
    if len(targets) < 2:
        raise MalformedLineError(
            f"*: fewer than two members in {_show(line.body)}; write `Equiv T1 T2`"
        )
    return Equivalence(type_, tuple(targets), line.number, line.path)


_PARSERS: dict[str, Callable[[_Line], Annotation]] = {
    "T": _text_bound,
    "E": _event,
    "R": _relation,
    "A": _attribute,
    "M": _attribute,
    "N": _normalization,
    "#": _note,
    "*": _equivalence,
}


def _argument(line: _Line, word: str) -> Argument:
    role, _, target = word.partition(":")
    if not role or not target or ":" in target:
        raise MalformedLineError(f"{line.id}: {_show(word)} is not an argument; write `Role:T1`")
    return Argument(role, target)


def _show(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:59] + "…")

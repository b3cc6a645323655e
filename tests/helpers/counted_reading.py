"""The work that reading a text takes, counted: no clock, and the same on every machine.

Counted are the characters that regular expressions look at, again for each time that they come
back to one; those that methods of texts look at; and the lines of Python that run. For that,
regular expressions are matched by a matcher of our own, which goes the way of the library's (`re`,
by backtracking) without its short cuts, so that its count is no smaller.
"""

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from re import _constants as names  # type: ignore[attr-defined]  # what patterns are made of
from re import _parser as parser  # type: ignore[attr-defined]  # what reads them
from types import FrameType
from typing import Any
from unittest.mock import patch

Rest = Callable[[int], int | None]
Matcher = Callable[[str, int, int, dict[Any, Any], Rest], int | None]
_CATEGORIES = {
    names.CATEGORY_SPACE: str.isspace,
    names.CATEGORY_DIGIT: str.isdecimal,
    names.CATEGORY_WORD: lambda one: one.isalnum() or one == "_",
}
_SINGLE = {names.LITERAL, names.NOT_LITERAL, names.IN, names.ANY}


class Meter:
    """Counts."""

    def __init__(self) -> None:
        self.work = 0


class CountedText(str):
    """A text whose methods count the characters that they look at."""

    meter: Meter

    def __new__(cls, text: str, meter: Meter) -> "CountedText":
        counted = super().__new__(cls, text)
        counted.meter = meter
        return counted

    def _counted(self, value: Any) -> Any:
        if isinstance(value, tuple | list):
            return type(value)(map(self._counted, value))
        return CountedText(value, self.meter) if isinstance(value, str) else value

    def __getitem__(self, key: Any) -> Any:
        value = super().__getitem__(key)
        self.meter.work += len(value)
        return self._counted(value)

    def __contains__(self, part: object) -> bool:
        self.meter.work += len(self)
        return str.__contains__(self, part)  # type: ignore[arg-type]  # as it raises


def _over_range(name: str) -> Callable[..., Any]:
    method = getattr(str, name)

    def call(self: CountedText, part: str, start: int = 0, stop: int | None = None) -> Any:
        stop = len(self) if stop is None else stop
        found = method(self, part, start, stop)
        if name == "startswith":
            self.meter.work += len(part)
        elif name == "find" and found >= 0:
            self.meter.work += found - start
        elif name == "rfind" and found >= 0:
            self.meter.work += stop - found
        else:
            self.meter.work += max(0, stop - start)
        return found

    return call


def _whole(name: str) -> Callable[..., Any]:
    method = getattr(str, name)

    def call(self: CountedText, *arguments: Any) -> Any:
        self.meter.work += len(self)
        return self._counted(method(self, *arguments))

    return call


for _name in ("find", "rfind", "count", "startswith"):
    setattr(CountedText, _name, _over_range(_name))
for _name in (
    *("lower", "upper", "casefold", "encode", "partition", "rpartition", "split", "splitlines"),
    *("strip", "lstrip", "rstrip", "replace", "translate", "removeprefix", "removesuffix"),
):
    setattr(CountedText, _name, _whole(_name))


class CountedMatch:
    """A match as `re` gives it."""

    def __init__(self, text: CountedText, span: tuple[int, int], groups: dict[Any, Any]) -> None:
        self.string = text
        self._groups = {**groups, 0: span}
        self.lastgroup = groups.get("last")

    def span(self, key: Any = 0) -> tuple[int, int]:
        return self._groups.get(key, (-1, -1))

    def start(self, key: Any = 0) -> int:
        return self.span(key)[0]

    def end(self, key: Any = 0) -> int:
        return self.span(key)[1]

    def group(self, key: Any = 0) -> Any:
        start, stop = self.span(key)
        return None if start < 0 else self.string[start:stop]

    __getitem__ = group


class CountedPattern:
    """A pattern that counts. Arguments: the pattern of `re`; what counts."""

    def __init__(self, pattern: "re.Pattern[str]", meter: Meter) -> None:
        tree = parser.parse(pattern.pattern, pattern.flags)
        self._meter = meter
        self._names = {number: name for name, number in pattern.groupindex.items()}
        self._groups = pattern.groups
        self._matcher = self._sequence(list(tree), tree.state.flags)
        self.pattern = pattern.pattern
        self.flags = pattern.flags

    # Matching

    def _at(self, text: str, start: int, stop: int, whole: bool = False) -> Any:
        groups: dict[Any, Any] = {}
        plain = str(text)

        def rest(end: int) -> int | None:
            return None if whole and end != stop else end

        end = self._matcher(plain, start, stop, groups, rest)
        if end is None:
            return None
        counted = text if isinstance(text, CountedText) else CountedText(text, self._meter)
        return CountedMatch(counted, (start, end), groups)

    def match(self, text: str, start: int = 0, stop: int = sys.maxsize) -> Any:
        return self._at(text, start, min(stop, len(text)))

    def fullmatch(self, text: str, start: int = 0, stop: int = sys.maxsize) -> Any:
        return self._at(text, start, min(stop, len(text)), whole=True)

    def search(self, text: str, start: int = 0, stop: int = sys.maxsize) -> Any:
        stop = min(stop, len(text))
        groups: dict[Any, Any] = {}
        plain = str(text)
        for place in range(start, stop + 1):
            end = self._matcher(plain, place, stop, groups, _end)
            if end is not None:
                counted = text if isinstance(text, CountedText) else CountedText(text, self._meter)
                return CountedMatch(counted, (place, end), groups)
        return None

    def finditer(self, text: str, start: int = 0) -> Iterator[Any]:
        while (match := self.search(text, start)) is not None:
            yield match
            start = match.end() + (match.end() == match.start())

    def findall(self, text: str) -> list[Any]:
        return [match.group(min(self._groups, 1)) or "" for match in self.finditer(text)]

    def sub(self, replacement: Any, text: str, count: int = 0) -> str:
        pieces, place = [], 0
        for number, match in enumerate(self.finditer(text), 1):
            new = replacement(match) if callable(replacement) else replacement
            if isinstance(new, str) and "\\1" in new:
                new = new.replace("\\1", match.group(1))
            pieces += [str(text)[place : match.start()], new]
            place = match.end()
            if number == count:
                break
        return CountedText("".join([*pieces, str(text)[place:]]), self._meter)

    # Compiling

    def _sequence(self, items: list[Any], flags: int) -> Matcher:
        parts = [self._item(item, flags) for item in items]

        def run(
            text: str, at: int, stop: int, groups: dict[Any, Any], rest: Rest, number: int = 0
        ) -> int | None:
            if number == len(parts):
                return rest(at)
            if number == len(parts) - 1:
                return parts[number](text, at, stop, groups, rest)
            return parts[number](
                text,
                at,
                stop,
                groups,
                lambda end: run(text, end, stop, groups, rest, number + 1),
            )

        return run

    def _item(self, item: Any, flags: int) -> Matcher:
        kind, value = item
        if kind in _SINGLE:
            return self._single(self._test(kind, value, flags))
        if kind is names.BRANCH:
            return self._branch([self._sequence(list(one), flags) for one in value[1]])
        if kind is names.SUBPATTERN:
            group, added, removed, inner = value
            return self._group(group, self._sequence(list(inner), (flags | added) & ~removed))
        if kind is names.ATOMIC_GROUP:
            return _atomic(self._sequence(list(value), flags))
        if kind in {names.ASSERT, names.ASSERT_NOT}:
            direction, inner = value
            width = inner.getwidth()[0] if direction < 0 else 0
            return _assertion(self._sequence(list(inner), flags), width, kind is names.ASSERT)
        if kind is names.AT:
            return _place(value)
        least, most, inner = value
        body = list(inner)
        possessive = kind is names.POSSESSIVE_REPEAT
        if len(body) == 1 and body[0][0] in _SINGLE and kind is not names.MIN_REPEAT:
            return self._run(self._test(*body[0], flags), least, most, possessive)
        repeated = self._sequence(body, flags)
        if possessive:
            return _possessive(repeated, least, most)
        return _greedy(repeated, least, most)

    def _test(self, kind: Any, value: Any, flags: int) -> Callable[[str], bool]:
        folded = bool(flags & re.IGNORECASE)
        memory: dict[str, bool] = {}

        def holds(one: str) -> bool:
            if kind is names.ANY:
                return bool(flags & re.DOTALL) or one != "\n"
            if kind is names.IN:
                return _in_class(value, one, folded)
            same = one == chr(value) or (folded and one.lower() == chr(value).lower())
            return same is (kind is names.LITERAL)

        def test(one: str) -> bool:
            if one not in memory:
                memory[one] = holds(one)
            return memory[one]

        return test

    def _single(self, test: Callable[[str], bool]) -> Matcher:
        meter = self._meter

        def run(text: str, at: int, stop: int, groups: dict[Any, Any], rest: Rest) -> int | None:
            meter.work += 1
            return rest(at + 1) if at < stop and test(text[at]) else None

        return run

    def _run(self, test: Callable[[str], bool], least: int, most: Any, possessive: bool) -> Matcher:
        meter = self._meter

        def run(text: str, at: int, stop: int, groups: dict[Any, Any], rest: Rest) -> int | None:
            end = at
            while end < stop and end - at < most and test(text[end]):
                end += 1
            meter.work += end - at + 1
            if end - at < least:
                return None
            if possessive:
                return rest(end)
            for place in range(end, at + least - 1, -1):
                meter.work += 1
                if (found := rest(place)) is not None:
                    return found
            return None

        return run

    def _branch(self, choices: list[Matcher]) -> Matcher:
        def run(text: str, at: int, stop: int, groups: dict[Any, Any], rest: Rest) -> int | None:
            for choice in choices:
                if (found := choice(text, at, stop, groups, rest)) is not None:
                    return found
            return None

        return run

    def _group(self, group: int | None, inner: Matcher) -> Matcher:
        name = self._names.get(group) if group else None

        def run(text: str, at: int, stop: int, groups: dict[Any, Any], rest: Rest) -> int | None:
            def close(end: int) -> int | None:
                old = dict(groups)
                groups[group], groups["last"] = (at, end), name
                if name:
                    groups[name] = (at, end)
                found = rest(end)
                if found is None:
                    groups.clear()
                    groups.update(old)
                return found

            return inner(text, at, stop, groups, close if group else rest)

        return run


def _end(end: int) -> int:
    return end


def _in_class(items: Any, one: str, folded: bool) -> bool:
    forms = {one, one.lower(), one.upper()} if folded else {one}
    negated = False
    for kind, value in items:
        if kind is names.NEGATE:
            negated = True
        elif kind is names.LITERAL:
            if chr(value) in forms:
                return not negated
        elif kind is names.RANGE:
            if any(len(form) == 1 and value[0] <= ord(form) <= value[1] for form in forms):
                return not negated
        elif str(value).startswith("CATEGORY_NOT_"):
            positive = getattr(names, str(value).replace("NOT_", ""))
            if not _CATEGORIES[positive](one):
                return not negated
        elif _CATEGORIES[value](one):
            return not negated
    return negated


def _atomic(inner: Matcher) -> Matcher:
    def run(text: str, at: int, stop: int, groups: dict[Any, Any], rest: Rest) -> int | None:
        end = inner(text, at, stop, groups, _end)
        return None if end is None else rest(end)

    return run


def _assertion(inner: Matcher, width: int, positive: bool) -> Matcher:
    def run(text: str, at: int, stop: int, groups: dict[Any, Any], rest: Rest) -> int | None:
        found = at >= width and inner(text, at - width, stop, groups, _end) is not None
        return rest(at) if found is positive else None

    return run


def _place(kind: Any) -> Matcher:
    def word(text: str, at: int) -> bool:
        return 0 <= at < len(text) and (text[at].isalnum() or text[at] == "_")

    def run(text: str, at: int, stop: int, groups: dict[Any, Any], rest: Rest) -> int | None:
        holds = {
            names.AT_BEGINNING: at == 0,
            names.AT_BEGINNING_STRING: at == 0,
            names.AT_END: at == stop or text[at:stop] == "\n",
            names.AT_END_STRING: at == stop,
            names.AT_BOUNDARY: word(text, at - 1) != word(text, at),
        }[kind]
        return rest(at) if holds else None

    return run


def _possessive(inner: Matcher, least: int, most: Any) -> Matcher:
    def run(text: str, at: int, stop: int, groups: dict[Any, Any], rest: Rest) -> int | None:
        number = 0
        while number < most:
            end = inner(text, at, stop, groups, _end)
            if end is None or end == at:
                break
            at, number = end, number + 1
        return rest(at) if number >= least else None

    return run


def _greedy(inner: Matcher, least: int, most: Any) -> Matcher:
    def run(
        text: str, at: int, stop: int, groups: dict[Any, Any], rest: Rest, number: int = 0
    ) -> int | None:
        if number < most:
            found = inner(
                text,
                at,
                stop,
                groups,
                lambda end: None if end == at else run(text, end, stop, groups, rest, number + 1),
            )
            if found is not None:
                return found
        return rest(at) if number >= least else None

    return run


class CountedExpressions:
    """Stands for the module `re` where it is called by its name."""

    def __init__(self, meter: Meter) -> None:
        self._meter = meter

    def __getattr__(self, name: str) -> Any:
        value = getattr(re, name)
        if name not in {"sub", "findall", "finditer", "fullmatch", "match", "search"}:
            return value

        def call(pattern: str, *arguments: Any) -> Any:
            return getattr(CountedPattern(re.compile(pattern), self._meter), name)(*arguments)

        return call


@contextmanager
def counted(package: str) -> Iterator[Meter]:
    """Count what patterns and texts do in the modules of a package that are imported."""
    meter = Meter()
    patches = []
    for name, module in list(sys.modules.items()):
        if not name.startswith(package):
            continue
        for key, value in list(vars(module).items()):
            if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
                patches.append(patch.object(module, key, CountedPattern(value, meter)))
            elif value is re:
                patches.append(patch.object(module, key, CountedExpressions(meter)))

    for one in patches:
        one.start()
    try:
        yield meter
    finally:
        for one in patches:
            one.stop()


def work_of(meter: Meter, package: str, call: Callable[[], object]) -> int:
    """What a call takes within `counted`, lines of Python in the package included."""

    def lines(frame: FrameType, event: str, argument: Any) -> Any:
        if event == "line":
            meter.work += 1
        return lines

    def calls(frame: FrameType, event: str, argument: Any) -> Any:
        return lines if frame.f_globals.get("__name__", "").startswith(package) else None

    before, trace = meter.work, sys.gettrace()
    sys.settrace(calls)
    try:
        call()
    finally:
        sys.settrace(trace)
    return meter.work - before

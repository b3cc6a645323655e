"""Files of keys and values: TOML and JSON with the line of every key, and what can be wrong with
keys, said one way."""

import json
import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from eakg.files import read_utf8
from eakg.problems import Problem, ProblemsError

Key = str | int
Keys = tuple[Key, ...]
"""The way to a value: keys of tables, and numbers of items from 0."""

KINDS: Mapping[str, tuple[str, type | tuple[type, ...]]] = {
    "object": ("a mapping", dict),
    "array": ("a list", list),
    "string": ("text", str),
    "number": ("a number", (int, float)),
    "integer": ("a whole number", int),
    "boolean": ("true or false", bool),
}
"""The kinds of values by their names in JSON Schema: in words, and in Python."""

_LIKENESS = 0.75
_TOKEN = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}'
    r"|'''.*?'{3,5}"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'"
    r"|#[^\n]*"
    r"|[^\S\n]+"
    r"|[\[\]{},=:\n]"
    r"|[^\s\[\]{},=:\"'#]+",
    re.DOTALL,
)
"""The tokens of TOML 1.0, which hold those of JSON."""
_PLACE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")


@dataclass(frozen=True)
class KeyedFile:
    """The values of a file, and the line, from 1, of each by the way to it.

    `name` is what messages call the file as a whole.
    """

    path: Path
    values: dict[str, Any]
    lines: Mapping[Keys, int] = field(default_factory=dict)
    name: str = "the file"

    def line(self, *keys: Key) -> int:
        """The line of a value, or of the nearest one around it that has a line, or 0."""
        while keys and keys not in self.lines:
            keys = keys[:-1]
        return self.lines.get(keys, 0)

    def problem(self, message: str, *keys: Key) -> Problem:
        """A problem with a value."""
        return Problem(str(self.path), self.line(*keys), message)

    def table(self, problems: list[Problem], *keys: Key) -> dict[str, Any]:
        """The table that a key leads to; none where it is not there, and none with a problem where
        something else is."""
        value: Any = self.values
        for key in keys:
            value = value.get(key, {})
        if isinstance(value, dict):
            return value
        name = ".".join(map(str, keys))
        problems.append(self.problem(f"{name} is no table; write it under [{name}]", *keys))
        return {}

    def key_problems(
        self,
        table: Mapping[str, Any],
        required: Collection[str],
        optional: Collection[str],
        *keys: Key,
    ) -> Iterator[Problem]:
        """Each key that a table lacks, and each that looks like a slip of a known one; what else
        there is, is left alone.

        Arguments: the table; the keys that it has to have and those that it may; the way to it.
        """
        names = [*required, *optional]
        slips = {key: nearest(key, names) for key in table if key not in names}
        for name in required:
            if name not in table:
                message = f"{'.'.join(map(str, (*keys, name)))} is missing; add it"
                slip = next((key for key, match in slips.items() if match == name), None)
                if slip is not None:
                    del slips[slip]
                    message += f", or correct {slip!r} in line {self.line(*keys, slip)}"
                yield self.problem(message, *keys)
        place = ".".join(map(str, keys)) or self.name
        for key, match in slips.items():
            if match is not None:
                yield self.problem(unknown_key(key, names, place), *keys, key)


def nearest(word: str, names: Collection[str], likeness: float = _LIKENESS) -> str | None:
    """The one of the known words that another looks like a slip of, or None."""
    return next(iter(get_close_matches(str(word), names, n=1, cutoff=likeness)), None)


def unknown_key(key: str, names: Collection[str], place: str) -> str:
    """The message about a key that is none of the known ones."""
    match = nearest(key, names)
    hint = f"did you mean {match!r}?" if match else f"there is {', '.join(names)}"
    return f"unknown key {key!r} in {place}; {hint}"


def is_of_kind(value: object, kind: str) -> bool:
    """Whether a value is of one of `KINDS`; a truth value is no number, and a number without a
    fraction is whole, however it is written (JSON Schema 2020-12, section 4.2.3)."""
    if kind == "integer" and isinstance(value, float):
        return value.is_integer()
    return isinstance(value, KINDS[kind][1]) and (kind == "boolean" or not isinstance(value, bool))


def read_toml(path: Path, absent: str) -> KeyedFile:
    """Read a file in TOML 1.0. `absent` is the message where it is not there.

    Raises: ProblemsError where it is not there, cannot be read, or is no TOML in UTF-8.
    """
    _, text = read_utf8(path, absent)
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = _PLACE.search(str(error))
        line = int(place[1]) if place and place[1] else text.rstrip().count("\n") + 1
        message = f"not valid TOML: {_PLACE.sub('', str(error))}; correct the syntax there"
        raise ProblemsError([Problem(str(path), line, message)]) from error
    return KeyedFile(path, values, _Lines(text, "=").of_toml())


def read_json(path: Path, absent: str) -> KeyedFile:
    """Read a file with an object in JSON. `absent` is the message where it is not there.

    Raises: ProblemsError where it is not there, cannot be read, or is no such JSON in UTF-8.
    """
    _, text = read_utf8(path, absent)
    try:
        values = json.loads(text)
    except json.JSONDecodeError as error:
        message = f"is no JSON: {error.msg}; correct the syntax there"
        raise ProblemsError([Problem(str(path), error.lineno, message)]) from error
    if not isinstance(values, dict):
        raise ProblemsError([Problem(str(path), 1, "is no object of JSON; put it in braces")])
    return KeyedFile(path, values, _Lines(text, ":").of_json())


class _Lines:
    """Reads the lines of keys from a text that is known to be right.

    Arguments: the text; the sign between a key and its value.
    """

    def __init__(self, text: str, sign: str) -> None:
        self._sign = sign
        self._tokens: list[tuple[str, int]] = []
        self._place = 0
        self._lines: dict[Keys, int] = {}
        self._items: dict[Keys, int] = {}
        line = 1
        for match in _TOKEN.finditer(text):
            word = match[0]
            if word == "\n" or not (word[0] == "#" or word.isspace()):
                self._tokens.append((word, line))
            line += word.count("\n")

    def of_toml(self) -> dict[Keys, int]:
        """The lines of a document of TOML."""
        table: Keys = ()
        while self._peek():
            if self._peek() == "\n":
                self._take()
            elif self._peek() == "[":
                table = self._header()
            else:
                self._pair(table)
        return self._lines

    def of_json(self) -> dict[Keys, int]:
        """The lines of an object of JSON."""
        self._value(())
        return self._lines

    def _peek(self) -> str:
        return self._tokens[self._place][0] if self._place < len(self._tokens) else ""

    def _take(self) -> str:
        self._place += 1
        return self._tokens[self._place - 1][0]

    def _note(self, keys: Keys) -> Keys:
        self._lines.setdefault(keys, self._tokens[min(self._place, len(self._tokens) - 1)][1])
        return keys

    def _header(self) -> Keys:
        """A header of a table, `[a.b]`, or of one more item of a list of tables, `[[a.b]]`."""
        self._take()
        is_array = self._peek() == "["
        if is_array:
            self._take()
        names = self._names("]")
        path: Keys = ()
        for number, name in enumerate(names, 1):
            path = self._note((*path, name))
            if is_array and number == len(names):
                self._items[path] = self._items.get(path, -1) + 1
            if path in self._items:
                path = self._note((*path, self._items[path]))
        while self._peek() == "]":
            self._take()
        return path

    def _names(self, end: str) -> list[str]:
        """The names of a key up to a sign, which is left there."""
        start = self._place
        while self._peek() != end:
            self._take()
        text = "".join(token for token, _ in self._tokens[start : self._place])
        if self._sign == ":":
            return [json.loads(text)]
        names = []
        value: Any = tomllib.loads(f"{text} = 0")
        while isinstance(value, dict):
            ((name, value),) = value.items()
            names.append(name)
        return names

    def _pair(self, table: Keys) -> None:
        start = self._place
        names = self._names(self._sign)
        end, self._place = self._place, start
        path = table
        for name in names:
            path = self._note((*path, name))
        self._place = end + 1
        self._value(path)

    def _value(self, path: Keys) -> None:
        self._skip("\n")
        opening = self._take()
        if opening == "{":
            while self._skip("\n,") != "}":
                self._pair(path)
            self._take()
        elif opening == "[":
            number = 0
            while self._skip("\n,") != "]":
                self._value(self._note((*path, number)))
                number += 1
            self._take()
        else:
            while self._peek() not in ("", "\n", ",", "]", "}"):
                self._take()

    def _skip(self, tokens: str) -> str:
        """The next token that is none of these."""
        while self._peek() and self._peek() in tokens:
            self._take()
        return self._peek()

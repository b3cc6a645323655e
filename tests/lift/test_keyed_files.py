"""Files of keys and values: the line of every key, and what is said of keys."""

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eakg.keyed_files import KeyedFile, Keys, read_json, read_toml
from eakg.problems import ProblemsError

pytestmark = pytest.mark.slow

TOML = '''\
# [no] table
title = "a # no comment"
"quoted key" = 1 # and more
site."google.com" . x = true
long = """
[no.table]
no = "key" \\"""
a"""""
raw = \'\'\'
x = 1 \\\'\'\'
when = 1979-05-27 07:32:00
list = [ # first
  "a",
  { x = 1, y.z = [2,
    3] },
]

[table]
a = 1
b = { c = "d]" }
[table . 'sub']
1 = 2
[[fruit]]
name = "apple"
  [fruit.shape]
  round = true
[[fruit]]
name = "pear"
[[fruit.kinds]]
name = "conference"
'''
LINES: dict[Keys, int] = {
    ("title",): 2,
    ("quoted key",): 3,
    ("site",): 4,
    ("site", "google.com"): 4,
    ("site", "google.com", "x"): 4,
    ("long",): 5,
    ("raw",): 9,
    ("when",): 11,
    ("list",): 12,
    ("list", 0): 13,
    ("list", 1): 14,
    ("list", 1, "x"): 14,
    ("list", 1, "y"): 14,
    ("list", 1, "y", "z"): 14,
    ("list", 1, "y", "z", 0): 14,
    ("list", 1, "y", "z", 1): 15,
    ("table",): 18,
    ("table", "a"): 19,
    ("table", "b"): 20,
    ("table", "b", "c"): 20,
    ("table", "sub"): 21,
    ("table", "sub", "1"): 22,
    ("fruit",): 23,
    ("fruit", 0): 23,
    ("fruit", 0, "name"): 24,
    ("fruit", 0, "shape"): 25,
    ("fruit", 0, "shape", "round"): 26,
    ("fruit", 1): 27,
    ("fruit", 1, "name"): 28,
    ("fruit", 1, "kinds"): 29,
    ("fruit", 1, "kinds", 0): 29,
    ("fruit", 1, "kinds", 0, "name"): 30,
}


def ways(value: Any, way: Keys = ()) -> Iterator[Keys]:
    """The way to each value within another."""
    entries = value.items() if isinstance(value, dict) else enumerate(value)
    for key, part in entries:
        yield (*way, key)
        if isinstance(part, dict | list):
            yield from ways(part, (*way, key))


def written(folder: Path, text: str, name: str = "x.toml") -> Path:
    file = folder / name
    file.write_bytes(text.encode())
    return file


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_line_of_every_key_of_toml(tmp_path: Path, end: str) -> None:
    file = read_toml(written(tmp_path, TOML.replace("\n", end)), "")
    assert file.values == tomllib.loads(TOML)
    assert file.lines == LINES
    assert set(LINES) == set(ways(file.values))


@pytest.mark.parametrize("file", sorted(Path("graph").rglob("*.toml")), ids=str)
def test_the_lines_of_the_shipped_files(file: Path) -> None:
    found = read_toml(file, "")
    text = file.read_text("utf-8").splitlines()
    assert set(ways(found.values)) == set(found.lines)
    for way, line in found.lines.items():
        if isinstance(way[-1], str):
            assert way[-1] in text[line - 1]


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda parts: st.lists(parts) | st.dictionaries(st.text(), parts),
)
SLOWLY = settings(deadline=None, suppress_health_check=list(HealthCheck))


@SLOWLY
@given(st.dictionaries(st.text(), VALUES), st.sampled_from([None, 0, 2]))
def test_the_lines_of_json(tmp_path: Path, values: dict[str, Any], indent: int | None) -> None:
    text = json.dumps(values, indent=indent)
    file = read_json(written(tmp_path, text), "")
    assert file.values == values
    assert set(file.lines) == set(ways(values))
    lines = text.splitlines()
    for way, line in file.lines.items():
        if isinstance(way[-1], str):
            assert json.dumps(way[-1]) in lines[line - 1]
    if indent is not None:
        keys = [line for way, line in file.lines.items() if isinstance(way[-1], str)]
        assert keys == sorted(set(keys))


TOML_VALUES = st.recursive(
    st.booleans() | st.integers(-9, 9) | st.text(st.characters(codec="utf-8")),
    lambda parts: st.lists(parts) | st.dictionaries(st.text(st.characters(codec="utf-8")), parts),
)


def toml(value: Any) -> str:
    """A value in TOML on as many lines as may be; strings as JSON has them (TOML 1.0, string)."""
    if isinstance(value, dict):
        pairs = (f"{toml(key)} = {toml(part)}" for key, part in value.items())
        return "{ " + ", ".join(pairs) + " }"
    if isinstance(value, list):
        return "[\n" + "".join(f"{toml(part)}, # so\n" for part in value) + "]"
    if isinstance(value, str):
        return json.dumps(value).replace("\x7f", "\\u007f")
    return json.dumps(value)


@SLOWLY
@given(st.dictionaries(st.text(st.characters(codec="utf-8")), TOML_VALUES))
def test_the_lines_of_any_toml(tmp_path: Path, values: dict[str, Any]) -> None:
    values = json.loads(json.dumps(values).encode("utf-8", "surrogatepass"))
    text = "".join(f"{toml(key)} = {toml(value)}\n" for key, value in values.items())
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return  # a character beyond the first plane, which JSON writes as two
    file = read_toml(written(tmp_path, text), "")
    assert file.values == values
    assert set(file.lines) == set(ways(values))
    lines = text.splitlines()
    for way, line in file.lines.items():
        if isinstance(way[-1], str):
            assert toml(way[-1]) in text.split("\n")[line - 1], lines


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a = 1\nb = 'x\n", 2, "not valid TOML: "),
        ("a = 1\nb = [1,\n\n", 2, "not valid TOML: "),
        ("a = 1\na = 2\n", 2, "not valid TOML: Cannot overwrite a value"),
    ],
)
def test_what_is_no_toml(tmp_path: Path, text: str, line: int, words: str) -> None:
    file = written(tmp_path, text)
    with pytest.raises(ProblemsError) as caught:
        read_toml(file, "")
    (problem,) = caught.value.problems
    assert problem.line == line
    assert problem.message.startswith(words)
    assert problem.message.endswith("; correct the syntax there")


@pytest.mark.parametrize(("text", "line"), [('{"a": 1,\n"b" 2}', 2), ("[]", 1), ("", 1)])
def test_what_is_no_object_of_json(tmp_path: Path, text: str, line: int) -> None:
    with pytest.raises(ProblemsError) as caught:
        read_json(written(tmp_path, text), "")
    assert [problem.line for problem in caught.value.problems] == [line]


def test_what_is_not_there_or_no_text(tmp_path: Path) -> None:
    with pytest.raises(ProblemsError, match=r"none\.toml: there is none; add one$"):
        read_toml(tmp_path / "none.toml", "there is none; add one")
    file = tmp_path / "bad.toml"
    file.write_bytes(b"a = 1\n# \xe9\n")
    with pytest.raises(ProblemsError, match=r"bad\.toml:2: not UTF-8: byte 0xE9"):
        read_toml(file, "")


def keys(table: dict[str, Any], *around: str) -> list[str]:
    values = {around[0]: table} if around else table
    lines = {**dict.fromkeys(ways(values), 7), tuple(around): 3 if around else 0}
    file = KeyedFile(Path("x"), values, lines)
    return [str(one) for one in file.key_problems(table, ("title", "date"), ("whole",), *around)]


@pytest.mark.parametrize(
    ("table", "around", "messages"),
    [
        ({"title": 1, "date": 1, "whole": 1, "nobody's": 1}, (), []),
        ({"title": 1}, (), ["x: date is missing; add it"]),
        ({"title": 1}, ("t",), ["x:3: t.date is missing; add it"]),
        (
            {"titel": 1, "date": 1},
            (),
            ["x: title is missing; add it, or correct 'titel' in line 7"],
        ),
        (
            {"title": 1, "date": 1, "hwole": 1},
            (),
            ["x:7: unknown key 'hwole' in the file; did you mean 'whole'?"],
        ),
        (
            {"title": 1, "date": 1, "wole": 1, "whol": 1},
            ("t",),
            [
                "x:7: unknown key 'wole' in t; did you mean 'whole'?",
                "x:7: unknown key 'whol' in t; did you mean 'whole'?",
            ],
        ),
    ],
)
def test_what_is_said_of_keys(
    table: dict[str, Any], around: tuple[str, ...], messages: list[str]
) -> None:
    assert keys(table, *around) == messages

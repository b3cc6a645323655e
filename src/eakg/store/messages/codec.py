"""Dataclasses as bytes, and back by the types of their fields.

Encoded, a value is four bytes of length, the JSON text `[value, lengths]` of that length, and then
the byte strings that stand in the value, where each is a number, its place among them.

A library would have to be taught the terms, paths, changes and exceptions in the fields, and with
that done there is little left for it to do.
"""

import json
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

_LENGTH = struct.Struct("!I")
_ERRORS = (struct.error, ValueError, TypeError, LookupError, SyntaxError, RecursionError)
_dumps = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode
_T = TypeVar("_T")


class MessageError(ValueError):
    """The bytes are no message, or not the whole of one."""


@dataclass(frozen=True)
class TypeAdapter:
    """How the values of a type are written as those of another, and read."""

    as_type: Any
    write: Callable[[Any], Any]
    read: Callable[[Any], Any]


@dataclass(frozen=True)
class Form:
    """How the values of a type become JSON with byte strings beside it, and back; `write` is None
    where they are JSON as they are."""

    write: Callable[[Any, list[bytes]], Any] | None
    read: Callable[[Any, list[bytes]], Any]


class Codec:
    """Encodes and decodes.

    Arguments: the classes of messages by the names of their kinds; what stands in their fields
    besides JSON values, byte strings, tuples and dataclasses, by its type.
    """

    def __init__(self, kinds: Mapping[str, type], adapters: Mapping[Any, TypeAdapter]) -> None:
        self._kinds = kinds
        self._names = {kind: name for name, kind in kinds.items()}
        self._adapters = adapters
        self._form: Callable[[Any], Form] = cache(self._made)
        self._kind: Callable[[type], tuple[str, Form]] = cache(self._found)

    def encode(self, message: object) -> bytes:
        """A message as bytes. Raises: TypeError when it is of none of the kinds."""
        strings: list[bytes] = []
        value = self._write_message(message, strings)
        head = _dumps([value, list(map(len, strings))]).encode()
        return b"".join((_LENGTH.pack(len(head)), head, *strings))

    def decode(self, data: bytes | memoryview) -> object:
        """The message that `encode` wrote. Raises: MessageError on anything else."""
        try:
            return self._read_message(*_parts(data))
        except MessageError:
            raise
        except _ERRORS as error:
            raise MessageError(f"not a message of this protocol: {error}") from error

    def text(self, value: object) -> str:
        """A dataclass as JSON. Raises: TypeError when there are byte strings in it."""
        strings: list[bytes] = []
        written = _written(self._record(type(value)), value, strings)
        if strings:
            raise TypeError("byte strings have no place in a text")
        return _dumps(written)

    def value(self, kind: type[_T], text: str) -> _T:
        """The dataclass that `text` wrote. Raises: MessageError on anything else."""
        try:
            value: _T = self._record(kind).read(json.loads(text), [])
        except _ERRORS as error:
            raise MessageError(f"not a {kind.__name__}: {error}") from error
        return value

    def _found(self, kind: type) -> tuple[str, Form]:
        """The kind of message that a class or one of its bases is, and the form of its content."""
        for base in kind.__mro__:
            if base in self._names:
                return self._names[base], self._content(base)
        raise TypeError(f"a {kind.__name__} is no message")

    def _write_message(self, message: Any, strings: list[bytes]) -> Any:
        name, form = self._kind(type(message))
        return [name, _written(form, message, strings)]

    def _read_message(self, value: Any, strings: list[bytes]) -> object:
        name, content = value
        if name not in self._kinds:
            raise MessageError(f"there is no message of the kind {name!r}")
        _, form = self._kind(self._kinds[name])
        return form.read(content, strings)

    def _made(self, hint: Any) -> Form:
        origin, arguments = get_origin(hint), get_args(hint)
        if origin in {Union, UnionType}:
            return self._union(*(one for one in arguments if one is not NoneType))
        if hint in self._names:
            return self._message(hint)
        if origin is tuple:
            return _sequence(self._form(arguments[0]))
        if origin is Literal:
            return Form(None, lambda value, _: arguments[arguments.index(value)])
        return _FORMS.get(hint) or self._content(hint)

    def _content(self, kind: Any) -> Form:
        adapter = self._adapters.get(get_origin(kind) or kind)
        if adapter is None:
            return self._record(kind)
        form, to, back = self._form(adapter.as_type), adapter.write, adapter.read
        return Form(
            lambda value, strings: _written(form, to(value), strings),
            lambda value, strings: back(form.read(value, strings)),
        )

    def _record(self, kind: Any) -> Form:
        hints = get_type_hints(kind)
        forms = {field.name: self._form(hints[field.name]) for field in fields(kind)}
        writers = {name: form.write for name, form in forms.items() if form.write is not None}
        readers = {name: form.read for name, form in forms.items()}

        def write(value: Any, strings: list[bytes]) -> Any:
            written = {name: getattr(value, name) for name in readers}
            for name, writer in writers.items():
                written[name] = writer(written[name], strings)
            return written

        def read(value: Any, strings: list[bytes]) -> Any:
            items = _checked(value, dict).items()
            return kind(**{name: readers[name](one, strings) for name, one in items})

        return Form(write, read)

    def _message(self, *kinds: Any) -> Form:
        """Of some kinds of messages, written with their kind."""

        def read(value: Any, strings: list[bytes]) -> Any:
            return _checked(self._read_message(value, strings), kinds)

        return Form(self._write_message, read)

    def _union(self, *hints: Any) -> Form:
        """Of one type or nothing, or of some kinds of messages."""
        if len(hints) > 1:
            return self._message(*hints)
        form = self._form(hints[0])
        write, read = form.write, form.read
        return Form(
            write and (lambda value, strings: None if value is None else write(value, strings)),
            lambda value, strings: None if value is None else read(value, strings),
        )


def _written(form: Form, value: Any, strings: list[bytes]) -> Any:
    return value if form.write is None else form.write(value, strings)


def _sequence(form: Form) -> Form:
    write, read = form.write, form.read
    return Form(
        write and (lambda value, strings: [write(one, strings) for one in value]),
        lambda value, strings: tuple(read(one, strings) for one in _checked(value, list)),
    )


def _plain(*types: type) -> Form:
    def read(value: Any, _: list[bytes]) -> Any:
        return value if type(value) in types else _checked(value, ())

    return Form(None, read)


def _write_bytes(value: bytes, strings: list[bytes]) -> int:
    strings.append(value)
    return len(strings) - 1


_FORMS: dict[Any, Form] = {
    **{kind: _plain(kind) for kind in (str, int, bool)},
    float: _plain(float, int),
    bytes: Form(_write_bytes, lambda value, strings: strings[_checked(value, int)]),
    Any: Form(None, lambda value, _: value),
}


def _parts(data: bytes | memoryview) -> tuple[Any, list[bytes]]:
    """The JSON value and the byte strings."""
    stop = _LENGTH.size + _LENGTH.unpack_from(data)[0]
    value, lengths = json.loads(bytes(data[_LENGTH.size : stop]))
    if stop + sum(lengths) != len(data) or any(length < 0 for length in lengths):
        raise ValueError("it has another length than it says")
    strings = []
    for length in lengths:
        strings.append(bytes(data[stop : stop + length]))
        stop += length
    return value, strings


def _checked(value: Any, types: Any) -> Any:
    if not isinstance(value, types):
        raise TypeError(f"{value!r} is no value of its field")
    return value

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
_JSON = frozenset({str, int, float, bool, NoneType, dict, list})
_UNIONS = frozenset({Union, UnionType})
_ERRORS = (struct.error, ValueError, TypeError, LookupError, SyntaxError, RecursionError)
_T = TypeVar("_T")
_hints = cache(get_type_hints)


class MessageError(ValueError):
    """The bytes are no message, or not the whole of one."""


@dataclass(frozen=True)
class TypeAdapter:
    """How the values of a type are written as those of another, and read."""

    as_type: Any
    write: Callable[[Any], Any]
    read: Callable[[Any], Any]


class Codec:
    """Encodes and decodes.

    Arguments: the classes of messages by the names of their kinds; what stands in their fields
    besides JSON values, byte strings, tuples and dataclasses, by its type.
    """

    def __init__(self, kinds: Mapping[str, type], adapters: Mapping[Any, TypeAdapter]) -> None:
        self._kinds = kinds
        self._names = {kind: name for name, kind in kinds.items()}
        self._adapters = adapters

    def encode(self, message: object) -> bytes:
        """A message as bytes. Raises: TypeError when it is of none of the kinds."""
        if self._kind(message) is None:
            raise TypeError(f"a {type(message).__name__} is no message")
        strings: list[bytes] = []
        value = self._write(message, strings)
        head = json.dumps([value, list(map(len, strings))]).encode()
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
        written = self._write(value, strings)
        if strings:
            raise TypeError("byte strings have no place in a text")
        return json.dumps(written)

    def value(self, kind: type[_T], text: str) -> _T:
        """The dataclass that `text` wrote. Raises: MessageError on anything else."""
        try:
            value: _T = self._read(kind, json.loads(text), [])
        except _ERRORS as error:
            raise MessageError(f"not a {kind.__name__}: {error}") from error
        return value

    def _kind(self, value: object) -> str | None:
        return next((self._names[one] for one in type(value).__mro__ if one in self._names), None)

    def _write(self, value: Any, strings: list[bytes]) -> Any:
        if type(value) in _JSON:
            return value
        if isinstance(value, bytes):
            strings.append(value)
            return len(strings) - 1
        if isinstance(value, tuple):
            return [self._write(one, strings) for one in value]
        adapters = (self._adapters.get(one) for one in type(value).__mro__)
        adapter = next(filter(None, adapters), None)
        if adapter is None:
            written = {
                field.name: self._write(getattr(value, field.name), strings)
                for field in fields(value)
            }
        else:
            written = self._write(adapter.write(value), strings)
        kind = self._kind(value)
        return written if kind is None else [kind, written]

    def _read(self, hint: Any, value: Any, strings: list[bytes]) -> Any:
        origin, arguments = get_origin(hint), get_args(hint)
        if origin in _UNIONS:
            if value is None and NoneType in arguments:
                return None
            types = tuple(one for one in arguments if one is not NoneType)
            if len(types) == 1:
                return self._read(types[0], value, strings)
            return _checked(self._read_message(value, strings), types)
        if origin is tuple:
            items = _checked(value, list)
            return tuple(self._read(arguments[0], one, strings) for one in items)
        if origin is Literal:
            if value not in arguments:
                raise TypeError(f"{value!r} is none of {arguments}")
            return value
        if hint in self._names:
            return _checked(self._read_message(value, strings), hint)
        if hint is bytes:
            return strings[_checked(value, int)]
        if hint is Any:
            return value
        if hint in _JSON:
            exact = type(value) is hint or (hint is float and type(value) is int)
            return value if exact else _checked(value, ())
        return self._read_content(hint, value, strings)

    def _read_message(self, value: Any, strings: list[bytes]) -> object:
        """A value written with its kind."""
        kind, content = value
        if kind not in self._kinds:
            raise MessageError(f"there is no message of the kind {kind!r}")
        return self._read_content(self._kinds[kind], content, strings)

    def _read_content(self, kind: Any, content: Any, strings: list[bytes]) -> Any:
        adapter = self._adapters.get(get_origin(kind) or kind)
        if adapter is not None:
            return adapter.read(self._read(adapter.as_type, content, strings))
        hints = _hints(kind)
        return kind(
            **{
                name: self._read(hints[name], one, strings)
                for name, one in _checked(content, dict).items()
            }
        )


def _parts(data: bytes | memoryview) -> tuple[Any, list[bytes]]:
    """The JSON value and the byte strings."""
    stop = _LENGTH.size + _LENGTH.unpack_from(data)[0]
    value, lengths = json.loads(bytes(data[_LENGTH.size : stop]))
    if stop + sum(lengths) != len(data) or min(lengths, default=0) < 0:
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

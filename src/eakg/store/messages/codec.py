"""Dataclasses as bytes, and back by the types of their fields.

Encoded, a value is four bytes of length, the JSON text `[value, lengths]` of that length, and then
the byte strings that stand in the value, where each is a number, its place among them.

msgspec is ten times as fast, but it calls no hook for dataclasses, as a `Change` is, and cannot
tell the plain dataclasses of a union apart.
"""

import json
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

_LENGTH = struct.Struct("!I")
_ERRORS = (
    *(struct.error, ValueError, TypeError, LookupError, AttributeError),
    *(SyntaxError, RecursionError),
)
_dumps = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode
_loads = json.JSONDecoder().decode
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
        self._adapters = adapters
        self._form: Callable[[Any], Form] = cache(self._make_form)
        self._message = self._choice(kinds)

    def encode(self, message: object) -> bytes:
        """A message as bytes. Raises: TypeError when it is of none of the kinds."""
        strings: list[bytes] = []
        value = _write_value(self._message, message, strings)
        head = _dumps([value, list(map(len, strings))]).encode()
        return b"".join((_LENGTH.pack(len(head)), head, *strings))

    def decode(self, data: bytes | memoryview) -> object:
        """The message that `encode` wrote. Raises: MessageError on anything else."""
        try:
            return self._message.read(*_parts(data))
        except MessageError:
            raise
        except _ERRORS as error:
            raise MessageError(f"not a message of this protocol: {error}") from error

    def text(self, value: object) -> str:
        """A dataclass as JSON. Raises: TypeError when there are byte strings in it."""
        strings: list[bytes] = []
        json_value = _write_value(self._form(type(value)), value, strings)
        if strings:
            raise TypeError("byte strings have no place in a text")
        return _dumps(json_value)

    def value(self, kind: type[_T], text: str) -> _T:
        """The dataclass that `text` wrote. Raises: MessageError on anything else."""
        try:
            value: _T = self._form(kind).read(json.loads(text), [])
        except _ERRORS as error:
            raise MessageError(f"not a {kind.__name__}: {error}") from error
        return value

    def _make_form(self, hint: Any) -> Form:
        hint = getattr(hint, "__supertype__", hint)  # a NewType is what it is made of
        origin, arguments = get_origin(hint), get_args(hint)
        adapter = self._adapters.get(origin or hint)
        if adapter is not None:
            return _adapt(adapter, self._form(adapter.as_type))
        if origin in {Union, UnionType}:
            types = [one for one in arguments if one is not NoneType]
            if len(types) == 1:
                return _optional(self._form(types[0]))
            return self._choice({one.__name__: one for one in types})
        if origin is tuple and arguments[1:] == (...,):
            return _sequence(self._form(arguments[0]))
        if origin is tuple:
            return _row([self._form(one) for one in arguments])
        if origin is Literal:
            return Form(None, lambda value, _: arguments[arguments.index(value)])
        return _FORMS.get(hint) or self._record(hint)

    def _record(self, kind: Any) -> Form:
        hints = get_type_hints(kind)
        forms = {field.name: self._form(hints[field.name]) for field in fields(kind)}
        writers = [(one.name, one.default, forms[one.name].write) for one in fields(kind)]
        readers = {name: form.read for name, form in forms.items()}

        def write(value: Any, strings: list[bytes]) -> Any:
            members = {}
            for name, default, writer in writers:
                member = getattr(value, name)
                if member is not default:  # which is what is read where it is not there
                    members[name] = member if writer is None else writer(member, strings)
            return members

        def read(value: Any, strings: list[bytes]) -> Any:
            items = _check(value, dict).items()
            return kind(**{name: readers[name](one, strings) for name, one in items})

        return Form(write, read)

    def _choice(self, types: Mapping[str, type]) -> Form:
        """Of some types, each value with the name of its own."""
        names = {one: name for name, one in types.items()}

        def find(kind: type) -> tuple[str, Form]:
            for base in kind.__mro__:
                if base in names:
                    return names[base], self._form(base)
            raise TypeError(f"a {kind.__name__} is none of {', '.join(types)}")

        form_of: Callable[[type], tuple[str, Form]] = cache(find)

        def write(value: Any, strings: list[bytes]) -> Any:
            name, form = form_of(type(value))
            return [name, _write_value(form, value, strings)]

        def read(value: Any, strings: list[bytes]) -> Any:
            name, content = value
            if name not in types:
                raise MessageError(f"there is no message of the kind {name!r} here")
            return self._form(types[name]).read(content, strings)

        return Form(write, read)


def _adapt(adapter: TypeAdapter, form: Form) -> Form:
    write, read = adapter.write, adapter.read
    return Form(
        lambda value, strings: _write_value(form, write(value), strings),
        lambda value, strings: read(form.read(value, strings)),
    )


def _optional(form: Form) -> Form:
    write, read = form.write, form.read
    return Form(
        write and (lambda value, strings: None if value is None else write(value, strings)),
        lambda value, strings: None if value is None else read(value, strings),
    )


def _row(forms: list[Form]) -> Form:
    """Of so many values, each of a type of its own."""
    return Form(
        lambda value, strings: [
            _write_value(form, item, strings) for form, item in zip(forms, value, strict=True)
        ],
        lambda value, strings: tuple(
            form.read(item, strings) for form, item in zip(forms, value, strict=True)
        ),
    )


def _write_value(form: Form, value: Any, strings: list[bytes]) -> Any:
    return value if form.write is None else form.write(value, strings)


def _sequence(form: Form) -> Form:
    write, read = form.write, form.read
    return Form(
        write and (lambda value, strings: [write(one, strings) for one in value]),
        lambda value, strings: tuple(read(one, strings) for one in _check(value, list)),
    )


def _plain(*types: type) -> Form:
    def read(value: Any, _: list[bytes]) -> Any:
        return value if type(value) in types else _check(value, ())

    return Form(None, read)


def _write_bytes(value: bytes, strings: list[bytes]) -> int:
    strings.append(value)
    return len(strings) - 1


_FORMS: dict[Any, Form] = {
    **{kind: _plain(kind) for kind in (str, int, bool)},
    float: _plain(float, int),
    bytes: Form(_write_bytes, lambda value, strings: strings[_check(value, int)]),
    Any: Form(None, lambda value, _: value),
}


def _parts(data: bytes | memoryview) -> tuple[Any, list[bytes]]:
    """The JSON value and the byte strings."""
    stop = _LENGTH.size + _LENGTH.unpack_from(data)[0]
    value, lengths = _loads(str(data[_LENGTH.size : stop], "utf-8"))
    if stop + sum(lengths) != len(data) or any(length < 0 for length in lengths):
        raise ValueError("it has another length than it says")
    strings = []
    for length in lengths:
        strings.append(bytes(data[stop : stop + length]))
        stop += length
    return value, strings


def _check(value: Any, types: Any) -> Any:
    if not isinstance(value, types):
        raise TypeError(f"{value!r} is no value of its field")
    return value

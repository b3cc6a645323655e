"""Declared options as those of a command, and as a table for the docs."""

import re
from collections.abc import Callable
from ipaddress import ip_network
from pathlib import Path
from types import NoneType
from typing import Any, Literal, get_args, get_origin

import click

from eakg.commands.command import PathArgument
from eakg.options import Address, Declaration, Iri, Network, declarations

ENVIRONMENT = "EAKG"
"""What the names of variables begin with."""
ADDRESS_PATTERN = (
    r"^[Hh][Tt][Tt][Pp][Ss]?://(?:[^/?#]*@)?(?:\[[^\]/?#@]+\]|[^/?#@:\[\]]+)(?::|[/?#]|$)"
)
"""A regular expression for addresses of HTTP, as JSON Schema has it (ECMA-262)."""
_BYTE = "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
NETWORK_PATTERN = (
    rf"^(?:{_BYTE}(?:[.]{_BYTE}){{3}}(?:/(?:3[0-2]|[12]?[0-9]))?"
    r"|[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}(?:/(?:12[0-8]|1[01][0-9]|[1-9]?[0-9]))?)$"
)
"""A regular expression for addresses and networks, but for how often IPv6 has `::`."""
IRI_PATTERN = r"^[A-Za-z][A-Za-z0-9+.-]*:(?:[^\u0000-\u0020\"<>\\^`{|}%]|%[0-9A-Fa-f]{2})*$"
"""A regular expression for absolute IRIs, but for what an authority may be (RFC 3987)."""


class AddressType(click.types.StringParamType):
    """An address of HTTP."""

    name = "url"
    pattern = ADDRESS_PATTERN

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        from eakg.store.elsewhere import endpoint_at

        address = str(super().convert(value, param, ctx))
        if address:
            try:
                endpoint_at(address)
            except ValueError:
                public_address = address.rpartition("@")[2]  # without a password
                self.fail(
                    f"{public_address!r} is no address; write http(s)://host/path", param, ctx
                )
        return address


class IriType(click.types.StringParamType):
    """An absolute IRI."""

    name = "iri"
    pattern = IRI_PATTERN

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        from eakg.rdf import is_iri

        iri = str(super().convert(value, param, ctx))
        if iri and not is_iri(iri):
            self.fail(f"{iri!r} is no IRI; write it whole, as http://example.org/", param, ctx)
        return iri


class NetworkType(click.types.StringParamType):
    """An address of IPv4 or IPv6, or a network of such."""

    name = "network"
    pattern = NETWORK_PATTERN

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        network = str(super().convert(value, param, ctx))
        try:
            ip_network(network, strict=False)
        except ValueError:
            self.fail(f"{network!r} is no address or network; write 10.0.0.0/8", param, ctx)
        return network


class PatternType(click.types.StringParamType):
    """Text of a form. Arguments: the form, for messages; its pattern."""

    name = "text"

    def __init__(self, form: str, pattern: str) -> None:
        self._form = form
        self.pattern = pattern

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        text = str(super().convert(value, param, ctx))
        if text and not re.search(self.pattern, text):
            self.fail(f"{text!r} is not of the form {self._form}", param, ctx)
        return text


class DeclaredOption(click.Option):
    """An option that also has a meaning: what the docs say of it, in Markdown."""

    def __init__(self, *arguments: Any, meaning: str, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self.meaning = meaning


def takes(options: type) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Gives a command the options that a dataclass declares; it is called with an instance of the
    dataclass as `options`."""
    fields = list(declarations(options))

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        def command(**values: Any) -> Any:
            settings = {item.name: values.pop(item.key) for item in fields}
            return function(options=options(**settings), **values)

        command.__doc__, command.__name__ = function.__doc__, function.__name__
        for item in reversed(fields):
            command = _option(item)(command)
        return command

    return decorate


def _option(item: Declaration) -> Callable[[Any], Any]:
    kind, is_multiple = _value_type(item.type)
    # To click, a default of None is one.
    default = {} if item.default in (None, ()) else {"default": item.default}
    return click.option(
        item.flag,
        cls=DeclaredOption,
        **default,
        required=item.required,
        is_flag=kind is bool,
        multiple=is_multiple,
        type=None if kind is bool else _click_type(kind, item),
        metavar=item.text.metavar,
        show_default=kind is not bool and bool(default),
        help=item.text.help,
        meaning=item.text.meaning or item.text.help,
    )


def _value_type(annotation: Any) -> tuple[Any, bool]:
    """The type of one value, and whether there may be several."""
    if get_origin(annotation) is tuple:
        return get_args(annotation)[0], True
    if NoneType in get_args(annotation):
        return next(one for one in get_args(annotation) if one is not NoneType), False
    return annotation, False


def _click_type(kind: Any, item: Declaration) -> Any:
    text = item.text
    if get_origin(kind) is Literal:
        return click.Choice(get_args(kind))
    if kind is Path:
        return PathArgument
    if kind is Network:
        return NetworkType()
    if kind is Iri:
        return IriType()
    if text.pattern:
        return PatternType(text.metavar or "", text.pattern)
    if kind is Address:
        return AddressType()
    ranges: dict[Any, type[click.IntRange | click.FloatRange]]
    ranges = {int: click.IntRange, float: click.FloatRange}
    if kind in ranges:
        minimum = text.least if text.above is None else text.above
        return ranges[kind](min=minimum, max=text.most, min_open=text.above is not None)
    return kind


def table(command: click.Command) -> str:
    """The options of a command as a table in Markdown."""
    rows = [
        f"| `{option.opts[0]}` | `{ENVIRONMENT}_{str(option.name).upper()}`"
        f" | {_default(option)} | {option.meaning} |"
        for option in command.params
        if isinstance(option, DeclaredOption)
    ]
    return "\n".join(
        ["| option | variable | default | meaning |", "| --- | --- | --- | --- |", *rows]
    )


def _default(option: click.Option) -> str:
    if option.is_flag:
        return "off"
    if option.required:
        return "required"
    if isinstance(option.default, float):
        return f"`{option.default:g}`"
    return f"`{option.default}`" if isinstance(option.default, str | int) else ""

"""Options: each declared once, as a field of a frozen dataclass.

The name of the field, its type and default, and what `option` says of it are all that the command
line, the environment, the configuration file and the page of the docs are made from.
"""

from collections.abc import Iterator
from dataclasses import MISSING, dataclass, field, fields
from typing import Any, NewType, get_type_hints

Address = NewType("Address", str)
"""An address that begins with http:// or https://."""

Iri = NewType("Iri", str)
"""An absolute IRI."""

Network = NewType("Network", str)
"""An address of IPv4 or IPv6, or a network of them, as 10.0.0.0/8."""

_KEY = "option"


@dataclass(frozen=True)
class OptionText:
    """What is said of an option.

    `help` is a line for the command line, `meaning` what the docs say (Markdown), without it the
    help. `metavar` stands for the value. A number is `least` at least and `most` at most; where
    `above` is given it is more than that. A text matches `pattern`, a regular expression as JSON
    Schema has it, and is else refused as not of the form of `metavar`.
    """

    help: str
    meaning: str = ""
    metavar: str | None = None
    least: int | None = None
    most: int | None = None
    above: int | None = None
    pattern: str = ""


@dataclass(frozen=True)
class Declaration:
    """An option as it was declared: its field, the type of its value, its default (None where
    there is none), whether it must be given, and what is said of it."""

    name: str
    type: Any
    default: Any
    required: bool
    text: OptionText

    @property
    def key(self) -> str:
        """Its name without the underscore by which a field is told from a keyword of Python."""
        return self.name.removesuffix("_")

    @property
    def flag(self) -> str:
        """The option on the command line, which is the key in the file after two dashes."""
        return "--" + self.key.replace("_", "-")


def option(help: str, default: Any = MISSING, **details: Any) -> Any:
    """A field that is an option. Arguments: its help, its default, the rest of `OptionText`."""
    text = OptionText(help, **details)
    return field(default=default, metadata={_KEY: text})


def declarations(options: type) -> Iterator[Declaration]:
    """The options that a dataclass declares, in order, before those that it inherits."""
    types = get_type_hints(options)
    names = vars(options).get("__annotations__", ())
    for item in sorted(fields(options), key=lambda item: item.name not in names):
        required = item.default is MISSING
        default = None if required else item.default
        yield Declaration(item.name, types[item.name], default, required, item.metadata[_KEY])

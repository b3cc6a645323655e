"""What becomes of annotations in another format, and what does not."""

from dataclasses import dataclass
from typing import Generic, TypeVar

_Content = TypeVar("_Content")


class ExchangeError(ValueError):
    """A file is not of the format that it is read as; the message says what is wrong."""


def check_text(text: str) -> None:
    """Raises: ExchangeError where a text cannot be written to a file."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        words = (
            f"has half a character at {error.start} of the text, \\u{ord(text[error.start]):04x}"
        )
        raise ExchangeError(words) from None


def check_xml(text: str) -> None:
    """Raises: ExchangeError where XML cannot hold a text (XML 1.0, section 2.2)."""
    for place, character in enumerate(text):
        if (character < " " and character not in "\t\n\r") or character in "\ufffe\uffff":
            raise ExchangeError(f"has U+{ord(character):04X} at {place}, and XML cannot hold that")


@dataclass(frozen=True)
class Conversion(Generic[_Content]):
    """What came out, and a line for each thing that is not in it."""

    content: _Content
    losses: tuple[str, ...]

"""What a format may have no way to say, and the error of a writer that meets it."""

from enum import StrEnum


class Lack(StrEnum):
    """A kind of term or triple for which a format has no form."""

    CHARACTER = "character"
    """Characters that XML 1.0 has not (section 2.2)."""
    PROPERTY = "property"
    """Properties that no XML name stands for (RDF/XML, sections 5.1 and 6.1.4)."""
    TRIPLE_TERM = "triple term"
    DIRECTION = "direction"
    """Texts with a base direction."""


class UnwritableError(ValueError):
    """A format cannot hold what is in a result.

    Arguments: what it cannot hold, or the whole sentence; the kind that it is of, where the reason
    is a term and not the form of the result.
    """

    def __init__(self, content: str, lack: Lack | None = None) -> None:
        super().__init__(content)
        self.lack = lack

"""The declarations of an update, and those of them that an operation needs.

Each operation is read by itself, behind what was declared in front of it. With all of that in front
of each, an update would be read by the square of its length.
"""

from eakg.rdf import is_iri
from eakg.sparql.cursor import Cursor, PrefixEndings
from eakg.sparql.lexer import TokenKind, tokens

_SHORT = 1 << 12  # characters that may stand in front of each operation


class UpdateDeclarations:
    """BASE and PREFIX as they were read so far. Argument: the place in the update."""

    def __init__(self, cursor: Cursor) -> None:
        self._cursor = cursor
        self._texts: list[str] = []
        self._size = 0
        self._endings = PrefixEndings()
        self._are_iris = True

    @property
    def text(self) -> str:
        """All of them as they stand there, each on a line."""
        return "".join(self._texts)

    def read(self) -> None:
        """Move past those that come."""
        cursor = self._cursor
        for start, stop in cursor.prologue():
            self._texts.append(cursor.text[start:stop] + "\n")
            self._size += stop - start
            if cursor.declared_prefix is not None:
                self._endings.add(cursor.declared_prefix)
            iri = cursor.base
            if cursor.declared_prefix is not None:
                iri = cursor.prefixes[cursor.declared_prefix]
            self._are_iris = self._are_iris and (not iri or is_iri(iri))

    def used_in(self, operation: str) -> str:
        """What must stand in front of an operation: all, where that is short, or there is one that
        the engine refuses."""
        if self._size <= _SHORT or not self._are_iris:
            return self.text
        prefixes: dict[str, None] = {}
        for token in tokens(operation):
            if token.kind is TokenKind.PREFIXED_NAME:
                run = token.text.partition(":")[0]
                # A keyword may be glued to it.
                prefixes.update((run[start:], None) for start in self._endings.starts(run))
        cursor = self._cursor
        base = f"BASE <{cursor.base}>\n" if cursor.base else ""
        return base + "".join(f"PREFIX {name}: <{cursor.prefixes[name]}>\n" for name in prefixes)

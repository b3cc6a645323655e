"""The operations of a SPARQL update, read from its tokens.

The engine runs an update as a whole, on whatever its store holds, and says nothing of what it did.
Here each operation is evaluated by itself, as a query with a dataset, so its parts must be known.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from eakg.sparql.failures import QuerySyntaxError
from eakg.sparql.lexer import Token, TokenKind, iri_of, tokens

# Read by the engine without white space in front of a name: `WITH:g`.
_GLUED = frozenset({"PREFIX", "BASE", "WITH", "USING", "NAMED", "GRAPH", "TO", "INTO", "SILENT"})
_COPIES = frozenset({"ADD", "MOVE", "COPY"})


class Graphs(StrEnum):
    """What an operation on graphs is about when it names none."""

    DEFAULT = "DEFAULT"
    NAMED = "NAMED"
    ALL = "ALL"


Target = Graphs | str
"""A graph by its name, or some without."""


@dataclass(frozen=True)
class Data:
    """INSERT DATA or DELETE DATA: the prologue and the block of quads, braces included."""

    insert: bool
    prologue: str
    block: str


@dataclass(frozen=True)
class Modify:
    """DELETE and INSERT by a pattern: prologue, templates and pattern with their braces."""

    prologue: str
    delete: str = ""
    insert: str = ""
    where: str = ""
    within: str | None = None
    using: tuple[str, ...] = ()
    using_named: tuple[str, ...] = ()


@dataclass(frozen=True)
class Manage:
    """LOAD, CLEAR, DROP, CREATE, ADD, MOVE or COPY: what it is done to, and where from."""

    verb: str
    silent: bool
    target: Target
    source: Target = Graphs.DEFAULT


Operation = Data | Modify | Manage


@dataclass(frozen=True)
class UpdatePart:
    """An operation within the text of an update: where it is, and what must stand in front of it to
    be read by itself."""

    start: int
    stop: int
    before: str


ReadOperation = tuple[Operation, UpdatePart]


def read_operations(text: str, base_iri: str | None = None) -> tuple[list[ReadOperation], str]:
    """The operations of an update, in order, each with its place in the text; and the prologue that
    stands behind the last.

    Arguments: the update; the IRI that relative ones are resolved against, where the update has no
    BASE of its own. Raises: QuerySyntaxError.
    Specification: SPARQL 1.1 Query section 19.8, rules 29 to 54.
    """
    reader = _Reader(text, base_iri or "")
    return list(reader.all()), reader.prologue


class _Reader:
    def __init__(self, text: str, base_iri: str) -> None:
        self.text = text
        self.base = base_iri
        self.prefixes: dict[str, str] = {}
        self.prologue = ""
        self.found = [
            part
            for token in tokens(text)
            if token.kind is not TokenKind.COMMENT
            for part in _apart(token)
        ]
        self.place = 0
        self.labels: dict[str, set[str]] = {"DATA": set(), "WHERE": set()}

    def all(self) -> Iterator[tuple[Operation, UpdatePart]]:
        while True:
            self._read_prologue()
            if self.place == len(self.found):
                return
            first = self.found[self.place]
            operation = self._operation()
            last = self.found[self.place - 1]
            yield operation, UpdatePart(first.start, last.start + len(last.text), self.prologue)
            if self.place < len(self.found):
                self._expect(";")

    def _read_prologue(self) -> None:
        while (word := self._word()) in {"BASE", "PREFIX", "VERSION"}:
            start = self.place
            self.place += 1
            if word == "BASE":
                self.base = self._iri()
            elif word == "PREFIX":
                prefix = self._next().text[:-1]
                self.prefixes[prefix] = self._iri()
            else:
                self.place += 1
            self.prologue += self._between(start, self.place) + "\n"

    def _operation(self) -> Operation:
        verb = self._word()
        if verb in {"INSERT", "DELETE"} and self._word(1) == "DATA":
            self.place += 2
            return Data(verb == "INSERT", self.prologue, self._block("DATA"))
        if verb == "DELETE" and self._word(1) == "WHERE":
            self.place += 2
            block = self._block()
            return Modify(self.prologue, delete=block, where=block)
        if verb in {"INSERT", "DELETE", "WITH"}:
            return self._modify()
        self.place += 1
        silent = self._take("SILENT")
        if verb in {"CLEAR", "DROP", "CREATE"}:
            return Manage(verb, silent, self._target())
        if verb in _COPIES:
            source = self._target()
            self._expect("TO")
            return Manage(verb, silent, self._target(), source)
        if verb == "LOAD":
            address = self._iri()
            into = self._target() if self._take("INTO") else Graphs.DEFAULT
            return Manage(verb, silent, into, address)
        raise self._error(self.place - 1)

    def _modify(self) -> Modify:
        operation = Modify(self.prologue)
        if self._take("WITH"):
            operation = replace(operation, within=self._iri())
        if self._take("DELETE"):
            operation = replace(operation, delete=self._block())
        if self._take("INSERT"):
            operation = replace(operation, insert=self._block())
        while self._take("USING"):
            if self._take("NAMED"):
                operation = replace(operation, using_named=(*operation.using_named, self._iri()))
            else:
                operation = replace(operation, using=(*operation.using, self._iri()))
        self._expect("WHERE")
        return replace(operation, where=self._block("WHERE"))

    def _target(self) -> Target:
        word = self._word()
        if word in set(Graphs):
            self.place += 1
            return Graphs(word)
        self._take("GRAPH")
        return self._iri()

    def _block(self, labelled: str = "") -> str:
        start = self.place
        depth = 0
        while True:
            text = self._next().text
            depth += (text == "{") - (text == "}")
            if not depth:
                break
        if self.found[start].text != "{":
            raise self._error(start)
        if labelled:
            self._check_labels(start, self.labels[labelled])
        return self._between(start, self.place)

    def _check_labels(self, start: int, seen: set[str]) -> None:
        """A label belongs to one operation (SPARQL 1.1 Query section 19.6)."""
        own = set()
        for place in range(start, self.place):
            token = self.found[place]
            if token.kind is TokenKind.BLANK_NODE:
                if token.text in seen:
                    raise self._error(place, "is a blank node of an earlier operation")
                own.add(token.text)
        seen |= own

    def _between(self, start: int, stop: int) -> str:
        last = self.found[stop - 1]
        return self.text[self.found[start].start : last.start + len(last.text)]

    def _iri(self) -> str:
        iri = iri_of(self._next(), self.base, self.prefixes)
        if iri is None:
            raise self._error(self.place - 1)
        return iri

    def _next(self) -> Token:
        if self.place == len(self.found):
            raise self._error(self.place)
        self.place += 1
        return self.found[self.place - 1]

    def _word(self, ahead: int = 0) -> str:
        place = self.place + ahead
        return self.found[place].text.upper() if place < len(self.found) else ""

    def _take(self, word: str) -> bool:
        taken = self._word() == word
        self.place += taken
        return taken

    def _expect(self, word: str) -> None:
        if not self._take(word):
            raise self._error(self.place)

    def _error(self, place: int, complaint: str = "cannot stand here") -> QuerySyntaxError:
        if place >= len(self.found):
            token, complaint = (
                Token(TokenKind.COMMENT, "", len(self.text)),
                "the update ends too early",
            )
        else:
            token = self.found[place]
        line = self.text.count("\n", 0, token.start) + 1
        column = token.start - self.text.rfind("\n", 0, token.start)
        words = f"line {line}, column {column}: {f'{token.text[:40]} {complaint}'.lstrip()}"
        return QuerySyntaxError(words, line, column)


def _apart(token: Token) -> Iterator[Token]:
    word = token.text.partition(":")[0]
    if token.kind is TokenKind.PREFIXED_NAME and word.upper() in _GLUED:
        yield Token(TokenKind.KEYWORD, word, token.start)
        rest = token.text[len(word) :]
        yield Token(TokenKind.PREFIXED_NAME, rest, token.start + len(word))
    else:
        yield token

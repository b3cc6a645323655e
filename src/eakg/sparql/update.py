"""The operations of a SPARQL update, read from its tokens.

The engine runs an update as a whole, on whatever its store holds, and says nothing of what it did.
Here each operation is evaluated by itself, as a query with a dataset, so its parts must be known.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from eakg.rdf import is_iri
from eakg.sparql.cursor import Cursor, PrefixEndings, syntax_error_at
from eakg.sparql.failures import QuerySyntaxError
from eakg.sparql.lexer import TokenKind, tokens

_VERBS = ("LOAD", "CLEAR", "DROP", "ADD", "MOVE", "COPY", "CREATE", "INSERT", "DELETE", "WITH")
_SHORT_PROLOGUE = 1 << 12  # characters that may stand in front of each operation
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
    """INSERT DATA or DELETE DATA: the block of quads, braces included, and the prologue."""

    insert: bool
    block: str
    prologue: str = ""


@dataclass(frozen=True)
class Modify:
    """DELETE and INSERT by a pattern: templates and pattern with their braces, and the prologue;
    `where_start` is where the pattern stands in the text of the update."""

    delete: str = ""
    insert: str = ""
    where: str = ""
    with_graph: str | None = None
    using_graphs: tuple[str, ...] = ()
    using_named_graphs: tuple[str, ...] = ()
    where_start: int = 0
    prologue: str = ""


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
    prologue: str


ReadOperation = tuple[Operation, UpdatePart]


class UpdateDeclarations:
    """The declarations of an update that were read so far, and those that an operation needs.

    Each operation is read by itself, behind what was declared in front of it. With all of that in
    front of each, an update would be read by the square of its length.
    Argument: the place in the update.
    """

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
        if self._size <= _SHORT_PROLOGUE or not self._are_iris:
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


class UpdateReader:
    """Reads the operations of an update.

    Arguments: the update; the IRI that relative ones are resolved against, where the update has no
    BASE of its own.
    Specification: SPARQL 1.1 Query section 19.8, rules 29 to 54.
    """

    def __init__(self, text: str, base_iri: str | None = None) -> None:
        self.text = text
        self.cursor = Cursor(text, base_iri or "")
        self.declarations = UpdateDeclarations(self.cursor)
        self.labels: dict[str, set[str]] = {"DATA": set(), "WHERE": set()}

    def operations(self) -> Iterator[ReadOperation]:
        """The operations in order, each with its place in the text. Raises: QuerySyntaxError."""
        while True:
            self.declarations.read()
            if self.cursor.at_end:
                return
            start = self.cursor.position
            operation = self._operation()
            stop = self.cursor.position
            prologue = self.declarations.used_in(self.text[start:stop])
            if not isinstance(operation, Manage):
                operation = replace(operation, prologue=prologue)
            yield operation, UpdatePart(start, stop, prologue)
            if not self.cursor.at_end:
                self._expect_sign(";")

    def _operation(self) -> Operation:
        verb = self.cursor.word(*_VERBS)
        if not verb:
            raise self._error()
        if verb in {"INSERT", "DELETE"} and self.cursor.word("DATA"):
            return Data(verb == "INSERT", self._block("DATA"))
        if verb == "DELETE" and self.cursor.word("WHERE"):
            start = self.cursor.skip()
            block = self._block()
            return Modify(delete=block, where=block, where_start=start)
        if verb in {"INSERT", "DELETE", "WITH"}:
            return self._modify(verb)
        silent = bool(self.cursor.word("SILENT"))
        if verb == "CREATE":
            return Manage(verb, silent, self._target())
        if verb in {"CLEAR", "DROP"}:
            return Manage(verb, silent, self._target(*Graphs))
        if verb in _COPIES:
            source = self._target(Graphs.DEFAULT)
            self._expect("TO")
            return Manage(verb, silent, self._target(Graphs.DEFAULT), source)
        address = self._iri()
        target = self._target() if self.cursor.word("INTO") else Graphs.DEFAULT
        return Manage(verb, silent, target, address)

    def _modify(self, verb: str) -> Modify:
        with_graph = None
        if verb == "WITH":
            with_graph = self._iri()
            verb = self.cursor.word("DELETE", "INSERT")
        delete = self._block() if verb == "DELETE" else ""
        insert = ""
        if verb == "INSERT" or (verb and self.cursor.word("INSERT")):
            insert = self._block()
        using_graphs: list[str] = []
        using_named_graphs: list[str] = []
        while self.cursor.word("USING"):
            # A name first, as with FROM.
            iri = self.cursor.iri()
            if iri is not None:
                using_graphs.append(iri)
            else:
                self._expect("NAMED")
                using_named_graphs.append(self._iri())
        self._expect("WHERE")
        start = self.cursor.skip()
        where = self._block("WHERE")
        return Modify(
            delete,
            insert,
            where,
            with_graph,
            tuple(using_graphs),
            tuple(using_named_graphs),
            start,
        )

    def _target(self, *kinds: Graphs) -> Target:
        if kind := self.cursor.word(*kinds):
            return Graphs(kind)
        self.cursor.word("GRAPH")
        return self._iri()

    def _block(self, label_scope: str = "") -> str:
        if not self.cursor.starts("{"):
            raise self._error()
        start = self.cursor.position
        block = self.cursor.block()
        if block is None:
            raise self._error(len(self.text))
        if label_scope:
            self._check_labels(start, self.labels[label_scope])
        return self.text[start : self.cursor.position]

    def _check_labels(self, start: int, earlier_labels: set[str]) -> None:
        """A label belongs to one operation (SPARQL 1.1 Query section 19.6)."""
        own_labels = set()
        for token in tokens(self.text, start):
            if token.start >= self.cursor.position:
                break
            if token.kind is TokenKind.BLANK_NODE:
                if token.text in earlier_labels:
                    raise self._error(token.start, "is a blank node of an earlier operation")
                own_labels.add(token.text)
        earlier_labels |= own_labels

    def _iri(self) -> str:
        iri = self.cursor.iri()
        if iri is None:
            raise self._error()
        return iri

    def _expect(self, word: str) -> None:
        if not self.cursor.word(word):
            raise self._error()

    def _expect_sign(self, sign: str) -> None:
        if not self.cursor.starts(sign):
            raise self._error()
        self.cursor.position += len(sign)

    def _error(
        self, offset: int | None = None, complaint: str = "cannot stand here"
    ) -> QuerySyntaxError:
        offset = self.cursor.skip() if offset is None else offset
        token = next(tokens(self.text, offset), None)
        if token is None:
            return syntax_error_at(self.text, offset, "the update ends too early")
        return syntax_error_at(self.text, offset, f"{token.text[:40]} {complaint}")

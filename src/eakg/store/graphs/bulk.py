"""N-Triples and Turtle that the engine reads by itself.

Of most lines of a file a store has the terms as they are written, and nobody but the engine has to
look at them. The others have something to be named, coded or noted (`eakg.store.graphs.loaded`),
and become objects of Python. Turtle goes to the engine as a whole, or not at all.
"""

import io
import re
import zlib
from collections import Counter, defaultdict, deque
from collections.abc import Generator, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pyoxigraph

from eakg.rdf import (
    LARGEST_LINE,
    N_TRIPLES_SYNTAX,
    TURTLE_SYNTAX,
    open_file,
    plain_size,
    utf8_stream,
)
from eakg.rdf.documents import DocumentError
from eakg.sparql.exact import Frequencies
from eakg.store.graph_files import GraphFile
from eakg.store.graphs.forms import BY_VALUE, MARK, USUAL_FORMS

if TYPE_CHECKING:
    import polars as pl

CHUNK = 1 << 20
"""Bytes that are read at once."""
LARGE_CHUNK = 1 << 24
"""Bytes of lines that become objects at once, and that are read at once where nobody waits: the
engine loads these a fifth faster."""
_TYPE = b"<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
_CLASSES = 1000  # the largest classes, whose things are counted
UNREADABLE = (SyntaxError, ValueError, OSError, EOFError, zlib.error, MemoryError, DocumentError)
"""What is raised where a file cannot be read by the engine itself. What is wrong with it is found
by reading it quad by quad."""
_MARKERS = ((b"_", b"_:"), (b"(", b"<<("), (b"@", b'"@'), (b"^", b"^^<"))
"""What a remarkable line has one of, and a letter of it that is rare: that is looked for faster."""
_BY_VALUE = "|".join(map(re.escape, sorted(BY_VALUE)))
_REMARKABLE = re.compile(
    rf'_:|<<\(|"@[A-Za-z0-9-]*[A-Z]|\^\^<(?:{re.escape(MARK)}|(?:{_BY_VALUE})>)'.encode()
)
_FORMS = "|".join(
    rf'(?:{form.pattern})"\^\^<{re.escape(datatype)}' for datatype, form in USUAL_FORMS.items()
)
_USUAL = re.compile(rf'<[^<>"]*> <[^<>"]*> "(?:{_FORMS})> ?\.[\r\n]*'.encode())


_XSD = b"http://www.w3.org/2001/XMLSchema#"
_USUAL_FORMS = {iri.rpartition("#")[2]: form.pattern for iri, form in USUAL_FORMS.items()}
_HTTP_IRI = rb'https?://[^<>"{}|^`\\\x00-\x20]*'
_PREFIX = rb"(?:PREFIX|@prefix) ([A-Za-z][A-Za-z0-9_-]*): <(%s)>(?: \.)?\n" % _HTTP_IRI
_PREFIXES = re.compile(rb"(?:%s)*+\s*" % re.sub(rb"\((?!\?)", b"(?:", _PREFIX))
_PLAIN_TURTLE = re.compile(
    rb"""(?:
      [\s.;,]++
    | a(?=\s)
    | [A-Za-z][A-Za-z0-9_-]*+ : [A-Za-z0-9_:-]*+ (?=[\s;,])
    | <%(iri)s>
    | (?:%(numbers)s|true|false)(?=\s)
    | "(?!"")(?:
        (?:%(forms)s)
      | [^"\\\r\n]*+(?:\\.[^"\\\r\n]*+)*+"
        (?:@[a-z]++(?:-[a-z0-9]{2,8}+)*+|\^\^(?!xsd:)[A-Za-z][A-Za-z0-9_-]*+:[A-Za-z0-9_-]++)?+
      )(?=[\s;,])
    )*+"""
    % {
        b"iri": _HTTP_IRI,
        b"numbers": "|".join(_USUAL_FORMS[name] for name in ("integer", "decimal")).encode(),
        b"forms": "|".join(
            rf'(?:{form})"\^\^xsd:{name}' for name, form in _USUAL_FORMS.items()
        ).encode(),
    },
    re.VERBOSE,
)
"""Turtle without blank nodes, relative IRIs, tags with capitals, and literals that the engine would
write otherwise, after its prefixes."""
_USUAL_IRI = (
    r"^<https?://[A-Za-z0-9.-]+(?:/[A-Za-z0-9._~/-]*)?"
    r"(?:\?[A-Za-z0-9._~/=&-]*)?(?:#[A-Za-z0-9._~/-]*)?>$"
)
_TAIL = r'"(@[^"]*|\^\^<[^"]*>)$'
_SUBJECT = "<urn:s> <urn:p> "


class Lines(NamedTuple):
    """Lines of a file: those that the engine may read by itself, and the others."""

    plain: bytes
    remarkable: bytes


def lines_of(path: Path, chunk: int = CHUNK) -> Iterator[Lines]:
    """The lines of a file of N-Triples, plain or compressed, so many bytes at a time.

    Raises: OSError, EOFError, zlib.error as the file cannot be read; ValueError where it is not in
    an encoding that it may be in, or a line is longer than the engine reads.
    """
    remainder = b""
    with open_file(path) as stream:
        text = utf8_stream(stream)
        while data := text.read(chunk):
            stop = data.rfind(b"\n") + 1
            if stop:
                yield _split(remainder + data[:stop])
                remainder = data[stop:]
            else:
                remainder += data
            if len(remainder) > LARGEST_LINE:
                raise ValueError("a line is too long")
    if remainder:
        yield _split(remainder)


def _split(data: bytes) -> Lines:
    if not any(letter in data and marker in data for letter, marker in _MARKERS):
        return Lines(data, b"")
    plain: list[bytes] = []
    remarkable: list[bytes] = []
    for line in data.splitlines(keepends=True):
        is_plain = _REMARKABLE.search(line) is None or _USUAL.fullmatch(line) is not None
        (plain if is_plain else remarkable).append(line)
    return Lines(b"".join(plain), b"".join(remarkable))


class PlainStream(io.RawIOBase):
    """The plain lines of a file of N-Triples as a stream of bytes; `remarkable` are the others that
    were met. Arguments: the file; what the plain ones are counted in, where they are. Reading
    raises what `lines_of` does."""

    def __init__(self, path: Path, count: "FrequencyCount | None" = None) -> None:
        self._lines = lines_of(path)
        self._count = count
        self._bytes = memoryview(b"")
        self.remarkable: list[bytes] = []

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any) -> int:
        """See io.RawIOBase."""
        while not self._bytes:
            lines = next(self._lines, None)
            if lines is None:
                return 0
            if lines.remarkable:
                self.remarkable.append(lines.remarkable)
            if self._count is not None:
                self._count.add(by_predicate(lines.plain))
            self._bytes = memoryview(lines.plain)
        size = min(len(buffer), len(self._bytes))
        buffer[:size], self._bytes = self._bytes[:size], self._bytes[size:]
        return size


def load_turtle(file: GraphFile, store: pyoxigraph.Store, graph: pyoxigraph.NamedNode) -> bool:
    """Have the engine read a file of Turtle into a graph in memory that has nothing yet; whether it
    did, for which the file is plain and not large."""
    try:
        if plain_size(file.path) > LARGE_CHUNK:
            return False
        with open_file(file.path) as stream:
            data = stream.read()
        if not _is_plain_turtle(data):
            return False
        store.load(data, TURTLE_SYNTAX.engine, base_iri=graph.value, to_graph=graph)
    except UNREADABLE:
        return False
    return True


def _is_plain_turtle(data: bytes) -> bool:
    head = _PREFIXES.match(data)
    if head is None or _PLAIN_TURTLE.fullmatch(data, head.end()) is None:
        return False
    # No other prefix leads to a datatype whose literals the engine keeps by value.
    return all(
        namespace == _XSD
        if prefix == b"xsd"
        else not (namespace.startswith(_XSD) or b"/." in namespace)
        for prefix, namespace in re.findall(_PREFIX, head[0])
    )


def check_lines(path: Path) -> None:
    """Have the engine read a file of plain lines. Raises: one of `UNREADABLE` where it cannot."""
    with path.open("rb") as stream:
        deque(pyoxigraph.parse(stream, N_TRIPLES_SYNTAX.engine), maxlen=0)


def has_valid_terms(spellings: "list[str] | pl.Series") -> bool:
    """Whether the engine takes all terms of N-Triples, each of which is there once: it looks at
    every IRI and every language tag of every line, which is a third of its work."""
    odd: Iterable[str]
    tails: Iterable[str]
    if isinstance(spellings, list):
        is_usual, tail = re.compile(_USUAL_IRI).search, re.compile(_TAIL).search
        odd = [word for word in spellings if word.startswith("<") and not is_usual(word)]
        ends = (tail(word) for word in spellings if not word.startswith("<"))
        tails = {end[1] for end in ends if end}
    else:
        is_iri = spellings.str.starts_with("<")
        odd = spellings.filter(is_iri & ~spellings.str.contains(_USUAL_IRI))
        tails = spellings.filter(~is_iri).str.extract(_TAIL).drop_nulls().unique()
    lines = [f"{_SUBJECT}{term} ." for term in odd]
    lines += [f'{_SUBJECT}""{tail} .' for tail in tails]
    try:
        deque(pyoxigraph.parse("\n".join(lines), N_TRIPLES_SYNTAX.engine), maxlen=0)
    except (SyntaxError, ValueError):
        return False
    return True


def load_lines(
    store: pyoxigraph.Store,
    lines: bytes,
    graph: pyoxigraph.NamedNode | pyoxigraph.DefaultGraph,
    count: "FrequencyCount | None" = None,
) -> None:
    """Have the engine read plain lines into a graph in memory, and count them, where there is
    something to count them in. Raises: SyntaxError."""
    for piece in _pieces(lines):
        order_lines(Lines(piece, b"")).load(store, graph, count)


class OrderedLines(NamedTuple):
    """Plain lines by their predicates; the others.

    What is loaded one after the other lies side by side, and most of what queries read is triples
    of one predicate: to have those together makes queries a fifth shorter.
    """

    groups: dict[bytes, list[bytes]]
    text: bytes
    remarkable: bytes

    def load(
        self,
        store: pyoxigraph.Store,
        graph: pyoxigraph.NamedNode | pyoxigraph.DefaultGraph,
        count: "FrequencyCount | None" = None,
        *,
        is_checked: bool = False,
    ) -> None:
        """As `load_lines`. With `is_checked` the engine takes it that terms are valid."""
        if count is not None:
            count.add(self.groups)
        if b"_:" not in self.text:
            # Its bulk loading leaves no order, so that rows would come in another one each time.
            store.load(self.text, N_TRIPLES_SYNTAX.engine, to_graph=graph, lenient=is_checked)
            return
        # Its loading gives blank nodes other labels.
        triples = pyoxigraph.parse(self.text, N_TRIPLES_SYNTAX.engine)
        store.bulk_extend(
            pyoxigraph.Quad(quad.subject, quad.predicate, quad.object, graph) for quad in triples
        )


def order_lines(lines: Lines) -> OrderedLines:
    """Have the plain ones of some lines in the order in which they are loaded."""
    groups = by_predicate(lines.plain)
    text = b"".join([b"".join(group) for group in groups.values()])
    return OrderedLines(groups, text, lines.remarkable)


def _pieces(lines: bytes) -> Iterator[bytes]:
    """Lines, some megabytes at a time."""
    start = 0
    while len(lines) - start > LARGE_CHUNK:
        stop = lines.find(b"\n", start + LARGE_CHUNK) + 1 or len(lines)
        yield lines[start:stop]
        start = stop
    yield lines[start:] if start else lines


def by_predicate(lines: bytes) -> dict[bytes, list[bytes]]:
    """Lines of N-Triples by their predicates, as they are spelled; else in their order."""
    groups: defaultdict[bytes, list[bytes]] = defaultdict(list)
    if lines and not lines.endswith(b"\n"):
        lines += b"\n"
    for line in lines.splitlines(keepends=True):
        parts = line.split(b" ", 2)
        # A line that is spelled otherwise is of some group all the same.
        groups[parts[1] if len(parts) > 1 else b""].append(line)
    return groups


class FrequencyCount:
    """Counts lines of N-Triples by predicate, and by class."""

    def __init__(self) -> None:
        self._predicates: Counter[bytes] = Counter()
        self._classes: Counter[bytes] = Counter()

    def add(self, groups: Mapping[bytes, list[bytes]]) -> None:
        """Count lines, which are given by predicate."""
        for predicate, lines in groups.items():
            self._predicates[predicate] += len(lines)
        types = groups.get(_TYPE, ())
        self._classes.update([line.rpartition(b"> <")[2] for line in types])

    @property
    def frequencies(self) -> Frequencies:
        """How often there is what; of classes, those that are not small."""
        predicates = self._predicates.items()
        classes = self._classes.most_common(_CLASSES)
        return Frequencies(
            {_iri(name): count for name, count in predicates},
            {_iri(rest.rstrip(b" .\r\n")): count for rest, count in classes},
        )


def _iri(token: bytes) -> str:
    return token.decode(errors="replace").strip("<>")


def load_plain(
    file: GraphFile, store: pyoxigraph.Store, graph: pyoxigraph.NamedNode | pyoxigraph.DefaultGraph
) -> Generator[None, None, bytes | None]:
    """Have the engine read the lines of a file of N-Triples by itself, so many bytes at each step;
    the lines that somebody has to look at. None where the engine cannot read some."""
    remarkable: list[bytes] = []
    try:
        for lines in lines_of(file.path):
            load_lines(store, lines.plain, graph)
            if lines.remarkable:
                remarkable.append(lines.remarkable)
            yield
    except UNREADABLE:
        return None
    return b"".join(remarkable)

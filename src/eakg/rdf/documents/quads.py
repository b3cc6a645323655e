"""The one way to read an RDF document: by the engine, and where it errs, as the standard says.

RDF/XML that the engine would refuse or read wrongly is rewritten by a reader of XML that does
neither (`eakg.rdf.documents.markup`) and then read by the engine again. All other syntaxes the
engine reads as they are defined.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from io import BytesIO
from typing import IO, TypeVar

import pyoxigraph

from eakg.rdf.documents.encodings import decoded_text, utf8_bytes, utf8_stream, utf8_xml
from eakg.rdf.documents.faults import DocumentError, OversizeError, syntax_fault
from eakg.rdf.documents.markup import PlainMarkup
from eakg.rdf.documents.nesting import check_nesting
from eakg.rdf.documents.plain import NotPlainError, PlainXml
from eakg.rdf.syntaxes import JSON_LD_SYNTAX, RDF_XML_SYNTAX, Syntax

Opener = Callable[[], AbstractContextManager[IO[bytes]]]
"""Opens a document that can be sought in, at its beginning; it may be asked again."""
_BUFFER = "buffer maximal size"  # what the engine says of a token that is larger
_LONG_LINE = 1 << 20
_T = TypeVar("_T")


class QuadReader:
    """The quads of a document, as they come; to be gone through once.

    Arguments: what opens the document; its syntax; what relative IRIs are resolved against;
    whether blank nodes get new labels. Going through it raises DocumentError.
    """

    def __init__(
        self,
        opener: Opener,
        syntax: Syntax,
        base_iri: str | None = None,
        *,
        rename_blank_nodes: bool = False,
    ) -> None:
        self._open = opener
        self._syntax = syntax
        self._base_iri = base_iri
        self._rename_blank_nodes = rename_blank_nodes
        self._parser: pyoxigraph.QuadParser | None = None

    def __iter__(self) -> Iterator[pyoxigraph.Quad]:
        return self._xml() if self._syntax is RDF_XML_SYNTAX else self._quads()

    @property
    def prefixes(self) -> Mapping[str, str]:
        """The prefixes that were declared so far."""
        return self._parser.prefixes if self._parser is not None else {}

    def _parse(self, stream: object) -> pyoxigraph.QuadParser:
        self._parser = pyoxigraph.parse(
            stream,  # type: ignore[arg-type]  # it only reads
            self._syntax.engine,
            base_iri=self._base_iri,
            rename_blank_nodes=self._rename_blank_nodes,
        )
        return self._parser

    def _quads(self) -> Iterator[pyoxigraph.Quad]:
        try:
            check_nesting(self._utf8, self._syntax)
            with self._open() as stream:
                yield from self._parse(utf8_stream(stream))
        except SyntaxError as error:
            self._check_encoding(error.lineno or 0)
            data = b""
            if self._syntax is JSON_LD_SYNTAX:
                with self._open() as stream:
                    data = utf8_stream(stream).read()
            raise syntax_fault(self._syntax, error, data) from error
        except MemoryError as error:
            if _BUFFER not in str(error):
                raise
            raise OversizeError(self._oversize_line()) from error

    @contextmanager
    def _utf8(self) -> Iterator[IO[bytes]]:
        with self._open() as stream:
            yield utf8_stream(stream)

    @contextmanager
    def _markup(self) -> Iterator[PlainMarkup]:
        with self._open() as stream:
            yield PlainMarkup(stream, self._base_iri)

    def _check_encoding(self, line: int) -> None:
        """Raise DocumentError where what is before the end of a line is not in its encoding."""
        with self._open() as stream:
            text = decoded_text(stream)
            while text.line <= line and text.read():
                pass

    def _oversize_line(self) -> int:
        """The line of the literal that the engine has no room for, or of the triple that it is in:
        the first long line after the last triple that was read, or else what follows that."""
        last = 0
        with self._open() as stream:
            lines = _Lines(utf8_stream(stream))
            try:
                for _ in self._parse(lines):
                    last = lines.line
            except MemoryError:
                pass
        with self._open() as stream:
            lines = _Lines(utf8_stream(stream))
            while piece := lines.read(_LONG_LINE):
                if lines.line >= last and len(piece) == _LONG_LINE:
                    return lines.line
        return last + 1

    def _xml(self) -> Iterator[pyoxigraph.Quad]:
        nodes: dict[pyoxigraph.BlankNode, None] = {}
        count = 0
        check_nesting(self._open, self._syntax)
        try:
            with self._open() as stream:
                for quad in self._parse(PlainXml(stream)):
                    _note(quad, nodes)
                    count += 1
                    yield quad
        except (SyntaxError, NotPlainError):
            yield from self._quads_of_markup(count, nodes)

    def _quads_of_markup(
        self, count: int, nodes: Iterable[pyoxigraph.BlankNode]
    ) -> Iterator[pyoxigraph.Quad]:
        """The quads of the document as it is rewritten, without those that were given already.

        These are the first ones again, in the same order; only their blank nodes have other names.
        """
        again: dict[pyoxigraph.BlankNode, None] = {}
        check_nesting(self._markup, self._syntax)
        try:
            with self._open() as stream:
                quads = iter(self._parse(PlainMarkup(stream, self._base_iri)))
                for _ in range(count):
                    _note(next(quads), again)
                names = dict(zip(again, nodes, strict=True))
                for quad in quads:
                    yield _translation(quad, names) if names else quad
        except SyntaxError as error:
            raise self._xml_fault(error) from error

    def _xml_fault(self, error: SyntaxError) -> DocumentError:
        """The engine's error with the line of the tag at which it comes up."""
        with self._open() as stream:
            markup = PlainMarkup(stream, self._base_iri, by_tags=True)
            try:
                for _ in self._parse(markup):
                    pass
            except SyntaxError:
                pass
        error.lineno = error.lineno or markup.line
        return syntax_fault(self._syntax, error)


class _Lines:
    """A stream that gives a line at each reading, and counts them."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.line = 0
        self._at_start = True

    def read(self, size: int = -1) -> bytes:
        data = self._stream.readline(size)
        self.line += self._at_start
        self._at_start = data.endswith(b"\n")
        return data


def read_quads(
    data: bytes, syntax: Syntax, base_iri: str | None = None, *, rename_blank_nodes: bool = False
) -> QuadReader:
    """The quads of a document in memory, as `QuadReader` reads them."""
    return QuadReader(
        lambda: BytesIO(data), syntax, base_iri, rename_blank_nodes=rename_blank_nodes
    )


def utf8_document(data: bytes, syntax: Syntax) -> bytes:
    """The document in UTF-8. Raises: DocumentError."""
    return utf8_xml(data) if syntax is RDF_XML_SYNTAX else utf8_bytes(data)


def plain_bytes(data: bytes, syntax: Syntax) -> bytes:
    """The document in UTF-8; RDF/XML, where it is not plain, as it is rewritten.

    Raises: DocumentError.
    """
    if syntax is not RDF_XML_SYNTAX:
        return utf8_bytes(data)
    try:
        plain = PlainXml(BytesIO(data))
        while plain.read():
            pass
    except NotPlainError:
        return b"".join(iter(PlainMarkup(BytesIO(data)).read, b""))
    return data


def _note(quad: pyoxigraph.Quad, nodes: dict[pyoxigraph.BlankNode, None]) -> None:
    """Add the blank nodes of a quad, in the order in which they are met."""
    if isinstance(quad.subject, pyoxigraph.BlankNode):
        nodes.setdefault(quad.subject)
    if isinstance(quad.object, pyoxigraph.BlankNode | pyoxigraph.Triple):
        for node in _nodes(quad.object):
            nodes.setdefault(node)


def _nodes(term: object) -> Iterable[pyoxigraph.BlankNode]:
    if isinstance(term, pyoxigraph.BlankNode):
        yield term
    elif isinstance(term, pyoxigraph.Triple):
        yield from _nodes(term.subject)
        yield from _nodes(term.object)


def _translation(
    quad: pyoxigraph.Quad, names: Mapping[pyoxigraph.BlankNode, pyoxigraph.BlankNode]
) -> pyoxigraph.Quad:
    def translation(term: _T) -> _T:
        if isinstance(term, pyoxigraph.BlankNode):
            return names.get(term, term)  # type: ignore[return-value]  # of the same kind
        if isinstance(term, pyoxigraph.Triple):
            return pyoxigraph.Triple(  # type: ignore[return-value]  # of the same kind
                translation(term.subject), term.predicate, translation(term.object)
            )
        return term

    return pyoxigraph.Quad(translation(quad.subject), quad.predicate, translation(quad.object))

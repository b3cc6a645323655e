"""The lines of N-Triples and N-Quads files, as they are read: in pieces, and by the grammar."""

import gzip
from collections.abc import Callable, Iterator
from pathlib import Path

from eakg.problems import Problem, ProblemsError
from eakg.rdf import LINE, QUAD_LINE, open_file, utf8_stream

CHUNK = 1 << 22
"""Bytes that are read at once: with fewer, what each call of Polars takes by itself counts, and the
memory for more would be new each time. Terms are numbered by such pieces."""
Progress = Callable[[int], None]
"""Told of bytes that were read."""
TripleWords = tuple[str, str, str]
"""The spellings of a subject, a predicate and an object."""


def no_progress(_: int) -> None:
    """Tells nobody."""


class TripleLines:
    """The lines of a file. Arguments: the file; its place among the files, by which its blank nodes
    are told from those of others; whether its lines may name graphs."""

    def __init__(self, path: Path, place: int, *, has_quads: bool = False) -> None:
        self.path = path
        self.has_quads = has_quads
        self.label_prefix = f"_:f{place}_" if place else ""
        """What labels of blank nodes begin with in place of `_:`, if anything."""
        self._line = QUAD_LINE if has_quads else LINE

    def pieces(self, progress: Progress) -> Iterator[list[bytes | memoryview]]:
        """The text in pieces that end with a line, each in parts."""
        rest: list[bytes | memoryview] = []
        with open_file(self.path) as stream:
            source = stream.fileobj if isinstance(stream, gzip.GzipFile) else stream
            text = utf8_stream(stream)
            position = 0
            while data := text.read(CHUNK):
                end = data.rfind(b"\n") + 1
                if end:
                    yield [*rest, memoryview(data)[:end]]
                    rest = []
                    progress(source.tell() - position)
                    position = source.tell()
                if end < len(data):
                    rest.append(data[end:])
            if rest:
                yield rest

    def rows(self, text: bytes, line: int) -> list[TripleWords]:
        """The triples of lines, read by the grammar, of which the first has that number.

        Raises: ProblemsError, with file and line.
        """
        try:
            lines = text.decode().split("\n")
        except UnicodeDecodeError as error:
            place = line + text.count(b"\n", 0, error.start)
            raise self._problem(place, "is not UTF-8; save it in that encoding") from error
        rows: list[TripleWords] = []
        for number, triple in enumerate(lines, line):
            match = self._line.fullmatch(triple.removesuffix("\r"))
            if match is None:
                from eakg.rdf import rdf12_line

                row = None if self.has_quads else rdf12_line(triple)
                if row is None:
                    raise self._syntax_error(number, triple)
                rows.append(row)
            elif match.group(1) is not None:
                rows.append((match.group(1), match.group(2), match.group(3)))
        return rows

    def confusion(self) -> ProblemsError:
        """What is raised where parts of lines cannot be told apart."""
        return self._problem(0, "has terms that cannot be told apart; check its syntax")

    def _syntax_error(self, number: int, line: str) -> ProblemsError:
        if self.has_quads:
            return self._problem(number, "is no statement of N-Quads; correct it")
        from eakg.rdf import ntriples_fault

        return self._problem(number, ntriples_fault(line))

    def _problem(self, line: int, message: str) -> ProblemsError:
        return ProblemsError([Problem(str(self.path), line, message)])

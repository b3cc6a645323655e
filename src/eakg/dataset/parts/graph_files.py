"""The files of the graph as parts hold them."""

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from eakg.dataset.layout import Layout
from eakg.dataset.parts.part import Kind, Part, PartContents, ntriples, turtle_files
from eakg.lift import LiftResult


class GraphFiles(Mapping[Path, bytes]):
    """Built files, of which those that parts hold are in memory one at a time."""

    def __init__(self) -> None:
        self._contents: dict[Path, bytes | tuple[PartContents, Kind]] = {}

    @classmethod
    def of(
        cls, layout: Layout, results: Iterable[LiftResult], parts: Mapping[str, Part]
    ) -> "GraphFiles":
        """The files of what was lifted.

        Arguments: the layout; what was lifted; the parts that hold the files of what is as it was
        lifted, by the names of the sources.
        """
        files = cls()
        for result in results:
            asserted, evidence = (
                folder / f"{result.name}.ttl" for folder in (layout.asserted, layout.evidence)
            )
            if part := part_of(result, parts):
                files._contents[asserted] = part.file, "asserted"
                files._contents[evidence] = part.file, "evidence"
            else:
                contents = turtle_files(result, layout.iris)
                files._contents |= dict(zip((asserted, evidence), contents, strict=True))
        return files

    def __getitem__(self, path: Path) -> bytes:
        content = self._contents[path]
        return content if isinstance(content, bytes) else content[0].content(content[1])

    def __contains__(self, path: object) -> bool:
        return path in self._contents

    def __iter__(self) -> Iterator[Path]:
        return iter(self._contents)

    def __len__(self) -> int:
        return len(self._contents)

    def add(self, path: Path, content: bytes) -> None:
        """Add a file."""
        self._contents[path] = content

    def differing(self) -> Mapping[Path, bytes]:
        """Those that are not on disk as they should be."""
        files = GraphFiles()
        with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
            digests = pool.map(_digest_on_disk, self)
            files._contents = {
                path: content
                for (path, content), digest in zip(self._contents.items(), digests, strict=True)
                if digest != _digest_of(content)
            }
        return files


def _digest_on_disk(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def _digest_of(content: bytes | tuple[PartContents, Kind]) -> str:
    if isinstance(content, bytes):
        return hashlib.sha256(content).hexdigest()
    file, kind = content
    return file.digests[kind]


def part_of(result: LiftResult, parts: Mapping[str, Part]) -> Part | None:
    """The part that holds what was lifted; None where that is another than was lifted."""
    part = parts.get(result.name)
    if part is None or part.outcome.result is None:
        return None
    return part if part.outcome.result.statements is result.statements else None


def triples_of(results: Iterable[LiftResult], parts: Mapping[str, Part]) -> Iterator[bytes]:
    """The triples of each source, as N-Triples. Arguments: as for `GraphFiles.of`."""
    for result in results:
        part = part_of(result, parts)
        yield part.file.content("triples") if part else ntriples(result)

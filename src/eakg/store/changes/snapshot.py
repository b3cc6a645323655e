"""The snapshot of a store: what was asserted at some version.

The file is N-Quads as the sources of the triples write them (language tags coded as in
`eakg.rdf.tags`), with a first line, a comment, that says of which store, version and graphs (a
graph may be empty) it is, when that version was made, which snapshot was before it, and has a
checksum of each block of what follows, so that damage has a place.
"""

import hashlib
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyoxigraph

from eakg.problems import ProblemsError
from eakg.store.changes.disk import HeaderError, damage, header_line, read_header
from eakg.store.changes.manifest import Manifest, SnapshotReference

SNAPSHOT = "snapshot.nq"
SNAPSHOT_PREFIX = "# eakg-store"
_BLOCK = 1 << 16


@dataclass(frozen=True)
class Snapshot:
    """A snapshot in bytes, header and body apart, and its graphs."""

    header: bytes
    body: bytes
    graphs: frozenset[str]

    @property
    def size(self) -> int:
        """The size of the file."""
        return len(self.header) + len(self.body)

    def reference(self, version: str) -> SnapshotReference:
        """What a manifest says of it."""
        digest = hashlib.sha256(self.header)
        digest.update(self.body)
        return SnapshotReference(version, digest.hexdigest())


def take_snapshot(
    quads: Iterable[pyoxigraph.Quad],
    graphs: Iterable[str],
    version: str,
    store: str,
    number: int,
    predecessor: SnapshotReference | None,
    instant: str = "",
) -> tuple[Snapshot, Manifest]:
    """A snapshot of some quads, and the manifest that makes it the one of its store.

    Arguments: the quads and the names of their graphs; their version; the id of the store; how many
    changes led to them; the snapshot before; when the version was made, if that is known.
    """
    names = frozenset(graphs)
    body = pyoxigraph.serialize(quads, format=pyoxigraph.RdfFormat.N_QUADS) or b""
    fields = {
        "store": store,
        "version": version,
        "graphs": sorted(names),
        "number": number,
        "at": instant,
        "predecessor": asdict(predecessor) if predecessor else None,
        "bytes": len(body),
        "blocks": [f"{checksum:08x}" for checksum in _checksums(body)],
    }
    snapshot = Snapshot(header_line(SNAPSHOT_PREFIX, fields), body, names)
    return snapshot, Manifest.create(store, snapshot.reference(version), predecessor, number)


def read_snapshot(path: Path, data: bytes, manifest: Manifest) -> Snapshot:
    """The snapshot that a file holds, which is to be the one of the manifest.

    Raises: ProblemsError with the byte that is wrong.
    """
    snapshot, fields = inspect_snapshot(path, data)
    version = fields["version"]
    reference = snapshot.reference(version)
    if reference == manifest.snapshot:
        return snapshot
    words = f"is the snapshot of version {version}"
    if fields["store"] != manifest.store:
        words = f"{words} of another store"
    elif reference == manifest.predecessor:
        words = f"{words}, the one before that of the manifest"
    raise damage(path, 0, f"{words}; the manifest names version {manifest.snapshot.version}")


def inspect_snapshot(path: Path, data: bytes) -> tuple[Snapshot, Mapping[str, Any]]:
    """A snapshot that is whole by its own checksums, and the fields of its header.

    Raises: ProblemsError with the byte that is wrong.
    """
    line, separator, body = data.partition(b"\n")
    try:
        fields = read_header(SNAPSHOT_PREFIX, line)
    except HeaderError as error:
        raise damage(path, 0, str(error)) from None
    header = line + separator
    for number, (checksum, block) in enumerate(
        zip(fields["blocks"], _checksums(body), strict=False)
    ):
        start = number * _BLOCK
        size = min(_BLOCK, fields["bytes"] - start)
        if checksum != f"{block:08x}" and start + size <= len(body):
            words = f"the checksum of the {size} bytes from here is wrong"
            raise damage(path, len(header) + start, words)
    if len(body) < fields["bytes"]:
        count = fields["bytes"] - len(body)
        raise damage(path, len(data), f"ends here; {count} bytes are missing")
    if len(body) > fields["bytes"]:
        raise damage(path, len(header) + fields["bytes"], "goes on where it should end")
    return Snapshot(header, body, frozenset(fields["graphs"])), fields


def snapshot_instant(header: bytes) -> str:
    """When the version of a snapshot was made, of its first line; empty where that is not said.
    Raises: HeaderError."""
    instant = read_header(SNAPSHOT_PREFIX, header.removesuffix(b"\n")).get("at", "")
    return instant if isinstance(instant, str) else ""


def is_snapshot_of(data: bytes, manifest: Manifest) -> bool:
    """Whether a file is the one that a manifest names."""
    return hashlib.sha256(data).hexdigest() == manifest.snapshot.sha256


def snapshot_quads(path: Path, snapshot: Snapshot) -> Iterator[pyoxigraph.Quad]:
    """What a snapshot holds. Raises: ProblemsError where it is no N-Quads."""
    try:
        yield from pyoxigraph.parse(snapshot.body, format=pyoxigraph.RdfFormat.N_QUADS)
    except (SyntaxError, ValueError) as error:
        problem: ProblemsError = damage(path, len(snapshot.header), f"cannot be read: {error}")
        raise problem from None


def _checksums(body: bytes) -> list[int]:
    """Those of the blocks of a body."""
    view = memoryview(body)
    return [zlib.crc32(view[start : start + _BLOCK]) for start in range(0, len(body), _BLOCK)]

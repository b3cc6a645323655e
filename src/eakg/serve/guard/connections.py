"""The connections of this process and the nameless files that it holds, as the system has them.

The web server gives no handle on a connection: not before its first request, and not while an
answer is on its way. The system knows each by its descriptor, with what the client has taken so
far. That is so on Linux; elsewhere there is nothing to be seen here.

Specification: proc_pid_fd(5); tcp(7), TCP_INFO and SIOCOUTQ; socket(7), SO_LINGER.
"""

import contextlib
import fcntl
import os
import socket
import stat
import struct
import sys
import termios
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

IS_SEEN = sys.platform == "linux"
"""Whether the system tells of them."""
_FOLDER = "/proc/self/fd"
_BLOCK = 512  # bytes that `st_blocks` counts in, whatever the file system
_INFO_SIZE = 136
_PROGRESS = struct.Struct("=Q")
_PROGRESS_AT = 120  # bytes of `struct tcp_info` before `tcpi_bytes_acked`
_AT_ONCE = struct.pack("ii", 1, 0)  # linger for no time: what was not taken is thrown away
_FAMILIES = frozenset({socket.AF_INET, socket.AF_INET6})


class Peer(NamedTuple):
    """The other end of a connection."""

    address: str
    port: int


class FileKey(NamedTuple):
    """A file, whatever its descriptors."""

    device: int
    inode: int


@dataclass(frozen=True)
class TcpConnection:
    """A connection: `backlog` are the bytes that wait for its client, `progress` those that the
    client has acknowledged since it began."""

    peer: Peer
    descriptor: int
    inode: int
    backlog: int
    progress: int


@dataclass(frozen=True)
class OpenFiles:
    """What a process has open: its connections by their peers, the bytes of the files without a
    name that it holds, and how many descriptors each of its files has."""

    connections: dict[Peer, TcpConnection]
    sizes: dict[FileKey, int]
    descriptors: dict[FileKey, int]


def peer_of(client: str) -> Peer:
    """The peer that the server calls `address:port`; IPv6 without its brackets."""
    address, _, port = client.rpartition(":")
    return Peer(address.strip("[]"), int(port) if port.isdecimal() else 0)


def file_key(descriptor: int) -> FileKey:
    """The file that a descriptor is of."""
    status = os.fstat(descriptor)
    return FileKey(status.st_dev, status.st_ino)


def open_files(port: int) -> OpenFiles:
    """What this process has open now. Argument: the port that its clients connect to."""
    files = OpenFiles({}, {}, {})
    for entry in os.scandir(_FOLDER) if IS_SEEN else ():
        descriptor = int(entry.name)
        try:
            status = os.fstat(descriptor)
        except OSError:
            continue  # closed meanwhile
        if stat.S_ISSOCK(status.st_mode):
            connection = _connection(descriptor, status.st_ino, port)
            if connection is not None:
                files.connections[connection.peer] = connection
        elif stat.S_ISREG(status.st_mode):
            key = FileKey(status.st_dev, status.st_ino)
            files.descriptors[key] = files.descriptors.get(key, 0) + 1
            if not status.st_nlink:
                files.sizes[key] = status.st_blocks * _BLOCK
    return files


def _connection(descriptor: int, inode: int, port: int) -> TcpConnection | None:
    """The connection of a client, where the descriptor is of one."""
    with contextlib.suppress(OSError), _duplicate(descriptor) as far_end:
        if far_end.family not in _FAMILIES or far_end.getsockname()[1] != port:
            return None
        address, peer_port = far_end.getpeername()[:2]  # a socket that listens has none
        information = far_end.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _INFO_SIZE)
        (progress,) = _PROGRESS.unpack_from(information, _PROGRESS_AT)
        backlog = int.from_bytes(fcntl.ioctl(far_end, termios.TIOCOUTQ, bytes(4)), sys.byteorder)
        return TcpConnection(Peer(address, peer_port), descriptor, inode, backlog, progress)
    return None


def end(connection: TcpConnection) -> None:
    """End a connection where it is: the client gets nothing more, by which it knows that what it
    has is not whole, and the server is told that it has gone."""
    with contextlib.suppress(OSError), _duplicate(connection.descriptor) as far_end:
        # The descriptor may be of something else by now.
        if os.fstat(far_end.fileno()).st_ino == connection.inode:
            far_end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
            far_end.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def _duplicate(descriptor: int) -> Iterator[socket.socket]:
    number = os.dup(descriptor)
    try:
        with socket.socket(fileno=number) as duplicate:
            number = -1
            yield duplicate
    finally:
        if number >= 0:
            os.close(number)

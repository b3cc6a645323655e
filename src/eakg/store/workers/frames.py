"""Messages over stream sockets: four bytes of length, then the bytes."""

import socket
import struct

_LENGTH = struct.Struct("!I")
MAX_FRAME = 128 << 20  # a graph that is written, in base64
_PIECE = 1 << 16
_DESCRIPTORS = 4


def frame(data: bytes) -> bytes:
    """The bytes with their length in front."""
    return _LENGTH.pack(len(data)) + data


def unframe(received: bytes | bytearray | memoryview) -> tuple[bytes, int] | None:
    """The first message in what was received so far, and where it ends; None while incomplete.

    Raises: ValueError when the announced length is above `MAX_FRAME`.
    """
    if len(received) < _LENGTH.size:
        return None
    length: int = _LENGTH.unpack_from(received)[0]
    if length > MAX_FRAME:
        raise ValueError("not a message of this protocol")
    end = _LENGTH.size + length
    return (bytes(received[_LENGTH.size : end]), end) if len(received) >= end else None


def receive(connection: socket.socket) -> tuple[bytes, list[int]]:
    """Wait for one message and the file descriptors that may come with it.

    Raises: EOFError when the other side closed first; OSError as the socket raises it.
    """
    data, descriptors, _, _ = socket.recv_fds(connection, _PIECE, _DESCRIPTORS)
    received = bytearray(data)
    while (found := unframe(received)) is None:
        if not data:
            raise EOFError("closed before the message was complete")
        data = connection.recv(_PIECE)
        received += data
    return found[0], descriptors

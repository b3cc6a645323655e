"""Messages over streams: eight bytes of length, then the bytes of the message."""

import socket
import struct
from typing import IO

from eakg.store.messages.codec import MessageError
from eakg.store.messages.kinds import Message, decode, encode

_LENGTH = struct.Struct("!Q")
MAX_FRAME = 128 << 20  # a graph that is written
NO_LIMIT = (1 << 64) - 1
_PIECE = 1 << 16
_DESCRIPTORS = 4


def frame(message: Message) -> bytes:
    """The bytes of a message with their length in front."""
    data = encode(message)
    return _LENGTH.pack(len(data)) + data


class Inbox:
    """What has come of a stream of frames.

    Argument: how many bytes a message may have.
    """

    def __init__(self, limit: int = MAX_FRAME) -> None:
        self._limit = limit
        self._buffer = bytearray()

    def add(self, data: bytes) -> None:
        """More has come."""
        self._buffer += data

    def take(self) -> Message | None:
        """The next message; None where it is not whole yet.

        Raises: MessageError when it is none, or longer than it may be.
        """
        if len(self._buffer) < _LENGTH.size:
            return None
        length: int = _LENGTH.unpack_from(self._buffer)[0]
        if length > self._limit:
            raise MessageError("not a message of this protocol")
        stop = _LENGTH.size + length
        if len(self._buffer) < stop:
            return None
        with memoryview(self._buffer) as view:
            message = decode(view[_LENGTH.size : stop])
        del self._buffer[:stop]
        return message


def send(connection: socket.socket, message: Message, files: tuple[int, ...] = ()) -> None:
    """Send a message and file descriptors. Raises: OSError as the socket raises it."""
    data = memoryview(frame(message))
    # One call sends what the socket has room for.
    count = socket.send_fds(connection, [data], files) if files else 0
    connection.sendall(data[count:])


def receive(connection: socket.socket) -> tuple[Message, list[int]]:
    """Wait for one message and the file descriptors that may come with it.

    Raises: EOFError when the other side closed first; OSError as the socket raises it;
    MessageError.
    """
    inbox = Inbox()
    data, descriptors, _, _ = socket.recv_fds(connection, _PIECE, _DESCRIPTORS)
    inbox.add(data)
    while (message := inbox.take()) is None:
        if not data:
            raise EOFError("closed before the message was complete")
        data = connection.recv(_PIECE)
        inbox.add(data)
    return message, descriptors


def read(file: IO[bytes]) -> Message:
    """Wait for one message from a pipe.

    Raises: EOFError when it ended before; OSError as the pipe raises it; MessageError.
    """
    return decode(_exactly(file, _LENGTH.unpack(_exactly(file, _LENGTH.size))[0]))


def _exactly(file: IO[bytes], size: int) -> bytes:
    data = b""
    while len(data) < size:
        piece = file.read(size - len(data))
        if not piece:
            raise EOFError("closed before the message was complete")
        data += piece
    return data

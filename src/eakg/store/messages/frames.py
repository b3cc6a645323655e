"""Messages over streams: eight bytes of length, then the bytes of the message."""

import struct

from eakg.store.messages.codec import MessageError
from eakg.store.messages.kinds import Message, decode, encode

_LENGTH = struct.Struct("!Q")
MAX_FRAME = 128 << 20  # a graph that is written
NO_LIMIT = (1 << 64) - 1


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

    @property
    def is_begun(self) -> bool:
        """Whether a part of a message is there."""
        return bool(self._buffer)

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

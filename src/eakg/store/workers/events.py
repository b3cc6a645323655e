"""What a keeper hears: descriptors that have something to read, times that have come, and the
connections of clients."""

import contextlib
import selectors
import socket
import time
from collections.abc import Callable, Hashable

from eakg.store.messages import Channel, Message, MessageError

_SECONDS = 60.0
"""That a client may take to say its message or to hear the answer; one that is stopped may go on,
and must not keep what it was given for ever."""


class Events:
    """Descriptors and times, and what to do when one is ready or has come.

    Argument: the clock, in seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._selector = selectors.DefaultSelector()
        self._clock = clock
        self._times: dict[Hashable, tuple[float, Callable[[], None]]] = {}

    def watch(self, source: "int | socket.socket | Channel", callback: Callable[[], None]) -> None:
        """Call `callback` each time there is something to read, until `forget`."""
        self._selector.register(source, selectors.EVENT_READ, callback)

    def follow(self, channel: Channel) -> None:
        """Call back, too, once there is room for what a watched channel still has to send."""
        callback = self._selector.get_key(channel).data
        writes = selectors.EVENT_WRITE if channel.is_behind else 0
        self._selector.modify(channel, selectors.EVENT_READ | writes, callback)

    def forget(self, source: "int | socket.socket | Channel") -> None:
        """Watch it no more; before it is closed."""
        self._selector.unregister(source)

    def set_timer(self, name: Hashable, seconds: float, callback: Callable[[], None]) -> None:
        """Call `callback` once, after so many seconds; a timer of this name is set anew."""
        self._times[name] = self._clock() + seconds, callback

    def stop_timer(self, name: Hashable) -> None:
        """Do not call back, where there is a timer of this name."""
        self._times.pop(name, None)

    def wait(self, seconds: float | None) -> None:
        """Do what is to be done; wait at most so long for something."""
        for key, _ in self._selector.select(self._patience(seconds)):
            # An earlier one of these events may have closed what this one is about.
            if self._selector.get_map().get(key.fd) is key:
                key.data()
        now = self._clock()
        for name in [name for name, (when, _) in self._times.items() if when <= now]:
            timer = self._times.pop(name, None)
            if timer is not None:
                timer[1]()

    def _patience(self, seconds: float | None) -> float | None:
        now = self._clock()
        waits = [max(0.0, when - now) for when, _ in self._times.values()]
        return min(waits if seconds is None else [seconds, *waits], default=None)


class Connection:
    """A client's connection: it brings one message, and when the client hangs up, `on_hangup` is
    called.

    Arguments: the socket; where it is watched; what to do with the message.
    """

    def __init__(
        self,
        connection: socket.socket,
        events: Events,
        answer: Callable[["Connection", Message], None],
    ) -> None:
        self.on_hangup: Callable[[], None] = lambda: None
        self._channel = Channel(connection)
        self._events = events
        self._answer = answer
        self._is_asked = self._is_ending = False
        events.watch(self._channel, self._act)
        events.set_timer(self, _SECONDS, self._hang_up)

    def send(self, message: Message, files: tuple[int, ...] = ()) -> None:
        """Send a message, unless the client has hung up; the connection stays."""
        if self._channel.fileno() < 0:
            return
        # Where the client has hung up, hearing it says so.
        with contextlib.suppress(OSError):
            self._channel.put(message, files)
        self._follow()

    def reply(self, message: Message, files: tuple[int, ...] = ()) -> None:
        """Send the last message, and close the connection once the client has it."""
        self._is_ending = True
        self.send(message, files)

    def close(self) -> None:
        """Close the connection; may be called twice."""
        if self._channel.fileno() >= 0:
            self._events.stop_timer(self)
            self._events.forget(self._channel)
            self._channel.close()

    def _follow(self) -> None:
        if self._channel.is_behind:
            self._events.set_timer(self, _SECONDS, self._hang_up)
        elif self._is_ending:
            self.close()
            return
        else:
            self._events.stop_timer(self)
        self._events.follow(self._channel)

    def _hang_up(self) -> None:
        self.close()
        self.on_hangup()

    def _act(self) -> None:
        try:
            if self._channel.is_behind:
                self._channel.flush()
                self._follow()
                if self._channel.fileno() < 0:
                    return
            message = self._channel.hear()
        except MessageError:
            self.close()
            return
        except (OSError, EOFError):
            self._hang_up()
            return
        if message is None:
            return
        if self._is_asked:
            self._hang_up()
            return
        self._is_asked = True
        self._events.stop_timer(self)
        self._answer(self, message)

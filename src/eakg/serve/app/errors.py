"""What can be wrong with a request before any query runs."""


class BadParameterError(Exception):
    """A parameter or the body cannot be used as it came (400)."""


class NotAcceptableError(Exception):
    """None of the representations may be sent (406). Arguments: message; the media types."""

    def __init__(self, message: str, offers: tuple[str, ...]) -> None:
        super().__init__(message)
        self.offers = offers


class UnsupportedBodyError(Exception):
    """The body's media type, charset or coding is not taken (415).

    Arguments: message; the media types that are.
    """

    def __init__(self, message: str, accepted: tuple[str, ...]) -> None:
        super().__init__(message)
        self.accepted = accepted


class MisdirectedError(Exception):
    """The request is to a host that this service is not (421)."""


class UnauthorizedError(Exception):
    """The request does not show that its sender may read, or write (401).

    Arguments: message; the error of RFC 6750 section 3.1, where credentials were sent.
    """

    def __init__(self, message: str, error: str | None = None) -> None:
        super().__init__(message)
        self.error = error


class TooManyRequestsError(Exception):
    """The client has sent all the requests that it may send in a minute, or at once (429).

    Arguments: the seconds until its next one is welcome; the message.
    """

    def __init__(
        self,
        seconds: int,
        message: str = "this client has sent all the requests that it may send in a minute",
    ) -> None:
        super().__init__(message)
        self.seconds = seconds


class BodyNotKeptError(Exception):
    """The body of the request was not taken, as the disk did not (507)."""


class TextTooLongError(Exception):
    """The text of a query is longer than it may be (413). Argument: the bytes that it may have."""

    def __init__(self, largest: int) -> None:
        super().__init__(
            f"a query has at most {largest} bytes here; leave out what the data say already, or ask"
            " in parts"
        )
        self.largest = largest


class ReadOnlyError(Exception):
    """Nobody may write here (403)."""

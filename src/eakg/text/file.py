"""Text files as bytes, read once and decoded as UTF-8."""

from pathlib import Path

from eakg.problems import Problem, ProblemsError


def read_utf8(path: Path) -> tuple[bytes, str]:
    """The bytes of a file and the text that they encode.

    Nothing is taken away or changed: a byte order mark and every line ending stay in the text,
    so that `text.encode()` gives the bytes again.

    Raises ProblemsError when the file is missing, cannot be read, or is not UTF-8; then with the
    line of the first bad byte.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise ProblemsError(
            [Problem(str(path), 0, "file not found; add it or correct its name")]
        ) from None
    except OSError as error:
        message = f"cannot be read: {error.strerror}; make it a readable file"
        raise ProblemsError([Problem(str(path), 0, message)]) from error
    try:
        return data, data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = (
            f"not UTF-8: byte 0x{data[error.start]:02X} at byte offset {error.start}; "
            "save the file as UTF-8"
        )
        raise ProblemsError([Problem(str(path), line, message)]) from error
